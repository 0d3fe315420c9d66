#pragma once

#include <functional>
#include <memory>

#include "tools/cli/client.h"
#include "tools/cli/output.h"

namespace CLI {
class App;
}

namespace entente::cli {

// One run of the program: how to reach the engine, where to write, and what was chosen to be done.
struct Session {
  ConnectOptions connect;
  Output* out = nullptr;
  // Set by the chosen command; returns the exit code.
  std::function<int()> run;

  // Connects at the first call.
  absl::StatusOr<Client*> Engine();

  // Calls the engine and shows the answer: as JSON, or by `show`. Returns the exit code.
  template <typename Request, typename Response, typename Show>
  int Ask(const Request& request, Response* response, Show show) {
    return Answer(response, [&](Client& client) { return client.Call(request, response); }, show);
  }

  // The same for calls that are not told apart by their messages.
  template <typename Response, typename Do, typename Show>
  int Answer(Response* response, Do act, Show show) {
    absl::StatusOr<Client*> engine = Engine();
    if (!engine.ok()) return out->Refuse(engine.status());
    if (absl::Status status = act(**engine); !status.ok()) return out->Refuse(status);
    if (out->is_json()) {
      out->Json(*response);
    } else {
      show();
    }
    return kDone;
  }

 private:
  std::unique_ptr<Client> client_;
};

// Each adds its commands to `app`.
void AddStatusCommands(CLI::App& app, Session& session);
void AddRecordCommands(CLI::App& app, Session& session);
void AddWorkCommands(CLI::App& app, Session& session);
void AddDeskCommands(CLI::App& app, Session& session);
void AddRunCommands(CLI::App& app, Session& session);
void AddPlanCommands(CLI::App& app, Session& session);
void AddQuoteCommands(CLI::App& app, Session& session);
void AddPackCommands(CLI::App& app, Session& session);
// To the group `pack`.
void AddPackChangeCommands(CLI::App& pack, Session& session);
void AddStateCommands(CLI::App& app, Session& session);
void AddEraseCommand(CLI::App& app, Session& session);
void AddDoctorCommand(CLI::App& app, Session& session);
void AddProveCommand(CLI::App& app, Session& session);

// Lets every command's callback choose what runs; a command that needs a sub-command says so.
CLI::App* AddCommand(CLI::App& app, Session& session, const char* name, const char* purpose, const char* example, std::function<int()> run);

}  // namespace entente::cli
