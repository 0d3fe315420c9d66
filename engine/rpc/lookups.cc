#include "engine/rpc/lookups.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/pipeline/erase_sweep.h"
#include "engine/rpc/views.h"
#include "engine/runtime/error.h"
#include "entente/sync/v1/sync.pb.h"

namespace entente {
namespace {

constexpr int kPageDefault = 50;
constexpr int kPageMax = 1000;
constexpr int kLookedAtMax = 5000;
constexpr std::size_t kJournalMax = 2000;

absl::Status NotFound(std::string_view reason, std::string_view sentence) { return MakeError(absl::StatusCode::kNotFound, reason, sentence); }

template <typename Item, typename Read>
absl::StatusOr<std::string> Walk(const Page& page, Read read, const std::function<bool(const Item&)>& take) {
  std::uint64_t after = page.after;
  int taken = 0;
  for (int looked_at = 0; looked_at < kLookedAtMax;) {
    absl::StatusOr<std::vector<Item>> items = read(after, 200);
    if (!items.ok()) return items.status();
    for (const Item& item : *items) {
      after = item.id;
      ++looked_at;
      if (take(item) && ++taken >= page.size) return absl::StrCat(after);
    }
    if (items->size() < 200) return "";
  }
  return absl::StrCat(after);
}

}  // namespace

absl::StatusOr<Page> ReadPage(int size, const std::string& token) {
  Page page;
  page.size = size <= 0 ? kPageDefault : std::min(size, kPageMax);
  if (token.empty()) return page;
  const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), page.after);
  if (error == std::errc() && end == token.data() + token.size()) return page;
  return MakeError(absl::StatusCode::kInvalidArgument, "PAGE_TOKEN_INVALID", "The page token was not given by this engine. Begin with an empty one.");
}

absl::Status CheckSide(const Pack& pack, const std::string& side) {
  if (side.empty() || SideNamed(pack, side)) return absl::OkStatus();
  return MakeError(absl::StatusCode::kInvalidArgument, "SIDE_UNKNOWN", absl::StrCat("There is no side \"", side, "\". The sides are ", pack.sides[Side::kLeft].name, " and ", pack.sides[Side::kRight].name, "."));
}

absl::Status CheckResource(const Pack& pack, const std::string& resource) {
  if (resource.empty() || pack.EntityOf(Side::kLeft, resource) != nullptr || pack.EntityOf(Side::kRight, resource) != nullptr) return absl::OkStatus();
  return MakeError(absl::StatusCode::kInvalidArgument, "RESOURCE_UNKNOWN", absl::StrCat("The pack maps no resource \"", resource, "\" of either side. Those it maps stand in its entities: entente records shows them."));
}

absl::Status CheckEntity(const Pack& pack, const std::string& entity) {
  if (entity.empty() || pack.Entity(entity) != nullptr) return absl::OkStatus();
  return MakeError(absl::StatusCode::kInvalidArgument, "ENTITY_UNKNOWN", absl::StrCat("The pack has no entity \"", entity, "\". See: entente pack describe running"));
}

absl::StatusOr<Link> FindLink(const StoreSnapshot& snapshot, LinkId id) {
  Wanted wanted;
  wanted.links = {id};
  absl::StatusOr<Fetched> fetched = snapshot.Get(wanted);
  if (!fetched.ok()) return fetched.status();
  std::optional<Link>& link = fetched->links[id];
  if (!link) return NotFound("LINK_UNKNOWN", absl::StrCat("There is no link ", id, ". List them with: entente links"));
  return *std::move(link);
}

