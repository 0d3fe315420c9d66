#pragma once

#include <memory>
#include <string>

#include <grpcpp/grpcpp.h>

#include "absl/status/statusor.h"
#include "connectors/sdk/runner.h"

namespace entente::sdk {

// True for addresses that never leave this machine.
bool IsLoopback(const std::string& address);

// A channel to the engine. INVALID_ARGUMENT when the options would send the token unprotected, NOT_FOUND without the root file.
absl::StatusOr<std::shared_ptr<::grpc::Channel>> MakeChannel(const RunnerOptions& options);

// The value of the metadata entry `authorization`, with the token read now.
absl::StatusOr<std::string> Authorization(const RunnerOptions& options);

}  // namespace entente::sdk
