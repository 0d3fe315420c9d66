#pragma once

#include <compare>
#include <optional>

#include "engine/language/expression/function.h"
#include "engine/language/expression/syntax.h"

namespace entente {

// Arithmetic of the language: int stays int and never overflows silently, an int meets a decimal as a decimal, null is a fault.
Outcome Calculate(Operator op, const Value& left, const Value& right);
Outcome Negate(const Value& value);

// Equality of the language: numbers by value, null only equals null, values of different types differ.
bool AreEqual(const Value& left, const Value& right);
// Empty when the two have no order: null, or different types.
std::optional<std::strong_ordering> Compare(const Value& left, const Value& right);
// Faults where there is no order.
Outcome CompareBy(Operator op, const Value& left, const Value& right);

// A timestamp lies in the years 1 to 9999, a duration is as long as 64 bits of nanoseconds, some 292 years: what CEL allows.
bool IsInRange(Timestamp moment);
bool IsInRange(Duration duration);
bool IsInRange(Date date);
// Itself, or a fault when it lies outside the range.
template <typename Time>
Outcome InRange(Time time) {
  if (!IsInRange(time)) return Fault{"the result lies outside the range of time: the years 1 to 9999, and 292 years for a duration"};
  return Value(time);
}

// Any number as a decimal.
std::optional<Decimal> AsDecimal(const Value& value);

}  // namespace entente
