#include "tools/cli/session.h"

#include <CLI/CLI.hpp>

#include <utility>

namespace entente::cli {

absl::StatusOr<Client*> Session::Engine() {
  if (client_ == nullptr) {
    absl::StatusOr<std::unique_ptr<Client>> connected = Client::Connect(connect);
    if (!connected.ok()) return connected.status();
    client_ = *std::move(connected);
  }
  return client_.get();
}

CLI::App* AddCommand(CLI::App& app, Session& session, const char* name, const char* purpose, const char* example, std::function<int()> run) {
  CLI::App* command = app.add_subcommand(name, purpose);
  command->footer(std::string("Example: ") + example);
  if (run) command->callback([&session, run = std::move(run)] { session.run = run; });
  return command;
}

}  // namespace entente::cli
