#include "engine/pipeline/absence.h"

#include "absl/strings/str_cat.h"
#include "engine/pipeline/document.h"
#include "engine/pipeline/identity.h"
#include "engine/pipeline/ingest.h"
#include "engine/pipeline/project.h"
#include "engine/pipeline/uncertain.h"
#include "engine/pipeline/work.h"

namespace entente {
namespace {

std::int64_t LastWholeListing(const State& state, Side side, const std::string& resource) {
  const auto began = state.sides[side].listed_since.find(resource);
  return began == state.sides[side].listed_since.end() ? 0 : began->second;
}

bool IsUnseen(const State& state, const Member& member, Side side) {
  return member.unseen_since_micros != 0 && member.unseen_since_micros >= LastWholeListing(state, side, member.resource);
}

}  // namespace

void ObserveGone(Turn& turn, const EntityRule& entity, Side side, const std::string& key, Stamp read, const std::string& group, Word word) {
  const std::string& resource = entity.sides[side].resource;
  const RecordEntry* entry = turn.FindRecord({side, resource, key});
  // Records that came and went between two polls, or that no rule takes, are deleted too.
  if (!entry) turn.Count("changes.deleted_unknown");
  if (!entry || entry->alias || entry->link == 0) return;
  if (entry->deleted) {
    // Who asked was told that it is not there; now the system says why.
    if (word == Word::kDeleted && turn.FindLink(entry->link) && turn.FindLink(entry->link)->members[side].unseen_since_micros != 0) {
      turn.Edit(entry->link).members[side].unseen_since_micros = 0;
      turn.MarkDirty(entry->link);
    }
    return;
  }
  if (const Link* lone = turn.FindLink(entry->link); lone && !lone->Has(Other(side)) && TakeShownGone(turn, entity, lone->id, side, read)) {
    entry = turn.FindRecord({side, resource, key});
    if (!entry || entry->alias || entry->link == 0) return;
  }
  Link& link = turn.Edit(entry->link);
  Member& member = link.members[side];
  if (member.key != key) return;
  if (IsStale(link, side, read)) return AskAgain(turn, link, side);
  if (FollowMove(turn, entity, link, side)) return;
  RecordEntry gone = *entry;
  gone.deleted = true;
  turn.Put(RecordId{side, resource, key}, gone);
  member.presence = Presence::kDeleted;
  member.verify = false;
  member.read = read;
  if (word == Word::kDeleted || !IsUnseen(turn.state(), member, side)) member.unseen_since_micros = 0;
  UnindexMatches(turn, link, side);
  link.choices.erase("delete_released");
  link.choices.erase("restore_read");
  if (entity.document && side == entity.document->owner) NoteOwnerGone(turn, entity, link);
  turn.Count("changes.deleted");
  turn.Tell(link, "gone", "", static_cast<int>(Index(side)), {{"group", group}});
  turn.MarkDirty(link.id);
  turn.Wake(WaitForVerified(link.id));
}

void NoteMade(Turn& turn, Link& link, Side side, bool found) {
  link.members[side].unseen_since_micros = found ? 0 : turn.micros();
  link.choices.erase(std::string(kNeverSeen));
}

void NoteSeen(Turn& turn, Link& link, Side side) {
  link.members[side].unseen_since_micros = 0;
  link.choices.erase(std::string(kNeverSeen));
  CloseItem(turn, link, std::string(kNeverSeen), "it was seen");
}

void NoteWholeListing(Turn& turn, Side side, const std::string& resource, std::int64_t began_micros, const std::vector<std::string>& missing) {
  std::vector<LinkId> links;
  for (const std::string& key : missing) {
    const RecordEntry* entry = turn.FindRecord({side, resource, key});
    if (!entry || entry->link == 0) continue;
    links.push_back(entry->link);
    turn.PrefetchLink(entry->link);
  }
  turn.Require();
  for (const LinkId id : links) {
    const Link* link = turn.FindLink(id);
    if (!link || link->members[side].unseen_since_micros == 0) continue;
    // A former listing held it, or none did yet: then it is unseen from now on, whatever listings follow.
    turn.Edit(id).members[side].unseen_since_micros = IsUnseen(turn.state(), link->members[side], side) ? turn.micros() : 0;
  }
  turn.PutMeta(absl::StrCat("listed_since.", Index(side), ".", resource), absl::StrCat(began_micros));
  turn.OnHandled([side, resource, began_micros](State& state) { state.sides[side].listed_since[resource] = began_micros; });
}

}  // namespace entente
