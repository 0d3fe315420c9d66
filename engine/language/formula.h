#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/core/rules.h"
#include "engine/language/compiler.h"
#include "engine/language/expression/type.h"

namespace entente {

// An expression of a pack, compiled for the place it stands in. INVALID_ARGUMENT with what is wrong and where in the text.
absl::StatusOr<FormulaPtr> MakeFormula(const std::string& text, FormulaPlace place, const std::vector<std::string>& side_names,
                                       const Fields& parameters);

// Whether the formula still makes sense when the records of both sides have these types: INVALID_ARGUMENT with what is wrong and where.
// REQUIRES: MakeFormula() made it, for this pack.
absl::Status CheckFormulaTypes(const Formula& formula, const Pack& pack, const Both<Type>& records);
// The type of what it gives then; the errors of CheckFormulaTypes(). REQUIRES: as above.
absl::StatusOr<Type> FormulaType(const Formula& formula, const Pack& pack, const Both<Type>& records);

// A formula and the rule it stands in.
struct PlacedFormula {
  const Formula* formula = nullptr;
  const RuleSource* source = nullptr;
};
// Every formula of an entity that reads its records. Borrowed from the entity.
std::vector<PlacedFormula> FormulasOf(const EntityRule& entity);

}  // namespace entente
