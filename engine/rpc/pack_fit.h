#pragma once

#include "absl/status/status.h"
#include "engine/core/rules.h"
#include "engine/pipeline/event.h"

namespace entente {

// Whether the pack's rules and formulas fit what a session's catalogue says: FAILED_PRECONDITION PACK_DOES_NOT_FIT with the first problem,
// its file and line. Columns that are not there are no problem here: their fields rest, and the engine says so. `other` is the session of
// the other side, null while there is none.
absl::Status CheckPackFits(const Pack& pack, const SessionInfo& session, const SessionInfo* other);

}  // namespace entente
