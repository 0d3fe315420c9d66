#pragma once

#include <vector>

#include "engine/core/rules.h"
#include "engine/pipeline/turn.h"

// What formulas read of the records that reference fields lead to: `target.party.sage.CO_No`, `target.product.linked`.
namespace entente {

// Evaluates a formula of a field of `siblings` (the entity's fields, or the items of a line) that stands on the side `at`, over its record.
absl::StatusOr<Value> EvaluateWithTargets(Turn& turn, const EntityRule& entity, const std::vector<FieldRule>& siblings, const Formula& formula, Side at,
                                          const Fields& record, const Scope& scope);

// Whether what the formula reads through a reference was erased: then it fails.
bool ReadsErased(Turn& turn, const EntityRule& entity, const std::vector<FieldRule>& siblings, const Formula& formula, Side at, const Fields& record, const Scope& scope);

// The same for a formula over a whole link (a check). References are read on the side that has the record, the left one first.
absl::StatusOr<Value> EvaluateWithTargets(Turn& turn, const EntityRule& entity, const Formula& formula, const Link& link);

// Notes who reads what of whom, so that a change of a record read decides its readers anew.
void NoteTargets(Turn& turn, const EntityRule& entity, const Link& link);
// Those that read fields of the record which now differ are decided anew.
void WakeReaders(Turn& turn, const EntityRule& entity, LinkId link, Side side, const Fields& before, const Fields& now);

}  // namespace entente
