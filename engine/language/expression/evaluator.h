#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "engine/language/expression/bindings.h"
#include "engine/language/expression/function.h"
#include "engine/language/expression/syntax.h"

namespace entente {

// What a node gives: a value of its own, a borrowed one, a borrowed record, or a fault with its place.
class Operand {
 public:
  struct Failure {
    std::size_t offset;
    std::string sentence;
  };

  Operand() = default;
  Operand(Value value) : held_(std::move(value)) {}
  explicit Operand(Failure failure) : held_(std::move(failure)) {}
  static Operand Borrowed(const Value* value);
  static Operand Record(const Fields* fields);

  const Failure* failure() const { return std::get_if<Failure>(&held_); }
  // REQUIRES: no failure. A borrowed record is copied into a map when it is first needed as a value.
  const Value& value();
  // The record or map behind it, or null.
  const Fields* fields() const;
  bool IsNull() const;
  bool is_borrowed() const { return !std::holds_alternative<Value>(held_); }

 private:
  std::variant<Value, const Value*, const Fields*, Failure> held_;
};

// One evaluation of a checked tree. For one thread, one use.
class Evaluator {
 public:
  // `variables` by index of the tree's names; null pointers are unbound.
  Evaluator(std::string_view text, std::vector<const Bindings::Entry*> variables, int locals, std::int64_t steps_max);

  Operand Evaluate(const Node& node);
  bool ran_out_of_steps() const { return steps_left_ < 0; }

 private:
  Operand Fail(const Node& node, std::string sentence) const;
  Operand From(const Node& node, Outcome outcome) const;
  std::string Shown(const Node& node) const;
  // False when the bound is reached.
  bool Spend(std::int64_t steps);

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

  std::string_view text_;
  std::vector<const Bindings::Entry*> variables_;
  std::vector<const Value*> locals_;
  std::int64_t steps_left_;
};

}  // namespace entente
