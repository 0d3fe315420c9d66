#include <algorithm>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "engine/simulation/checkers/checkers.h"

// 7. The writes of a record arrive in the order they were decided.
namespace entente::simulation {

void CheckOrder(const Scene& scene, Verdicts& verdicts) {
  // An engine that began with a state of yesterday owes again what was owed then.
  if (scene.is_state_lost) return;
  std::map<std::tuple<Side, std::string, std::uint64_t>, DeliveryId> last;
  for (const WriteSeen& write : scene.ledger.writes) {
    if (write.uid == 0 || !write.had_effect) continue;
    DeliveryId& before = last[{write.side, write.resource, write.uid}];
    if (write.id < before) verdicts.Break("order", absl::StrCat("write ", write.id, " to ", scene.pack.sides[write.side].name, ".", write.resource, " ", write.key, " arrived after ", before, ", decided later"));
    before = std::max(before, write.id);
  }
}

}  // namespace entente::simulation
