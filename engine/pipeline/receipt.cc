#include "engine/pipeline/receipt.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "engine/pipeline/absence.h"
#include "engine/pipeline/apply.h"
#include "engine/pipeline/bar.h"
#include "engine/pipeline/correlate.h"
#include "engine/pipeline/document.h"
#include "engine/pipeline/failure.h"
#include "engine/pipeline/ingest.h"
#include "engine/pipeline/lock.h"
#include "engine/pipeline/misreport.h"
#include "engine/pipeline/outbox.h"
#include "engine/pipeline/project.h"
#include "engine/pipeline/seal.h"
#include "engine/pipeline/undo.h"
#include "engine/pipeline/work.h"

namespace entente {
namespace {

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
    if (held.ok() && *held != link.base.at(name).held[side]) link.base[name].held[side] = *held;
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
    member.digest = MappedDigest(*result.change, mapped);
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
    erase_if(member.shadow, [](const auto& field) { return field.second.IsNull(); });
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
  const bool is_first = link.base.empty();
  if (is_first) link.base = delivery.settles;
  for (const auto& [name, settled] : delivery.settles) {
    if (!is_first) link.base[name] = settled;
    // Its pace counts from when it was written, not from when that was decided.
    if (delivery.lane == Lane::kPaced) link.base[name].since_micros = turn.micros();
    if (link.choices.empty() && link.items.empty()) continue;
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

// A system that has such a record answers a create with it. Where it is the partner of another record, or of somebody erased, it is not ours.
bool BelongsToAnother(Turn& turn, const EntityRule& entity, const Link& link, Side side, const std::string& key) {
  if (IsBarredKey(turn.state(), side, entity.sides[side].resource, key)) return true;
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

}  // namespace

bool HasContent(const std::optional<FeedChange>& change) { return change && change->kind == ChangeKind::kContent && !change->fields.empty(); }

void TakeGone(Turn& turn, const EntityRule& entity, Link& link, Side side, Stamp done) {
  const Delivery delivery = *link.owed[side];
  Leave(turn, link, side);
  SettleDelete(turn, entity, link, side, delivery, done);
  NoteApplied(turn, link.id, side, link.members[side].key);
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
    if (delivery.verb == Verb::kCreate) NoteMade(turn, link, side, result.existed);
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

}  // namespace entente
