#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engine/language/expression/environment.h"
#include "engine/language/expression/syntax.h"

namespace entente {

// What checking an expression finds out beside its types.
struct CheckedNames {
  // Variables of the environment in the order of their index.
  std::vector<std::string> variables;
  // What is read: "sage.CT_Num", "value".
  std::set<std::string> paths;
  int locals = 0;
};

// Looks up every name and gives every node its type. Empty when the expression is sound.
std::optional<SyntaxProblem> Check(std::string_view text, const Environment& environment, Node* root, CheckedNames* names);

}  // namespace entente
