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

// The same of a create without a key of ours, whose answer comes no more: a record that nobody linked, and that reads as it was sent, is what it
// made. `lone`: the link of the record, where one is known, which may have read so before; 0: none. The link that has the record now; 0: nobody's.
LinkId TakeShownNew(Turn& turn, const EntityRule& entity, Side side, LinkId lone, const FeedChange& change, const Fields& mapped, Stamp read);

// A read shows a record while an update of it is under way. What reads as it was sent has arrived, and is agreed on: what stands there later is
// somebody's edit, whatever becomes of the answer.
void NoteShown(Turn& turn, const EntityRule& entity, Link& link, Side side, const FeedChange& change);

// A record that nobody linked is gone. What a create without a key of ours made, and whose answer is still awaited, is told by its content:
// then the create is settled, and the record is its link's. False: nothing was made of it.
bool TakeShownGone(Turn& turn, const EntityRule& entity, LinkId lone, Side side, Stamp read);

std::int64_t SettleMicros(const State& state, Side side);

}  // namespace entente
