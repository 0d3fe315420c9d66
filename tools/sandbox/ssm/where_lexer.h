#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace entente::sandbox::ssm {

struct Token {
  enum class Kind { kName, kText, kNumber, kOperator, kOpen, kClose, kEnd };
  Kind kind = Kind::kEnd;
  std::string text;
};

// Splits a `where` into tokens; the last one is kEnd. INVALID_ARGUMENT for an open quote or a character that has no meaning.
absl::StatusOr<std::vector<Token>> Tokenize(std::string_view text);

}  // namespace entente::sandbox::ssm
