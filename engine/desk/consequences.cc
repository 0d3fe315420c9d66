#include "engine/desk/consequences.h"

#include <algorithm>
#include <utility>

namespace entente {

absl::StatusOr<std::vector<Consequence>> ConsequencesOf(const WorkItem& item, const PlanMaker& make_plan) {
  if (item.state != WorkItem::State::kOpen) {
    return absl::FailedPreconditionError("ITEM_CLOSED: the work item is closed already, so that no answer to it does anything. See its resolution.");
  }
  std::vector<std::string> choices = item.choices;
  if (std::find(choices.begin(), choices.end(), "dismiss") == choices.end()) choices.push_back("dismiss");
  std::vector<Consequence> consequences;
  for (const std::string& choice : choices) {
    PlanRequest request;
    request.kind = "answer";
    request.answer = ResolveItem{item.id, choice};
    absl::StatusOr<Plan> plan = make_plan(request);
    if (!plan.ok()) return plan.status();
    Consequence consequence;
    consequence.choice = choice;
    consequence.writes_count = static_cast<std::int64_t>(plan->writes.size());
    if (plan->writes.size() > kConsequenceWritesMax) plan->writes.resize(kConsequenceWritesMax);
    consequence.writes = std::move(plan->writes);
    consequence.held = std::move(plan->held);
    consequences.push_back(std::move(consequence));
  }
  return consequences;
}

}  // namespace entente
