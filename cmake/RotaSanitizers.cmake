# What a build with sanitizers changes for the tests: how they report, what is suppressed, how long a
# test may take, and which tests make no sense there.

set(ROTA_SANITIZER none)
set(ROTA_TEST_SLOWNESS 1)
if(CMAKE_CXX_FLAGS MATCHES "-fsanitize=[a-z,]*address")
  set(ROTA_SANITIZER asan)
  set(ROTA_TEST_SLOWNESS 4)
elseif(CMAKE_CXX_FLAGS MATCHES "-fsanitize=[a-z,]*thread")
  set(ROTA_SANITIZER tsan)
  set(ROTA_TEST_SLOWNESS 8)
endif()

# Read by ctest itself, so that every test and every program that a test starts has it.
configure_file(${PROJECT_SOURCE_DIR}/tests/sanitizers/environment.cmake.in
               ${PROJECT_BINARY_DIR}/sanitizer_environment.cmake @ONLY)
set_property(DIRECTORY ${PROJECT_SOURCE_DIR} APPEND PROPERTY TEST_INCLUDE_FILES
             ${PROJECT_BINARY_DIR}/sanitizer_environment.cmake)

# rota_test_limit(SECONDS test...): after which a test counts as hanging; longer where code is slower.
function(rota_test_limit seconds)
  math(EXPR limit "${seconds} * ${ROTA_TEST_SLOWNESS}")
  set_tests_properties(${ARGN} PROPERTIES TIMEOUT ${limit})
endfunction()

# rota_leave_out(SANITIZER reason test...): not run in that build, and why.
function(rota_leave_out sanitizer reason)
  if(ROTA_SANITIZER STREQUAL sanitizer)
    set_tests_properties(${ARGN} PROPERTIES DISABLED TRUE)
    message(STATUS "left out under ${sanitizer}: ${ARGN}: ${reason}")
  endif()
endfunction()
