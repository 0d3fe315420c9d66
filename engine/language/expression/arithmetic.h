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

// Any number as a decimal.
std::optional<Decimal> AsDecimal(const Value& value);

}  // namespace entente
