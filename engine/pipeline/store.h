#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/core/link.h"
#include "engine/pipeline/dirty_links.h"

// What the pipeline asks of a store: typed reads by key, small ranges, one atomic batch, snapshots.
// RocksDB implements it (store/), a memory store serves tests and the simulation.
namespace entente {

// A record of one side: the index from what a system calls a record to the link.
struct RecordId {
  Side side = Side::kLeft;
  std::string resource;
  std::string key;
  friend auto operator<=>(const RecordId&, const RecordId&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const RecordId& id) { return H::combine(std::move(h), id.side, id.resource, id.key); }
};

// 64-bit hashes of keys of one resource: what a listing of a million records has shown takes some 18 MB.
using KeyHashes = absl::flat_hash_set<std::uint64_t>;
inline std::uint64_t KeyHash(std::string_view key) { return HashOf(key); }

// Index entry of a record; recognises an unchanged one without reading its link.
struct RecordEntry {
  LinkId link = 0;
  Digest digest;
  std::uint64_t generation = 0;
  bool deleted = false;
  bool alias = false;   // a former key
  friend bool operator==(const RecordEntry&, const RecordEntry&) = default;
};

struct RowId {
  Side side = Side::kLeft;
  std::string resource;
  std::string incarnation;
  std::int64_t number = 0;
  friend auto operator<=>(const RowId&, const RowId&) = default;
};

// One entry of the match index: links of `side` whose record has this match key under this rule.
struct MatchId {
  Side side = Side::kLeft;
  std::uint64_t hash = 0;   // keyed hash of entity, rule and key
  friend auto operator<=>(const MatchId&, const MatchId&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const MatchId& id) { return H::combine(std::move(h), id.side, id.hash); }
};

struct OutboxId {
  Side side = Side::kLeft;
  Lane lane = Lane::kContinuous;
  std::uint64_t order = 0;
  friend auto operator<=>(const OutboxId&, const OutboxId&) = default;
};

struct OutboxEntry {
  LinkId link = 0;
  // Handed to a session: after a restart such a delivery is uncertain.
  bool sent = false;
  std::int64_t not_before_micros = 0;
  // Resource in which the delivery creates a record; empty for other verbs.
  std::string creates;
  friend bool operator==(const OutboxEntry&, const OutboxEntry&) = default;
};

// Something a person should look at or act on: work items, conflicts, dead letters, held deletes.
struct WorkItem {
  enum class Kind : std::uint8_t { kWorkItem = 0, kConflict = 1, kDeadLetter = 2, kHeldDelete = 3, kReport = 4 };
  enum class State : std::uint8_t { kOpen = 0, kResolved = 1, kDismissed = 2 };
  WorkItemId id = 0;
  Kind kind = Kind::kWorkItem;
  State state = State::kOpen;
  std::string reason;                 // "ambiguous_match", "awaiting_invite", "mass_delete" …
  LinkId link = 0;                    // 0: about an entity or the instance
  std::string entity;
  int side = -1;                      // Side it is about, or -1
  std::string group;                  // items of one cause share it
  std::int64_t opened_micros = 0;
  std::int64_t closed_micros = 0;
  std::int64_t due_micros = 0;        // kHeldDelete: when the window ends
  std::string message_fr, message_en; // what, why, what to do
  Fields details;                     // counts, field names, base/left/right of conflicts, samples of keys
  std::vector<std::string> choices;   // what resolve accepts
  std::string resolution;
  friend bool operator==(const WorkItem&, const WorkItem&) = default;
};

// One turn's entry in a link's history: what was observed, decided, written or acknowledged.
//
// Details of "receipt", a write that was done, from which it can be undone:
//   delivery, verb     which write
//   run                during which run it was decided; absent: none
//   undo               true: it took an earlier one back; absent: no
//   wrote              of an update: by native field the list (before, after)
//   made               of a create: the record's key; with `existed` when the system had the record already
// Details of "observed": echo, true where it is the first look at what we wrote; absent: somebody else wrote.
struct JournalEntry {
  LinkId link = 0;
  std::uint64_t seq = 0;              // within the link
  std::int64_t at_micros = 0;
  std::string kind;                   // observed, linked, decided, sent, receipt, failed, conflict, parked, deleted, restored …
  int side = -1;
  std::string rule;
  std::string pack_version;
  Fields details;
  friend bool operator==(const JournalEntry&, const JournalEntry&) = default;
};

struct RunState {
  std::uint64_t id = 0;
  std::string kind;                   // first_load, reconcile, resync
  std::string state;                  // running, done, failed
  std::int64_t started_micros = 0, ended_micros = 0;
  std::string problem;
  // Counters by name: "listed.sage.party", "linked.party", "created.ssm.accounts", "writes.sage", "ignored_fields" …
  std::map<std::string, std::int64_t> counts;
  // Listings still expected: "0:party".
  std::set<std::string> pending;
  friend bool operator==(const RunState&, const RunState&) = default;
};

struct PushState {
  std::uint64_t id = 0;
  LinkId link = 0;
  std::string kind;                   // price, push
  std::string state;                  // waiting, pricing, sending, done, refused
  std::string number;
  std::string request_id;
  std::vector<std::string> problems;
  std::int64_t started_micros = 0, ended_micros = 0;
  friend bool operator==(const PushState&, const PushState&) = default;
};

// Pushes that ended are at hand as long as so many came after them.
inline constexpr std::size_t kPushesKept = 100;
inline bool IsFinished(const PushState& push) { return push.state == "done" || push.state == "refused"; }

// What an event needs that the turn has not at hand.
struct Wanted {
  std::set<LinkId> links;
  std::set<RecordId> records;
  std::set<RowId> rows;
  std::set<MatchId> matches;
  std::set<std::string> parked;       // wait keys
  std::set<LinkId> refers;            // links referring to these
  std::set<WorkItemId> work;
  std::set<std::pair<Side, std::string>> record_ranges;  // all entries of a resource (end of a listing)
  // Of a range, entries whose key is among these are left out: whoever looks for what is missing wants the few that are. Not changed
  // while the answer is awaited.
  std::map<std::pair<Side, std::string>, std::shared_ptr<const KeyHashes>> left_out;
  // Whether an entry of the range is wanted.
  bool IsWanted(const std::pair<Side, std::string>& range, std::string_view key) const {
    const auto without = left_out.find(range);
    return without == left_out.end() || !without->second->contains(KeyHash(key));
  }
  bool empty() const {
    return links.empty() && records.empty() && rows.empty() && matches.empty() && parked.empty() && refers.empty() && work.empty() &&
           record_ranges.empty();
  }
};

// The answer: every key of Wanted is present, absent things as nullopt or empty.
struct Fetched {
  std::map<LinkId, std::optional<Link>> links;
  std::map<RecordId, std::optional<RecordEntry>> records;
  std::map<RowId, std::optional<LinkId>> rows;
  std::map<MatchId, std::set<LinkId>> matches;
  std::map<std::string, std::set<LinkId>> parked;
  std::map<LinkId, std::set<LinkId>> refers;
  std::map<WorkItemId, std::optional<WorkItem>> work;
  std::map<std::pair<Side, std::string>, std::vector<std::pair<std::string, RecordEntry>>> record_ranges;
  std::map<std::pair<Side, std::string>, std::shared_ptr<const KeyHashes>> left_out;   // of those ranges, as asked for
};

// Writes of one or more turns, applied all or none. nullopt deletes.
struct Batch {
  std::map<LinkId, std::optional<Link>> links;
  std::map<RecordId, std::optional<RecordEntry>> records;
  std::map<RowId, std::optional<LinkId>> rows;
  std::map<std::pair<MatchId, LinkId>, bool> matches;          // true: put, false: delete
  std::map<std::pair<std::string, LinkId>, bool> parked;
  std::map<std::pair<LinkId, LinkId>, bool> refers;            // (target, referring)
  std::map<DirtyId, bool> dirty;
  std::map<OutboxId, std::optional<OutboxEntry>> outbox;
  std::map<std::pair<Side, std::string>, std::optional<std::string>> cursors;
  std::map<WorkItemId, std::optional<WorkItem>> work;
  std::set<LinkId> forgotten;                                  // histories that go, before `journal` is written
  std::vector<JournalEntry> journal;
  std::map<std::uint64_t, RunState> runs;
  std::map<std::uint64_t, PushState> pushes;
  std::map<std::string, std::optional<std::string>> meta;
  bool empty() const;
  // Later writes win.
  void Append(Batch&& later);
};

// All that a machine needs at start; bounded by what waits, not by the number of links.
struct Boot {
  std::map<std::string, std::string> meta;
  std::map<std::pair<Side, std::string>, std::string> cursors;
  std::map<OutboxId, OutboxEntry> outbox;
  DirtyLinks dirty;
  std::set<std::string> waits;                 // wait keys under which links are parked
  std::map<WorkItemId, WorkItem> open_work;    // open items of kinds other than conflict and report, and every held delete
  std::map<std::uint64_t, RunState> runs;      // the last ten
  std::map<std::uint64_t, PushState> pushes;   // unfinished, and the last hundred
  LinkId last_link = 0;
  WorkItemId last_work = 0;
};

// A consistent view that does not change; any thread.
class StoreSnapshot {
 public:
  virtual ~StoreSnapshot() = default;
  virtual absl::StatusOr<Fetched> Get(const Wanted& wanted) const = 0;
  // Links in id order from `after` (exclusive), at most `count_max`.
  virtual absl::StatusOr<std::vector<Link>> Links(LinkId after, int count_max) const = 0;
  virtual absl::StatusOr<std::vector<WorkItem>> Work(WorkItemId after, int count_max) const = 0;
  // A link's history, oldest first.
  virtual absl::StatusOr<std::vector<JournalEntry>> Journal(LinkId link, std::uint64_t after_seq, int count_max) const = 0;
  virtual absl::StatusOr<std::vector<RunState>> Runs() const = 0;
  virtual absl::StatusOr<std::vector<PushState>> Pushes() const = 0;
  virtual absl::StatusOr<std::map<std::string, std::string>> Meta() const = 0;
  // What a machine would start with.
  virtual absl::StatusOr<Boot> Load() const = 0;
};

// Thread-safe: one thread commits, others read.
class Store {
 public:
  virtual ~Store() = default;
  virtual absl::StatusOr<Boot> Load() = 0;
  // Reads what is durable or committed before the call.
  virtual absl::StatusOr<Fetched> Get(const Wanted& wanted) = 0;
  // Applies the batch and returns once it is durable (synced). An error means nothing of it is there.
  virtual absl::Status Commit(const Batch& batch) = 0;
  virtual std::unique_ptr<StoreSnapshot> Snapshot() = 0;
  // A consistent copy of the whole store in a new directory.
  virtual absl::Status Backup(const std::string& directory) = 0;
  // Rewrites the files, so that none holds what was deleted or replaced by batches committed before the call. Takes as long as reading and
  // writing everything; commits and reads go on meanwhile. UNAVAILABLE PURGE_HELD_UP while somebody's snapshot needs what was there: try again.
  virtual absl::Status Purge() = 0;
  // Whether Purge() reaches all there is. FAILED_PRECONDITION FORMER_STATE_KEPT names what the store does not own.
  virtual absl::Status CheckPurge() = 0;
};

}  // namespace entente
