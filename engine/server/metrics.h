#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/rpc/instance.h"

namespace entente {

// Serves metrics in Prometheus form at http://ADDRESS/metrics until destroyed. The instances, and whatever `tokens_refused` asks, outlive
// it. No metric carries a key or a value of a record.
class Metrics {
 public:
  virtual ~Metrics() = default;
  // UNAVAILABLE, reason CANNOT_LISTEN.
  static absl::StatusOr<std::unique_ptr<Metrics>> Serve(const std::string& address, std::vector<Instance*> instances, std::function<std::uint64_t()> tokens_refused);
  // With the real port.
  virtual const std::string& address() const = 0;
};

}  // namespace entente
