#include "engine/pipeline/fields.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "engine/core/field_step.h"
#include "engine/core/merge.h"
#include "engine/core/stand_in.h"
#include "engine/pipeline/capacity.h"
#include "engine/pipeline/check.h"
#include "engine/pipeline/compose.h"
#include "engine/pipeline/document.h"
#include "engine/pipeline/guard.h"
#include "engine/pipeline/outbox.h"
#include "engine/pipeline/refusal.h"
#include "engine/pipeline/target.h"
#include "engine/pipeline/work.h"

namespace entente {
namespace {

// One field of the link, all that MergeField wants to know.
struct Seen {
  FieldSituation situation;
  Both<Value> label;                      // that the list of a side has not
  Both<std::vector<std::string>> waits;   // what would make the image on a side another one
};

ChangeInterval IntervalOf(const Member& member) {
  ChangeInterval interval{std::max(member.equal_until_micros, member.changed_from_micros), member.seen_micros};
  if (member.changed_to_micros != 0) interval.to_micros = std::min(interval.to_micros, std::max(member.changed_to_micros, interval.from_micros));
  return interval;
}

// Whose value stands because the other side edited the record while the engine was paused.
std::optional<Side> AfterPause(const Turn& turn, const Link& link) {
  const std::optional<Side>& wins = turn.pack().resume_wins;
  const State& state = turn.state();
  if (!wins || state.pause_until_micros == 0) return std::nullopt;
  const std::int64_t edited = IntervalOf(link.members[Other(*wins)]).to_micros;
  return edited > state.pause_from_micros && edited <= state.pause_until_micros ? wins : std::nullopt;
}

// What a field would become on the other side is another record's business, or another expression's, where it is no plain value.
bool IsPlain(const FieldRule& field) {
  return field.items.empty() && field.target.empty() && !field.sides[Side::kLeft].fallback && !field.sides[Side::kRight].fallback;
}

// Both sides hold what they agreed on: nothing is written, whatever it would become there.
bool IsUnedited(const FieldRule& field, const FieldSituation& s) {
  return s.base && std::all_of(kSides.begin(), kSides.end(), [&](Side side) {
    const Value& base = (*s.base)[side];
    return (s.now[side].IsBlank() && base.IsBlank()) || EqualModulo(field.equality, s.now[side], base);
  });
}

absl::StatusOr<Seen> Look(Turn& turn, const EntityRule& entity, const FieldRule& field, const Link& link, const Scope& scope) {
  Seen seen;
  FieldSituation& s = seen.situation;
  const auto base = link.base.find(field.name);
  if (base != link.base.end()) s.base = base->second.held;
  const Both<std::int32_t> agreed_stand_ins = base != link.base.end() ? base->second.stand_ins : Both<std::int32_t>{};
  const bool first = link.base.empty();
  for (Side side : kSides) {
    absl::StatusOr<Value> value = GetCanonical(turn, entity, field, side, link.members[side].shadow, scope);
    if (!value.ok()) return value.status();
    s.now[side] = *std::move(value);
    s.writable[side] = field.sides[side].writable();
    s.changed[side] = IntervalOf(link.members[side]);
  }
  const bool needs_images = !IsPlain(field) || agreed_stand_ins != Both<std::int32_t>{} || !IsUnedited(field, s);
  for (Side side : kSides) {
    if (!needs_images) break;
    absl::StatusOr<Image> image = ImageOn(turn, entity, field, side, s.now[Other(side)], link.members[side].shadow, scope, first);
    if (!image.ok()) return image.status();
    s.image[side] = image->value;
    s.stand_ins[side] = image->stand_ins;
    s.refused[side] = image->missing ? std::string(kTargetMissing) : image->refused;
    seen.label[side] = image->label;
    seen.waits[side] = std::move(image->waits);
  }
  s.after_pause = AfterPause(turn, link);
  UnsettleStandIns(field.PolicyIn(link.phase), field.equality, agreed_stand_ins, s);
  if (auto drift = link.drift.find(field.name); drift != link.drift.end()) s.drift = drift->second;
  if (auto choice = link.choices.find("winner:" + field.name); choice != link.choices.end()) {
    s.choice = choice->second == turn.pack().sides[Side::kLeft].name ? Side::kLeft : Side::kRight;
  }
  return seen;
}

class FieldsDecision {
 public:
  FieldsDecision(Turn& turn, const EntityRule& entity, Link& link)
      : turn_(turn), entity_(entity), link_(link), refusals_(turn, entity, link), to_{{Composition(turn, entity, link, Side::kLeft), Composition(turn, entity, link, Side::kRight)}} {}

