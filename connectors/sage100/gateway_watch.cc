#include "connectors/sage100/gateway_watch.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "connectors/sdk/error.h"

namespace entente::sage100 {
namespace {

// A look costs one call that reads nothing of the company.
constexpr absl::Duration kEvery = absl::Seconds(30);
constexpr absl::Duration kEveryWhileTroubled = absl::Seconds(5);
// The feed waits meanwhile.
constexpr absl::Duration kPatience = absl::Seconds(5);

}  // namespace

GatewayWatch::GatewayWatch(const Sage100Config& config, sdk::Timer& timer)
    : timer_(timer), gateway_(config.gateway_url, config.gateway_token, std::min(config.gateway_timeout, kPatience), config.gateway_root_file) {}

std::optional<Trouble> GatewayWatch::Look() {
  if (timer_.Now() < next_) return std::nullopt;
  Trouble found = TroubleOf(gateway_.Info());
  next_ = timer_.Now() + (found.code.empty() ? kEvery : kEveryWhileTroubled);
  return found;
}

Trouble TroubleOf(const absl::StatusOr<GatewayInfo>& info) {
  if (info.ok()) return {};
  return {sdk::ReasonOf(info.status()), absl::StrCat(sdk::SentenceOf(info.status()), ". Reading goes on; whatever must be written waits")};
}

}  // namespace entente::sage100
