#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/rpc/instance.h"

namespace entente::sync::v1 {
class GetRecordRequest;
}

// What the sync service looks up in a snapshot of the store. Every error carries a reason and a remedy.
namespace entente {

// A page of a list: what it may hold and where it begins.
struct Page {
  int size = 50;
  std::uint64_t after = 0;
};
// `size` 0 means 50, at most 1,000. INVALID_ARGUMENT PAGE_TOKEN_INVALID for a token no answer gave.
absl::StatusOr<Page> ReadPage(int size, const std::string& token);

// Whether a filter names something the pack has. INVALID_ARGUMENT SIDE_UNKNOWN, RESOURCE_UNKNOWN, ENTITY_UNKNOWN: a typing error is not
// answered by an empty list. An empty name is in order.
absl::Status CheckSide(const Pack& pack, const std::string& side);
absl::Status CheckResource(const Pack& pack, const std::string& resource);
absl::Status CheckEntity(const Pack& pack, const std::string& entity);

absl::StatusOr<Link> FindLink(const StoreSnapshot& snapshot, LinkId id);
// The link that is left of an erased person is found by what its records were called, too; `secret` is Tuning::match_key.
// NOT_FOUND RECORD_UNKNOWN, INVALID_ARGUMENT SIDE_UNKNOWN.
absl::StatusOr<Link> FindLinkOf(const StoreSnapshot& snapshot, const Pack& pack, std::uint64_t secret, const sync::v1::GetRecordRequest& record);
absl::StatusOr<WorkItem> FindWorkItem(const StoreSnapshot& snapshot, WorkItemId id);
// The newest 2,000 entries at most.
absl::StatusOr<std::vector<JournalEntry>> WholeJournal(const StoreSnapshot& snapshot, LinkId id);

absl::StatusOr<RunState> FindRun(Instance& instance, std::uint64_t id);
absl::StatusOr<PushState> FindPush(Instance& instance, std::uint64_t id);

// Walks links (or work items) from page.after on until `size` were taken or 5,000 looked at; the token of the next page, empty at the end.
absl::StatusOr<std::string> WalkLinks(const StoreSnapshot& snapshot, const Page& page, const std::function<bool(const Link&)>& take);
absl::StatusOr<std::string> WalkWork(const StoreSnapshot& snapshot, const Page& page, const std::function<bool(const WorkItem&)>& take);

}  // namespace entente
