#include "engine/rpc/door.h"

#include <grpcpp/server_context.h>

#include "absl/strings/str_cat.h"
#include "engine/runtime/error.h"
#include "engine/runtime/secret_file.h"

namespace entente {
namespace {

constexpr std::string_view kBearer = "Bearer ";

// Empty when there is no such entry.
std::string_view Entry(const grpc::ServerContextBase& context, const char* name) {
  const auto& entries = context.client_metadata();
  const auto it = entries.find(name);
  return it == entries.end() ? std::string_view() : std::string_view(it->second.data(), it->second.size());
}

}  // namespace

absl::StatusOr<const Tenant*> Door::Find(const grpc::ServerContextBase& context) const {
  const std::string_view name = Entry(context, "entente-instance");
  if (name.empty() && tenants_.size() == 1) return &tenants_.front();
  if (name.empty()) {
    return MakeError(absl::StatusCode::kInvalidArgument, "INSTANCE_NOT_NAMED", "This engine runs several instances. Name one: --instance NAME, or the metadata entry entente-instance.");
  }
  for (const Tenant& tenant : tenants_) {
    if (tenant.instance->name() == name) return &tenant;
  }
  return MakeError(absl::StatusCode::kNotFound, "INSTANCE_UNKNOWN", absl::StrCat("This engine has no instance \"", std::string(name), "\". Check the name against its configuration."));
}

absl::Status Door::Compare(const grpc::ServerContextBase& context, std::string_view token) {
  const std::string_view given = Entry(context, "authorization");
  if (given.substr(0, kBearer.size()) != kBearer || given.size() == kBearer.size()) {
    ++refused_;
    return MakeError(absl::StatusCode::kUnauthenticated, "TOKEN_MISSING", "The call carries no token. Give the file of the token: --token-file FILE, or ENTENTE_TOKEN_FILE.");
  }
  if (!token.empty() && SecretsEqual(given.substr(kBearer.size()), token)) return absl::OkStatus();
  ++refused_;
  return MakeError(absl::StatusCode::kUnauthenticated, "TOKEN_WRONG", "The token is not the one of this instance. Use the file in the tokens folder of its state directory.");
}

absl::StatusOr<Instance*> Door::Named(const grpc::ServerContextBase& context) {
  absl::StatusOr<const Tenant*> tenant = Find(context);
  if (!tenant.ok()) return tenant.status();
  return (*tenant)->instance;
}

absl::StatusOr<Instance*> Door::AdmitOperator(const grpc::ServerContextBase& context) {
  absl::StatusOr<const Tenant*> tenant = Find(context);
  if (!tenant.ok()) return tenant.status();
  if (absl::Status compared = Compare(context, (*tenant)->operator_token); !compared.ok()) return compared;
  return (*tenant)->instance;
}

absl::StatusOr<Instance*> Door::AdmitConnector(const grpc::ServerContextBase& context, Side side) {
  absl::StatusOr<const Tenant*> tenant = Find(context);
  if (!tenant.ok()) return tenant.status();
  if (absl::Status compared = Compare(context, (*tenant)->side_tokens[side]); !compared.ok()) return compared;
  return (*tenant)->instance;
}

absl::Status EngineStopping() { return MakeError(absl::StatusCode::kUnavailable, "ENGINE_STOPPING", "The engine is stopping. Try again once it runs."); }

}  // namespace entente
