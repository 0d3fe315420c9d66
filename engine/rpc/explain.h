#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "engine/core/rules.h"
#include "engine/pipeline/store.h"
#include "engine/pipeline/turn.h"

namespace entente::sync::v1 {
class Explanation;
}  // namespace entente::sync::v1

// Answers to "why does it hold this": from one link and its journal, without asking a system.
namespace entente {

// Fills one entry a field of the entity, or the one named. `journal` is the link's, oldest first. Called in an inquiry
// (engine/pipeline/inquiry.h), so that the rules are evaluated by the code that writes; fills `out` anew each time. A field whose formula
// fails is answered with its error.
void Explain(Turn& turn, const Link& link, const std::vector<JournalEntry>& journal, const std::string& field, sync::v1::Explanation* out);

}  // namespace entente
