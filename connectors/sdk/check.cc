#include <chrono>

#include "absl/strings/str_cat.h"
#include "connectors/sdk/channel.h"
#include "connectors/sdk/runner.h"

namespace entente::sdk {
namespace {

constexpr auto kReach = std::chrono::seconds(5);

CheckLine Line(const std::string& what, const absl::Status& status, const std::string& good) {
  return {what, status.ok(), status.ok() ? good : std::string(status.message())};
}

absl::Status Reach(const RunnerOptions& options) {
  auto channel = MakeChannel(options);
  if (!channel.ok()) return channel.status();
  if ((*channel)->WaitForConnected(std::chrono::system_clock::now() + kReach)) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat("nobody answers at ", options.address, ": start the engine, or correct engine.address",
                                             options.tls_root_file.empty() ? "" : " or engine.tls_root_file"));
}

}  // namespace

std::vector<CheckLine> Check(Connector& connector, const RunnerOptions& options) {
  std::vector<CheckLine> lines;
  const auto described = connector.Describe();
  if (described.ok()) {
    lines.push_back({"system", true,
                     absl::StrCat(described->product(), " ", described->version(), " (", described->edition(), "), ",
                                  described->catalogue().resources_size(), " resources")});
    for (const auto& advice : described->advice()) lines.push_back({"advice", true, advice});
  } else {
    lines.push_back(Line("system", described.status(), ""));
  }
  lines.push_back(Line("token", Authorization(options).status(), "the token can be read"));
  lines.push_back(Line("engine", Reach(options), absl::StrCat("an engine answers at ", options.address)));
  return lines;
}

}  // namespace entente::sdk
