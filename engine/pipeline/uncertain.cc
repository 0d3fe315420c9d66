#include "engine/pipeline/uncertain.h"

#include <algorithm>

#include "engine/core/lens/equality.h"
#include "engine/pipeline/absence.h"
#include "engine/pipeline/ingest.h"
#include "engine/pipeline/outbox.h"
#include "engine/pipeline/project.h"
#include "engine/pipeline/receipt.h"
#include "engine/pipeline/undo.h"
#include "engine/pipeline/work.h"

namespace entente {
namespace {

OperationResult AsReceipt(const FeedChange& found) {
  OperationResult receipt;
  receipt.observation = Observation::kReread;
  receipt.change = found;
  receipt.existed = true;
  return receipt;
}

// What a create made is found. A field that is blank there was never taken (its column was gone, say), or was emptied since: nobody agreed on
// it, so that it is met anew and no value of the other side's gives way to it.
void TakeFound(Turn& turn, const EntityRule& entity, Link& link, Side side, const FeedChange& found, Stamp at) {
  const NamedMap<BaseField> sent = link.owed[side]->settles;
  TakeReceipt(turn, entity, link, side, AsReceipt(found), at);
  const LinkScope scope(turn.pack(), link);
  for (const auto& [name, settled] : sent) {
    const FieldRule* field = entity.Field(name);
    if (!field || settled.held[side].IsBlank()) continue;
    const absl::StatusOr<Value> now = GetCanonical(turn, entity, *field, side, link.members[side].shadow, scope.scope());
    if (now.ok() && now->IsBlank()) link.base.erase(name);
  }
}

void Repeat(Turn& turn, Link& link, Side side) {
  Delivery& delivery = *link.owed[side];
  delivery.state = Delivery::State::kQueued;
  delivery.search_first = true;
  delivery.searches = 0;
  Postpone(turn, link, side, 0, false);
}

// A document's rows are written one after the other, and its lock is taken off last: that all of it reads as it should does not say that it is
// whole. Its connector finishes what it finds begun.
bool IsWrittenInParts(const Delivery& delivery) {
  return std::any_of(delivery.writes.begin(), delivery.writes.end(), [](const auto& field) { return field.second.template As<List>() != nullptr; });
}

// What stands there as we sent it is what we sent: it is agreed on, and no edit of that side's, whatever the other side says meanwhile.
void SettleArrived(Turn& turn, const EntityRule& entity, Link& link, Side side, const Delivery& delivery, const FeedChange& found) {
  LinkScope scope(turn.pack(), link);
  scope.See(side, found.fields);
  for (const auto& [name, settled] : delivery.settles) {
    const FieldRule* field = entity.Field(name);
    if (!field) continue;
    const absl::StatusOr<Value> now = GetCanonical(turn, entity, *field, side, found.fields, scope.scope());
    if (now.ok() && EqualModulo(field->equality, *now, settled.held[side])) link.base[name] = settled;
  }
}

// Links whose creates on that side were handed over: those whose answers come no more, or all.
std::vector<LinkId> Makers(Turn& turn, Side side, bool all) {
  const State& state = turn.state();
  std::vector<LinkId> makers;
  if (all) {
    for (auto it = state.outbox.lower_bound({side, Lane::kOnDemand, 0}); it != state.outbox.end() && it->first.side == side; ++it) {
      if (it->second.sent && !it->second.creates.empty()) makers.push_back(it->second.link);
    }
  } else {
    for (const OutboxId& place : state.sides[side].uncertain_creates) makers.push_back(state.outbox.at(place).link);
  }
  for (const LinkId id : makers) turn.PrefetchLink(id);
  turn.Require();
  return makers;
}

bool MayHaveMade(const Link* maker, const EntityRule& entity, Side side) {
  if (maker == nullptr || maker->entity != entity.name || !maker->owed[side] || maker->Has(side)) return false;
  const Delivery& owed = *maker->owed[side];
  return owed.verb == Verb::kCreate && owed.key.empty() && !owed.writes.empty() && !IsWrittenInParts(owed);
}

bool Made(const Delivery& create, const Fields& shown) {
  return std::all_of(create.writes.begin(), create.writes.end(), [&](const auto& field) { return FieldOf(shown, field.first) == field.second; });
}

FeedChange LastShown(const Member& member) {
  FeedChange shown;
  shown.key = member.key;
  shown.row = member.row;
  shown.fields = member.shadow;
  shown.revision = member.revision;
  return shown;
}

}  // namespace

std::int64_t SettleMicros(const State& state, Side side) {
  const auto& session = state.sides[side].session;
  const absl::Duration declared = session && session->settle_time > absl::ZeroDuration() ? session->settle_time : state.tuning.settle_time;
  return absl::ToInt64Microseconds(declared);
}

void TakeSearch(Turn& turn, const EntityRule& entity, Link& link, Side side, const OperationResult& result, Stamp at) {
  if (!link.owed[side]) return;
  Delivery& delivery = *link.owed[side];
  std::vector<FeedChange> found = result.found;
  // A twin that belongs to another pair is somebody else's.
  std::erase_if(found, [&](const FeedChange& change) {
    const RecordEntry* entry = turn.FindRecord({side, entity.sides[side].resource, change.key});
    const Link* other = entry && entry->link != 0 && entry->link != link.id ? turn.FindLink(entry->link) : nullptr;
    return other != nullptr && other->linked();
  });
  if (delivery.verb == Verb::kCreate) {
    if (!found.empty()) {
      if (found.size() > 1) OpenItem(turn, link, "twin_found", static_cast<int>(Index(side)), {{"count", static_cast<std::int64_t>(found.size())}}, {"dismiss"});
      if (found.size() == 1 && IsWrittenInParts(delivery)) return Repeat(turn, link, side);
      return TakeFound(turn, entity, link, side, found.front(), at);
    }
    if (++delivery.searches < turn.state().tuning.searches_before_repeat) {
      return Postpone(turn, link, side, turn.micros() + SettleMicros(turn.state(), side), true);
    }
    return Repeat(turn, link, side);
  }
  if (delivery.verb == Verb::kDelete) {
    if (!found.empty()) return Repeat(turn, link, side);
    TakeGone(turn, entity, link, side, at);
    turn.MarkDirty(link.id);
    return;
  }
  // An update: what stands there now says whether it arrived. To the rules, what an undo wrote looks like somebody's edit.
  if (IsUndo(delivery) && !found.empty() && HasArrived(turn, entity, link, side, delivery, found.front())) {
    return TakeReceipt(turn, entity, link, side, AsReceipt(found.front()), at);
  }
  if (!found.empty() && !delivery.expected.empty() && IsWrittenInParts(delivery)) return Repeat(turn, link, side);
  const std::string key = delivery.key;
  if (!found.empty()) SettleArrived(turn, entity, link, side, delivery, found.front());
  Withdraw(turn, link, side);
  if (found.empty()) {
    ObserveGone(turn, entity, side, key, at, "", Word::kAbsent);
  } else {
    Observe(turn, entity, side, found.front(), at);
  }
  turn.MarkDirty(link.id);
}

bool TakeShown(Turn& turn, const EntityRule& entity, Link& link, Side side, const FeedChange& change, Stamp read) {
  const auto& owed = link.owed[side];
  const bool is_of_create = owed && owed->verb == Verb::kCreate && !owed->key.empty() && owed->key == change.key && link.members[side].presence == Presence::kNone;
  if (!is_of_create || IsWrittenInParts(*owed)) return false;
  TakeFound(turn, entity, link, side, change, read);
  turn.Count("creates.shown");
  return true;
}

LinkId TakeShownNew(Turn& turn, const EntityRule& entity, Side side, LinkId lone, const FeedChange& change, const Fields& mapped, Stamp read) {
  // What was shown before, and is shown otherwise now, may be of a create whose answer is on its way still, and may be lost yet.
  for (const LinkId id : Makers(turn, side, lone != 0)) {
    if (id == lone || !MayHaveMade(turn.FindLink(id), entity, side)) continue;
    const Delivery& owed = *turn.FindLink(id)->owed[side];
    const Link* known = lone == 0 ? nullptr : turn.FindLink(lone);
    const bool is_shown_now = Made(owed, mapped);
    if (!is_shown_now && (known == nullptr || !Made(owed, known->members[side].shadow))) continue;
    const FeedChange shown = is_shown_now ? change : LastShown(known->members[side]);
    const Stamp at = is_shown_now ? read : known->members[side].read;
    TakeFound(turn, entity, turn.Edit(id), side, shown, at);
    turn.Count("creates.shown");
    const RecordEntry* entry = turn.FindRecord({side, entity.sides[side].resource, change.key});
    return entry != nullptr && entry->link == id ? id : 0;
  }
  return 0;
}

void NoteShown(Turn& turn, const EntityRule& entity, Link& link, Side side, const FeedChange& change) {
  const auto& owed = link.owed[side];
  if (!owed || owed->verb != Verb::kUpdate || IsUndo(*owed) || IsWrittenInParts(*owed)) return;
  SettleArrived(turn, entity, link, side, *owed, change);
}

bool TakeShownGone(Turn& turn, const EntityRule& entity, LinkId lone, Side side, Stamp read) {
  for (const LinkId id : Makers(turn, side, true)) {
    if (id == lone || !MayHaveMade(turn.FindLink(id), entity, side)) continue;
    const Member& gone = turn.FindLink(lone)->members[side];
    if (!Made(*turn.FindLink(id)->owed[side], gone.shadow)) continue;
    const FeedChange shown = LastShown(gone);
    TakeFound(turn, entity, turn.Edit(id), side, shown, read);
    turn.Count("creates.shown");
    return true;
  }
  return false;
}

void ChaseUncertain(Turn& turn) {
  std::vector<std::pair<OutboxId, LinkId>> due;
  for (const auto& [at, place] : turn.state().outbox_due) {
    if (at > turn.micros()) break;
    const OutboxEntry& entry = turn.state().outbox.at(place);
    if (!entry.sent || !turn.state().sides[place.side].session) continue;
    due.emplace_back(place, entry.link);
    turn.PrefetchLink(entry.link);
    if (due.size() >= 500) break;
  }
  turn.Require();
  for (const auto& [place, id] : due) {
    const Link* found = turn.FindLink(id);
    if (!found || !found->owed[place.side]) {
      turn.PutOutbox(place, std::nullopt);
      continue;
    }
    if (!turn.pack().Entity(found->entity)) {
      Leave(turn, turn.Edit(id), place.side);
      continue;
    }
    Link& link = turn.Edit(id);
    Delivery& delivery = *link.owed[place.side];
    delivery.state = Delivery::State::kUncertain;
    const std::string& resource = turn.pack().Entity(link.entity)->sides[place.side].resource;
    Question question{.side = place.side, .link = id, .purpose = "search", .resource = resource, .key = delivery.key};
    if (delivery.verb == Verb::kCreate && delivery.key.empty()) {
      // Without a field of ours to search by, the system's own natural key is searched for in what we sent.
      question.kind = OperationKind::kFind;
      question.find_field = delivery.find_field;
      question.find_value = delivery.find_value;
      question.fields = delivery.writes;
    }
    turn.Ask(std::move(question));
    Postpone(turn, link, place.side, 0, true);
    turn.Tell(link, "searched", delivery.rule, static_cast<int>(Index(place.side)), {{"delivery", static_cast<std::int64_t>(delivery.id)}});
    turn.Count("searches");
  }
}

void AllUncertain(Turn& turn, Side side) {
  const std::int64_t at = turn.micros() + SettleMicros(turn.state(), side);
  for (auto it = turn.state().outbox.lower_bound({side, Lane::kOnDemand, 0}); it != turn.state().outbox.end() && it->first.side == side; ++it) {
    if (!it->second.sent) continue;
    OutboxEntry entry = it->second;
    entry.not_before_micros = at;
    turn.PutOutbox(it->first, entry);
    turn.Count("uncertain_after_restart");
  }
  turn.OnHandled([side](State& state) {
    state.sides[side].in_flight.clear();
    for (auto it = state.questions.begin(); it != state.questions.end();) {
      // A search is asked anew with its delivery; listings by their run.
      const bool again_elsewhere = it->second.purpose == "search" || it->second.purpose == "listing" || it->second.purpose == "poll";
      if (it->second.side == side && it->second.sent && again_elsewhere) {
        it = state.questions.erase(it);
        continue;
      }
      if (it->second.side == side) it->second.sent = false;
      ++it;
    }
  });
}

}  // namespace entente
