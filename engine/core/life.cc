#include "engine/core/life.h"

namespace entente {
namespace {

using Action = LifeVerdict::Action;

LifeVerdict Born(const LifeSituation& s, Side here) {
  const LifeRule& rule = *s.rules[here];
  switch (rule.create) {
    case CreateRule::kAllowed: return {Action::kCreate, Other(here), ""};
    case CreateRule::kPark: return {Action::kPark, here, rule.create_reason};
    case CreateRule::kIgnore: return {Action::kIgnore, here, ""};
    case CreateRule::kOnDemand: return {s.push_wanted ? Action::kCreate : Action::kWait, Other(here), ""};
    case CreateRule::kApprove:
      if (s.approved) return {Action::kCreate, Other(here), ""};
      return s.first_load ? LifeVerdict{Action::kApprove, here, "approve_creates"} : LifeVerdict{Action::kItem, here, rule.create_reason};
  }
  return {};
}

LifeVerdict Gone(const LifeSituation& s, Side gone) {
  const LifeRule& rule = *s.rules[gone];
  const Side survivor = Other(gone);
  if (s.never_seen) return s.again ? LifeVerdict{Action::kRestore, gone, ""} : LifeVerdict{Action::kItem, survivor, "never_seen"};
  if (s.never_delete) return {Action::kItem, survivor, rule.never_delete_item};
  DeleteRule what = rule.on_delete;
  if (rule.on_delete_if_born_here && s.origin == gone) what = *rule.on_delete_if_born_here;
  if (what == DeleteRule::kMarkIfReferenced) what = s.referenced ? DeleteRule::kMark : DeleteRule::kPropagate;
  const bool asks = rule.approve_delete && !s.approved && (what == DeleteRule::kPropagate || what == DeleteRule::kMark);
  if (asks) return {Action::kItem, survivor, "approve_delete"};
  switch (what) {
    case DeleteRule::kPropagate: return {Action::kDelete, survivor, ""};
    case DeleteRule::kMark: return {Action::kMark, survivor, ""};
    case DeleteRule::kRestore: return {Action::kRestore, gone, ""};
    case DeleteRule::kUnlink: return {Action::kUnlink, survivor, ""};
    default: return {Action::kItem, survivor, "deleted_on_other_side"};
  }
}

}  // namespace

LifeVerdict DecideLife(const LifeSituation& s) {
  const Both<Presence>& p = s.presence;
  if (p[Side::kLeft] == Presence::kOutOfScope || p[Side::kRight] == Presence::kOutOfScope) return {};
  const bool left = p[Side::kLeft] == Presence::kPresent;
  const bool right = p[Side::kRight] == Presence::kPresent;
  if (left && right) return {Action::kMerge, Side::kRight, ""};
  if (!left && !right) return {};
  const Side here = left ? Side::kLeft : Side::kRight;
  return p[Other(here)] == Presence::kDeleted ? Gone(s, Other(here)) : Born(s, here);
}

}  // namespace entente
