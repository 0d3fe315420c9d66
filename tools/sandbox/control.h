#pragma once

#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "tools/sandbox/http_host.h"
#include "tools/sandbox/system.h"

namespace entente::sandbox {

// Starts the control interface: POST /control/v1/{system}/{action} with a JSON object answers with what System::Act answers, and
// GET /control/v1/{system}/help with its help. Errors: {"error":{"code":"NOT_FOUND","message":"…"}} with status 400, 404, 409, 412 or 500.
// The systems outlive the host.
absl::StatusOr<std::unique_ptr<HttpHost>> StartControl(int port, std::vector<System*> systems);

}  // namespace entente::sandbox
