#include "absl/strings/str_cat.h"
#include "engine/simulation/checkers/checkers.h"

// 4. No resurrection except by a restore rule, and no delete by mistake: what the engine made again had a rule that brings it back, and what
// it deleted was deleted by somebody on the other side.
namespace entente::simulation {
namespace {

bool Restores(const LifeRule& rule) { return rule.on_delete == DeleteRule::kRestore || rule.on_delete_if_born_here == DeleteRule::kRestore; }

// In some phase a rule says so; which phase held at that moment only the engine knows.
bool MayRestore(const EntityRule& entity, Side side) {
  for (const auto& [phase, life] : entity.life) {
    if (Restores(life[side])) return true;
  }
  return false;
}

}  // namespace

void CheckResurrection(const Scene& scene, Verdicts& verdicts) {
  for (const WriteSeen& write : scene.ledger.writes) {
    if (!write.had_effect || write.birth == 0) continue;
    const Birth& birth = *scene.ledger.FindBirth(write.birth);
    const EntityRule* entity = scene.pack.Entity(birth.entity);
    if (entity == nullptr || birth.is_blurred || scene.is_pack_changed) continue;
    const std::string place = absl::StrCat(scene.pack.sides[write.side].name, ".", write.resource, " ", write.key);
    if (write.verb == Verb::kDelete && birth.deleted_micros[Other(write.side)] == 0 && birth.deleted_micros[write.side] == 0) {
      verdicts.Break("delete_by_mistake", absl::StrCat(place, " was deleted by the engine (rule ", write.rule, "), and nobody had deleted anything of it"));
    }
    const bool makes = write.verb == Verb::kCreate || write.verb == Verb::kUndelete;
    const std::int64_t deleted = birth.deleted_micros[write.side];
    if (makes && deleted != 0 && deleted < write.at_micros && !scene.is_state_lost && !MayRestore(*entity, write.side)) {
      verdicts.Break("resurrection", absl::StrCat(place, " had been deleted by a user, was made again by the engine, and no rule restores it"));
    }
  }
}

}  // namespace entente::simulation
