#include "engine/core/field_step.h"

#include <utility>

namespace entente {
namespace {

using Action = FieldVerdict::Action;

// Counts another time that the target does not hold what it was sent.
Unheld Counted(const Unheld& before, const Value& sent, const Value& found) {
  if (before.sent == sent && before.found == found) return {sent, found, before.times + 1};
  return {sent, found, 1};
}

// A write that undoes an edit of the target: unless that "edit" is how the system renders what it is sent.
void Revert(const FieldVerdict& verdict, const FieldSituation& s, const FieldProgress& progress, FieldStep& step) {
  const Side target = verdict.target;
  if (!progress.is_owed[target]) {
    step.unheld = Counted(progress.unheld[target], s.now[Other(target)], s.now[target]);
    if (step.unheld->times > kRenderingsBeforeAccepted) {
      step.settles = step.is_not_held = true;
      return;
    }
    step.reverts = true;
  }
  step.writes[target] = verdict.value;
}

}  // namespace

FieldStep StepOf(const FieldVerdict& verdict, const FieldSituation& s, const FieldProgress& progress) {
  FieldStep step;
  switch (verdict.action) {
    case Action::kNothing:
      // Seen as we sent it: the same edit made again later is an edit, not a rendering.
      step.forgets_unheld = progress.is_observed;
      break;
    case Action::kSettle:
      step.settles = true;
      step.reverts = verdict.reverted;
      break;
    case Action::kAsk: break;
    case Action::kFlag: step.drift = verdict.value; break;
    case Action::kRefused:
      // A target that is missing may come: the write is composed all the same, which subscribes or waits.
      if (verdict.text == kTargetMissing) {
        step.writes[verdict.target] = s.now[Other(verdict.target)];
      } else {
        step.refused = verdict.text;
      }
      break;
    case Action::kWriteBoth:
      for (Side side : kSides) {
        if (!(s.now[side] == verdict.value)) step.writes[side] = verdict.value;
      }
      break;
    case Action::kWrite:
      if (verdict.reverted) {
        Revert(verdict, s, progress, step);
      } else {
        step.ends_foreign_edit = true;
        step.writes[verdict.target] = verdict.value;
      }
      break;
  }
  return step;
}

Both<Value> BaseAfterWrite(Side target, Value image, Value source_held) {
  Both<Value> base;
  base[target] = std::move(image);
  base[Other(target)] = std::move(source_held);
  return base;
}

}  // namespace entente
