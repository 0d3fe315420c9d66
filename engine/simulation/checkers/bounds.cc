#include "absl/strings/str_cat.h"
#include "engine/simulation/checkers/checkers.h"

// 16. Queues within stated bounds: no connector is handed more operations than it asked for, at rest nothing waits to be decided or sent but
// what is shown, and what was stored reads back as it was written.
namespace entente::simulation {

void CheckBounds(const Scene& scene, Verdicts& verdicts) {
  for (Side side : kSides) {
    if (scene.is_overrun[side]) verdicts.Break("bounds", absl::StrCat("the connector of ", scene.pack.sides[side].name, " was handed more operations than it took"));
  }
  if (scene.is_at_rest && scene.status.dirty > 0) verdicts.Break("bounds", absl::StrCat(scene.status.dirty, " links wait to be decided at rest"));
  const std::size_t most = 2 * scene.links.size();
  if (scene.status.outbox_left + scene.status.outbox_right > most) verdicts.Break("bounds", "more writes are owed than links have sides");
  for (const std::string& what : scene.damaged) verdicts.Break("stored_values", absl::StrCat(what, " did not come back from its bytes as it was written"));
}

}  // namespace entente::simulation
