#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/core/side.h"
#include "engine/rpc/instance.h"

namespace grpc {
class ServerContextBase;
}

namespace entente {

// An instance and the tokens that open it.
struct Tenant {
  Instance* instance = nullptr;
  std::string operator_token;
  Both<std::string> side_tokens;
};

// Lets callers in by their token: `authorization: Bearer TOKEN`, and `entente-instance: NAME` where there are several.
// Wrong and missing tokens are refused and counted. Thread-safe. The instances outlive it.
class Door {
 public:
  explicit Door(std::vector<Tenant> tenants) : tenants_(std::move(tenants)) {}

  // UNAUTHENTICATED TOKEN_MISSING or TOKEN_WRONG; NOT_FOUND INSTANCE_UNKNOWN; INVALID_ARGUMENT INSTANCE_NOT_NAMED.
  absl::StatusOr<Instance*> AdmitOperator(const grpc::ServerContextBase& context);
  absl::StatusOr<Instance*> AdmitConnector(const grpc::ServerContextBase& context, Side side);
  // The instance the caller names, before the token is looked at.
  absl::StatusOr<Instance*> Named(const grpc::ServerContextBase& context);

  std::uint64_t refused() const { return refused_; }
  const std::vector<Tenant>& tenants() const { return tenants_; }

 private:
  absl::StatusOr<const Tenant*> Find(const grpc::ServerContextBase& context) const;
  absl::Status Compare(const grpc::ServerContextBase& context, std::string_view token);

  std::vector<Tenant> tenants_;
  std::atomic<std::uint64_t> refused_ = 0;
};

// What a call ends with that the end of the engine cut short: UNAVAILABLE, ENGINE_STOPPING.
absl::Status EngineStopping();

}  // namespace entente
