#pragma once

#include <optional>

#include "engine/pipeline/turn.h"

// What is owed to each side: queued with the decision, handed over as the connectors take it, at most one a link and side under way.
namespace entente {

// Queues the delivery in place of one that was not sent yet. The same content again keeps its place.
void Queue(Turn& turn, const EntityRule& entity, Link& link, Side target, Delivery delivery);
// Takes back what was not handed over yet.
void Withdraw(Turn& turn, Link& link, Side target);

// Hands over what is due, in the order of lanes, as far as the connectors take it; questions first. Nothing goes to a side whose session
// begins or ends in this very turn: the state still holds the former one, which answers no more. `is_brief`: of deliveries only those that
// somebody waits for.
void HandOver(Turn& turn, std::optional<Side> changes_session, bool is_brief);

// The delivery was answered (or given up): it leaves the outbox.
void Leave(Turn& turn, Link& link, Side target);
// It will be looked at again at `at_micros`.
void Postpone(Turn& turn, Link& link, Side target, std::int64_t at_micros, bool sent);

// A delivery may leave now: it was queued in the turn that has just ended, or was left over for want of room.
bool MaySend(const State& state, std::int64_t now);
// When the next delivery or question that waits for a time is due, after `now`; 0: none.
std::int64_t NextDue(const State& state, std::int64_t now);

// Deterministic jitter of ±20 %, doubled with every attempt, at most the longest.
std::int64_t BackoffMicros(const Tuning& tuning, LinkId link, int attempts);

}  // namespace entente
