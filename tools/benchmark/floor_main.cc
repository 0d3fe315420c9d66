// entente-bench-floor: the limit `entente-bench` measures the engine against. Serves on a free loopback port until SIGTERM or SIGINT.
#include <CLI/CLI.hpp>
#include <grpcpp/grpcpp.h>

#include <csignal>
#include <cstdio>
#include <fstream>

#include "tools/benchmark/floor_service.h"

int main(int argc, char** argv) {
  CLI::App app{"Moves records from side to side with the engine's durability and decides nothing: what entente-bench compares with.", "entente-bench-floor"};
  std::string state;
  std::string address_file;
  std::size_t memory_mib = 96;
  app.add_option("--state", state, "Folder of its database")->required();
  app.add_option("--address-file", address_file, "The address is written here once it listens")->required();
  app.add_option("--memory-mib", memory_mib, "Block cache and memtables together");
  CLI11_PARSE(app, argc, argv);

  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);

  auto opened = entente::benchmark::FloorState::Open(state, memory_mib << 20);
  if (!opened.ok()) {
    std::fprintf(stderr, "entente-bench-floor: %s\n", opened.status().ToString().c_str());
    return 1;
  }
  entente::benchmark::FloorService service(**opened);
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&service);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr) {
    std::fprintf(stderr, "entente-bench-floor: it cannot listen on 127.0.0.1\n");
    return 1;
  }
  std::ofstream(address_file) << "127.0.0.1:" << port << '\n' << std::flush;
  int signal = 0;
  sigwait(&signals, &signal);
  server->Shutdown(std::chrono::system_clock::now() + std::chrono::milliseconds(100));
  return 0;
}
