# Compiler, linker and warnings. ccache and mold (or lld) are used when present.
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "" FORCE)
endif()
# Debug information of every gRPC header costs more time than it saves; -g1 keeps usable stack traces.
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1")
set(CMAKE_CXX_FLAGS_DEBUG "-O0 -g1")

find_program(CCACHE ccache)
if(CCACHE)
  # Without paths of the build folder in the key, a second clone finds what the first compiled.
  set(CMAKE_CXX_COMPILER_LAUNCHER env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1
    CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${CCACHE})
endif()
find_program(MOLD mold)
find_program(LLD ld.lld)
if(MOLD)
  add_link_options(-fuse-ld=mold)
elseif(LLD)
  add_link_options(-fuse-ld=lld)
endif()

if(ENTENTE_SANITIZE)
  # Without any optimisation the tests take four times as long and find nothing more.
  set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g1")
  add_compile_options(-fsanitize=${ENTENTE_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${ENTENTE_SANITIZE})
  if(ENTENTE_SANITIZE MATCHES thread)
    # protobuf's headers give map fields another layout under this macro; the distribution's library was built without it.
    # The standard library's own use of it is kept.
    add_compile_options(-U__SANITIZE_THREAD__ -D_GLIBCXX_TSAN=1)
  endif()
endif()

add_library(entente_warnings INTERFACE)
target_compile_options(entente_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast
  -Wno-missing-field-initializers)  # members have defaults; designated initialisers name what differs
