#pragma once

#include <string>
#include <vector>

#include "engine/certificate/decisions.h"

namespace entente::certificate::testing {

// The engine's decisions with one seeded defect.
struct Mutant {
  std::string name;
  Decisions decisions;
};

const std::vector<Mutant>& MergeMutants();
const std::vector<Mutant>& LifeMutants();

}  // namespace entente::certificate::testing
