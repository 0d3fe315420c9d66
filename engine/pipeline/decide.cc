#include "engine/pipeline/decide.h"

#include "absl/strings/str_cat.h"
#include "engine/core/life.h"
#include "engine/core/merge.h"
#include "engine/pipeline/apply.h"
#include "engine/pipeline/approval.h"
#include "engine/pipeline/capacity.h"
#include "engine/pipeline/compose.h"
#include "engine/pipeline/correlate.h"
#include "engine/pipeline/document.h"
#include "engine/pipeline/ensure.h"
#include "engine/pipeline/guard.h"
#include "engine/pipeline/outbox.h"
#include "engine/pipeline/references.h"
#include "engine/pipeline/work.h"

namespace entente {
namespace {

bool UnderWay(const std::optional<Delivery>& owed) {
  return owed && (owed->state == Delivery::State::kSent || owed->state == Delivery::State::kUncertain);
}

// Asks for what may be stale. True when the link has to wait for the answer.
bool Verify(Turn& turn, Link& link) {
  bool waits = false;
  for (Side side : kSides) {
    Member& member = link.members[side];
    if (!member.verify || UnderWay(link.owed[side])) continue;
    waits = true;
    if (!turn.state().sides[side].session) {
      Park(turn, link, "verifying_pair", WaitForSession(side));
      continue;
    }
    bool asked = false;
    for (const auto& [id, question] : turn.state().questions) {
      if (question.link == link.id && question.side == side && question.purpose == "verify") asked = true;
    }
    if (!asked) {
      // The question is lost with the engine; the next session asks again.
      Subscribe(turn, link, WaitForSession(side));
      turn.Ask({.side = side, .kind = OperationKind::kRead, .link = link.id, .purpose = "verify", .resource = member.resource, .key = member.key});
    }
  }
  return waits;
}

// Runs the pack's checks; false when one of severity error fails: the link waits for a change.
bool PassesChecks(Turn& turn, const EntityRule& entity, Link& link) {
  const LinkScope scope(turn.pack(), link);
  bool passes = true;
  for (const Check& check : entity.checks) {
    const absl::StatusOr<Value> holds = check.holds->Evaluate(scope.scope());
    if (!holds.ok()) {
      FormulaFailed(turn, link, holds.status());
      return false;
    }
    const bool* good = holds->As<bool>();
    if (good == nullptr || *good) {
      CloseItem(turn, link, check.name, "in order");
      continue;
    }
    const bool error = check.severity == Severity::kError;
    const WorkItemId id = OpenItem(turn, link, check.name, -1, {{"check", check.name}}, {"retry"});
    WorkItem& item = turn.EditWork(id);
    item.message_fr = check.message_fr;
    item.message_en = check.message_en;
    if (error) {
      Park(turn, link, check.name, "");
      passes = false;
    }
  }
  return passes;
}

// ------------------------------------------------------------------------------------------------ fields

// One field of the link, all that MergeField wants to know.
struct Seen {
  FieldSituation situation;
  Both<std::vector<std::string>> waits;   // what would make the image on a side another one
};

ChangeInterval IntervalOf(const Member& member) {
  ChangeInterval interval{std::max(member.equal_until_micros, member.changed_from_micros), member.seen_micros};
  if (member.changed_to_micros != 0) interval.to_micros = std::min(interval.to_micros, std::max(member.changed_to_micros, interval.from_micros));
  return interval;
}

// What was agreed on names another record than the value would be written as now: a stand-in, until the target was there.
bool HasStandIn(const FieldRule& field, const Value& held, const Value& image) {
  if (!field.target.empty()) return !image.IsBlank() && !(held == image);
  const auto* held_items = held.As<List>();
  const auto* items = image.As<List>();
  if (!held_items || !items || held_items->size() != items->size()) return false;
  for (std::size_t i = 0; i < items->size(); ++i) {
    const auto* before = (*held_items)[i].As<Map>();
    const auto* now = (*items)[i].As<Map>();
    for (const FieldRule& item : field.items) {
      if (!item.target.empty() && before && now && HasStandIn(item, FieldOf(*before, item.name), FieldOf(*now, item.name))) return true;
    }
  }
  return false;
}

absl::StatusOr<Seen> Look(Turn& turn, const EntityRule& entity, const FieldRule& field, const Link& link, const Scope& scope) {
  Seen seen;
  FieldSituation& s = seen.situation;
  const auto base = link.base.find(field.name);
  if (base != link.base.end()) s.base = base->second.held;
  const bool first = link.base.empty();
  for (Side side : kSides) {
    absl::StatusOr<Value> value = GetCanonical(turn, entity, field, side, link.members[side].shadow, scope);
    if (!value.ok()) return value.status();
    s.now[side] = *std::move(value);
    s.writable[side] = field.sides[side].writable();
    s.changed[side] = IntervalOf(link.members[side]);
  }
  for (Side side : kSides) {
    absl::StatusOr<Image> image = ImageOn(turn, entity, field, side, s.now[Other(side)], link.members[side].shadow, scope, first);
    if (!image.ok()) return image.status();
    s.image[side] = image->value;
    s.refused[side] = image->missing ? "target_missing" : image->refused;
    seen.waits[side] = std::move(image->waits);
    // A stand-in was written while the target was missing; now that it is there, the source counts as edited.
    if (s.base && HasStandIn(field, (*s.base)[side], image->value)) (*s.base)[Other(side)] = Value();
  }
  if (auto drift = link.drift.find(field.name); drift != link.drift.end()) s.drift = drift->second;
  if (auto choice = link.choices.find("winner:" + field.name); choice != link.choices.end()) {
    s.choice = choice->second == turn.pack().sides[Side::kLeft].name ? Side::kLeft : Side::kRight;
  }
  return seen;
}

// "The same value sent twice and the same other value back twice": true when the rendering is to be accepted.
bool AcceptsRendering(Link& link, const FieldRule& field, Side target, const FieldSituation& s) {
  Unheld& unheld = link.unheld[field.name][target];
  const Value& sent = s.now[Other(target)];
  const Value& found = s.now[target];
  if (unheld.sent == sent && unheld.found == found) {
    ++unheld.times;
  } else {
    unheld = {sent, found, 1};
  }
  return unheld.times > 2;
}

class FieldsDecision {
 public:
  FieldsDecision(Turn& turn, const EntityRule& entity, Link& link)
      : turn_(turn), entity_(entity), link_(link), to_{{Composition(turn, entity, link, Side::kLeft), Composition(turn, entity, link, Side::kRight)}} {}

