#pragma once

#include <string>

#include "absl/status/status.h"
#include "engine/core/rules.h"
#include "engine/pipeline/event.h"

namespace entente {

// Whether a system may be joined by the rules of a pack: the system itself, the number of companies, the company of earlier sessions (null:
// there was none), the pack's gates.
// FAILED_PRECONDITION with the reason as "VERSION_NOT_SUPPORTED: sentence".
absl::Status PassesGates(const Pack& pack, const SessionInfo& session, const std::string* company = nullptr);

}  // namespace entente
