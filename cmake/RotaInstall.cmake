# cmake --install: the program, the headers, and the library as rota::rota for find_package(rota).
# The library is a set of static ones; which of them, follows from what rota_embed links.
include(CMakePackageConfigHelpers)

# Every target of this project that `target` needs, itself included, into `out`.
function(_rota_collect target out)
  set(found ${${out}})
  if(NOT TARGET ${target} OR target IN_LIST found)
    return()
  endif()
  get_target_property(imported ${target} IMPORTED)
  if(imported)
    return()
  endif()
  list(APPEND found ${target})
  set(${out} ${found})
  foreach(property LINK_LIBRARIES INTERFACE_LINK_LIBRARIES)
    get_target_property(links ${target} ${property})
    foreach(link IN LISTS links)
      string(REGEX REPLACE "^\\$<LINK_ONLY:(.*)>$" "\\1" link "${link}")
      _rota_collect(${link} ${out})
    endforeach()
  endforeach()
  set(${out} ${${out}} PARENT_SCOPE)
endfunction()

add_library(rota_library INTERFACE)
set_target_properties(rota_library PROPERTIES EXPORT_NAME rota)
target_link_libraries(rota_library INTERFACE rota_embed)

set(ROTA_INSTALLED)
_rota_collect(rota_library ROTA_INSTALLED)
set(ROTA_PACKAGE_FOLDER ${CMAKE_INSTALL_LIBDIR}/cmake/rota)

install(TARGETS rota RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/rota DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(TARGETS ${ROTA_INSTALLED} EXPORT rota-targets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}/rota)
install(EXPORT rota-targets NAMESPACE rota:: DESTINATION ${ROTA_PACKAGE_FOLDER})

configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/rota-config.cmake.in
  ${PROJECT_BINARY_DIR}/rota-config.cmake INSTALL_DESTINATION ${ROTA_PACKAGE_FOLDER})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/rota-config-version.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/rota-config.cmake
              ${PROJECT_BINARY_DIR}/rota-config-version.cmake
  DESTINATION ${ROTA_PACKAGE_FOLDER})
