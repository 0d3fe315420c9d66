#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/core/rules.h"

namespace entente::certificate {

// Names of the entity's phases; one empty name where it has none.
std::vector<std::string> PhasesOf(const EntityRule& entity);

// A native field of a side of an entity, or a part of the text it holds. An empty name is the record as a whole.
struct Place {
  const EntityRule* entity = nullptr;
  Side side = Side::kLeft;
  std::string native;
  std::string part;
};

// A value written to one may be read from the other.
bool Overlap(const Place& a, const Place& b);

// The native field of a field's side.
Place PlaceOf(const EntityRule& entity, const FieldSide& side, Side at);

// What a formula may depend on, where both records of the link are there: fields of its own records, those of the phase when it asks for
// it, and fields of records it refers to. `siblings` are the fields a `target.` may name first (the items of a line). A null formula
// reads nothing.
void AddReads(const Pack& pack, const EntityRule& entity, const std::vector<FieldRule>& siblings, const FormulaPtr& formula, std::vector<Place>* places);

// "sage.CT_Num of party"
std::string Shown(const Pack& pack, const Place& place);

}  // namespace entente::certificate