  absl::Status Run() {
    const LinkScope scope(turn_.pack(), link_);
    const bool first_meeting = link_.base.empty();
    for (const FieldRule& field : entity_.fields) {
      if (!field.sides[Side::kLeft].exists() || !field.sides[Side::kRight].exists()) continue;
      const FieldPolicy& policy = field.PolicyIn(link_.phase);
      if (policy.flow == Flow::kNone) continue;
      if (IsAbsent(turn_, field, Side::kLeft) || IsAbsent(turn_, field, Side::kRight) || IsUnreadable(field, policy) || IsOfErased(field, policy, scope.scope())) continue;
      absl::StatusOr<Seen> seen = Look(turn_, entity_, field, link_, scope.scope());
      if (!seen.ok()) return seen.status();
      // A stand-in that nobody writes now is written again once its target is there.
      for (Side side : kSides) {
        if (!FlowsTo(policy, side)) continue;
        for (const std::string& wait : seen->waits[side]) Subscribe(turn_, link_, wait);
      }
      absl::Status status = Act(field, policy, *seen, MergeField(policy, field.equality, seen->situation), first_meeting);
      if (!status.ok()) return status;
      if (!wait_.empty()) return absl::OkStatus();
    }
    if (absl::Status status = WritePaced(); !status.ok()) return status;
    refusals_.Tell();
    return entity_.document ? MirrorState(scope.scope()) : absl::OkStatus();
  }

  const std::string& wait() const { return wait_; }
  Composition& to(Side side) { return to_[Index(side)]; }

 private:
  // What one side holds says nothing to us: until it does, the field is left alone on both.
  bool IsUnreadable(const FieldRule& field, const FieldPolicy& policy) {
    for (Side side : kSides) {
      if (!FlowsTo(policy, Other(side))) continue;
      const std::string reason = Unreadable(turn_, field, side, link_.members[side].shadow);
      if (reason.empty()) continue;
      refusals_.Add(field, side, reason);
      // The next session may know the company's own words for it.
      Subscribe(turn_, link_, WaitForSession(side));
      return true;
    }
    return false;
  }

  // Whatever could flow is a reference to somebody erased, or is computed from what that one was: what stands on either side stays there.
  bool IsOfErased(const FieldRule& field, const FieldPolicy& policy, const Scope& scope) {
    if (turn_.state().bars.empty()) return false;
    return std::all_of(kSides.begin(), kSides.end(), [&](Side side) {
      if (!FlowsTo(policy, Other(side))) return true;
      const Fields& record = link_.members[side].shadow;
      const FormulaPtr& formula = field.sides[side].formula;
      if (formula && ReadsErased(turn_, entity_, entity_.fields, *formula, side, record, scope)) return true;
      if (field.target.empty()) return false;
      const absl::StatusOr<Value> value = GetCanonical(turn_, entity_, field, side, record, scope);
      const auto* known = value.ok() ? value->As<LinkReference>() : nullptr;
      const Link* target = known ? turn_.FindLink(known->link) : nullptr;
      return target && target->erased;
    });
  }

  void Settle(const FieldRule& field, const FieldSituation& s, Side source) {
    BaseField& base = link_.base[field.name];
    base.held = s.now;
    base.rule = entity_.name + "." + field.name;
    base.pack_version = turn_.pack().version;
    base.source_side = static_cast<int>(Index(source));
    base.since_micros = turn_.micros();
    base.seen_micros = link_.members[source].seen_micros;
    base.not_held = false;
    base.stand_ins = s.stand_ins;
    link_.unheld.erase(field.name);
    link_.choices.erase("winner:" + field.name);
    CloseItem(turn_, link_, "conflict:" + field.name, "agreed");
    EndForeignEdit(field, "agreed");
  }

