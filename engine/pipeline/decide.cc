#include "engine/pipeline/decide.h"

#include "absl/strings/str_cat.h"
#include "engine/core/life.h"
#include "engine/pipeline/adopt.h"
#include "engine/pipeline/apply.h"
#include "engine/pipeline/approval.h"
#include "engine/pipeline/bar.h"
#include "engine/pipeline/capacity.h"
#include "engine/pipeline/check.h"
#include "engine/pipeline/compose.h"
#include "engine/pipeline/correlate.h"
#include "engine/pipeline/distinct.h"
#include "engine/pipeline/document.h"
#include "engine/pipeline/ensure.h"
#include "engine/pipeline/fields.h"
#include "engine/pipeline/guard.h"
#include "engine/pipeline/outbox.h"
#include "engine/pipeline/references.h"
#include "engine/pipeline/restored.h"
#include "engine/pipeline/undo.h"
#include "engine/pipeline/seal.h"
#include "engine/pipeline/trigger.h"
#include "engine/pipeline/work.h"

namespace entente {
namespace {

bool UnderWay(const Boxed<Delivery>& owed) {
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
    if (again) MakeDistinct(turn, entity, link, target, *again);
    if (!again || again->writes == link.owed[target]->writes) return;
  }
  if (!CanCreate(turn, entity, link, target) || !PassesChecks(turn, entity, link)) return;
  std::optional<Delivery> delivery = WholeRecord(turn, entity, link, target);
  if (!delivery) return;
  MakeDistinct(turn, entity, link, target, *delivery);
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
    if (IsBarredKey(turn.state(), target, side.resource, delivery->key)) {
      OpenItem(turn, link, std::string(kKeyOfErased), static_cast<int>(Index(target)), {}, {"retry"});
      return Park(turn, link, std::string(kKeyOfErased), "");
    }
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

void DecideMark(Turn& turn, const EntityRule& entity, Link& link, Side target, const Held& held) {
  const LifeRule& rule = entity.LifeIn(link.phase, Other(target));
  const FieldRule* field = entity.Field(rule.mark_field);
  if (!field || held.fields.contains(rule.mark_field)) return;
  Composition composition(turn, entity, link, target);
  absl::StatusOr<bool> added = composition.Add(*field, rule.mark_value, rule.mark_value, false);
  if (!added.ok()) return FormulaFailed(turn, link, added.status());
  const std::string root(NativeRoot(field->sides[target].native));
  if (NativeOf(link.members[target].shadow, root) == composition.delivery().writes[root]) return;
  Delivery delivery = std::move(composition.delivery());
  delivery.verb = Verb::kUpdate;
  delivery.rule = entity.name + ".mark";
  for (auto& [name, settled] : delivery.settles.Mutable()) settled.rule = delivery.rule;
  Queue(turn, entity, link, target, std::move(delivery));
}

// What is brought back is what the other side still has, and it may be gone there too, unseen: it is read once more before. Not for a plan:
// nobody answers when it is made, and exactly what it showed is what is written.
bool IsKnownToBeThere(Turn& turn, Link& link, Side target) {
  const bool is_planned = IsPlanned(turn.state(), link.id, target, Verb::kCreate) || IsPlanned(turn.state(), link.id, target, Verb::kUndelete);
  if (turn.state().planning || is_planned || link.choices.erase("restore_read") > 0) return true;
  link.choices["restore_read"] = "asked";
  link.members[Other(target)].verify = true;
  Verify(turn, link);
  return false;
}

void DecideRestore(Turn& turn, const EntityRule& entity, Link& link, Side target) {
  if (!IsKnownToBeThere(turn, link, target)) return;
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

// What a person may answer where existence waits for one.
std::vector<std::string> ChoicesFor(const std::string& reason) {
  if (reason == kNeverSeen) return {"delete", "create", "dismiss"};
  if (reason == kPartnerLost) return {"create", "dismiss"};
  if (reason == "approve_delete" || reason == "awaiting_invite") return {"approve", "dismiss"};
  return {"dismiss"};
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
    const bool is_unseen = link.members[side].presence == Presence::kDeleted && link.members[side].unseen_since_micros != 0;
    if (is_unseen && !Chose(link, kNeverSeen, "delete")) s.never_seen = true;
    if (link.members[side].presence == Presence::kDeleted && rule.never_delete_when) {
      const absl::StatusOr<Value> never = rule.never_delete_when->Evaluate(LinkScope(turn.pack(), link).scope());
      s.never_delete = s.never_delete || !never.ok() || (never->As<bool>() && *never->As<bool>());
    }
    if (rule.on_delete == DeleteRule::kMarkIfReferenced && link.members[side].presence == Presence::kDeleted) {
      s.referenced = IsReferenced(turn, rule, link, Other(side));
    }
  }
  s.again = Chose(link, kNeverSeen, "create");
  s.origin = link.origin;
  // Whoever said no is asked no second time for all of them; each is then a work item of its own.
  s.first_load = turn.state().FirstLoadRunning() && !link.choices.contains("approve_creates");
  const Side born_on = link.Has(Side::kLeft) ? Side::kLeft : Side::kRight;
  const bool is_planned = turn.state().planning ? s.first_load : IsPlanned(turn.state(), link.id, Other(born_on), Verb::kCreate);
  s.approved = Approved(link, s) || is_planned;
  s.push_wanted = link.document && link.document->push_wanted;
  return s;
}

// Made anew, it would bring back what somebody deleted while this state was not there.
void AskWhatItHad(Turn& turn, Link& link, Side target) {
  OpenItem(turn, link, kPartnerLost, static_cast<int>(Index(target)), {}, ChoicesFor(kPartnerLost));
  Park(turn, link, kPartnerLost, "");
}

void ApplyLife(Turn& turn, const EntityRule& entity, Link& link, const LifeVerdict& verdict, const Held& held) {
  using Action = LifeVerdict::Action;
  if (verdict.action != Action::kDelete && link.items.contains("held_delete")) DropHold(turn, link, "no longer to be deleted");
  if (verdict.reason != kNeverSeen && link.items.contains(kNeverSeen)) CloseItem(turn, link, kNeverSeen, "it was seen, or is spoken for");
  const bool had_partner = verdict.action == Action::kCreate && HadPartner(turn.state(), entity, link, Other(verdict.side)) && !Chose(link, kPartnerLost, "create");
  if (!had_partner && link.items.contains(kPartnerLost)) CloseItem(turn, link, kPartnerLost, "it has a partner, or is spoken for");
  switch (verdict.action) {
    case Action::kMerge: return held.fields.empty() ? DecideFields(turn, entity, link) : DecideFields(turn, Without(entity, held.fields), link);
    case Action::kCreate:
      if (had_partner) return AskWhatItHad(turn, link, verdict.side);
      return DecideCreate(turn, entity, link, verdict.side, Chose(link, "approve_creates", "approve") ? "first_load" : "new_record");
    case Action::kDelete: return DecideDelete(turn, entity, link, verdict.side);
    case Action::kMark: return DecideMark(turn, entity, link, verdict.side, held);
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
      OpenItem(turn, link, verdict.reason, static_cast<int>(Index(verdict.side)), {}, ChoicesFor(verdict.reason));
      return Park(turn, link, verdict.reason, "");
    }
    case Action::kIgnore: turn.Count("ignored." + entity.name); return;
    case Action::kNothing:
    case Action::kWait: return;
  }
}

void NoteDecided(Turn& turn, LinkId id) {
  if (turn.state().undecided.contains(id)) turn.OnHandled([id](State& state) { state.undecided.erase(id); });
}

// Of an entity that the pack has no more: what it owes and nobody sent is forgotten.
void LeaveToItself(Turn& turn, Link& link) {
  for (Side side : kSides) {
    if (!UnderWay(link.owed[side])) Withdraw(turn, link, side);
  }
  NoteDecided(turn, link.id);
}

}  // namespace

