#include <algorithm>
#include <memory>
#include <string_view>
#include <utility>

#include "connectors/sage100/config.h"
#include "connectors/sage100/sage_connector.h"
#include "connectors/sdk/program.h"

int main(int argc, char** argv) {
  namespace sdk = entente::sdk;
  // A check is about everything the work needs; the work itself goes on reading while the gateway is away.
  const bool is_check = std::any_of(argv + 1, argv + argc, [](const char* word) { return std::string_view(word) == "--check"; });
  return sdk::RunProgram(argc, argv,
                         {.name = "entente-connector-sage100",
                          .purpose = "Connects one Sage 100 company (read by ODBC, written through the gateway) to an Entente engine.",
                          .default_side = "sage"},
                         [is_check](sdk::Config& config, sdk::Timer& timer) -> absl::StatusOr<std::unique_ptr<sdk::Connector>> {
                           entente::sage100::Sage100Config own = entente::sage100::ReadSage100Config(config);
                           return std::make_unique<entente::sage100::SageConnector>(std::move(own), timer, is_check);
                         });
}
