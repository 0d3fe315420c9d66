#pragma once

#include <vector>

#include "engine/core/rule_change.h"
#include "engine/language/pack.h"

namespace entente {

// Every rule that one pack has otherwise than the other, or alone, in the order of the packs; with the rules of entities that behave
// otherwise because of it: a field follows from its table, its parameters and the policies above it. What is only said otherwise (a label,
// the order of fields) touches nothing. Values of secret parameters are not shown. Pure.
std::vector<RuleChange> DiffPacks(const LoadedPack& before, const LoadedPack& after);

}  // namespace entente
