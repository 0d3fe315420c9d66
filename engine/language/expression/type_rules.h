#pragma once

#include <optional>
#include <string_view>

#include "engine/language/expression/syntax.h"
#include "engine/language/expression/type.h"

namespace entente {

// What the operators of the language make of types, and the words that name types. Pure; any thread.

// Whether values of the type have an order, or may have one: dyn.
bool IsOrdered(const Type& type);
// The type of a sum, difference, product, quotient or remainder; empty where it is not defined.
std::optional<Type> ArithmeticType(Operator op, const Type& left, const Type& right);
// Whether a value of the type may be a key of a map, or is judged when evaluated.
bool MayBeKey(const Type& type);

// What `type(x)` gives for values of the type that the word names: "string" for string, "google.protobuf.Timestamp" for timestamp.
// Empty when the word names no type.
std::string_view TypeNamedBy(std::string_view word);
// What type(x) gives for a value: the name above.
std::string_view NameOfTypeOf(const Value& value);

}  // namespace entente