  // The owner spoke again, or both sides agree: what was told about a forbidden edit is over.
  void EndForeignEdit(const FieldRule& field, const std::string& why) {
    // Of any phase: the link may have left the one in which it was told.
    for (const auto& [phase, policy] : field.policies) {
      if (!policy.on_revert_item.empty()) CloseItem(turn_, link_, policy.on_revert_item, why);
    }
    if (link_.drift.erase(field.name) > 0 && link_.drift.empty()) CloseItem(turn_, link_, "drift", why);
  }

  // The same value is on its way already, over what stands there now: backing off, or refused for good.
  bool IsOwed(const FieldRule& field, const FieldSituation& s, Side target) const {
    const auto& owed = link_.owed[target];
    if (!owed) return false;
    auto settles = owed->settles.find(field.name);
    if (settles == owed->settles.end() || !(settles->second.held[Other(target)] == s.now[Other(target)])) return false;
    // Else somebody edited what it would overwrite, after it was decided.
    const std::string root(NativeRoot(field.sides[target].native));
    const auto expected = owed->expected.find(root);
    return expected == owed->expected.end() || expected->second == NativeOf(link_.members[target].shadow, root);
  }

  // A sent document's state follows the record it became.
  absl::Status MirrorState(const Scope& scope) {
    const DocumentRule& rule = *entity_.document;
    const FieldRule* field = entity_.Field(rule.state_field);
    const std::optional<std::string> label = StateOfSent(turn_, entity_, link_);
    if (!field || !label) return absl::OkStatus();
    const absl::StatusOr<Value> now = GetCanonical(turn_, entity_, *field, rule.owner, link_.members[rule.owner].shadow, scope);
    if (!now.ok()) return now.status();
    if (EqualModulo(field->equality, *now, Value(*label))) return absl::OkStatus();
    Composition& composition = to(rule.owner);
    absl::Status added = composition.Add(*field, *label, *label, false).status();
    if (composition.delivery().rule.empty()) composition.delivery().rule = entity_.name + "." + field->name;
    return added;
  }

  bool Approved(const FieldPolicy& policy, const FieldRule& field, const Value& value) {
    if (!policy.approve_when || link_.base.empty()) return true;
    const LinkScope link(turn_.pack(), link_);
    Scope scope = link.scope();
    scope.value = &value;
    const absl::StatusOr<Value> asks = policy.approve_when->Evaluate(scope);
    if (asks.ok() && asks->As<bool>() && !*asks->As<bool>()) return true;
    if (auto it = link_.choices.find("approve_change"); it != link_.choices.end() && it->second == "approve") return true;
    OpenItem(turn_, link_, "approve_change", -1, {{"field", field.name}}, {"approve", "reject"});
    return false;
  }

  // When a field that is not to be written often may be written again; zero: now.
  std::int64_t MayWriteAt(const FieldRule& field, const FieldPolicy& policy) const {
    const auto base = link_.base.find(field.name);
    if (policy.at_most_every <= absl::ZeroDuration() || base == link_.base.end()) return 0;
    const std::int64_t at = base->second.since_micros + absl::ToInt64Microseconds(policy.at_most_every);
    return at > turn_.micros() ? at : 0;
  }

  // What waits for its time goes along with what is written anyway; alone it is owed, and leaves when its time has come.
  absl::Status WritePaced() {
    for (const Paced& paced : paced_) {
      Composition& composition = to(paced.target);
      const bool goes_along = !composition.empty() && composition.delivery().lane != Lane::kPaced;
      if (absl::Status status = Write(*paced.field, *paced.policy, paced.situation, paced.target, paced.value, false); !status.ok()) return status;
      Delivery& delivery = composition.delivery();
      if (goes_along || composition.empty()) continue;
      delivery.lane = Lane::kPaced;
      delivery.not_before_micros = std::max(delivery.not_before_micros, paced.at_micros);
    }
    return absl::OkStatus();
  }

