#pragma once

#include <optional>

#include "absl/status/statusor.h"
#include "engine/core/merge.h"
#include "engine/pipeline/turn.h"

// Which value wins, field by field, for a record that stands on both sides; what follows is queued, parked or told.
namespace entente {

void DecideFields(Turn& turn, const EntityRule& entity, Link& link);

// What becomes of one field of a record that stands on both sides, as things are; nothing follows from it. Nothing: the field goes nowhere,
// or a column of it is missing. What a side holds and cannot be read is answered as refused.
absl::StatusOr<std::optional<FieldVerdict>> JudgeField(Turn& turn, const EntityRule& entity, const FieldRule& field, const Link& link, const Scope& scope);

}  // namespace entente
