#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/core/rules.h"
#include "engine/language/compiler.h"

namespace entente {

// An expression of a pack, compiled for the place it stands in. INVALID_ARGUMENT with what is wrong and where in the text.
absl::StatusOr<FormulaPtr> MakeFormula(const std::string& text, FormulaPlace place, const std::vector<std::string>& side_names,
                                       const Fields& parameters);

}  // namespace entente
