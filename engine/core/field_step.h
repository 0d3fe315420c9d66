#pragma once

#include <optional>
#include <string>

#include "engine/core/link.h"
#include "engine/core/merge.h"

namespace entente {

// How far what was decided before has come, for one field.
struct FieldProgress {
  // What both sides hold was seen, not only sent.
  bool is_observed = true;
  // The same value is on its way to this side already: backing off, or refused for good.
  Both<bool> is_owed{};
  // Values sent and others found instead, by the side they were sent to.
  Both<Unheld> unheld{};
};

// What a verdict does: what is written, and what is remembered from now on. The pipeline carries it out; whoever reasons about rules
// carries it out on values that stand for others.
struct FieldStep {
  // Canonical values to write, by the side they go to. Base follows with the receipt: BaseAfterWrite().
  Both<std::optional<Value>> writes{};
  // Base becomes what both sides hold now.
  bool settles = false;
  // Settled although the target holds another value than it is sent: its rendering, shown as value_not_held.
  bool is_not_held = false;
  // A forbidden edit on the target is undone and told.
  bool reverts = false;
  // What was told of a forbidden edit is over.
  bool ends_foreign_edit = false;
  // The edit stays on the target and is shown.
  std::optional<Value> drift;
  // The field waits; why, as a stable word.
  std::string refused;
  // Nothing is remembered of values not held any more.
  bool forgets_unheld = false;
  // What is remembered of the verdict's target, where that changes.
  std::optional<Unheld> unheld;
};

// The same value sent so often and the same other value found each time: taken for the side's own rendering the next time.
inline constexpr int kRenderingsBeforeAccepted = 2;

// Pure and total.
FieldStep StepOf(const FieldVerdict& verdict, const FieldSituation& situation, const FieldProgress& progress);

// Base once a write arrived: what the target holds of it, and what the source held when it was sent.
Both<Value> BaseAfterWrite(Side target, Value image, Value source_held);

}  // namespace entente
