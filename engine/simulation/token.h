#pragma once

#include <cstdint>
#include <string_view>

#include "engine/core/value.h"

namespace entente::simulation {

// What a field holds, as far as users of a system care.
enum class Shape { kNone, kText, kMail, kPhone, kUrl, kDigits, kVat, kDecimal, kPool, kReference, kLines };

// Every edit of a simulated user has a number, and the value typed bears it: "Rue 000173". Wherever the value turns up, however it was
// cut, folded or rendered, it says whose edit it is. So a checker knows what became of an edit without knowing any rule of the engine's.

// A value of the shape that bears the number. `width`: characters the column takes; 0: any. Null where it cannot bear one.
// REQUIRES: 0 < number < 100,000.
Value ValueOf(Shape shape, std::uint64_t number, std::size_t width);

// The number a value bears; 0: none.
std::uint64_t TokenOf(const Value& value);

// The first number borne by the value, or by a line of it; 0: none.
std::uint64_t TokenWithin(const Value& value);

bool BearsToken(Shape shape);

}  // namespace entente::simulation
