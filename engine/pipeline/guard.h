#pragma once

#include <string>

#include "absl/status/status.h"
#include "engine/pipeline/turn.h"

// Holds and budgets: what stands between a decision and a write that could do harm in numbers.
namespace entente {

// True once the delete may go; else it waits in the hold and the link is decided again when the hold is judged.
bool MayDelete(Turn& turn, const EntityRule& entity, Link& link, Side target);
// The reason for the held delete is gone: the record came back, found a partner, or the rules changed.
void DropHold(Turn& turn, Link& link, const std::string& why);
// Judges the holds whose window ended, all of an entity and side together.
void JudgeHolds(Turn& turn);

// An undo's deletes: OK where those of each entity and side are within what is left of the day's budget, or all of them together within what
// was approved with the plan. FAILED_PRECONDITION OVER_DELETE_BUDGET.
absl::Status MayDeleteAll(const State& state, const Plan& plan, std::int64_t now);
// They count from now on.
void SpendDeletes(State& state, const Plan& plan, std::int64_t now);
// Deletes of the entity on a side within a day that ask nobody, of so many links.
std::int64_t DeleteBudget(const EntityRule& entity, std::int64_t links);

// True when one more change of the entity on this side stays within the budget of the hour; else opens the group item and parks.
bool MayChange(Turn& turn, const EntityRule& entity, Link& link, Side target);

}  // namespace entente
