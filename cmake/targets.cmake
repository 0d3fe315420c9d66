include(GoogleTest)

# What every program allocates with. A sanitizer brings its own.
add_library(entente_allocator INTERFACE)
if(NOT ENTENTE_SANITIZE)
  target_link_libraries(entente_allocator INTERFACE PkgConfig::jemalloc)
endif()

# entente_library(NAME SOURCES ... [PUBLIC libs ...] [PRIVATE libs ...]): a static library of the house, included by path from the root.
function(entente_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_include_directories(${name} PUBLIC ${CMAKE_SOURCE_DIR})
  target_link_libraries(${name} PUBLIC ${ARG_PUBLIC} PRIVATE ${ARG_PRIVATE} entente_warnings)
endfunction()

# entente_program(NAME SOURCES ... LIBS ...)
function(entente_program name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE ${ARG_LIBS} entente_allocator entente_warnings)
endfunction()

# entente_test(NAME SOURCES ... LIBS ... [TIMEOUT seconds] [LABELS ...]): one GoogleTest program, each test known to ctest.
function(entente_test name)
  cmake_parse_arguments(ARG "" "TIMEOUT" "SOURCES;LIBS;LABELS" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 60)
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR})
  target_compile_definitions(${name} PRIVATE ENTENTE_SOURCE_DIR="${CMAKE_SOURCE_DIR}" ENTENTE_BINARY_DIR="${CMAKE_BINARY_DIR}")
  target_link_libraries(${name} PRIVATE ${ARG_LIBS} GTest::gmock_main GTest::gmock GTest::gtest entente_rapidcheck entente_allocator entente_warnings)
  gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT ${ARG_TIMEOUT} LABELS "${ARG_LABELS}")
endfunction()
