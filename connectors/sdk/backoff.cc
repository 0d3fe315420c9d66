#include "connectors/sdk/backoff.h"

#include <algorithm>

namespace entente::sdk {

Backoff::Backoff(absl::Duration initial, absl::Duration max, std::uint64_t seed)
    : initial_(initial), max_(max), next_(initial), random_(seed) {}

absl::Duration Backoff::Next() {
  const absl::Duration full = next_;
  next_ = std::min(max_, next_ * 2);
  const auto per_mille = static_cast<std::int64_t>(500 + random_() % 501);
  return full * per_mille / 1000;
}

}  // namespace entente::sdk
