#include "connectors/sdk/program.h"
#include "connectors/ssm/settings.h"
#include "connectors/ssm/ssm_connector.h"

int main(int argc, char** argv) {
  namespace sdk = entente::sdk;
  const sdk::ProgramText text{"entente-connector-ssm", "Connects Sage Sales Management (REST API v4) to an Entente engine.", "ssm"};
  return sdk::RunProgram(argc, argv, text, [](sdk::Config& config, sdk::Timer& timer) -> absl::StatusOr<std::unique_ptr<sdk::Connector>> {
    return std::make_unique<entente::ssm::SsmConnector>(entente::ssm::ReadSettings(config), &timer);
  });
}
