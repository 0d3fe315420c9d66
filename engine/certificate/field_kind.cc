#include "engine/certificate/field_kind.h"

#include <algorithm>

#include "engine/core/stand_in.h"

namespace entente::certificate {
namespace {

void AddReference(const FieldRule& field, Side side, Ability& ability) {
  if (field.target.empty()) return;
  switch (field.on_missing) {
    case OnMissingTarget::kParent: ability.may_wait = true; break;
    case OnMissingTarget::kDrop: ability.may_drop = true; break;
    case OnMissingTarget::kFallback:
      // Without a stand-in of its own the side keeps what it has; with one, even that may be missing.
      ability.may_drop = ability.may_drop || !field.sides[side].fallback;
      ability.may_stand_in = ability.may_stand_in || field.sides[side].fallback != nullptr;
      ability.may_wait = ability.may_wait || field.sides[side].fallback != nullptr;
      break;
  }
  ability.stand_in_is_nobody = ability.stand_in_is_nobody || StandInIsNobody(field, side);
}

void AddLens(const LensPtr& lens, Ability& ability) {
  if (!lens) return;
  const LensTraits traits = lens->traits();
  ability.may_alter |= traits.may_alter;
  ability.may_refuse |= traits.may_refuse;
  ability.keeps_on_blank |= traits.keeps_on_blank;
  ability.fills_blank |= traits.fills_blank;
  ability.may_not_read |= traits.may_not_read;
}

Ability AbilityOf(const FieldRule& field, Side side) {
  Ability ability;
  ability.exists = field.sides[side].exists();
  ability.is_writable = field.sides[side].writable();
  // Whatever the pack says: a session's catalogue may bound a column, or list the labels it takes.
  ability.may_alter = ability.may_refuse = ability.is_writable && field.target.empty();
  AddLens(field.sides[side].lens, ability);
  AddReference(field, side, ability);
  // A list is a value; what may become of its lines may become of it.
  for (const FieldRule& item : field.items) {
    Ability line;
    AddLens(item.sides[side].lens, line);
    AddReference(item, side, line);
    ability.may_wait |= line.may_wait;
    ability.may_stand_in |= line.may_stand_in;
  }
  return ability;
}

bool MayCreate(const LifeRule& rule) {
  return rule.create == CreateRule::kAllowed || rule.create == CreateRule::kApprove || rule.create == CreateRule::kOnDemand;
}

bool MayRestore(const LifeRule& rule) {
  return rule.on_delete == DeleteRule::kRestore || rule.on_delete_if_born_here == DeleteRule::kRestore;
}

void AddBits(const Ability& a, std::string* key) {
  unsigned bits = 0;
  for (bool bit : {a.exists, a.is_writable, a.may_alter, a.may_refuse, a.keeps_on_blank, a.fills_blank, a.may_not_read, a.may_wait, a.may_drop,
                   a.may_stand_in, a.stand_in_is_nobody}) {
    bits = bits << 1 | static_cast<unsigned>(bit);
  }
  *key += std::to_string(bits) + ";";
}

}  // namespace

std::string FieldKind::Key() const {
  std::string key;
  const auto add = [&key](int number) { key += std::to_string(number) + ","; };
  add(static_cast<int>(policy.flow));
  add(policy.create_only);
  add(policy.set_once_from ? static_cast<int>(Index(*policy.set_once_from)) : 2);
  add(static_cast<int>(policy.on_foreign_edit));
  for (Side side : kSides) add(static_cast<int>(policy.blank[side]));
  add(static_cast<int>(policy.conflict));
  add(static_cast<int>(Index(policy.tie)));
  add(static_cast<int>(policy.first_meeting));
  add(policy.approve_when != nullptr);
  add(policy.at_most_every > absl::ZeroDuration());
  add(resume_wins ? static_cast<int>(Index(*resume_wins)) : 2);
  for (Side side : kSides) {
    AddBits(abilities[side], &key);
    add(creates[side]);
    add(restores[side]);
  }
  return key;
}

FieldKind KindOf(const Pack& pack, const EntityRule& entity, const FieldRule& field, const std::string& phase) {
  FieldKind kind;
  kind.policy = field.PolicyIn(phase);
  if (kind.policy.flow == Flow::kBoth) kind.resume_wins = pack.resume_wins;
  for (Side side : kSides) {
    kind.abilities[side] = AbilityOf(field, side);
    kind.creates[side] = MayCreate(entity.LifeIn(phase, side));
    kind.restores[side] = MayRestore(entity.LifeIn(phase, side));
  }
  return kind;
}

}  // namespace entente::certificate
