#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "engine/certificate/decisions.h"

namespace entente::certificate::testing {

// The engine's decisions with one seeded defect.
struct Mutant {
  std::string name;
  Decisions decisions;
};

inline void PrintTo(const Mutant& mutant, std::ostream* out) { *out << mutant.name; }

const std::vector<Mutant>& MergeMutants();
const std::vector<Mutant>& LifeMutants();

}  // namespace entente::certificate::testing
