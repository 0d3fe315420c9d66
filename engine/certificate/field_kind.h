#pragma once

#include <optional>
#include <string>

#include "engine/core/rules.h"

namespace entente::certificate {

// What a side may do with values of a field: all that is known of its lens, its native field and what it refers to, without values.
struct Ability {
  bool exists = false;
  bool is_writable = false;
  // Of the lens, see LensTraits.
  bool may_alter = false, may_refuse = false, keeps_on_blank = false, fills_blank = false, may_not_read = false;
  // A reference whose target is missing: the record waits, the field is left out, or a stand-in is written that may read as nobody.
  bool may_wait = false, may_drop = false, may_stand_in = false, stand_in_is_nobody = false;

  bool refers() const { return may_wait || may_drop || may_stand_in; }
};

// One field in one phase without its name: all that the enumeration depends on. Equal kinds have equal results.
struct FieldKind {
  FieldPolicy policy;
  Both<Ability> abilities;
  // A record born on this side may be made on the other.
  Both<bool> creates{};
  // A record deleted on this side may be made anew there.
  Both<bool> restores{};
  // Whose value stands where the other side was edited while the engine was paused; empty: the policy decides as ever.
  std::optional<Side> resume_wins;

  // Equal for equal kinds.
  std::string Key() const;
};

FieldKind KindOf(const Pack& pack, const EntityRule& entity, const FieldRule& field, const std::string& phase);

}  // namespace entente::certificate