  absl::Status Write(const FieldRule& field, const FieldPolicy& policy, const FieldSituation& s, Side target, const Value& value, bool first_meeting) {
    if (!Approved(policy, field, value)) return absl::OkStatus();
    absl::StatusOr<bool> added = to(target).Add(field, value, s.now[Other(target)], first_meeting);
    if (!added.ok()) return added.status();
    if (!*added) wait_ = to(target).wait();
    Delivery& delivery = to(target).delivery();
    if (delivery.rule.empty()) delivery.rule = entity_.name + "." + field.name;
    return absl::OkStatus();
  }

  void Tell(const FieldRule& field, const FieldVerdict& verdict) {
    if (!verdict.conflict) return;
    const FieldConflict& c = *verdict.conflict;
    const std::string winner = c.winner ? turn_.pack().sides[*c.winner].name : "";
    const bool asks = verdict.action == FieldVerdict::Action::kAsk;
    // Told once: while the write is on its way the same situation is met again.
    const std::string key = absl::StrCat("told:", field.name);
    const std::string what = DigestOfFields({{"l", c.left}, {"r", c.right}, {"w", winner}}).ToHex();
    if (auto it = link_.choices.find(key); it != link_.choices.end() && it->second == what) return;
    link_.choices[key] = what;
    if (c.reason == "first_meeting" && !asks) {
      turn_.Count("first_meeting." + entity_.name);
      OpenReport("first_meeting:" + entity_.name);
    }
    RecordConflict(turn_, link_, field.name, c.base.value_or(Value()), c.left, c.right, winner, c.reason, asks);
  }

  void OpenReport(const std::string& group) {
    (void)group;  // the losers stand in the conflicts, grouped by reason; the count is the report
  }

  FieldProgress ProgressOf(const FieldRule& field, const FieldSituation& s) const {
    FieldProgress progress;
    progress.is_observed = link_.members[Side::kLeft].observed && link_.members[Side::kRight].observed;
    for (Side side : kSides) progress.is_owed[side] = IsOwed(field, s, side);
    if (auto it = link_.unheld.find(field.name); it != link_.unheld.end()) progress.unheld = it->second;
    return progress;
  }

  void OpenFieldItem(const FieldRule& field, const std::string& reason, Side side) {
    OpenItem(turn_, link_, reason, static_cast<int>(Index(side)), {{"field", field.name}}, {"dismiss"});
  }

  // What a step remembers and tells, besides what it writes.
  void Remember(const FieldRule& field, const FieldPolicy& policy, const Seen& seen, const FieldVerdict& verdict, const FieldStep& step) {
    const FieldSituation& s = seen.situation;
    const Side target = verdict.target;
    if (step.forgets_unheld) link_.unheld.erase(field.name);
    if (step.unheld) link_.unheld[field.name][target] = *step.unheld;
    if (step.reverts || step.is_not_held) turn_.Count("reverted." + entity_.name);
    if (step.is_not_held) {
      Settle(field, s, Other(target));
      link_.base[field.name].not_held = true;
      OpenFieldItem(field, "value_not_held", target);
    } else if (step.settles) {
      Settle(field, s, policy.flow == Flow::kToLeft ? Side::kRight : Side::kLeft);
    }
    if (step.drift) {
      link_.drift[field.name] = *step.drift;
      OpenFieldItem(field, "drift", target);
      turn_.Count("drift");
    }
    if (!step.refused.empty()) refusals_.Add(field, target, step.refused, seen.label[target]);
    if (verdict.text == kTargetMissing && !field.on_missing_item.empty()) refusals_.Add(field, target, field.on_missing_item);
    if (step.ends_foreign_edit) EndForeignEdit(field, "ended by the source");
    if (step.reverts) {
      if (!policy.on_revert_item.empty()) OpenFieldItem(field, policy.on_revert_item, target);
      turn_.Tell(link_, "reverted", entity_.name + "." + field.name, static_cast<int>(Index(target)),
                 {{"foreign", s.now[target]}, {"owner", s.now[Other(target)]}});
    }
  }

