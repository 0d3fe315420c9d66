#pragma once

#include <functional>
#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "engine/pipeline/plan.h"
#include "engine/plan/planner.h"

namespace entente {

// A plan that takes back what the engine wrote: of every record and field what stood there before, where our value still stands. Whatever
// was edited since stays, and so does what cannot be undone; the plan says each with its reason. Undo of a create is a delete, only where
// nobody else wrote to the record or refers to it; undo of a delete brings the record back and says what is lost. Writes that an undo took
// back already are not met again: a second undo of the same scope is empty. Children are deleted before, and brought back after, their
// parents. Reads the snapshot in the calling thread; nothing is written and nobody is asked.
//
// SESSION_MISSING: a side is not connected, so it is not known what its system can do. NOT_FOUND RUN_UNKNOWN; FAILED_PRECONDITION
// RUN_GOES_ON: the run has not ended. CANCELLED when `is_cancelled` answers true.
absl::StatusOr<Plan> MakeUndo(const PlanGround& ground, const PlanRequest& request, const std::function<bool()>& is_cancelled);

// Deletes of an undo, by number, of records that something refers to now, though nothing did when the plan was made. Of other plans: none.
absl::StatusOr<std::map<int, std::string>> ReferencedSince(const StoreSnapshot& snapshot, const Plan& undo, const std::function<bool()>& is_cancelled);

}  // namespace entente
