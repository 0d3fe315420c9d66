#pragma once

#include "engine/certificate/field_kind.h"

namespace entente::certificate::testing {

// A side whose lens and column may do anything to a value that a lens may.
inline Ability AnyText() {
  Ability ability;
  ability.exists = ability.is_writable = ability.may_alter = ability.may_refuse = true;
  return ability;
}

// A side that holds every value as it is.
inline Ability Whole() {
  Ability ability;
  ability.exists = ability.is_writable = true;
  return ability;
}

// A side that computes its value.
inline Ability Computed() {
  Ability ability;
  ability.exists = true;
  return ability;
}

inline FieldKind Kind(Flow flow, Ability left = AnyText(), Ability right = AnyText()) {
  FieldKind kind;
  kind.policy.flow = flow;
  kind.abilities = {{left, right}};
  return kind;
}

}  // namespace entente::certificate::testing
