#pragma once

#include <functional>
#include <string>

#include "engine/simulation/history.h"
#include "engine/simulation/world.h"

namespace entente::simulation {

struct Shrunk {
  History history;          // fewest events that still break the same invariant
  Violation violation;      // as it reads there
  bool is_plain = false;    // both systems are without quirks, and nobody's summer time ends
  int runs = 0;
};

// Leaves out of a history what its violation does not need: halves, quarters … single events (delta debugging), then the quirks of the
// systems. Deterministic but for `is_enough`, asked between two runs.
Shrunk Shrink(const Terrain& terrain, const History& history, const Violation& violation, const RunOptions& options, const std::function<bool()>& is_enough);

}  // namespace entente::simulation
