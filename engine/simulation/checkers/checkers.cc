#include "engine/simulation/checkers/checkers.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace entente::simulation {

void Verdicts::Break(std::string checker, std::string sentence) {
  constexpr std::size_t kViolationsMax = 50;
  if (violations.size() < kViolationsMax) violations.push_back({std::move(checker), std::move(sentence)});
}

std::string ShownReason(const Scene& scene, const Link& link) {
  if (link.parked) return link.parked->reason;
  for (const auto& [reason, item] : link.items) return reason.substr(0, reason.find(':'));
  for (Side side : kSides) {
    if (link.owed[side] && link.owed[side]->state == Delivery::State::kDead) return "dead_letter";
    if (link.members[side].presence == Presence::kOutOfScope) return "out_of_scope";
  }
  for (const auto& [group, item] : scene.status.open_groups) {
    if (group.starts_with("mass_")) return "mass_change";
    if (group.starts_with("columns:")) return "column_missing";
    if (group.starts_with("canary")) return "canary_missing";
    if (group.starts_with("label")) return "label_without_partner";
  }
  return "";
}

std::string PlaceOf(const Scene& scene, const Link& link) {
  std::string text = absl::StrCat("link ", link.id, " (");
  for (Side side : kSides) {
    const Member& member = link.members[side];
    absl::StrAppend(&text, side == Side::kRight ? " / " : "", scene.pack.sides[side].name, ".", member.resource, " ", member.key.empty() ? "-" : member.key);
  }
  return text + ")";
}

std::uint64_t BirthOf(const Scene& scene, const Link& link) {
  std::uint64_t birth = 0;
  for (Side side : kSides) {
    const Member& member = link.members[side];
    const Record* record = scene.systems[side]->Find(member.resource, member.key);
    if (record == nullptr || record->birth == 0) return 0;
    if (birth != 0 && birth != record->birth) return 0;
    birth = record->birth;
  }
  return birth;
}

void Judge(const Scene& scene, Verdicts& verdicts) {
  CheckQuiescence(scene, verdicts);
  CheckConvergence(scene, verdicts);
  CheckLostEdits(scene, verdicts);
  CheckResurrection(scene, verdicts);
  CheckProvenance(scene, verdicts);
  CheckSecondPass(scene, verdicts);
  CheckOrder(scene, verdicts);
  CheckReadOnly(scene, verdicts);
  CheckParentsFirst(scene, verdicts);
  CheckBudgets(scene, verdicts);
  CheckSingleRecords(scene, verdicts);
  CheckFencing(scene, verdicts);
  CheckLinks(scene, verdicts);
  CheckDocuments(scene, verdicts);
  CheckBounds(scene, verdicts);
  CheckErasure(scene, verdicts);
}

}  // namespace entente::simulation
