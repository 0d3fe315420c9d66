#include "engine/pipeline/erase.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/pipeline/approval.h"
#include "engine/pipeline/correlate.h"
#include "engine/pipeline/ingest.h"
#include "engine/pipeline/outbox.h"
#include "engine/pipeline/project.h"
#include "engine/pipeline/redaction.h"
#include "engine/pipeline/references.h"
#include "engine/pipeline/work.h"

namespace entente {
namespace {

bool UnderWay(const Boxed<Delivery>& owed) {
  return owed && (owed->state == Delivery::State::kSent || owed->state == Delivery::State::kUncertain);
}

bool UnderWay(const Link& link) { return UnderWay(link.owed[Side::kLeft]) || UnderWay(link.owed[Side::kRight]); }

std::string ResourceOf(const Pack& pack, const Link& link, Side side) {
  if (!link.members[side].resource.empty()) return link.members[side].resource;
  const EntityRule* entity = pack.Entity(link.entity);
  return entity ? entity->sides[side].resource : std::string();
}

// Whatever the records of the link were, are, or are about to be called, but for names that are another's by now.
std::vector<RecordId> NamesOf(Turn& turn, const Link& link) {
  std::vector<RecordId> names;
  for (const Side side : kSides) {
    const Member& member = link.members[side];
    std::set<std::string> keys(member.former_keys.begin(), member.former_keys.end());
    keys.insert({member.key, member.moved_to});
    if (link.owed[side]) keys.insert(link.owed[side]->key);
    keys.erase("");
    for (const std::string& key : keys) {
      const RecordId id{side, ResourceOf(turn.pack(), link, side), key};
      const RecordEntry* entry = turn.FindRecord(id);
      if (!entry || entry->link == 0 || entry->link == link.id) names.push_back(id);
    }
  }
  turn.Require();
  return names;
}

std::vector<std::uint64_t> BarsFor(Turn& turn, const Link& link, const std::vector<RecordId>& names) {
  const std::uint64_t secret = turn.state().tuning.match_key;
  std::set<std::uint64_t> hashes;
  for (const RecordId& name : names) hashes.insert(KeyBar(secret, name.side, name.resource, name.key));
  const EntityRule* entity = turn.pack().Entity(link.entity);
  for (const Side side : kSides) {
    const Member& member = link.members[side];
    if (member.row) hashes.insert(RowBar(secret, side, member.resource, *member.row));
    hashes.insert(member.match_hashes.begin(), member.match_hashes.end());
    if (entity) hashes.merge(MatchKeysOf(turn, *entity, link, side));
  }
  turn.Require();
  return {hashes.begin(), hashes.end()};
}

// The index leads from the keys to the link until nothing names them any more, and from then on only from what stands for them.
void PointAtWhatIsLeft(Turn& turn, const Link& link, const std::vector<RecordId>& names) {
  for (const RecordId& name : names) turn.Put(name, RecordEntry{.link = link.id, .alias = true});
  for (const Side side : kSides) {
    const std::string resource = ResourceOf(turn.pack(), link, side);
    if (!resource.empty()) turn.Put(RecordId{side, resource, ErasedKey(link.id)}, RecordEntry{.link = link.id, .alias = true});
    const auto& row = link.members[side].row;
    if (!row) continue;
    const RowId place{side, link.members[side].resource, row->incarnation, row->number};
    if (turn.FindRow(place) == link.id) turn.Put(place, std::nullopt);
  }
}

// Who waits for one of its keys to be reported waits for nothing any more.
void WakeWaiting(Turn& turn, const std::vector<RecordId>& names) {
  for (const RecordId& name : names) {
    const std::string wait = WaitForRecord(name.side, name.resource, name.key);
    for (const LinkId waiting : turn.Parked(wait)) {
      turn.PutParked(wait, waiting, false);
      if (const Link* link = turn.FindLink(waiting); link && link->parked && link->parked->wait == wait) Unpark(turn, turn.Edit(waiting));
      turn.MarkDirty(waiting);
    }
  }
}

void DropItems(Turn& turn, Link& link) {
  LeaveApproval(turn, link);
  for (const auto& [reason, id] : link.items) {
    const WorkItem* item = turn.FindWork(id);
    if (item && item->link == link.id) turn.DropWork(id);
  }
}

void LeaveTargets(Turn& turn, const Link& link) {
  for (const Side side : kSides) {
    for (const Reference& reference : ReferencesOf(link.members[side].shadow)) {
      const RecordEntry* entry = turn.FindRecord({side, reference.resource, reference.key});
      if (entry && entry->link != 0) turn.PutRefers(entry->link, link.id, false);
    }
  }
}

void ForgetInState(State& state, LinkId id, const std::vector<LinkId>& absorbed, const std::vector<RecordId>& names) {
  std::erase_if(state.questions, [&](const auto& entry) {
    const Question& question = entry.second;
    return question.link == id || std::find(names.begin(), names.end(), RecordId{question.side, question.resource, question.key}) != names.end();
  });
  state.undecided.erase(id);
  for (auto& [number, push] : state.pushes) {
    if (push.link != id && std::find(absorbed.begin(), absorbed.end(), push.link) == absorbed.end()) continue;
    push.number.clear();
    push.request_id.clear();
    push.problems.clear();
  }
}

// What is left of it: Erase() has seen that it may go.
void Empty(Turn& turn, const EraseLink& what) {
  const Link before = turn.Edit(what.link);
  const std::vector<RecordId> names = NamesOf(turn, before);
  const std::vector<std::uint64_t> hashes = BarsFor(turn, before, names);
  Link& link = turn.Edit(what.link);
  Unpark(turn, link);
  for (const Side side : kSides) {
    Withdraw(turn, link, side);
    UnindexMatches(turn, link, side);
  }
  DropItems(turn, link);
  WakeWaiting(turn, names);
  LeaveTargets(turn, before);
  PointAtWhatIsLeft(turn, before, names);
  for (const auto& [id, push] : turn.state().pushes) {
    if (push.link != what.link) continue;
    PushState& left = *turn.EditPush(id);
    left.number.clear();
    left.request_id.clear();
    left.problems.clear();
  }
  turn.Wake(WaitForVerified(link.id));
  Erasure erasure{.at_micros = turn.micros(), .request_id = what.request_id, .absorbed = what.absorbed};
  for (const Side side : kSides) {
    const Presence presence = before.members[side].presence;
    erasure.held[side] = presence == Presence::kPresent || presence == Presence::kOutOfScope;
  }
  Link left;
  left.id = before.id;
  left.entity = before.entity;
  left.origin = before.origin;
  left.created_micros = before.created_micros;
  left.journal_seq = link.journal_seq;
  left.generation = before.generation;
  left.erased = std::move(erasure);
  turn.Edit(what.link) = std::move(left);
  turn.ForgetJournal(what.link);
  for (const LinkId absorbed : what.absorbed) turn.ForgetJournal(absorbed);
  turn.Tell(turn.Edit(what.link), "erased", "", -1, {});
  Erasing erasing{.link = what.link, .absorbed = what.absorbed, .records = names};
  turn.PutMeta(BarMeta(what.link), EncodeBars(hashes));
  turn.PutMeta(ErasingMeta(what.link), EncodeErasing(erasing));
  turn.OnHandled([hashes, erasing, entity = before.entity](State& state) {
    for (const std::uint64_t hash : hashes) state.bars[hash] = erasing.link;
    --state.entity_links[entity];
    ForgetInState(state, erasing.link, erasing.absorbed, erasing.records);
    state.erasing[erasing.link] = erasing;
  });
}

// Another record that named its keys. What it owes and names them is decided anew; what is on its way is waited for, and found again.
void Redact(Turn& turn, const Redaction& redaction, LinkId id) {
  const Link* found = turn.FindLink(id);
  if (!found || found->erased || !redaction.Mentions(*found)) return;
  const EntityRule* entity = turn.pack().Entity(found->entity);
  for (const Side side : kSides) {
    if (UnderWay(found->owed[side])) return;
  }
  Link& link = turn.Edit(id);
  const Both<Member> before = link.members;
  bool is_undecided = false;
  for (const Side side : kSides) {
    if (!link.owed[side] || !redaction.Mentions(*link.owed[side])) continue;
    Withdraw(turn, link, side);
    is_undecided = true;
  }
  redaction.Apply(link);
  if (link.parked && redaction.Mentions(link)) {
    Unpark(turn, link);
    is_undecided = true;
  }
  for (const Side side : kSides) {
    Member& member = link.members[side];
    if (member.shadow == before[side].shadow) continue;
    member.digest = entity ? DigestOfFields(MappedFields(*entity, side, member.shadow)) : Digest{};
    const RecordId place{side, member.resource, member.key};
    const RecordEntry* entry = turn.FindRecord(place);
    if (entry && entry->link == id && !entry->alias) {
      RecordEntry known = *entry;
      known.digest = member.digest;
      turn.Put(place, known);
    }
    if (entity && link.Has(side)) IndexMatches(turn, *entity, link, side);
  }
  if (is_undecided) turn.MarkDirty(id);
}

}  // namespace

void Erase(Turn& turn, const EraseLink& what, std::uint64_t request) {
  auto reply = [&](absl::Status status, Fields answer) { turn.effects().replies.push_back({request, std::move(status), std::move(answer)}); };
  const Link* found = turn.FindLink(what.link);
  turn.Require();
  if (!found) return reply(absl::NotFoundError("LINK_UNKNOWN: there is no such link any more. Look which one the record belongs to now, and erase that."), {});
  if (found->erased) return reply(absl::OkStatus(), {{"was_erased", true}});
  if (turn.state().applying) return reply(absl::FailedPreconditionError("PLAN_ACTIVE: a plan is being applied. Wait until it ends, then erase."), {});
  for (const auto& [id, erasing] : turn.state().erasing) {
    // Histories are rewritten: one that goes meanwhile would be written again.
    if (!erasing.records.empty()) return reply(absl::FailedPreconditionError("ERASE_ACTIVE: another person is being erased. Nothing was erased. Erase when that is through."), {});
  }
  if (UnderWay(*found) || turn.IsOnDemand(what.link)) {
    return reply(absl::FailedPreconditionError("ERASE_BUSY: a write to this record is under way, and its answer would be lost. Nothing was erased. Wait until it was answered, then erase; "
                                               "entente why-not shows what it waits for."),
                 {});
  }
  if (found->journal_seq != what.journal_seq) return reply(absl::AbortedError("ERASE_MOVED: the record changed while its erasure was prepared. Nothing was erased. Erase it again."), {});
  if (what.validate_only) return reply(absl::OkStatus(), {});
  Empty(turn, what);
  turn.Count("erased");
  turn.Notice("info", absl::StrCat("a person's values are erased  link=", what.link));
  reply(absl::OkStatus(), {});
}

void TakeRemains(Turn& turn, const EraseRemains& what, std::uint64_t request) {
  const auto erasing = turn.state().erasing.find(what.erased);
  if (erasing != turn.state().erasing.end()) {
    const Redaction redaction(erasing->second);
    for (const LinkId link : what.links) turn.PrefetchLink(link);
    for (const JournalEntry& entry : what.journal) turn.PrefetchLink(entry.link);
    for (const WorkItemId item : what.mentions) turn.FindWork(item);
    for (const WorkItemId item : what.items) turn.FindWork(item);
    turn.Require();
    for (const LinkId link : what.links) Redact(turn, redaction, link);
    for (const WorkItemId item : what.items) {
      if (turn.FindWork(item)) turn.DropWork(item);
    }
    for (const WorkItemId item : what.mentions) {
      if (turn.FindWork(item)) redaction.Apply(turn.EditWork(item));
    }
    for (const LinkId link : what.forgotten) turn.ForgetJournal(link);
    for (const JournalEntry& entry : what.journal) {
      const Link* link = turn.FindLink(entry.link);
      if (!link || !link->erased) turn.PutJournal(entry);
    }
    for (const PushState& push : what.pushes) turn.PutPush(push);
  }
  turn.effects().replies.push_back({request, absl::OkStatus(), {}});
}

void TakeEnd(Turn& turn, const EndErasure& what, std::uint64_t request) {
  for (const LinkId id : what.erased) {
    const auto erasing = turn.state().erasing.find(id);
    if (erasing == turn.state().erasing.end()) continue;
    if (what.purged) {
      if (const Link* link = turn.FindLink(id); link && link->erased) turn.Edit(id).erased->clean_micros = turn.micros();
      turn.PutMeta(ErasingMeta(id), std::nullopt);
      turn.Notice("info", absl::StrCat("no file holds values of an erased person any more  link=", id));
      turn.OnHandled([id](State& state) { state.erasing.erase(id); });
      continue;
    }
    for (const RecordId& name : erasing->second.records) {
      const RecordEntry* entry = turn.FindRecord(name);
      if (entry && entry->link == id) turn.Put(name, std::nullopt);
    }
    const Erasing left{.link = id, .absorbed = erasing->second.absorbed, .records = {}};
    turn.PutMeta(ErasingMeta(id), EncodeErasing(left));
    turn.OnHandled([left](State& state) { state.erasing[left.link] = left; });
  }
  turn.Require();
  turn.effects().replies.push_back({request, absl::OkStatus(), {}});
}

void TakeBackup(Turn& turn, const NoteBackup& what, std::uint64_t request) {
  if (!what.is_failed) {
    turn.PutMeta(BackupMeta(turn.micros()), what.directory);
    turn.effects().replies.push_back({request, absl::OkStatus(), {{"noted", turn.micros()}}});
    return;
  }
  turn.PutMeta(BackupMeta(what.at_micros), std::nullopt);
  turn.effects().replies.push_back({request, absl::OkStatus(), {}});
}

}  // namespace entente
