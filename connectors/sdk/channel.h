#pragma once

#include <memory>
#include <string>

#include <grpcpp/grpcpp.h>

#include "absl/status/statusor.h"
#include "connectors/sdk/runner.h"

namespace entente::sdk {

// A channel to the engine. INVALID_ARGUMENT TLS_REQUIRED when the options would send the token unprotected; TLS_ROOT_MISSING,
// TLS_ROOT_UNREADABLE.
absl::StatusOr<std::shared_ptr<::grpc::Channel>> MakeChannel(const RunnerOptions& options);

// The value of the metadata entry `authorization`, with the token read now.
absl::StatusOr<std::string> Authorization(const RunnerOptions& options);

// A failed call as people read it: the engine's own reason and sentence where it gave them, else why nobody answered:
// ENGINE_UNREACHABLE, NOT_AN_ENGINE, TLS_CERTIFICATE_REFUSED, TLS_NOT_SPOKEN.
absl::Status Explained(const absl::Status& status, const RunnerOptions& options);

}  // namespace entente::sdk
