#pragma once

#include "engine/core/rules.h"
#include "engine/language/problems.h"

namespace entente {

// What can be said of a compiled pack without a catalogue: names, ranks and targets that fit together, nothing that two rules
// write at once, references that never point down the order of work.
void CheckPack(const Pack& pack, Problems& problems);

}  // namespace entente
