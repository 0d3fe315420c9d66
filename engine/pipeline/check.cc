#include "engine/pipeline/check.h"

#include "absl/strings/str_cat.h"
#include "engine/pipeline/compose.h"
#include "engine/pipeline/target.h"
#include "engine/pipeline/work.h"

namespace entente {

bool PassesChecks(Turn& turn, const EntityRule& entity, Link& link) {
  bool passes = true;
  for (const Check& check : entity.checks) {
    const absl::StatusOr<Value> holds = EvaluateWithTargets(turn, entity, *check.holds, link);
    if (!holds.ok()) {
      FormulaFailed(turn, link, holds.status());
      return false;
    }
    const bool* good = holds->As<bool>();
    if (good == nullptr || *good) {
      CloseItem(turn, link, check.name, "in order");
      continue;
    }
    const bool error = check.severity == Severity::kError;
    const WorkItemId id = OpenItem(turn, link, check.name, -1, {{"check", check.name}}, {"retry"});
    WorkItem& item = turn.EditWork(id);
    item.message_fr = check.message_fr;
    item.message_en = check.message_en;
    if (error) {
      Park(turn, link, check.name, "");
      passes = false;
    }
  }
  return passes;
}

std::vector<std::string> FailedChecks(Turn& turn, const EntityRule& entity, const Link& link, Severity severity) {
  std::vector<std::string> texts;
  for (const Check& check : entity.checks) {
    if (check.severity != severity) continue;
    const absl::StatusOr<Value> holds = EvaluateWithTargets(turn, entity, *check.holds, link);
    if (holds.ok() && holds->As<bool>() && !*holds->As<bool>()) texts.push_back(absl::StrCat(check.message_fr, " (", check.name, ")"));
  }
  return texts;
}

}  // namespace entente
