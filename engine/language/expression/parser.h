#pragma once

#include <string_view>
#include <variant>

#include "engine/language/expression/syntax.h"

namespace entente {

inline constexpr std::size_t kExpressionBytesMax = 16 * 1024;
// Of brackets, conditions and chained operators within each other.
inline constexpr int kExpressionDepthMax = 250;

// Reads one expression; macros are recognised here, names are not looked up yet.
std::variant<NodePtr, SyntaxProblem> Parse(std::string_view text);

}  // namespace entente
