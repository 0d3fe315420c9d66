# Debian packages; third_party/README.md says why each was chosen, tools/packages.txt is the list to install.
find_package(Threads REQUIRED)
find_package(Protobuf REQUIRED)  # module mode: Debian ships no config file
# A cached answer under this name would keep gRPC from looking for RE2, and its target from existing.
unset(re2_FOUND CACHE)
find_package(gRPC CONFIG REQUIRED)
find_package(RocksDB CONFIG REQUIRED)
find_package(absl CONFIG REQUIRED)
find_package(spdlog CONFIG REQUIRED)
find_package(fmt CONFIG REQUIRED)
find_package(yaml-cpp CONFIG REQUIRED)
find_package(nlohmann_json CONFIG REQUIRED)
find_package(CLI11 CONFIG REQUIRED)
find_package(tomlplusplus CONFIG REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(CURL REQUIRED)
find_package(GTest CONFIG REQUIRED)
find_package(benchmark CONFIG REQUIRED)
find_package(prometheus-cpp CONFIG REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(xxhash REQUIRED IMPORTED_TARGET libxxhash)
pkg_check_modules(jemalloc REQUIRED IMPORTED_TARGET jemalloc)
pkg_check_modules(odbc REQUIRED IMPORTED_TARGET odbc)
pkg_check_modules(sqlite3 REQUIRED IMPORTED_TARGET sqlite3)
pkg_check_modules(utf8proc REQUIRED IMPORTED_TARGET libutf8proc)
find_program(GRPC_CPP_PLUGIN grpc_cpp_plugin REQUIRED)
find_path(HTTPLIB_INCLUDE httplib.h REQUIRED)
find_library(HTTPLIB_LIBRARY cpp-httplib REQUIRED)
find_path(RAPIDCHECK_INCLUDE rapidcheck.h REQUIRED)
find_library(RAPIDCHECK_LIBRARY rapidcheck REQUIRED)
# google/rpc protos, ErrorInfo included.
find_path(GOOGLE_RPC_PROTOS google/rpc/error_details.proto
  PATHS /usr/share/gocode/src/github.com/gogo/googleapis REQUIRED)

add_library(entente_httplib INTERFACE)
target_include_directories(entente_httplib SYSTEM INTERFACE ${HTTPLIB_INCLUDE})
# The packaged library was built with TLS, which changes the layout of its classes: without the same definition every use of
# it would be undefined.
target_compile_definitions(entente_httplib INTERFACE CPPHTTPLIB_OPENSSL_SUPPORT)
target_link_libraries(entente_httplib INTERFACE ${HTTPLIB_LIBRARY} OpenSSL::SSL OpenSSL::Crypto Threads::Threads)

add_library(entente_rapidcheck INTERFACE)
target_include_directories(entente_rapidcheck SYSTEM INTERFACE ${RAPIDCHECK_INCLUDE})
target_link_libraries(entente_rapidcheck INTERFACE ${RAPIDCHECK_LIBRARY})
