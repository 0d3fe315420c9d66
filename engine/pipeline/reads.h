#pragma once

#include <set>
#include <string>
#include <utility>

#include "engine/core/link.h"
#include "engine/core/rules.h"

namespace entente {

// Native fields of either side that rules of an entity read, through formulas, stand-ins and the references these look through.
// Does not own the entity, which outlives it.
class Reads {
 public:
  explicit Reads(const EntityRule& entity) : entity_(entity) {}

  // What reading the field on this side looks at.
  void Add(const FieldRule& field, Side at);
  // Null reads nothing.
  void Add(const FormulaPtr& formula);

  // One of these native fields of the side is among what is read.
  bool HasAnyOf(Side side, const Fields& natives) const;

  // These fields of the link's records, as last seen; those that are blank are left out.
  Both<Fields> Of(const Link& link) const;

 private:
  const EntityRule& entity_;
  Both<std::set<std::string>> names_;
  std::set<std::pair<const FieldRule*, Side>> seen_;
};

}  // namespace entente
