#pragma once

#include "engine/pipeline/turn.h"

// What the connectors answered: receipts settle the base, failures are one of five, answers to questions are observations.
namespace entente {

void TakeResults(Turn& turn, const ResultBatch& batch);

// Deliveries whose answer was lost and whose settle time is over are searched for, then repeated.
void ChaseUncertain(Turn& turn);

// Everything handed over by a former session or engine is uncertain from now on.
void AllUncertain(Turn& turn, Side side);

void RetryDead(Turn& turn, WorkItemId id, std::uint64_t request);
void DiscardDead(Turn& turn, WorkItemId id, std::uint64_t request);

}  // namespace entente
