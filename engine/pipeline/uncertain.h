#pragma once

#include "engine/pipeline/turn.h"

// Writes whose answer was lost. Once the settle time of the system is over they are searched for; what is not found is written again.
namespace entente {

// Deliveries that are due: asks for them.
void ChaseUncertain(Turn& turn);

// Everything handed over by a former session or engine is uncertain from now on.
void AllUncertain(Turn& turn, Side side);

// The answer of a search.
void TakeSearch(Turn& turn, const EntityRule& entity, Link& link, Side side, const OperationResult& result, Stamp at);

// A read of anybody shows a record under the key that a create under way gave it: the create had its effect, whatever becomes of its answer.
// True: it is settled, by what was read.
bool TakeShown(Turn& turn, const EntityRule& entity, Link& link, Side side, const FeedChange& change, Stamp read);

// A record that nobody linked is gone. What a create without a key of ours made, and whose answer is still awaited, is told by its content:
// then the create is settled, and the record is its link's. False: nothing was made of it.
bool TakeShownGone(Turn& turn, const EntityRule& entity, LinkId lone, Side side, Stamp read);

std::int64_t SettleMicros(const State& state, Side side);

}  // namespace entente
