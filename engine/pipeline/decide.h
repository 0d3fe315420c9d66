#pragma once

#include "engine/core/life.h"
#include "engine/pipeline/turn.h"

// A dirty link is decided: existence first, then field by field, by the pure functions of core. What follows is queued, parked or told.
namespace entente {

void Decide(Turn& turn, LinkId id);

// What the rules of its life say of the link's existence.
LifeVerdict DecideExistence(Turn& turn, const EntityRule& entity, const Link& link);

// A record of side `here` that stands alone looks for its partner.
bool Correlates(const EntityRule& entity, const Link& link, Side here);

// The phase of the pack a link is in: the first whose condition holds.
absl::StatusOr<std::string> PhaseOf(const Pack& pack, const EntityRule& entity, const Link& link);

}  // namespace entente