absl::StatusOr<Link> FindLinkOf(const StoreSnapshot& snapshot, const Pack& pack, std::uint64_t secret, const sync::v1::GetRecordRequest& record) {
  const std::optional<Side> side = SideNamed(pack, record.side());
  if (!side) {
    return MakeError(absl::StatusCode::kInvalidArgument, "SIDE_UNKNOWN", absl::StrCat("There is no side \"", record.side(), "\". The sides are ", pack.sides[Side::kLeft].name, " and ", pack.sides[Side::kRight].name, "."));
  }
  Wanted wanted;
  for (const EntityRule& entity : pack.entities) {
    const std::string& resource = entity.sides[*side].resource;
    if (!resource.empty() && (record.resource().empty() || resource == record.resource())) wanted.records.insert({*side, resource, record.key()});
  }
  absl::StatusOr<Fetched> fetched = snapshot.Get(wanted);
  if (!fetched.ok()) return fetched.status();
  std::vector<RecordId> found;
  LinkId link = 0;
  for (const auto& [id, entry] : fetched->records) {
    if (!entry) continue;
    found.push_back(id);
    link = entry->link;
  }
  if (found.size() == 1) return FindLink(snapshot, link);
  if (found.empty()) {
    for (const RecordId& id : wanted.records) {
      const absl::StatusOr<LinkId> erased = FindErased(snapshot, secret, id.side, id.resource, id.key);
      if (!erased.ok()) return erased.status();
      if (*erased != 0) return FindLink(snapshot, *erased);
    }
    return NotFound("RECORD_UNKNOWN", absl::StrCat("The engine knows no record \"", record.key(), "\" of ", record.side(), ". Check the key as the system itself writes it, or ask: entente why-not"));
  }
  return MakeError(absl::StatusCode::kInvalidArgument, "RECORD_AMBIGUOUS", absl::StrCat("Several resources of ", record.side(), " have the key \"", record.key(), "\": name one, such as ", found.front().resource, "."));
}

absl::StatusOr<WorkItem> FindWorkItem(const StoreSnapshot& snapshot, WorkItemId id) {
  Wanted wanted;
  wanted.work = {id};
  absl::StatusOr<Fetched> fetched = snapshot.Get(wanted);
  if (!fetched.ok()) return fetched.status();
  std::optional<WorkItem>& item = fetched->work[id];
  if (!item) return NotFound("ITEM_NOT_FOUND", absl::StrCat("There is no work item ", id, ". List them with: entente items"));
  return *std::move(item);
}

absl::StatusOr<std::vector<JournalEntry>> WholeJournal(const StoreSnapshot& snapshot, LinkId id) {
  std::vector<JournalEntry> all;
  for (std::uint64_t after = 0;;) {
    absl::StatusOr<std::vector<JournalEntry>> some = snapshot.Journal(id, after, 500);
    if (!some.ok()) return some.status();
    if (some->empty()) break;
    after = some->back().seq;
    std::move(some->begin(), some->end(), std::back_inserter(all));
    if (all.size() > kJournalMax) all.erase(all.begin(), all.end() - static_cast<std::ptrdiff_t>(kJournalMax));
  }
  return all;
}

absl::StatusOr<RunState> FindRun(Instance& instance, std::uint64_t id) {
  for (RunState& run : instance.Status().machine.runs) {
    if (run.id == id) return std::move(run);
  }
  absl::StatusOr<std::vector<RunState>> runs = instance.Snapshot()->Runs();
  if (!runs.ok()) return runs.status();
  for (RunState& run : *runs) {
    if (run.id == id) return std::move(run);
  }
  return NotFound("RUN_UNKNOWN", absl::StrCat("There is no run ", id, ". The last ones stand in: entente status"));
}

absl::StatusOr<PushState> FindPush(Instance& instance, std::uint64_t id) {
  for (PushState& push : instance.Status().machine.pushes) {
    if (push.id == id) return std::move(push);
  }
  absl::StatusOr<std::vector<PushState>> pushes = instance.Snapshot()->Pushes();
  if (!pushes.ok()) return pushes.status();
  for (PushState& push : *pushes) {
    if (push.id == id) return std::move(push);
  }
  return NotFound("PUSH_UNKNOWN", absl::StrCat("There is no push ", id, ". List them with: entente quote show"));
}

absl::StatusOr<std::string> WalkLinks(const StoreSnapshot& snapshot, const Page& page, const std::function<bool(const Link&)>& take) {
  return Walk<Link>(page, [&](LinkId after, int count) { return snapshot.Links(after, count); }, take);
}

absl::StatusOr<std::string> WalkWork(const StoreSnapshot& snapshot, const Page& page, const std::function<bool(const WorkItem&)>& take) {
  return Walk<WorkItem>(page, [&](WorkItemId after, int count) { return snapshot.Work(after, count); }, take);
}

}  // namespace entente
