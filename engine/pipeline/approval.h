#pragma once

#include "engine/pipeline/turn.h"

// One approval for all records that a first load would create. It holds for the links that waited for it, and for no later ones.
namespace entente {

// The link waits, with the others of its entity, for one answer; the work item says how many they are.
void AskApproval(Turn& turn, const EntityRule& entity, Link& link, Side side);

// Takes the answer to what this link waited for, if it came: choices["approve_creates"] is then what the person chose.
void TakeApproval(Turn& turn, Link& link);

// The link has no need of the approval any more (it was linked instead).
void LeaveApproval(Turn& turn, Link& link);

}  // namespace entente
