#include "engine/simulation/checkers/checkers.h"

// 8. Zero writes to a read-only field or side. 9. No child before its parent's receipt. Both are seen by the system as the write arrives,
// against what its catalogue says and what it has.
namespace entente::simulation {
namespace {

void Tell(const Scene& scene, const std::string& checker, Verdicts& verdicts) {
  for (const auto& [which, sentence] : scene.ledger.broken) {
    if (which == checker) verdicts.Break(which, sentence);
  }
}

}  // namespace

void CheckReadOnly(const Scene& scene, Verdicts& verdicts) { Tell(scene, "read_only", verdicts); }
void CheckParentsFirst(const Scene& scene, Verdicts& verdicts) { Tell(scene, "parents_first", verdicts); }

}  // namespace entente::simulation
