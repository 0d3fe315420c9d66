#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/language/expression/expression.h"

// What can be said of an expression's value before it is evaluated. Pure; sound and not complete: "may" is said where it is not known.
namespace entente {

// What is known beforehand.
struct Facts {
  // Paths that are neither null nor blank: "sage.CT_Num".
  std::set<std::string> filled;
  // Expressions that give true.
  std::vector<const Expression*> holds;
};

// Its value, where the facts decide it. Empty: not known, or no truth.
std::optional<bool> TruthOf(const Expression& expression, const Facts& facts);

// The paths its value may depend on: what the facts decide is not read, nor a branch they rule out. A record used as a whole is its
// name alone, as in Expression::paths().
std::set<std::string> PathsReadWhen(const Expression& expression, const Facts& facts);

// It may give null, an empty text or white space.
bool MayBeBlank(const Expression& expression, const Facts& facts);

}  // namespace entente
