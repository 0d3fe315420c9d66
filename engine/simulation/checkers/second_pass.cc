#include "absl/strings/str_cat.h"
#include "engine/simulation/checkers/checkers.h"

// 6. A second pass writes nothing, in either system; duplicated and replayed messages changed nothing either, for the rest they ended in.
namespace entente::simulation {

void CheckSecondPass(const Scene& scene, Verdicts& verdicts) {
  if (!scene.is_at_rest) return;
  if (scene.writes_after_rest != 0) verdicts.Break("second_pass", absl::StrCat("a pass over systems at rest wrote ", scene.writes_after_rest, " times"));
  if (scene.state_before_pass != scene.state_after_pass) verdicts.Break("second_pass", "a pass over systems at rest changed what the engine remembers of a link");
}

}  // namespace entente::simulation
