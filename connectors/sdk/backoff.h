#pragma once

#include <cstdint>
#include <random>

#include "absl/time/time.h"

namespace entente::sdk {

// How long to wait before the next try: doubling from `initial` to `max`, each shortened by up to half at random,
// so that many who failed together do not return together. One thread.
class Backoff {
 public:
  Backoff(absl::Duration initial, absl::Duration max, std::uint64_t seed = std::random_device{}());

  absl::Duration Next();
  void Reset() { next_ = initial_; }

 private:
  absl::Duration initial_;
  absl::Duration max_;
  absl::Duration next_;
  std::mt19937_64 random_;
};

}  // namespace entente::sdk
