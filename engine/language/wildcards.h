#pragma once

#include <map>
#include <string>
#include <vector>

#include "engine/language/pack.h"
#include "engine/language/problems.h"
#include "engine/language/tree.h"

namespace entente {

// Catalogues of the two systems by the name of their side, as `catalogue_file` names them.
using Catalogues = std::map<std::string, std::vector<CatalogueResource>, std::less<>>;

// Puts, for every field whose name holds a `*`, one field for each pair of native fields that both catalogues have under the two patterns and
// of one type: `custom_*: {sage: "cust_*", ssm: "Z_*"}` becomes `custom_colour: {sage: cust_colour, ssm: Z_colour}`. What the pack maps by
// name already is left to it. Warns of pairs whose types differ and of patterns that no pair has.
//
// Problems: a catalogue that is not there, a side without a pattern, more than one `*`.
void ExpandWildcards(Tree& pack, const std::vector<std::string>& sides, const Catalogues& catalogues, Problems& problems);

}  // namespace entente