  absl::Status Act(const FieldRule& field, const FieldPolicy& policy, const Seen& seen, const FieldVerdict& verdict, bool first_meeting) {
    Tell(field, verdict);
    const FieldStep step = StepOf(verdict, seen.situation, ProgressOf(field, seen.situation));
    Remember(field, policy, seen, verdict, step);
    // An edit that is undone does not wait: what stands there is not allowed.
    const bool is_paced = verdict.action == FieldVerdict::Action::kWrite && !verdict.reverted;
    const std::int64_t at = is_paced ? MayWriteAt(field, policy) : 0;
    for (Side side : kSides) {
      if (!step.writes[side]) continue;
      if (at != 0) {
        paced_.push_back({&field, &policy, seen.situation, side, *step.writes[side], at});
      } else if (absl::Status status = Write(field, policy, seen.situation, side, *step.writes[side], first_meeting); !status.ok()) {
        return status;
      }
    }
    return absl::OkStatus();
  }

  struct Paced {
    const FieldRule* field;
    const FieldPolicy* policy;
    FieldSituation situation;
    Side target;
    Value value;
    std::int64_t at_micros;
  };

  Turn& turn_;
  const EntityRule& entity_;
  Link& link_;
  Refusals refusals_;
  std::array<Composition, 2> to_;
  std::vector<Paced> paced_;
  std::string wait_;
};

}  // namespace

void DecideFields(Turn& turn, const EntityRule& entity, Link& link) {
  if (!PassesChecks(turn, entity, link)) return;
  FieldsDecision decision(turn, entity, link);
  if (absl::Status status = decision.Run(); !status.ok()) return FormulaFailed(turn, link, status);
  CloseItem(turn, link, "formula_failed", "in order");
  if (!decision.wait().empty()) return Park(turn, link, "parent_missing", decision.wait());
  for (Side side : kSides) {
    Composition& composition = decision.to(side);
    composition.Commit();
    if (composition.empty()) {
      if (link.owed[side] && link.owed[side]->state != Delivery::State::kDead) Withdraw(turn, link, side);
      continue;
    }
    Delivery& delivery = composition.delivery();
    delivery.verb = Verb::kUpdate;
    const auto& owed = link.owed[side];
    // A write refused for good is not tried again until what it would write changes.
    if (owed && owed->state == Delivery::State::kDead && owed->writes == delivery.writes) continue;
    if (!HasRoom(turn, entity, link, side, delivery)) return;
    const bool counted = owed && owed->writes == delivery.writes;
    if (!counted && !MayChange(turn, entity, link, side)) return;
    Queue(turn, entity, link, side, std::move(delivery));
  }
}

absl::StatusOr<std::optional<FieldVerdict>> JudgeField(Turn& turn, const EntityRule& entity, const FieldRule& field, const Link& link, const Scope& scope) {
  const FieldPolicy& policy = field.PolicyIn(link.phase);
  if (!field.sides[Side::kLeft].exists() || !field.sides[Side::kRight].exists() || policy.flow == Flow::kNone) return std::optional<FieldVerdict>();
  if (IsAbsent(turn, field, Side::kLeft) || IsAbsent(turn, field, Side::kRight)) return std::optional<FieldVerdict>();
  for (Side side : kSides) {
    if (!FlowsTo(policy, Other(side))) continue;
    std::string reason = Unreadable(turn, field, side, link.members[side].shadow);
    if (!reason.empty()) return FieldVerdict{.action = FieldVerdict::Action::kRefused, .target = Other(side), .text = std::move(reason)};
  }
  const absl::StatusOr<Seen> seen = Look(turn, entity, field, link, scope);
  if (!seen.ok()) return seen.status();
  return MergeField(policy, field.equality, seen->situation);
}

}  // namespace entente
