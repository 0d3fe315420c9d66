#pragma once

#include <string>

#include "engine/pipeline/event.h"
#include "engine/pipeline/turn.h"

// Applying a plan: the links of the plan are decided by the ordinary rules, and a delivery leaves only if it is the very write the plan
// shows. The instance is paused meanwhile: nothing else is decided or sent.
namespace entente {

void StartApply(Turn& turn, const ApplyPlan& what, std::uint64_t request);

// The plan under way, or the planner itself, covers this write: approvals and budgets were given with it.
bool IsPlanned(const State& state, LinkId link, Side side, Verb verb);
// Whether the delivery may leave. False only while a plan is applied and shows another write, or none: that is noted.
bool Admits(Turn& turn, const Link& link, Side side, const Delivery& delivery);
// The delivery left and may be sent.
bool IsAdmitted(const State& state, LinkId link, Side side);
// An admitted delivery ended in a receipt: `key` is the record's.
void NoteApplied(Turn& turn, LinkId link, Side side, const std::string& key);
// Nothing further of the plan is written there, for this reason.
void RefusePlanned(Turn& turn, LinkId link, Side side, const std::string& reason);
// An admitted delivery was refused for good.
void NoteApplyRefused(Turn& turn, LinkId link, Side side, const std::string& code);
// Ends the plan when nothing of it moves any more; what was not made is refused with its reason.
void EndApply(Turn& turn);

}  // namespace entente
