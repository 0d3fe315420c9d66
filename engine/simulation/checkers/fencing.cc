#include <algorithm>

#include "absl/strings/str_cat.h"
#include "engine/simulation/checkers/checkers.h"

// 13. A stale engine's write is refused by a system that stores the highest epoch, and prevented elsewhere: nothing takes effect in the name
// of an engine after a write of its successor did.
namespace entente::simulation {

void CheckFencing(const Scene& scene, Verdicts& verdicts) {
  Both<std::uint64_t> highest{};
  for (const WriteSeen& write : scene.ledger.writes) {
    if (!write.had_effect) continue;
    if (write.epoch < highest[write.side]) {
      verdicts.Break("fencing", absl::StrCat("write ", write.id, " of engine ", write.epoch, " took effect in ", scene.pack.sides[write.side].name, " after one of engine ", highest[write.side]));
    }
    highest[write.side] = std::max(highest[write.side], write.epoch);
  }
}

}  // namespace entente::simulation
