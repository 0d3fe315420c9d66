#pragma once

#include <map>
#include <string>
#include <vector>

#include "engine/core/value.h"
#include "engine/language/problems.h"
#include "engine/language/tree.h"

namespace entente::rules::v1 {
class Parameter;
}  // namespace entente::rules::v1

namespace entente {

// The values of a pack's parameters: the customer's where given, else the default.
struct ParameterValues {
  // As formulas read them.
  Fields values;
  // As `${name}` writes them: one word, or the words of a list. An empty optional parameter has none.
  std::map<std::string, std::vector<std::string>> words;
  std::map<std::string, bool> is_list;
};

// Chooses and checks the value of every parameter. `overrides` are texts by name; the words of a list are separated by commas.
// Problems: an unknown override, a value of the wrong type or outside its bounds, a required value that is missing.
ParameterValues ResolveParameters(const std::vector<const rules::v1::Parameter*>& parameters,
                                  const std::map<std::string, std::string>& overrides, Problems& problems);

// Writes the values into every `${name}` below `tree`; the section `parameters` is left alone.
void Substitute(Tree& tree, const ParameterValues& values, Problems& problems);

}  // namespace entente
