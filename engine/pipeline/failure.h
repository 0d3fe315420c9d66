#pragma once

#include "engine/pipeline/turn.h"

// Writes that did not arrive: tried again, decided anew, searched for, or given up and shown as a dead letter.
namespace entente {

// REQUIRES: something is owed to the side.
void TakeFailure(Turn& turn, const EntityRule& entity, Link& link, Side side, const OperationResult& result, Stamp at);

// Given up: a person reads why.
void Bury(Turn& turn, const EntityRule& entity, Link& link, Side side, const OperationResult& result);

// That person's answer.
void RetryDead(Turn& turn, WorkItemId id, std::uint64_t request);
void DiscardDead(Turn& turn, WorkItemId id, std::uint64_t request);

}  // namespace entente
