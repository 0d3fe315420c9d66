#pragma once

#include "engine/pipeline/turn.h"

// Which value wins, field by field, for a record that stands on both sides; what follows is queued, parked or told.
namespace entente {

void DecideFields(Turn& turn, const EntityRule& entity, Link& link);

}  // namespace entente