bool Correlates(const EntityRule& entity, const Link& link, Side here) {
  const CreateRule create = entity.LifeIn(link.phase, here).create;
  return create != CreateRule::kIgnore && create != CreateRule::kOnDemand;
}

LifeVerdict DecideExistence(Turn& turn, const EntityRule& entity, const Link& link) { return DecideLife(SituationOf(turn, entity, link)); }

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
  if (found && found->erased) return NoteDecided(turn, id);
  if (!entity) {
    if (found) LeaveToItself(turn, turn.Edit(id));
    return;
  }
  Link& link = turn.Edit(id);
  if (Verify(turn, link)) return;
  // At most one delivery a link under way: its answer decides anew.
  if (UnderWay(link.owed[Side::kLeft]) || UnderWay(link.owed[Side::kRight])) return;
  if (turn.state().applying && !turn.state().applying->undo.empty()) return CarryOutUndo(turn, *entity, link);
  Side unread_side = Side::kLeft;
  std::string unread_resource;
  if (IsResting(turn.state(), *entity, &unread_side, &unread_resource)) return Park(turn, link, "fields_not_read", WaitForListing(unread_side, unread_resource));
  NoteDecided(turn, id);
  const absl::StatusOr<std::string> phase = PhaseOf(turn.pack(), *entity, link);
  if (!phase.ok()) return FormulaFailed(turn, link, phase.status());
  if (link.phase != *phase) {
    if (!link.phase.empty()) turn.Tell(link, "phase", entity->name + "." + *phase, -1, {{"from", link.phase}, {"to", *phase}});
    link.phase = *phase;
  }
  if (link.parked && link.parked->reason == "unlinked") return;
  if (const absl::Status sealed = JudgeSeal(turn, *entity, link); !sealed.ok()) return FormulaFailed(turn, link, sealed);
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
  const bool is_alone = left != right && link.members[left ? Side::kRight : Side::kLeft].presence == Presence::kNone;
  if (is_alone && AwaitsState(turn, *entity, link)) return;
  if (entity->document && DecideDocument(turn, *entity, link)) return;
  const Held held = TakeHeld(turn, *entity, link);
  if (held.existence) {
    Park(turn, link, "undone", "");
    link.parked->item = link.items.at("undone");
    return;
  }
  ApplyLife(turn, *entity, link, DecideExistence(turn, *entity, link), held);
}

}  // namespace entente
