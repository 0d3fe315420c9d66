#include "engine/pipeline/reads.h"

#include <algorithm>

#include "engine/pipeline/project.h"

namespace entente {

void Reads::Add(const FieldRule& field, Side at) {
  // References may look through one another.
  if (!seen_.insert({&field, at}).second) return;
  const FieldSide& side = field.sides[at];
  if (!side.native.empty()) names_[at].insert(std::string(NativeRoot(side.native)));
  Add(side.formula);
  Add(side.fallback);
  for (const FieldRule& item : field.items) {
    Add(item.sides[at].formula);
    Add(item.sides[at].fallback);
  }
}

void Reads::Add(const FormulaPtr& formula) {
  if (!formula) return;
  for (Side side : kSides) {
    for (const std::string& path : formula->reads()[side]) names_[side].insert(std::string(NativeRoot(path)));
  }
  for (const auto& [name, parts] : formula->target_reads()) {
    const FieldRule* field = entity_.Field(name);
    if (!field) continue;
    for (Side side : kSides) Add(*field, side);
  }
}

bool Reads::HasAnyOf(Side side, const Fields& natives) const {
  return std::any_of(natives.begin(), natives.end(), [&](const auto& field) { return names_[side].contains(field.first); });
}

Both<Fields> Reads::Of(const Link& link) const {
  Both<Fields> read;
  for (Side side : kSides) {
    const Fields& record = link.members[side].shadow;
    for (const std::string& name : names_[side]) {
      if (const auto found = record.find(name); found != record.end()) read[side][name] = found->second;
    }
  }
  return read;
}

}  // namespace entente
