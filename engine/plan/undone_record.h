#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/core/rules.h"
#include "engine/pipeline/event.h"
#include "engine/pipeline/plan.h"
#include "engine/plan/written.h"

namespace entente {

// What is taken back of one record, and what is left alone there.
struct UndoneRecord {
  std::optional<PlannedWrite> write;   // without number, reason and placeholders
  std::vector<LeftAlone> left;
};

// `approves`: values that the pack asks an approval for are brought back too. References to the record are not looked at. Pure.
UndoneRecord Undo(const Pack& pack, const Link& link, Side side, const Written& written, const SessionInfo& session, bool approves);

// A native field holds the same with either value, by the equality of all fields of ours it holds. `entity` may be null: exactly then.
bool HoldsTheSame(const EntityRule* entity, Side side, const std::string& native, const Value& a, const Value& b);

}  // namespace entente
