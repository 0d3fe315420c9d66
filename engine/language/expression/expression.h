#pragma once

#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "engine/core/value.h"
#include "engine/language/expression/bindings.h"
#include "engine/language/expression/environment.h"
#include "engine/language/expression/type.h"

namespace entente {

struct Node;

// One expression of the Common Expression Language, parsed and checked against the types of what it reads.
//
// Total: evaluation has no side effect, reads no clock, and ends within a bound of steps, which bounds its memory too. Parts that read
// nothing are evaluated once, at load. Numbers are int and exact decimal, never double.
// Null: a field that is absent reads as null; == and != compare with null, questions about null are answered no or 0, text functions of
// null are null, arithmetic, order and logic on null are faults. See README.md for what differs from CEL and what is added.
// Immutable; copies share the tree; any thread.
class Expression {
 public:
  // Steps an evaluation may take unless told otherwise.
  static constexpr std::int64_t kStepsMax = 1'000'000;

  // INVALID_ARGUMENT "EXPRESSION_INVALID: column 5 of …: what is wrong; what to do". `wanted`: the type it must give, dyn for any.
  static absl::StatusOr<Expression> Compile(std::string_view text, const Environment& environment, const Type& wanted = Type());

  // FAILED_PRECONDITION "EXPRESSION_FAILED: …" when it has no value for these bindings, RESOURCE_EXHAUSTED "EXPRESSION_TOO_COSTLY: …".
  // The message names the expression and the place, never a value.
  absl::StatusOr<Value> Evaluate(const Bindings& bindings, std::int64_t steps_max = kStepsMax) const;
  // The same, with one binding for each of variables(), in that order: what is evaluated often looks up no name.
  absl::StatusOr<Value> Evaluate(std::span<const Binding> bindings, std::int64_t steps_max = kStepsMax) const;

  const std::string& text() const;
  const Type& ResultType() const;
  // What it reads: "sage.CT_Num" for a field of a record, "value" for a variable. A record used as a whole is its name alone.
  const std::set<std::string>& paths() const;
  // The variables among them, in the order of their first use.
  const std::vector<std::string>& variables() const;
  // The checked tree, for what is said of it without evaluating; lives as long as any copy.
  const Node& root() const;

 private:
  struct Compiled;
  explicit Expression(std::shared_ptr<const Compiled> compiled) : compiled_(std::move(compiled)) {}

  std::shared_ptr<const Compiled> compiled_;
};

}  // namespace entente
