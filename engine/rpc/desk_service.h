#pragma once

#include <atomic>
#include <memory>

#include "engine/rpc/door.h"

namespace grpc {
class Service;
}

namespace entente {

// entente.sync.v1.DeskService for every instance behind a door. Does not own door and flag, which outlive it.
std::unique_ptr<grpc::Service> MakeDeskService(Door& door, const std::atomic<bool>& is_stopping);

}  // namespace entente
