# One static library per folder of src/, named rota_<folder>; its tests (x_test.cc beside x.cc) make
# one program, rota_<folder>_test. A folder links only what it lists, so a wrong include fails to link.
include(GoogleTest OPTIONAL)

add_library(rota_options INTERFACE)
target_include_directories(rota_options INTERFACE
  $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
  $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
target_compile_features(rota_options INTERFACE cxx_std_20)

# Designated initialisers leave out what has a default on purpose.
set(ROTA_WARNINGS -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-missing-field-initializers)
# g++ 12 warns of impossible overlaps in std::string's own code (GCC bug 105651), optimised only.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  list(APPEND ROTA_WARNINGS -Wno-restrict)
endif()
if(ROTA_WARNINGS_AS_ERRORS)
  list(APPEND ROTA_WARNINGS -Werror)
endif()
set(ROTA_HARDENING -fstack-protector-strong -fstack-clash-protection -D_GLIBCXX_ASSERTIONS)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  list(APPEND ROTA_HARDENING -fcf-protection=full)
endif()
# Needs optimised code; sanitizers check copies themselves.
if(CMAKE_BUILD_TYPE MATCHES "^Rel" AND NOT CMAKE_CXX_FLAGS MATCHES "-fsanitize")
  list(APPEND ROTA_HARDENING -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3)
endif()
add_link_options(-Wl,-z,relro,-z,now,-z,noexecstack)

find_program(ROTA_MOLD mold)
if(ROTA_MOLD AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  add_link_options(-fuse-ld=mold)
endif()
find_program(ROTA_CCACHE ccache)
if(ROTA_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${ROTA_CCACHE})
endif()

function(_rota_common target)
  target_link_libraries(${target} PUBLIC rota_options)
  target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/src)
  target_compile_options(${target} PRIVATE ${ROTA_WARNINGS} ${ROTA_HARDENING})
endfunction()

# rota_library(NAME name DEPS lib... [PRIVATE_DEPS lib...] [TEST_DEPS lib...])
# Every *.cc beside the CMakeLists.txt is a source; every *_test.cc is a test.
function(rota_library)
  cmake_parse_arguments(ARG "" "NAME" "DEPS;PRIVATE_DEPS;TEST_DEPS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cc)
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")
  list(FILTER sources EXCLUDE REGEX "_test\\.cc$")
  if(NOT sources)
    add_library(${ARG_NAME} INTERFACE)
    target_link_libraries(${ARG_NAME} INTERFACE rota_options ${ARG_DEPS})
  else()
    add_library(${ARG_NAME} STATIC ${sources})
    _rota_common(${ARG_NAME})
    target_link_libraries(${ARG_NAME} PUBLIC ${ARG_DEPS} PRIVATE ${ARG_PRIVATE_DEPS})
  endif()
  if(ROTA_BUILD_TESTS AND tests)
    rota_test(NAME ${ARG_NAME}_test SOURCES ${tests} DEPS ${ARG_NAME} ${ARG_PRIVATE_DEPS} ${ARG_TEST_DEPS})
  endif()
endfunction()

# rota_test(NAME name SOURCES file... DEPS lib...): one GoogleTest program, one ctest case per program.
function(rota_test)
  cmake_parse_arguments(ARG "" "NAME" "SOURCES;DEPS" ${ARGN})
  add_executable(${ARG_NAME} ${ARG_SOURCES})
  _rota_common(${ARG_NAME})
  target_link_libraries(${ARG_NAME} PRIVATE ${ARG_DEPS} GTest::gtest GTest::gmock GTest::gtest_main)
  target_compile_definitions(${ARG_NAME} PRIVATE ROTA_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
                                                 ROTA_BINARY_DIR="${PROJECT_BINARY_DIR}")
  add_test(NAME ${ARG_NAME} COMMAND ${ARG_NAME} --gtest_brief=1)
  rota_test_limit(600 ${ARG_NAME})
endfunction()

# rota_keep_registrations(target): handlers register themselves in objects that nothing names, which
# a linker leaves out of a static library. Every program that links `target` then takes all of it.
function(rota_keep_registrations target)
  target_link_options(${target} INTERFACE
    "LINKER:--whole-archive,$<TARGET_FILE:$<TARGET_NAME:${target}>>,--no-whole-archive")
endfunction()
