#pragma once

#include "engine/pipeline/event.h"
#include "engine/pipeline/turn.h"

// Which dirty links are decided now, and which later: by lane, entity rank (parents first), link.
//
// A first load goes by stages: links of a rank are decided once the listings of their entities are whole on both sides and nothing of
// a lower rank is left to decide or to create. So a child is composed once, with its parents in place, and nothing is written twice.
namespace entente {

// Links that waited for what has now happened become dirty.
void TakeWakes(Turn& turn);

// Decides what this turn made dirty and, when the event is a timer, what waited, as far as there is room. What is left over waits on disk.
void DecideDirty(Turn& turn, const Event& event);

// Some dirty link may be decided now.
bool HasDecidable(const State& state);

}  // namespace entente
