#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/language/expression/syntax.h"

namespace entente {

struct Token {
  enum class Kind { kEnd, kIdentifier, kQuotedIdentifier, kInt, kDecimal, kText, kBytes, kSign };
  Kind kind = Kind::kEnd;
  Span span;
  // The identifier, the digits, the text behind its escapes, or the sign: "&&".
  std::string text;
};

// Cuts an expression into tokens; the last one is kEnd.
std::variant<std::vector<Token>, SyntaxProblem> Tokenise(std::string_view text);

}  // namespace entente
