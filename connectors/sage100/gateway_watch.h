#pragma once

#include <optional>

#include "absl/time/time.h"
#include "connectors/sage100/config.h"
#include "connectors/sage100/gateway.h"
#include "connectors/sage100/trouble.h"
#include "connectors/sdk/timer.h"

namespace entente::sage100 {

// Looks now and then whether the gateway answers, so that people learn of its absence before something must be written, and of its
// return before the next write is due. Waits for an answer less long than writes do. One thread. `timer` outlives it.
class GatewayWatch {
 public:
  GatewayWatch(const Sage100Config& config, sdk::Timer& timer);

  // Nothing when it is too early for another look; else what was found, an empty code when all is well.
  std::optional<Trouble> Look();

 private:
  sdk::Timer& timer_;
  Gateway gateway_;
  absl::Time next_ = absl::InfinitePast();
};

// What is wrong, for people; an empty code when nothing is.
Trouble TroubleOf(const absl::StatusOr<GatewayInfo>& info);

}  // namespace entente::sage100
