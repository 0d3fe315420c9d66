#include "engine/pipeline/identity.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "engine/core/text.h"
#include "engine/pipeline/ingest.h"
#include "engine/pipeline/misreport.h"
#include "engine/pipeline/project.h"
#include "engine/pipeline/work.h"

namespace entente {
namespace {

std::string SharesRow(Side side) { return absl::StrCat("shares_row:", Index(side)); }

}  // namespace

Known KnownLink(Turn& turn, const std::string& resource, Side side, const FeedChange& change) {
  const RecordEntry* entry = turn.FindRecord({side, resource, change.key});
  if (entry && !entry->alias && entry->link != 0) return {entry->link};
  if (!change.former_key.empty()) {
    const RecordEntry* former = turn.FindRecord({side, resource, change.former_key});
    if (former && former->link != 0) return {former->link};
  }
  if (change.row && !turn.state().sides[side].doubted_rows.contains(resource)) {
    const std::optional<LinkId> by_row = turn.FindRow({side, resource, change.row->incarnation, change.row->number});
    const Link* link = by_row ? turn.FindLink(*by_row) : nullptr;
    if (link && link->members[side].row == change.row) return {*by_row, true};
  }
  return {};
}

void Rekey(Turn& turn, Link& link, Side side, const std::string& key) {
  Member& member = link.members[side];
  if (member.key == key) return;
  // A code may be written anew once; one that goes back and forth is the connector's doing.
  const bool is_former = std::find(member.former_keys.begin(), member.former_keys.end(), key) != member.former_keys.end();
  if (is_former && FoldCase(member.key) == FoldCase(key)) Misreport(turn, side, member.resource, "key_changes_case");
  turn.Put(RecordId{side, member.resource, member.key}, RecordEntry{.link = link.id, .alias = true});
  turn.Tell(link, "rekeyed", "", static_cast<int>(Index(side)), {{"former", member.key}, {"key", key}});
  member.former_keys.push_back(member.key);
  member.key = key;
  turn.Wake(WaitForRecord(side, member.resource, key));
  turn.Count("rekeyed");
}

void ClaimMove(Turn& turn, Link& link, Side side, const std::string& key) {
  link.members[side].moved_to = key;
  link.members[side].verify = true;
  turn.Count("changes.moved");
  turn.MarkDirty(link.id);
}

void ClaimMoveOfStale(Turn& turn, Link& link, Side side, const FeedChange& change) {
  const Member& member = link.members[side];
  const bool is_former = std::find(member.former_keys.begin(), member.former_keys.end(), change.key) != member.former_keys.end();
  const bool is_same_row = change.row && member.row == change.row;
  if (member.key != change.key && !is_former && is_same_row) ClaimMove(turn, link, side, change.key);
}

bool FollowMove(Turn& turn, const EntityRule& entity, Link& link, Side side) {
  Member& member = link.members[side];
  if (member.moved_to.empty()) return false;
  const std::string key = std::move(member.moved_to);
  member.moved_to.clear();
  const std::string& resource = entity.sides[side].resource;
  const RecordEntry* entry = turn.FindRecord({side, resource, key});
  if (entry && !entry->alias && entry->link != 0 && entry->link != link.id) return false;
  link.choices.erase(SharesRow(side));
  Rekey(turn, link, side, key);
  turn.Put(RecordId{side, resource, key}, RecordEntry{.link = link.id, .generation = turn.state().generation});
  member.verify = true;
  turn.MarkDirty(link.id);
  return true;
}

void DoubtMove(Turn& turn, const EntityRule& entity, Link& link, Side side) {
  Member& member = link.members[side];
  if (member.moved_to.empty()) return;
  if (FoldCase(member.key) == FoldCase(member.moved_to)) Misreport(turn, side, entity.sides[side].resource, "key_changes_case");
  turn.Ask({.side = side, .kind = OperationKind::kRead, .link = link.id, .purpose = "moved", .resource = entity.sides[side].resource, .key = member.moved_to});
  member.moved_to.clear();
}

void TakeDoubted(Turn& turn, const EntityRule& entity, Link& link, Side side, const FeedChange& found) {
  const std::string& resource = entity.sides[side].resource;
  const bool shares_row = found.row && link.members[side].row == found.row && found.key != link.members[side].key;
  if (!shares_row) return;
  // Its user may have given the code, taken it back and given it again between our reads: only a second time is proof.
  if (link.choices.emplace(SharesRow(side), "1").second) return;
  link.choices.erase(SharesRow(side));
  turn.OnHandled([side, resource](State& state) { state.sides[side].doubted_rows.insert(resource); });
  Misreport(turn, side, resource, "row_of_another");
  turn.Ask({.side = side, .kind = OperationKind::kRead, .purpose = "unknown", .resource = resource, .key = found.key});
}

}  // namespace entente