  absl::Status Run() {
    const LinkScope scope(turn_.pack(), link_);
    const bool first_meeting = link_.base.empty();
    for (const FieldRule& field : entity_.fields) {
      if (!field.sides[Side::kLeft].exists() || !field.sides[Side::kRight].exists()) continue;
      const FieldPolicy& policy = field.PolicyIn(link_.phase);
      if (policy.flow == Flow::kNone) continue;
      absl::StatusOr<Seen> seen = Look(turn_, entity_, field, link_, scope.scope());
      if (!seen.ok()) return seen.status();
      // A stand-in that nobody writes now is written again once its target is there.
      for (Side side : kSides) {
        if (!FlowsTo(policy, side)) continue;
        for (const std::string& wait : seen->waits[side]) Subscribe(turn_, link_, wait);
      }
      absl::Status status = Act(field, policy, seen->situation, MergeField(policy, field.equality, seen->situation), first_meeting);
      if (!status.ok()) return status;
      if (!wait_.empty()) return absl::OkStatus();
    }
    return entity_.document ? MirrorState(scope.scope()) : absl::OkStatus();
  }

  const std::string& wait() const { return wait_; }
  Composition& to(Side side) { return to_[Index(side)]; }

 private:
  void Settle(const FieldRule& field, const FieldSituation& s, Side source) {
    BaseField& base = link_.base[field.name];
    base.held = s.now;
    base.rule = entity_.name + "." + field.name;
    base.pack_version = turn_.pack().version;
    base.source_side = static_cast<int>(Index(source));
    base.since_micros = turn_.micros();
    base.not_held = false;
    link_.unheld.erase(field.name);
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

  // The same value is on its way already: backing off, or refused for good.
  bool IsOwed(const FieldRule& field, const FieldSituation& s, Side target) const {
    const auto& owed = link_.owed[target];
    if (!owed) return false;
    auto settles = owed->settles.find(field.name);
    return settles != owed->settles.end() && settles->second.held[Other(target)] == s.now[Other(target)];
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
    return to(rule.owner).Add(*field, *label, *label, false).status();
  }

  bool Approved(const FieldPolicy& policy, const FieldRule& field, const Value& value) {
    if (!policy.approve_when || link_.base.empty()) return true;
    Scope scope = LinkScope(turn_.pack(), link_).scope();
    scope.value = &value;
    const absl::StatusOr<Value> asks = policy.approve_when->Evaluate(scope);
    if (asks.ok() && asks->As<bool>() && !*asks->As<bool>()) return true;
    if (auto it = link_.choices.find("approve_change"); it != link_.choices.end() && it->second == "approve") return true;
    OpenItem(turn_, link_, "approve_change", -1, {{"field", field.name}}, {"approve", "reject"});
    return false;
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

  absl::Status Act(const FieldRule& field, const FieldPolicy& policy, const FieldSituation& s, const FieldVerdict& verdict, bool first_meeting) {
    using Action = FieldVerdict::Action;
    Tell(field, verdict);
    switch (verdict.action) {
      case Action::kNothing:
        // Seen as we sent it: the same edit made again later is an edit, not a rendering.
        if (link_.members[Side::kLeft].observed && link_.members[Side::kRight].observed) link_.unheld.erase(field.name);
        return absl::OkStatus();
      case Action::kSettle: Settle(field, s, policy.flow == Flow::kToLeft ? Side::kRight : Side::kLeft); return absl::OkStatus();
      case Action::kAsk: return absl::OkStatus();
      case Action::kFlag:
        link_.drift[field.name] = verdict.value;
        OpenItem(turn_, link_, "drift", static_cast<int>(Index(verdict.target)), {{"field", field.name}}, {"dismiss"});
        turn_.Count("drift");
        return absl::OkStatus();
      case Action::kRefused:
        if (verdict.text != "target_missing") {
          OpenItem(turn_, link_, verdict.text, static_cast<int>(Index(verdict.target)), {{"field", field.name}}, {"retry"});
          return absl::OkStatus();
        }
        // The target may come: the write is composed all the same, which subscribes or waits.
        return Write(field, policy, s, verdict.target, s.now[Other(verdict.target)], first_meeting);
      case Action::kWriteBoth:
        for (Side side : kSides) {
          if (absl::Status status = Write(field, policy, s, side, verdict.value, first_meeting); !status.ok()) return status;
        }
        return absl::OkStatus();
      case Action::kWrite: break;
    }
    if (verdict.reverted && IsOwed(field, s, verdict.target)) {
      // Told and counted when it was decided; the write has not left yet.
    } else if (verdict.reverted) {
      turn_.Count("reverted." + entity_.name);
      if (AcceptsRendering(link_, field, verdict.target, s)) {
        Settle(field, s, Other(verdict.target));
        link_.base[field.name].not_held = true;
        OpenItem(turn_, link_, "value_not_held", static_cast<int>(Index(verdict.target)), {{"field", field.name}}, {"dismiss"});
        return absl::OkStatus();
      }
      if (!policy.on_revert_item.empty()) {
        OpenItem(turn_, link_, policy.on_revert_item, static_cast<int>(Index(verdict.target)), {{"field", field.name}}, {"dismiss"});
      }
      turn_.Tell(link_, "reverted", entity_.name + "." + field.name, static_cast<int>(Index(verdict.target)),
                 {{"foreign", s.now[verdict.target]}, {"owner", s.now[Other(verdict.target)]}});
    } else {
      EndForeignEdit(field, "ended by the source");
    }
    return Write(field, policy, s, verdict.target, verdict.value, first_meeting);
  }

  Turn& turn_;
  const EntityRule& entity_;
  Link& link_;
  std::array<Composition, 2> to_;
  std::string wait_;
};

void DecideFields(Turn& turn, const EntityRule& entity, Link& link) {
  if (!PassesChecks(turn, entity, link)) return;
  FieldsDecision decision(turn, entity, link);
  if (absl::Status status = decision.Run(); !status.ok()) return FormulaFailed(turn, link, status);
  CloseItem(turn, link, "formula_failed", "in order");
  if (!decision.wait().empty()) return Park(turn, link, "parent_missing", decision.wait());
  for (Side side : kSides) {
    Composition& composition = decision.to(side);
    TellRefused(turn, link, composition, side);
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

// ------------------------------------------------------------------------------------------------ existence

bool CanCreate(Turn& turn, const EntityRule& entity, Link& link, Side target) {
  const auto& session = turn.state().sides[target].session;
  if (!session) {
    Park(turn, link, "session_missing", WaitForSession(target));
    return false;
  }
  auto it = session->resources.find(entity.sides[target].resource);
  if (it != session->resources.end() && it->second.can_create) return true;
  Park(turn, link, "capability_missing", WaitForSession(target));
  return false;
}

void DecideCreate(Turn& turn, const EntityRule& entity, Link& link, Side target, const std::string& why) {
  if (link.owed[target] && link.owed[target]->state == Delivery::State::kDead && link.owed[target]->verb == Verb::kCreate) {
    // Refused before: only other content is worth another try.
    std::optional<Delivery> again = WholeRecord(turn, entity, link, target);
    if (!again || again->writes == link.owed[target]->writes) return;
  }
  if (!CanCreate(turn, entity, link, target) || !PassesChecks(turn, entity, link)) return;
  std::optional<Delivery> delivery = WholeRecord(turn, entity, link, target);
  if (!delivery) return;
  const EntitySide& side = entity.sides[target];
  absl::StatusOr<Value> key = Evaluated(side.create_key, turn.pack(), link);
  absl::StatusOr<Value> find = Evaluated(side.find_value, turn.pack(), link);
  if (!key.ok()) return FormulaFailed(turn, link, key.status());
  if (!find.ok()) return FormulaFailed(turn, link, find.status());
  delivery->verb = Verb::kCreate;
  delivery->key = std::string(key->TextOrEmpty());
  delivery->find_field = side.find_field;
  delivery->find_value = *find;
  const RunState* run = turn.state().ActiveRun();
  delivery->search_first = !(run != nullptr && turn.state().Listed(target, side.resource));
  delivery->rule = entity.name + ".create";
  delivery->reason = why;
  if (!delivery->key.empty()) {
    // The key is ours to choose: whoever reports it first, it is this link.
    const RecordEntry* entry = turn.FindRecord({target, side.resource, delivery->key});
    if (entry && entry->link != 0 && entry->link != link.id && !entry->alias) {
      OpenItem(turn, link, "twin_found", static_cast<int>(Index(target)), {{"key", delivery->key}}, {"retry"});
      return Park(turn, link, "twin_found", "");
    }
    turn.Put(RecordId{target, side.resource, delivery->key}, RecordEntry{.link = link.id});
  }
  if (!HasRoom(turn, entity, link, target, *delivery)) return;
  Queue(turn, entity, link, target, *std::move(delivery));
}

void DecideDelete(Turn& turn, const EntityRule& entity, Link& link, Side target) {
  if (!MayDelete(turn, entity, link, target)) return;
  Delivery delivery;
  delivery.verb = Verb::kDelete;
  delivery.key = link.members[target].key;
  delivery.rule = entity.name + ".delete";
  delivery.reason = "deleted_on_other_side";
  Queue(turn, entity, link, target, std::move(delivery));
}

void DecideMark(Turn& turn, const EntityRule& entity, Link& link, Side target) {
  const LifeRule& rule = entity.LifeIn(link.phase, Other(target));
  const FieldRule* field = entity.Field(rule.mark_field);
  if (!field) return;
  Composition composition(turn, entity, link, target);
  absl::StatusOr<bool> added = composition.Add(*field, rule.mark_value, rule.mark_value, false);
  if (!added.ok()) return FormulaFailed(turn, link, added.status());
  const std::string root(NativeRoot(field->sides[target].native));
  if (NativeOf(link.members[target].shadow, root) == composition.delivery().writes[root]) return;
  Delivery delivery = std::move(composition.delivery());
  delivery.verb = Verb::kUpdate;
  delivery.rule = entity.name + ".mark";
  Queue(turn, entity, link, target, std::move(delivery));
}

void DecideRestore(Turn& turn, const EntityRule& entity, Link& link, Side target) {
  const auto& session = turn.state().sides[target].session;
  const auto it = session ? session->resources.find(entity.sides[target].resource) : decltype(session->resources.end()){};
  if (session && it != session->resources.end() && it->second.can_undelete) {
    Delivery delivery;
    delivery.verb = Verb::kUndelete;
    delivery.key = link.members[target].key;
    delivery.rule = entity.name + ".restore";
    return Queue(turn, entity, link, target, std::move(delivery));
  }
  DecideCreate(turn, entity, link, target, "restore");
}

// Forgets the pair: the survivor stays alone and is not created again on the other side.
void Unlink(Turn& turn, Link& link, Side survivor) {
  Member& gone = link.members[Other(survivor)];
  gone.former_keys.push_back(gone.key);
  link.base.clear();
  turn.Count("unlinked");
  Park(turn, link, "unlinked", "");
}

bool Chose(const Link& link, const std::string& reason, std::string_view choice) {
  auto it = link.choices.find(reason);
  return it != link.choices.end() && it->second == choice;
}

// The person's answers that end a wait for existence: one for being born, another for being deleted.
bool Approved(const Link& link, const LifeSituation& s) {
  if (s.presence[Side::kLeft] == Presence::kDeleted || s.presence[Side::kRight] == Presence::kDeleted) return Chose(link, "approve_delete", "approve");
  const LifeRule& born = *s.rules[link.Has(Side::kLeft) ? Side::kLeft : Side::kRight];
  return Chose(link, "approve_creates", "approve") || Chose(link, born.create_reason, "approve");
}

LifeSituation SituationOf(Turn& turn, const EntityRule& entity, const Link& link) {
  LifeSituation s;
  for (Side side : kSides) {
    s.presence[side] = link.members[side].presence;
    s.rules[side] = &entity.LifeIn(link.phase, side);
    const LifeRule& rule = *s.rules[side];
    if (link.members[side].presence == Presence::kDeleted && rule.never_delete_when) {
      const absl::StatusOr<Value> never = rule.never_delete_when->Evaluate(LinkScope(turn.pack(), link).scope());
      s.never_delete = s.never_delete || !never.ok() || (never->As<bool>() && *never->As<bool>());
    }
    if (rule.on_delete == DeleteRule::kMarkIfReferenced && link.members[side].presence == Presence::kDeleted) {
      s.referenced = IsReferenced(turn, rule, link, Other(side));
    }
  }
  s.origin = link.origin;
  // Whoever said no is asked no second time for all of them; each is then a work item of its own.
  s.first_load = turn.state().FirstLoadRunning() && !link.choices.contains("approve_creates");
  const Side born_on = link.Has(Side::kLeft) ? Side::kLeft : Side::kRight;
  const bool is_planned = turn.state().planning ? s.first_load : IsPlanned(turn.state(), link.id, Other(born_on), Verb::kCreate);
  s.approved = Approved(link, s) || is_planned;
  s.push_wanted = link.document && link.document->push_wanted;
  return s;
}

void ApplyLife(Turn& turn, const EntityRule& entity, Link& link, const LifeVerdict& verdict) {
  using Action = LifeVerdict::Action;
  if (verdict.action != Action::kDelete && link.items.contains("held_delete")) DropHold(turn, link, "no longer to be deleted");
  switch (verdict.action) {
    case Action::kMerge: return DecideFields(turn, entity, link);
    case Action::kCreate: return DecideCreate(turn, entity, link, verdict.side, Chose(link, "approve_creates", "approve") ? "first_load" : "new_record");
    case Action::kDelete: return DecideDelete(turn, entity, link, verdict.side);
    case Action::kMark: return DecideMark(turn, entity, link, verdict.side);
    case Action::kRestore: return DecideRestore(turn, entity, link, verdict.side);
    case Action::kUnlink: return Unlink(turn, link, verdict.side);
    case Action::kPark: {
      const WorkItemId item = OpenItem(turn, link, verdict.reason, static_cast<int>(Index(verdict.side)), {}, {"dismiss"});
      Park(turn, link, verdict.reason, "");
      link.parked->item = item;
      return;
    }
    case Action::kApprove:
      // What could not be created anyway is not asked about.
      return PassesChecks(turn, entity, link) ? AskApproval(turn, entity, link, verdict.side) : void();
    case Action::kItem: {
      const bool approves = verdict.reason == "approve_delete" || verdict.reason == "awaiting_invite";
      OpenItem(turn, link, verdict.reason, static_cast<int>(Index(verdict.side)), {},
               approves ? std::vector<std::string>{"approve", "dismiss"} : std::vector<std::string>{"dismiss"});
      return Park(turn, link, verdict.reason, "");
    }
    case Action::kIgnore: turn.Count("ignored." + entity.name); return;
    case Action::kNothing:
    case Action::kWait: return;
  }
}

bool Correlates(const EntityRule& entity, const Link& link, Side here) {
  const CreateRule create = entity.LifeIn(link.phase, here).create;
  return create != CreateRule::kIgnore && create != CreateRule::kOnDemand;
}

}  // namespace

absl::StatusOr<std::string> PhaseOf(const Pack& pack, const EntityRule& entity, const Link& link) {
  const LinkScope scope(pack, link);
  for (const PhaseRule& phase : entity.phases) {
    if (!phase.when) return phase.name;
    absl::StatusOr<Value> holds = phase.when->Evaluate(scope.scope());
    if (!holds.ok()) return holds.status();
    if (holds->As<bool>() && *holds->As<bool>()) return phase.name;
  }
  return std::string();
}

void Decide(Turn& turn, LinkId id) {
  const Link* found = turn.FindLink(id);
  const EntityRule* entity = found ? turn.pack().Entity(found->entity) : nullptr;
  for (Lane lane : {Lane::kOnDemand, Lane::kContinuous, Lane::kBulk}) {
    for (int rank : {0, entity ? entity->rank : 0}) {
      const DirtyId dirty{lane, rank, id};
      if (turn.state().dirty.contains(dirty)) turn.ClearDirty(dirty);
    }
  }
  if (!entity) return;
  Link& link = turn.Edit(id);
  if (Verify(turn, link)) return;
  // At most one delivery a link under way: its answer decides anew.
  if (UnderWay(link.owed[Side::kLeft]) || UnderWay(link.owed[Side::kRight])) return;
  const absl::StatusOr<std::string> phase = PhaseOf(turn.pack(), *entity, link);
  if (!phase.ok()) return FormulaFailed(turn, link, phase.status());
  if (link.phase != *phase) {
    if (!link.phase.empty()) turn.Tell(link, "phase", entity->name + "." + *phase, -1, {{"from", link.phase}, {"to", *phase}});
    link.phase = *phase;
  }
  if (link.parked && link.parked->reason == "unlinked") return;
  NoteReferences(turn, *entity, link);
  TakeApproval(turn, link);
  Unpark(turn, link);
  if (DecideEnsured(turn, *entity, link)) return;
  const bool left = link.Has(Side::kLeft);
  const bool right = link.Has(Side::kRight);
  if (left != right) {
    const Side here = left ? Side::kLeft : Side::kRight;
    if (link.members[Other(here)].presence == Presence::kNone && Correlates(*entity, link, here)) {
      const Correlation correlation = Correlate(turn, *entity, id, here);
      // A united link is dirty again and decided in its own turn.
      if (correlation.kind != Correlation::Kind::kAlone) return;
    }
  }
  if (entity->document && DecideDocument(turn, *entity, link)) return;
  ApplyLife(turn, *entity, link, DecideLife(SituationOf(turn, *entity, link)));
}

}  // namespace entente
