#include <deque>

#include "absl/strings/str_cat.h"
#include "engine/simulation/checkers/checkers.h"

// 10. Deletes a day never exceed the budget: max(least, share of the records), but what a person approved.
namespace entente::simulation {
namespace {

constexpr std::int64_t kDay = 86'400'000'000;

}  // namespace

void CheckBudgets(const Scene& scene, Verdicts& verdicts) {
  if (scene.is_state_lost || scene.is_pack_changed) return;   // what was spent was forgotten with it
  std::set<std::string> approved;
  for (const WorkItem& item : scene.work) {
    if (item.reason == "mass_delete" && item.resolution == "approve") approved.insert(item.entity);
  }
  std::map<std::pair<Side, std::string>, std::deque<std::int64_t>> deletes;
  for (const WriteSeen& write : scene.ledger.writes) {
    if (write.verb != Verb::kDelete || !write.had_effect) continue;
    const Ground* ground = scene.terrain.FindOf(write.side, write.resource);
    if (approved.contains(ground->entity->name)) continue;
    auto& recent = deletes[{write.side, write.resource}];
    while (!recent.empty() && write.at_micros - recent.front() >= kDay) recent.pop_front();
    recent.push_back(write.at_micros);
    // Far fewer than a hundred times the least number of records are played, so the share never counts for more.
    const std::size_t most = static_cast<std::size_t>(ground->entity->delete_budget_min);
    if (recent.size() > most) verdicts.Break("budgets", absl::StrCat(recent.size(), " records of ", scene.pack.sides[write.side].name, ".", write.resource, " were deleted within a day; ", most, " are allowed"));
  }
}

}  // namespace entente::simulation
