#include "engine/pipeline/acknowledge.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "engine/pipeline/apply.h"
#include "engine/pipeline/correlate.h"
#include "engine/pipeline/document.h"
#include "engine/pipeline/ingest.h"
#include "engine/pipeline/lock.h"
#include "engine/pipeline/misreport.h"
#include "engine/pipeline/outbox.h"
#include "engine/pipeline/project.h"
#include "engine/pipeline/run.h"
#include "engine/pipeline/undo.h"
#include "engine/pipeline/seal.h"
#include "engine/pipeline/work.h"

namespace entente {
namespace {

std::int64_t SettleMicros(const State& state, Side side) {
  const auto& session = state.sides[side].session;
  const absl::Duration declared = session && session->settle_time > absl::ZeroDuration() ? session->settle_time : state.tuning.settle_time;
  return absl::ToInt64Microseconds(declared);
}

bool HasContent(const std::optional<FeedChange>& change) { return change && change->kind == ChangeKind::kContent && !change->fields.empty(); }

// ------------------------------------------------------------------------------------------------ receipts

void NoteCreated(Turn& turn, const EntityRule& entity, Link& link, Side side, const std::string& key) {
  const std::string& resource = entity.sides[side].resource;
  const RecordEntry* entry = turn.FindRecord({side, resource, key});
  // The feed may have been quicker than the receipt: the record it found alone is ours.
  if (entry && entry->link != 0 && entry->link != link.id && !entry->alias) {
    const Link* early = turn.FindLink(entry->link);
    if (early && !early->Has(Other(side))) {
      const Member former = link.members[side];
      Unite(turn, entity, link.id, early->id, side, "receipt");
    }
  }
  Member& member = link.members[side];
  if (!member.key.empty() && member.key != key) {
    // Created anew in place of a deleted one: the old key leads nowhere, so that records still holding it are re-pointed.
    turn.Put(RecordId{side, resource, member.key}, RecordEntry{.alias = true});
    member.former_keys.push_back(member.key);
    for (LinkId referring : turn.Refers(link.id)) turn.MarkDirty(referring);
    OpenItem(turn, link, "restored_as_new", static_cast<int>(Index(side)), {{"former", member.key}, {"key", key}}, {"dismiss"});
  }
  member.resource = resource;
  member.key = key;
  turn.Count("created." + turn.pack().sides[side].name + "." + resource);
  turn.Wake(WaitForLink(link.id, side));
}

// What the system rendered of what we sent: kept as its own way to hold the value, when the write itself returned it.
void KeepRendering(Turn& turn, const EntityRule& entity, Link& link, Side side, const Delivery& delivery) {
  const LinkScope scope(turn.pack(), link);
  for (const auto& [name, settled] : delivery.settles) {
    const FieldRule* field = entity.Field(name);
    if (!field) continue;
    const absl::StatusOr<Value> held = GetCanonical(turn, entity, *field, side, link.members[side].shadow, scope.scope());
    if (held.ok()) link.base[name].held[side] = *held;
  }
}

void SettleMember(Turn& turn, const EntityRule& entity, Link& link, Side side, const Delivery& delivery, const OperationResult& result, Stamp done) {
  Member& member = link.members[side];
  const std::string& resource = entity.sides[side].resource;
  member.done = done;
  member.presence = Presence::kPresent;
  RecordEntry entry{.link = link.id, .digest = {}, .generation = turn.state().generation};
  if (HasContent(result.change)) {
    Fields mapped = MappedFields(entity, side, result.change->fields);
    member.digest = DigestOfFields(mapped);
    if (link.seal) KeepSealed(turn, entity, link, side, mapped);
    member.shadow = std::move(mapped);
    member.read = done;
    member.observed = true;
    member.revision = result.change->revision;
    member.changed_from_micros = result.change->changed_from_micros;
    member.changed_to_micros = result.change->changed_to_micros;
    entry.digest = member.digest;
  } else {
    for (const auto& [name, value] : delivery.writes) member.shadow[name] = value;
    std::erase_if(member.shadow, [](const auto& field) { return field.second.IsNull(); });
    member.digest = {};
    member.observed = false;
    member.changed_from_micros = member.changed_to_micros = 0;
  }
  if (result.change && result.change->row) {
    member.row = result.change->row;
    turn.Put(RowId{side, resource, member.row->incarnation, member.row->number}, link.id);
  }
  member.equal_until_micros = member.seen_micros = turn.micros();
  turn.Put(RecordId{side, resource, member.key}, entry);
  for (const auto& [name, settled] : delivery.settles) {
    link.base[name] = settled;
    // Its pace counts from when it was written, not from when that was decided.
    if (delivery.lane == Lane::kPaced) link.base[name].since_micros = turn.micros();
    link.choices.erase("winner:" + name);
    link.choices.erase("told:" + name);
    CloseItem(turn, link, "conflict:" + name, "settled");
  }
  // What a record that was there already holds may be somebody's edit of what an earlier try of ours made.
  if (result.observation == Observation::kAtomic && !result.existed && HasContent(result.change)) KeepRendering(turn, entity, link, side, delivery);
  IndexMatches(turn, entity, link, side);
}

void SettleDelete(Turn& turn, const EntityRule& entity, Link& link, Side side, const Delivery& delivery, Stamp done) {
  Member& member = link.members[side];
  member.done = done;
  member.presence = Presence::kDeleted;
  turn.Put(RecordId{side, entity.sides[side].resource, member.key}, RecordEntry{.link = link.id, .deleted = true});
  UnindexMatches(turn, link, side);
  link.choices.erase("delete_released");
  turn.Count("deleted." + turn.pack().sides[side].name + "." + entity.sides[side].resource);
  NoteUndone(turn, entity, link, side, delivery);
}

// What a history needs to take the write back: see JournalEntry.
void TellReceipt(Turn& turn, Link& link, Side side, const Delivery& delivery, const OperationResult& result, const Fields& before) {
  const Member& member = link.members[side];
  Fields details{{"delivery", static_cast<std::int64_t>(delivery.id)}, {"existed", result.existed}, {"verb", static_cast<int>(delivery.verb)}};
  if (delivery.run != 0) details["run"] = static_cast<std::int64_t>(delivery.run);
  if (IsUndo(delivery)) details["undo"] = true;
  if (delivery.verb == Verb::kCreate) details["made"] = member.key;
  if (delivery.verb == Verb::kUpdate) {
    // What a look after the write shows may be somebody's edit already; only what the write itself returned is its rendering.
    const bool is_atomic = result.observation == Observation::kAtomic && HasContent(result.change);
    Map wrote;
    for (const auto& [name, value] : delivery.writes) wrote[name] = List{FieldOf(before, name), is_atomic ? FieldOf(member.shadow, name) : value};
    details["wrote"] = std::move(wrote);
  }
  turn.Tell(link, "receipt", delivery.rule, static_cast<int>(Index(side)), std::move(details));
}

// A delete that found nothing to delete any more is as good as done.
void TakeGone(Turn& turn, const EntityRule& entity, Link& link, Side side, Stamp done) {
  const Delivery delivery = *link.owed[side];
  Leave(turn, link, side);
  SettleDelete(turn, entity, link, side, delivery, done);
  NoteApplied(turn, link.id, side, link.members[side].key);
}

void Bury(Turn& turn, const EntityRule& entity, Link& link, Side side, const OperationResult& result);

// A system that has such a record answers a create with it. Where it is the partner of another record, it is not ours.
bool BelongsToAnother(Turn& turn, const EntityRule& entity, const Link& link, Side side, const std::string& key) {
  const RecordEntry* entry = turn.FindRecord({side, entity.sides[side].resource, key});
  if (!entry || entry->link == 0 || entry->link == link.id || entry->alias) return false;
  const Link* holder = turn.FindLink(entry->link);
  return holder && holder->linked() && holder->members[side].key == key;
}

OperationResult RecordTaken(const OperationResult& receipt) {
  OperationResult refused = receipt;
  refused.kind = OperationResult::Kind::kFailure;
  refused.failure = FailureClass::kNever;
  refused.code = "RECORD_TAKEN";
  refused.text = "the system answered with a record that is linked to another one already: the two would become one";
  return refused;
}

void TakeReceipt(Turn& turn, const EntityRule& entity, Link& link, Side side, const OperationResult& result, Stamp done) {
  const Delivery delivery = *link.owed[side];
  if (delivery.verb == Verb::kCreate && result.change && BelongsToAnother(turn, entity, link, side, result.change->key)) {
    turn.Count(absl::StrCat("failed.", turn.pack().sides[side].name, ".RECORD_TAKEN"));
    Bury(turn, entity, link, side, RecordTaken(result));
    return turn.MarkDirty(link.id);
  }
  const Member& written = link.members[side];
  const bool is_same_row = result.change && result.change->row && written.row == result.change->row;
  const bool is_anothers = delivery.verb == Verb::kUpdate && result.change && !result.change->key.empty() && result.change->key != written.key && !is_same_row;
  if (is_anothers) Misreport(turn, side, entity.sides[side].resource, "answer_of_another");
  const bool writes_owner = entity.document && side == entity.document->owner;
  const Fields stood = link.members[side].shadow;
  const OwnerContent before = writes_owner ? ContentOf(turn, entity, link) : OwnerContent();
  EndLocked(turn, link, side);
  Leave(turn, link, side);
  turn.Count("writes." + turn.pack().sides[side].name);
  turn.OnHandled([side](State& state) { ++state.sides[side].writes; });
  if (delivery.verb == Verb::kDelete) {
    SettleDelete(turn, entity, link, side, delivery, done);
  } else {
    if (delivery.verb == Verb::kCreate) {
      const std::string key = result.change && !result.change->key.empty() ? result.change->key : delivery.key;
      NoteCreated(turn, entity, link, side, key);
    } else {
      turn.Count((delivery.verb == Verb::kUndelete ? "restored." : "updated.") + turn.pack().sides[side].name + "." + entity.sides[side].resource);
    }
    SettleMember(turn, entity, link, side, delivery, result, done);
    NoteUndone(turn, entity, link, side, delivery);
    if (writes_owner) NoteOwnerWritten(turn, entity, link, before);
  }
  NoteApplied(turn, link.id, side, link.members[side].key);
  link.choices.erase("approve_change");
  CloseItem(turn, link, "moved_on", "written");
  TellReceipt(turn, link, side, delivery, result, stood);
  if (entity.document && side != entity.document->owner && delivery.verb == Verb::kCreate) NotePushed(turn, entity, link, result);
  turn.MarkDirty(link.id);
}

// ------------------------------------------------------------------------------------------------ failures

void Bury(Turn& turn, const EntityRule& entity, Link& link, Side side, const OperationResult& result) {
  Delivery& delivery = *link.owed[side];
  turn.PutOutbox({side, delivery.lane, delivery.order}, std::nullopt);
  delivery.state = Delivery::State::kDead;
  NoteApplyRefused(turn, link.id, side, result.code);
  // Told by the report of the plan; a retry would not know that it is to take something back.
  if (IsUndo(delivery)) return link.owed[side].reset();
  if (entity.document && side != entity.document->owner && delivery.verb == Verb::kCreate) {
    link.owed[side].reset();
    return NotePushRefused(turn, entity, link, result);
  }
  CloseItem(turn, link, "dead_letter", "refused again");
  const WorkItemId id = OpenItem(turn, link, "dead_letter", static_cast<int>(Index(side)),
                                 {{"code", result.code}, {"text", result.text}, {"rule", delivery.rule}, {"resource", entity.sides[side].resource}},
                                 {"retry", "discard"});
  WorkItem& item = turn.EditWork(id);
  item.kind = WorkItem::Kind::kDeadLetter;
  if (const auto told = turn.pack().errors.find(result.code); told != turn.pack().errors.end()) {
    item.message_fr = told->second.message_fr;
    item.message_en = told->second.message_en;
  }
  turn.Count("dead_letters");
}

// The pack's word on a code. Whether a lost answer had its effect is no matter of opinion, and what moved on is decided anew.
FailureClass ReactionTo(const Pack& pack, const OperationResult& result) {
  const auto rule = pack.errors.find(result.code);
  if (rule == pack.errors.end() || result.failure == FailureClass::kUncertain || result.failure == FailureClass::kMovedOn) return result.failure;
  switch (rule->second.reaction) {
    case ErrorRule::Reaction::kAgain:
    case ErrorRule::Reaction::kLock: return FailureClass::kAgain;
    case ErrorRule::Reaction::kWait: return FailureClass::kWaiting;
    case ErrorRule::Reaction::kNever: return FailureClass::kNever;
  }
  return result.failure;
}

void TakeFailure(Turn& turn, const EntityRule& entity, Link& link, Side side, const OperationResult& result, Stamp at) {
  Delivery& delivery = *link.owed[side];
  delivery.last_code = result.code;
  const auto told = turn.pack().errors.find(result.code);
  delivery.last_text = told == turn.pack().errors.end() ? result.text : absl::StrCat(told->second.message_en, " (", result.text, ")");
  turn.Count(absl::StrCat("failed.", turn.pack().sides[side].name, ".", result.code));
  turn.Tell(link, "failed", delivery.rule, static_cast<int>(Index(side)), {{"delivery", static_cast<std::int64_t>(delivery.id)}, {"code", result.code}});
  const bool is_locked = IsLocked(turn.pack(), result);
  if (!is_locked) EndLocked(turn, link, side);
  switch (ReactionTo(turn.pack(), result)) {
    case FailureClass::kAgain:
    case FailureClass::kWaiting: {
      std::int64_t wait = std::max(result.retry_after_millis * 1000, BackoffMicros(turn.state().tuning, link.id, delivery.attempts));
      if (is_locked) {
        const std::optional<std::int64_t> next = NoteLocked(turn, link, side, result);
        if (!next) {
          EndLocked(turn, link, side);
          Bury(turn, entity, link, side, result);
          return turn.MarkDirty(link.id);
        }
        wait = *next;
      }
      delivery.state = Delivery::State::kBackingOff;
      Postpone(turn, link, side, turn.micros() + wait, false);
      // The record may change while it waits: then a newer decision replaces this one.
      turn.MarkDirty(link.id);
      return;
    }
    case FailureClass::kMovedOn: {
      delivery.state = Delivery::State::kQueued;
      ++delivery.moved_on;
      const bool often = delivery.moved_on > turn.state().tuning.moved_on_max;
      if (often) OpenItem(turn, link, "moved_on", static_cast<int>(Index(side)), {}, {"retry"});
      Postpone(turn, link, side, often ? turn.micros() + BackoffMicros(turn.state().tuning, link.id, delivery.moved_on) : 0, false);
      if (HasContent(result.change)) {
        Observe(turn, entity, side, *result.change, at);
      } else {
        link.members[side].verify = true;
      }
      turn.MarkDirty(link.id);
      return;
    }
    case FailureClass::kNever:
      if (result.code == "NOT_FOUND" && delivery.verb == Verb::kDelete) {
        TakeGone(turn, entity, link, side, at);
      } else if (result.code == "NOT_FOUND" && delivery.verb == Verb::kUpdate) {
        Leave(turn, link, side);
        link.members[side].verify = true;
        NoteApplyRefused(turn, link.id, side, result.code);
      } else {
        Bury(turn, entity, link, side, result);
      }
      turn.MarkDirty(link.id);
      return;
    case FailureClass::kUncertain:
      delivery.state = Delivery::State::kUncertain;
      Postpone(turn, link, side, turn.micros() + SettleMicros(turn.state(), side), true);
      return;
  }
}

// ------------------------------------------------------------------------------------------------ searches after a lost answer

OperationResult AsReceipt(const FeedChange& found) {
  OperationResult receipt;
  receipt.observation = Observation::kReread;
  receipt.change = found;
  receipt.existed = true;
  return receipt;
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
      return TakeReceipt(turn, entity, link, side, AsReceipt(found.front()), at);
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
  Withdraw(turn, link, side);
  if (found.empty()) {
    ObserveGone(turn, entity, side, key, at, "");
  } else {
    Observe(turn, entity, side, found.front(), at);
  }
  turn.MarkDirty(link.id);
}

// ------------------------------------------------------------------------------------------------ answers to questions

// What a read brought against what it asked for, and why.
void LookAtRead(Turn& turn, const Question& question, const FeedChange& found) {
  const Link* link = question.link == 0 ? nullptr : turn.FindLink(question.link);
  const Member* member = link ? &link->members[question.side] : nullptr;
  const bool is_same_row = member && found.row && member->row == found.row;
  if (found.key != question.key && !is_same_row) Misreport(turn, question.side, question.resource, "answer_of_another");
  // It was there before the listing was asked for, and is there now.
  if (question.purpose == "missing" && member && member->seen_micros != 0 && member->seen_micros < question.since_micros) Misreport(turn, question.side, question.resource, "listed_incompletely");
}

void TakeRead(Turn& turn, const EntityRule& entity, const Question& question, const OperationResult& result, Stamp at) {
  const bool missing = result.kind == OperationResult::Kind::kFailure || result.found.empty();
  if (!missing) LookAtRead(turn, question, result.found.front());
  if (missing) {
    ObserveGone(turn, entity, question.side, question.key, at, question.listing_id);
  } else {
    if (question.link != 0) NoteLookedAt(turn, question.link, question.side, result.found.front());
    Observe(turn, entity, question.side, result.found.front(), at);
  }
  if (question.link == 0 || !turn.FindLink(question.link)) return;
  Link& link = turn.Edit(question.link);
  if (!missing || link.members[question.side].presence == Presence::kDeleted) link.members[question.side].verify = false;
  turn.Wake(WaitForVerified(link.id));
  turn.MarkDirty(link.id);
}

bool IsUnderWay(const State& state, const Question& listing) {
  const auto& listings = state.sides[listing.side].listings;
  const auto it = listings.find(listing.resource);
  return it != listings.end() && it->second.id == listing.listing_id;
}

void AskLater(Turn& turn, DeliveryId id, std::int64_t retry_after_millis) {
  const std::int64_t at = turn.micros() + std::max<std::int64_t>(retry_after_millis * 1000, BackoffMicros(turn.state().tuning, id, 2));
  turn.OnHandled([id, at](State& state) {
    auto it = state.questions.find(id);
    if (it == state.questions.end()) return;
    it->second.sent = false;
    it->second.not_before_micros = at;
  });
}

void TakeAnswer(Turn& turn, DeliveryId id, const Question& question, const OperationResult& result, Stamp at) {
  const bool failed = result.kind == OperationResult::Kind::kFailure;
  const bool not_there = failed && result.failure == FailureClass::kNever && result.code == "NOT_FOUND";
  if (failed && !not_there && question.purpose == "listing") {
    turn.OnHandled([id](State& state) { state.questions.erase(id); });
    return ListingFailed(turn, question.side, question.resource, result.code);
  }
  const bool again = failed && (result.failure == FailureClass::kAgain || result.failure == FailureClass::kUncertain || result.failure == FailureClass::kWaiting);
  if (again && question.purpose != "poll") return AskLater(turn, id, result.retry_after_millis);
  turn.OnHandled([id](State& state) { state.questions.erase(id); });
  if (question.purpose == "listing" && IsUnderWay(turn.state(), question)) {
    // Its answer comes when the end mark is durable.
    Misreport(turn, question.side, question.resource, "listing_without_end");
    // Whoever ends none reads all there is each time.
    return ListingFailed(turn, question.side, question.resource, "LISTING_WITHOUT_END", absl::Minutes(10));
  }
  const EntityRule* entity = turn.pack().EntityOf(question.side, question.resource);
  if (!entity) return;
  if (question.purpose == "verify" || question.purpose == "unknown" || question.purpose == "missing") {
    if (failed && !not_there) return turn.Notice("warn", absl::StrCat("a read was refused  side=", Index(question.side), " code=", result.code));
    TakeRead(turn, *entity, question, result, at);
  } else if (question.purpose == "search") {
    if (turn.FindLink(question.link)) TakeSearch(turn, *entity, turn.Edit(question.link), question.side, result, at);
  } else if (question.purpose == "price") {
    TakePriced(turn, question.link, result);
  } else if (question.purpose == "push_read") {
    TakeFreshRead(turn, question.link, result, at);
  }
}

struct Answered {
  const OperationResult* result;
  const Question* question = nullptr;
  LinkId link = 0;
};

}  // namespace

void TakeResults(Turn& turn, const ResultBatch& batch) {
  const SideState& side = turn.state().sides[batch.side];
  if (!side.session || side.session->number != batch.session) return;
  std::vector<Answered> answers;
  for (const OperationResult& result : batch.results) {
    if (!side.in_flight.contains(result.id)) {
      turn.Count("answers.not_awaited");
      continue;
    }
    Answered answered{&result};
    if (auto question = turn.state().questions.find(result.id); question != turn.state().questions.end()) {
      answered.question = &question->second;
      answered.link = question->second.link;
    } else if (auto place = turn.state().outbox_of.find(result.id); place != turn.state().outbox_of.end()) {
      auto entry = turn.state().outbox.find(place->second);
      if (entry != turn.state().outbox.end()) answered.link = entry->second.link;
    }
    if (answered.link != 0) turn.PrefetchLink(answered.link);
    const EntityRule* entity = answered.question ? turn.pack().EntityOf(batch.side, answered.question->resource) : nullptr;
    if (entity && answered.question->kind == OperationKind::kRead) {
      turn.PrefetchRecord({batch.side, entity->sides[batch.side].resource, answered.question->key});
    }
    answers.push_back(answered);
  }
  turn.Require();
  for (const Answered& answered : answers) {
    const OperationResult& result = *answered.result;
    const Stamp at{batch.session, result.seq};
    turn.OnHandled([s = batch.side, id = result.id](State& state) {
      state.sides[s].in_flight.erase(id);
      state.outbox_of.erase(id);
    });
    if (answered.question) {
      TakeAnswer(turn, result.id, *answered.question, result, at);
      continue;
    }
    if (answered.link == 0 || !turn.FindLink(answered.link)) continue;
    Link& link = turn.Edit(answered.link);
    const EntityRule* entity = turn.pack().Entity(link.entity);
    if (!link.owed[batch.side] || link.owed[batch.side]->id != result.id) continue;
    if (!entity) {
      // The pack has the entity no more: the answer is nobody's business.
      Leave(turn, link, batch.side);
      continue;
    }
    if (result.kind == OperationResult::Kind::kFailure) {
      TakeFailure(turn, *entity, link, batch.side, result, at);
    } else {
      TakeReceipt(turn, *entity, link, batch.side, result, at);
    }
  }
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

namespace {

void AnswerDead(Turn& turn, WorkItemId id, std::uint64_t request, bool retry) {
  const WorkItem* found = turn.FindWork(id);
  if (!found || found->kind != WorkItem::Kind::kDeadLetter || found->state != WorkItem::State::kOpen) {
    turn.effects().replies.push_back({request, absl::NotFoundError("DEAD_LETTER_NOT_FOUND: there is no open dead letter of this id. List them and take an id from there."), {}});
    return;
  }
  const Side side = static_cast<Side>(found->side);
  Link& link = turn.Edit(found->link);
  CloseItem(turn, link, "dead_letter", retry ? "retry" : "discard");
  if (retry) {
    link.owed[side].reset();
    turn.MarkDirty(link.id);
  } else {
    turn.Tell(link, "discarded", "", static_cast<int>(Index(side)), {});
  }
  turn.effects().replies.push_back({request, absl::OkStatus(), {{"item", static_cast<std::int64_t>(id)}}});
}

}  // namespace

void RetryDead(Turn& turn, WorkItemId id, std::uint64_t request) { AnswerDead(turn, id, request, true); }
void DiscardDead(Turn& turn, WorkItemId id, std::uint64_t request) { AnswerDead(turn, id, request, false); }

}  // namespace entente
