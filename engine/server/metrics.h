#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/rpc/instance.h"

namespace entente {

// Serves metrics in Prometheus form at http://ADDRESS/metrics until destroyed. The instances outlive it.
class Metrics {
 public:
  virtual ~Metrics() = default;
  // UNAVAILABLE, reason CANNOT_LISTEN.
  static absl::StatusOr<std::unique_ptr<Metrics>> Serve(const std::string& address, std::vector<Instance*> instances);
};

}  // namespace entente
