#include <algorithm>

#include "absl/strings/str_cat.h"
#include "engine/simulation/checkers/checkers.h"

// 1. From any reachable state, at most 3 rounds plus the depth of the parent chain until a pass writes nothing.
namespace entente::simulation {
namespace {

constexpr int kRounds = 3;

// The longest chain of entities each of which has to be there before the next.
int DepthOf(const Terrain& terrain) {
  std::map<std::string, int> depth;
  int deepest = 0;
  for (std::size_t round = 0; round < terrain.grounds().size(); ++round) {
    for (const Ground& ground : terrain.grounds()) {
      for (const FieldRule& field : ground.entity->fields) {
        if (field.target.empty() || field.target == ground.entity->name) continue;
        const int below = depth[field.target] + 1;
        if (below <= static_cast<int>(terrain.grounds().size())) depth[ground.entity->name] = std::max(depth[ground.entity->name], below);
      }
    }
  }
  for (const auto& [entity, levels] : depth) deepest = std::max(deepest, levels);
  return deepest;
}

}  // namespace

void CheckQuiescence(const Scene& scene, Verdicts& verdicts) {
  const int most = kRounds + DepthOf(scene.terrain);
  if (!scene.is_at_rest) verdicts.Break("quiescence", absl::StrCat("it does not come to rest: the ", scene.rounds, "th pass still writes"));
  else if (scene.rounds > most) verdicts.Break("quiescence", absl::StrCat("only the ", scene.rounds, "th pass writes nothing; ", most, " are allowed"));
}

}  // namespace entente::simulation
