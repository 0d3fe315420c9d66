#pragma once

#include <cstdint>

#include "engine/pipeline/turn.h"

// What sets entities going besides the intervals of their feeds: hours of days, a session that begins, the state of a record.
namespace entente {

// Feeds whose hours have come are polled. Hours that passed while the engine or the connector was away are made up for once.
void PollByCalendar(Turn& turn);
// When hours come next; 0: none.
std::int64_t NextCalendar(const State& state);

// Feeds that are polled when a session of the side begins.
void PollAtReconnect(Turn& turn, const SessionInfo& session);

// The record stands on one side alone and the pack does not let it go on yet: it is parked until it, or what it refers to, changes.
bool AwaitsState(Turn& turn, const EntityRule& entity, Link& link);

}  // namespace entente
