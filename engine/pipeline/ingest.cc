#include "engine/pipeline/ingest.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "engine/pipeline/absence.h"
#include "engine/pipeline/bar.h"
#include "engine/pipeline/document.h"
#include "engine/pipeline/identity.h"
#include "engine/pipeline/misreport.h"
#include "engine/pipeline/project.h"
#include "engine/pipeline/run.h"
#include "engine/pipeline/seal.h"
#include "engine/pipeline/target.h"
#include "engine/pipeline/uncertain.h"
#include "engine/pipeline/work.h"

namespace entente {
namespace {

bool Holds(const FormulaPtr& formula, const Scope& scope) {
  if (!formula) return true;
  const absl::StatusOr<Value> value = formula->Evaluate(scope);
  // An expression that fails on a record must not make the record vanish: it stays in, and deciding names the expression.
  if (!value.ok()) return true;
  const bool* holds = value->As<bool>();
  return holds == nullptr || *holds;
}

Scope ScopeOf(const Pack& pack, Side side, const Fields& record) {
  Scope scope;
  scope.record[side] = &record;
  scope.parameters = &pack.parameter_values;
  return scope;
}

// Nobody's partner, and nothing under way that would make it one.
bool IsLone(const Link* link, Side side, const std::string& key) {
  if (link == nullptr || link->members[side].key != key || !link->Has(side) || link->owed[side] || link->owed[Other(side)]) return false;
  return link->members[Other(side)].presence == Presence::kNone;
}

bool InFlight(const Link& link, Side side) {
  const auto& owed = link.owed[side];
  return owed && (owed->state == Delivery::State::kSent || owed->state == Delivery::State::kUncertain);
}

}  // namespace

bool IsStale(const Link& link, Side side, Stamp read) {
  const Member& member = link.members[side];
  return InFlight(link, side) || (member.done != Stamp{} && read <= member.done);
}

void AskAgain(Turn& turn, Link& link, Side side) {
  link.members[side].verify = true;
  turn.Count("changes.stale");
  turn.MarkDirty(link.id);
}

bool CanUndelete(const State& state, Side side, const std::string& resource) {
  const auto& session = state.sides[side].session;
  if (!session) return true;
  const auto it = session->resources.find(resource);
  return it == session->resources.end() || it->second.can_undelete;
}

bool IsInScope(Turn& turn, const EntityRule& entity, const Link& link, Side side, const Fields& record) {
  if (!entity.sides[side].in_scope) return true;
  LinkScope scope(turn.pack(), link);
  scope.See(side, record);
  return Holds(entity.sides[side].in_scope, scope.scope());
}

Fields MappedFields(const EntityRule& entity, Side side, const Fields& fields) {
  const std::set<std::string>& names = entity.native_fields[side];
  // What a connector reports is what it was asked for, mostly: then the record is taken as it is.
  auto name = names.begin();
  const bool is_mapped = std::all_of(fields.begin(), fields.end(), [&](const auto& field) {
    while (name != names.end() && *name < field.first) ++name;
    return name != names.end() && *name == field.first && !field.second.IsNull();
  });
  if (is_mapped) return fields;
  Fields mapped;
  for (const std::string& native : names) {
    auto it = fields.find(native);
    if (it != fields.end() && !it->second.IsNull()) mapped.Append(native, it->second);
  }
  return mapped;
}

Digest MappedDigest(const FeedChange& change, const Fields& mapped) {
  return !change.digest.IsZero() && mapped.size() == change.fields.size() ? change.digest : DigestOfFields(mapped);
}

namespace {

// A record read again under other rules, or asked for more of its fields. What is known of it already is not a change: neither its time of
// change nor what follows from one moves. True: nothing is left to do.
bool IsSeenAnew(Turn& turn, const EntityRule& entity, Link& link, Side side, const FeedChange& change, const Fields& mapped, const Digest& digest, Stamp read) {
  Member& member = link.members[side];
  const bool stands = member.presence == Presence::kPresent || member.presence == Presence::kOutOfScope;
  if (!stands || !member.observed || member.key != change.key || (change.row && member.row != change.row)) return false;
  Fields known = mapped;
  const auto unread = turn.state().unread.find({side, entity.sides[side].resource});
  if (unread != turn.state().unread.end()) {
    for (const std::string& native : unread->second) known.erase(native);
  }
  Fields held = MappedFields(entity, side, member.shadow);
  if (unread != turn.state().unread.end()) {
    for (const std::string& native : unread->second) held.erase(native);
  }
  if (held != known) return false;
  const bool has_more = mapped != MappedFields(entity, side, member.shadow);
  const Presence presence = IsInScope(turn, entity, link, side, mapped) ? Presence::kPresent : Presence::kOutOfScope;
  if (has_more || presence != member.presence) turn.MarkDirty(link.id);
  if (presence != member.presence && presence == Presence::kPresent) turn.Wake(WaitForLink(link.id, side));
  if (has_more) WakeReaders(turn, entity, link.id, side, member.shadow, mapped);
  member.presence = presence;
  member.shadow = mapped;
  member.digest = digest;
  member.read = read;
  member.verify = false;
  member.revision = change.revision;
  turn.Put(RecordId{side, member.resource, change.key}, RecordEntry{.link = link.id, .digest = digest, .generation = turn.state().generation});
  IndexMatches(turn, entity, link, side);
  turn.Count("changes.unchanged");
  return true;
}

}  // namespace

void UnindexMatches(Turn& turn, Link& link, Side side) {
  const auto is_open = [&](const char* reason) {
    const auto count = turn.state().open_counts.find(reason);
    return count != turn.state().open_counts.end() && count->second > 0;
  };
  const bool is_awaited = is_open("ambiguous_match") || is_open("doubled_match_key");
  for (std::uint64_t hash : link.members[side].match_hashes) {
    turn.PutMatch({side, hash}, link.id, false);
    if (is_awaited) turn.Wake(WaitForMatch(side, hash));
  }
  link.members[side].match_hashes.clear();
}

std::vector<std::uint64_t> MatchHashes(const Pack& pack, const Tuning& tuning, const EntityRule& entity, Side side, const Fields& record) {
  const Scope scope = ScopeOf(pack, side, record);
  std::vector<std::uint64_t> hashes;
  for (const MatchRule& rule : entity.matches) {
    if (!rule.key[side]) continue;
    const absl::StatusOr<Value> key = rule.key[side]->Evaluate(scope);
    if (!key.ok() || key->TextOrEmpty().empty()) continue;
    const std::optional<std::string> within = WithinKey(entity, rule, side, record);
    if (!within) continue;
    hashes.push_back(MatchHash(tuning, entity, rule, *within, key->TextOrEmpty()));
  }
  return hashes;
}

void IndexMatches(Turn& turn, const EntityRule& entity, Link& link, Side side) {
  Member& member = link.members[side];
  std::vector<std::uint64_t> hashes = MatchHashes(turn.pack(), turn.state().tuning, entity, side, member.shadow);
  if (hashes == member.match_hashes) return;
  UnindexMatches(turn, link, side);
  for (std::uint64_t hash : hashes) {
    turn.PutMatch({side, hash}, link.id, true);
    turn.Wake(WaitForHolder(side, hash));
  }
  member.match_hashes = std::move(hashes);
}

LinkId Observe(Turn& turn, const EntityRule& entity, Side side, const FeedChange& change, Stamp read) {
  const std::string& resource = entity.sides[side].resource;
  if (RefusesErased(turn, resource, side, change)) return 0;
  Fields mapped = MappedFields(entity, side, change.fields);
  const Digest digest = MappedDigest(change, mapped);
  const RecordEntry* entry = turn.FindRecord({side, resource, change.key});
  if (entry && !entry->alias && !entry->deleted && entry->digest == digest && entry->generation == turn.state().generation) {
    turn.Count("changes.unchanged");
    return entry->link;
  }
  const Known found = KnownLink(turn, resource, side, change);
  const LinkId known = found.link;
  // Out of a link nobody falls by a filter: what is linked stays ours.
  if (known == 0 && !Holds(entity.sides[side].relevant, ScopeOf(turn.pack(), side, mapped))) {
    turn.Count("ignored." + entity.name);
    return 0;
  }
  const bool is_new = known == 0;
  if (is_new || IsLone(turn.FindLink(known), side, change.key)) {
    if (const LinkId maker = TakeShownNew(turn, entity, side, known, change, mapped, read); maker != 0) return is_new ? maker : Observe(turn, entity, side, change, read);
  }
  if (is_new && RefusesErasedMatch(turn, entity, side, mapped)) return 0;
  Link& link = is_new ? turn.NewLink(entity.name, side) : turn.Edit(known);
  // The key is one we gave: the record stands before its receipt came, or in place of it.
  if (!is_new && link.members[side].key.empty()) {
    link.members[side].resource = resource;
    link.members[side].key = change.key;
    turn.Wake(WaitForRecord(side, resource, change.key));
  }
  if (!is_new && IsStale(link, side, read)) {
    if (TakeShown(turn, entity, link, side, change, read)) return link.id;
    NoteShown(turn, entity, link, side, change);
    ClaimMoveOfStale(turn, link, side, change);
    AskAgain(turn, link, side);
    return link.id;
  }
  if (found.is_by_row && link.members[side].key != change.key && link.members[side].presence != Presence::kDeleted) {
    ClaimMove(turn, link, side, change.key);
    return link.id;
  }
  if (link.seal) KeepSealed(turn, entity, link, side, mapped);
  const bool is_of_other_rules = entry && !entry->alias && !entry->deleted && entry->generation != turn.state().generation;
  if (!is_new && is_of_other_rules && IsSeenAnew(turn, entity, link, side, change, mapped, digest, read)) return link.id;
  NoteSeen(turn, link, side);
  Member& member = link.members[side];
  if (is_new) {
    member.resource = resource;
    member.key = change.key;
    turn.Count("changes.new." + entity.name);
    turn.Wake(WaitForRecord(side, resource, change.key));
    const std::string name = entity.name;
    turn.OnHandled([name](State& state) { ++state.entity_links[name]; });
  } else {
    Rekey(turn, link, side, change.key);
  }
  const bool was_gone = member.presence == Presence::kDeleted;
  if (was_gone && change.row && member.row == change.row && !CanUndelete(turn.state(), side, resource)) Misreport(turn, side, resource, "gone_and_there");
  const bool was_present = member.presence == Presence::kPresent;
  const bool is_echo = was_present && !member.observed;
  if (was_gone) link.choices.erase("approve_delete");
  member.presence = IsInScope(turn, entity, link, side, mapped) ? Presence::kPresent : Presence::kOutOfScope;
  if (!was_present && member.presence == Presence::kPresent) turn.Wake(WaitForLink(link.id, side));
  if (change.row && !turn.state().sides[side].doubted_rows.contains(resource)) {
    const std::optional<LinkId> holder = turn.FindRow({side, resource, change.row->incarnation, change.row->number});
    const Link* held = holder && *holder != link.id ? turn.FindLink(*holder) : nullptr;
    const bool is_anothers = held && held->members[side].row == change.row && held->members[side].presence == Presence::kPresent;
    if (is_anothers) Misreport(turn, side, resource, "row_of_another");
    if (member.row && *member.row != *change.row) turn.Put(RowId{side, resource, member.row->incarnation, member.row->number}, std::nullopt);
    member.row = change.row;
    turn.Put(RowId{side, resource, change.row->incarnation, change.row->number}, link.id);
  }
  if (was_present) WakeReaders(turn, entity, link.id, side, member.shadow, mapped);
  // What could not be used of it may be of use now.
  if (was_present) turn.Wake(WaitForLink(link.id, side));
  member.equal_until_micros = member.seen_micros;
  member.seen_micros = turn.micros();
  member.changed_from_micros = change.changed_from_micros;
  member.changed_to_micros = change.changed_to_micros;
  member.shadow = std::move(mapped);
  member.digest = digest;
  member.read = read;
  member.observed = true;
  member.verify = false;
  member.revision = change.revision;
  turn.Put(RecordId{side, resource, change.key}, RecordEntry{.link = link.id, .digest = digest, .generation = turn.state().generation});
  IndexMatches(turn, entity, link, side);
  turn.Count("changes.content");
  turn.Tell(link, is_new ? "found" : was_gone ? "came_back" : "observed", "", static_cast<int>(Index(side)), is_echo ? Fields{{"echo", true}} : Fields{});
  if (change.ignored_fields > 0) turn.Count("ignored_fields", change.ignored_fields);
  turn.MarkDirty(link.id);
  return link.id;
}

namespace {

void ChangedResource(Turn& turn, const EntityRule& entity, Side side, const FeedChange& change) {
  const RecordEntry* entry = turn.FindRecord({side, entity.sides[side].resource, change.key});
  if (!entry || entry->link == 0 || entry->alias) return;
  OpenItem(turn, turn.Edit(entry->link), "changed_resource", static_cast<int>(Index(side)), {{"key", change.key}}, {"dismiss"});
}

void OutOfScope(Turn& turn, const EntityRule& entity, Side side, const FeedChange& change) {
  const RecordEntry* entry = turn.FindRecord({side, entity.sides[side].resource, change.key});
  if (!entry || entry->link == 0 || entry->alias) return;
  Link& link = turn.Edit(entry->link);
  if (link.members[side].presence == Presence::kOutOfScope) return;
  link.members[side].presence = Presence::kOutOfScope;
  turn.Tell(link, "out_of_scope", "", static_cast<int>(Index(side)), {});
  turn.MarkDirty(link.id);
}

// What a sweep for deletions sees first comes with the feed, at its pace. What the feed has not brought by the next sweep is read, once:
// a record that is none of ours leaves no trace by which to know it again.
bool IsLeftToTheFeed(Turn& turn, Side side, const std::string& resource, const std::string& key) {
  const auto& listings = turn.state().sides[side].listings;
  const auto listing = listings.find(resource);
  if (listing == listings.end() || listing->second.mode != FeedMode::kKeys) return false;
  const std::uint64_t hash = KeyHash(absl::StrCat(resource, "\n", key));
  const auto& unknown = turn.state().sides[side].unknown_to_sweeps;
  const auto before = unknown.find(hash);
  turn.OnHandled([side, hash](State& state) { ++state.sides[side].unknown_to_sweeps[hash]; });
  return before == unknown.end() || before->second > 1;
}

// A key of a listing without content: known, or to be read.
void KeySeen(Turn& turn, const EntityRule& entity, Side side, const FeedChange& change) {
  const RecordEntry* entry = turn.FindRecord({side, entity.sides[side].resource, change.key});
  if (entry && !entry->alias && !entry->deleted) return;
  if (IsLeftToTheFeed(turn, side, entity.sides[side].resource, change.key)) return;
  turn.Ask({.side = side, .kind = OperationKind::kRead, .purpose = "unknown", .resource = entity.sides[side].resource, .key = change.key});
}

void Take(Turn& turn, const EntityRule& entity, Side side, const FeedChange& change, Stamp read) {
  if (change.key.empty()) {
    // Nothing can be known by it: several of them would be one.
    turn.Count("changes.without_key");
    return Misreport(turn, side, entity.sides[side].resource, "key_missing");
  }
  if (change.kind == ChangeKind::kContent && MappedFields(entity, side, change.fields).empty()) {
    // Somebody's emptying of every field at once it is not, and taken for that it would empty the partner.
    turn.Count("changes.without_content");
    return Misreport(turn, side, entity.sides[side].resource, "record_empty");
  }
  // Content is looked at where it is taken, and of a key alone nobody knows whose it is now.
  const bool is_read = change.kind == ChangeKind::kContent || change.kind == ChangeKind::kKeyOnly;
  if (!is_read && RefusesErased(turn, entity.sides[side].resource, side, change)) return;
  switch (change.kind) {
    case ChangeKind::kContent: Observe(turn, entity, side, change, read); break;
    case ChangeKind::kDeleted: ObserveGone(turn, entity, side, change.key, read, "", Word::kDeleted); break;
    case ChangeKind::kOutOfScope: OutOfScope(turn, entity, side, change); break;
    case ChangeKind::kKeyOnly: KeySeen(turn, entity, side, change); break;
    case ChangeKind::kChangedResource: ChangedResource(turn, entity, side, change); break;
  }
}

// Everything a batch is known to touch, in two fetches: index entries, then links of what changed. False while something is missing.
bool Prefetch(Turn& turn, const EntityRule& entity, const FeedBatch& batch) {
  const std::string& resource = entity.sides[batch.side].resource;
  for (const FeedChange& change : batch.changes) {
    turn.PrefetchRecord({batch.side, resource, change.key});
    if (!change.former_key.empty()) turn.PrefetchRecord({batch.side, resource, change.former_key});
    if (change.row && change.kind == ChangeKind::kContent) turn.PrefetchRow({batch.side, resource, change.row->incarnation, change.row->number});
  }
  if (turn.Stops()) return false;
  for (const FeedChange& change : batch.changes) {
    if (change.kind == ChangeKind::kKeyOnly) continue;
    const RecordEntry* entry = turn.FindRecord({batch.side, resource, change.key});
    if (entry && entry->link != 0) {
      const bool is_current = entry->generation == turn.state().generation;
      const bool same = change.kind == ChangeKind::kContent && is_current && entry->digest == MappedDigest(change, MappedFields(entity, batch.side, change.fields));
      if (!same) turn.PrefetchLink(entry->link);
    } else if (change.row) {
      const auto by_row = turn.FindRow({batch.side, resource, change.row->incarnation, change.row->number});
      if (by_row) turn.PrefetchLink(*by_row);
    }
  }
  return !turn.Stops();
}

}  // namespace

void Ingest(Turn& turn, const FeedBatch& batch) {
  const SideState& side = turn.state().sides[batch.side];
  if (!side.session || side.session->number != batch.session) return turn.Count("batches.of_ended_session");
  // What the network repeats says nothing about who sent it.
  const bool is_repeated = batch.batch != 0 && batch.batch <= side.last_batch;
  turn.OnHandled([s = batch.side, number = batch.batch](State& state) { state.sides[s].last_batch = std::max(state.sides[s].last_batch, number); });
  const EntityRule* entity = turn.pack().EntityOf(batch.side, batch.resource);
  if (entity) {
    if (!Prefetch(turn, *entity, batch)) return;
    const std::set<std::string> doubled = LookAtBatch(turn, batch);
    for (const FeedChange& change : batch.changes) {
      if (!doubled.contains(change.key)) Take(turn, *entity, batch.side, change, {batch.session, change.read_seq});
    }
    turn.Count(absl::StrCat("read.", turn.pack().sides[batch.side].name, ".", batch.resource), static_cast<std::int64_t>(batch.changes.size()));
  }
  if (batch.mode != FeedMode::kLive && !is_repeated) NoteListing(turn, batch);
  if (!is_repeated) LookAtCursor(turn, batch);
  if (batch.cursor_after) turn.PutCursor(batch.side, batch.resource, *batch.cursor_after);
  if (batch.cursor_lost) LoseCursor(turn, batch.side, batch.resource);
  if (batch.poll_ends) {
    turn.OnHandled([s = batch.side, at = turn.micros()](State& state) { state.sides[s].last_poll_micros = at; });
  }
  if (batch.batch != 0) {
    turn.effects().acknowledgements.push_back({batch.side, batch.session, batch.batch, static_cast<int>(batch.changes.size())});
  }
}

}  // namespace entente
