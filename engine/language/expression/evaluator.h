#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "absl/container/inlined_vector.h"
#include "engine/language/expression/bindings.h"
#include "engine/language/expression/function.h"
#include "engine/language/expression/operand.h"
#include "engine/language/expression/syntax.h"

namespace entente {

// One evaluation of a checked tree. For one thread, one use.
//
// Every node visited costs a step, and whatever is copied, compared or gone through costs what it weighs (members.h): the time and the
// memory of an evaluation are bounded by its steps.
class Evaluator {
 public:
  // `variables` by index of the tree's names. Borrows both.
  Evaluator(std::string_view text, std::span<const Binding> variables, int locals, std::int64_t steps_max);

  Operand Evaluate(const Node& node);
  bool ran_out_of_steps() const { return steps_left_ < 0; }
  std::int64_t steps_left() const { return steps_left_; }

 private:
  Operand Fail(const Node& node, std::string sentence) const;
  Operand FailOfCost(const Node& node) const;
  Operand From(const Node& node, Outcome outcome) const;
  std::string Shown(const Node& node) const;
  // "'a.b' is text".
  std::string Shown(const Node& node, const Value& value) const;
  // False when the bound is reached.
  bool Spend(std::int64_t steps);
  bool SpendWeight(const Value& value);

  Operand EvaluateName(const Node& node) const;
  Operand EvaluateSelect(const Node& node);
  Operand EvaluateIndex(const Node& node);
  Operand EvaluateUnary(const Node& node);
  Operand EvaluateBinary(const Node& node);
  Operand EvaluateLogic(const Node& node);
  Operand EvaluateIn(const Node& node, Operand& left, Operand& right);
  Operand EvaluateConditional(const Node& node);
  Operand EvaluateCall(const Node& node);
  Operand EvaluateList(const Node& node);
  Operand EvaluateMap(const Node& node);
  Operand EvaluateComprehension(const Node& node);
  Operand Quantify(const Node& node, const List& items);
  Operand Collect(const Node& node, const List& items);
  // Of a comprehension for one item: a bool, or a failure.
  Operand Holds(const Node& condition);

  std::string_view text_;
  std::span<const Binding> variables_;
  absl::InlinedVector<const Value*, 4> locals_;
  std::int64_t steps_left_;
};

}  // namespace entente
