#pragma once

#include <atomic>
#include <memory>

#include "engine/rpc/door.h"

namespace grpc {
class Service;
}

namespace entente {

// entente.sync.v1.PackService for every instance behind a door. `is_stopping` turning true ends its streams.
// Does not own door and flag, which outlive it.
std::unique_ptr<grpc::Service> MakePackService(Door& door, const std::atomic<bool>& is_stopping);

}  // namespace entente
