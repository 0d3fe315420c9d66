#pragma once

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "connectors/sdk/config.h"
#include "connectors/sdk/connector.h"
#include "connectors/sdk/timer.h"

namespace entente::sdk {

struct ProgramText {
  // "entente-connector-ssm".
  std::string name;
  // One sentence for --help.
  std::string purpose;
  // "ssm".
  std::string default_side;
};

// Reads the connector's own keys from `config` and makes it. `timer` outlives the connector. Mistakes in keys are left to
// Config::Finish(), which the program calls right after.
using MakeConnector = std::function<absl::StatusOr<std::unique_ptr<Connector>>(Config& config, Timer& timer)>;

// The main function of a connector: --config FILE, --check [--json], --version; SIGTERM and SIGINT end it cleanly.
// Exit codes: 0 ended as asked, or all checks passed; 1 wrong use; 2 wrong configuration; 3 a check failed; 4 it cannot run.
int RunProgram(int argc, char** argv, const ProgramText& text, const MakeConnector& make);

}  // namespace entente::sdk
