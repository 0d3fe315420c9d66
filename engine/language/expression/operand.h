#pragma once

#include <cstddef>
#include <string>
#include <variant>

#include "engine/core/value.h"

namespace entente {

// What a part of an expression gives while it is evaluated: a value of its own, a borrowed one, a borrowed record, or a failure with its
// place. Borrowed means: of the bindings, of a literal or of a list being gone through, all of which outlive the evaluation or the step.
class Operand {
 public:
  struct Failure {
    std::size_t offset;
    std::string sentence;
  };

  Operand() = default;
  Operand(Value value) : held_(std::move(value)) {}
  explicit Operand(Failure failure) : held_(std::move(failure)) {}
  static Operand Borrowed(const Value* value) { return Operand(Held(value)); }
  static Operand Record(const Fields* fields) { return Operand(Held(fields)); }
  // A part of this operand: borrowed where the whole is.
  Operand Part(const Value& part) const { return is_own() ? Operand(part) : Borrowed(&part); }

  const Failure* failure() const { return std::get_if<Failure>(&held_); }
  // REQUIRES: no failure. A borrowed record is copied into a map when it is first needed as a value.
  const Value& value();
  // The same, to keep.
  Value Release();
  // The record or map behind it, or null.
  const Fields* fields() const;
  bool IsNull() const;
  bool is_own() const { return std::holds_alternative<Value>(held_); }

 private:
  using Held = std::variant<Value, const Value*, const Fields*, Failure>;
  explicit Operand(Held held) : held_(std::move(held)) {}

  Held held_;
};

}  // namespace entente
