#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "engine/core/link.h"
#include "engine/core/rules.h"
#include "engine/pipeline/adoption.h"
#include "engine/pipeline/plan.h"
#include "engine/pipeline/store.h"

// Everything that enters the machine, and everything that leaves it. Plain values; `rpc` translates them from and to protos.
namespace entente {

// ------------------------------------------------------------------------------------------------- in: connectors

struct FieldInfo {
  std::string name;
  std::string type;              // "text", "int", "decimal", "reference" …
  int length_max = 0;
  std::string charset;
  bool writable = false;
  bool set_once = false;
  bool required_on_create = false;
  bool custom = false;
  std::string target;
  std::vector<std::string> labels;
  std::vector<std::string> label_codes;   // codes of the labels, in their order; empty: none are known
};

struct ResourceInfo {
  std::string name;
  std::vector<FieldInfo> fields;
  bool can_create = false, can_update = false, can_delete = false, can_undelete = false;
  bool feeds_deletes = false, lists_deleted = false, returns_record = false, can_price = false, checks_expected = false;
  bool lists_keys = false;
  std::vector<std::string> find_fields;
  int bulk_max = 1;
};

struct SessionInfo {
  Side side = Side::kLeft;
  std::string session_id;
  std::uint64_t number = 0;
  std::string system, product, version, edition, company_id, company_name, connector_version, catalogue_version;
  int companies = 1;
  std::map<std::string, ResourceInfo> resources;
  absl::Duration read_lag, settle_time, change_precision;
  int calls_per_minute = 0;
  bool fences_epochs = false;
  std::vector<std::string> advice;
  // Why the connector cannot describe its system: a stable reason and a sentence. Such a session is never opened, only shown.
  std::string trouble_code, trouble;
  // Somebody only asks whether the gates would let it pass.
  bool validate_only = false;
  // Of the rules by which the session was told what to feed; 0: those that hold.
  std::uint64_t generation = 0;
};

// The pack's gates were checked and passed by CheckSession() before this event.
struct SessionOpened {
  SessionInfo session;
};

struct SessionClosed {
  Side side = Side::kLeft;
  std::uint64_t number = 0;
  std::string reason;
};

enum class ChangeKind { kContent, kDeleted, kOutOfScope, kKeyOnly, kChangedResource };

struct FeedChange {
  ChangeKind kind = ChangeKind::kContent;
  std::string key, former_key;
  std::optional<Row> row;
  std::uint64_t read_seq = 0;
  Fields fields;                 // native, mapped fields only
  Digest digest;                 // of `fields`; zero: nobody made it yet
  std::string revision, stamp;
  std::int64_t changed_from_micros = 0, changed_to_micros = 0;
  int ignored_fields = 0;
};

enum class FeedMode { kLive, kListing, kKeys };

struct FeedBatch {
  Side side = Side::kLeft;
  std::uint64_t session = 0;
  std::uint64_t batch = 0;
  FeedMode mode = FeedMode::kLive;
  std::string resource;
  std::vector<FeedChange> changes;
  std::optional<std::string> cursor_after;
  std::string listing_id;
  bool listing_begins = false, listing_ends = false, listing_failed = false;
  bool poll_ends = false;
  bool cursor_lost = false;
  std::int64_t polled_at_micros = 0;
  std::int64_t listing_total = 0;
};

struct SideStatistics {
  std::uint64_t calls = 0, throttled = 0, writes = 0, blind_overwrites = 0;
  std::string trouble_code, trouble_text;
};

struct StatisticsArrived {
  Side side = Side::kLeft;
  SideStatistics statistics;
};

// The connector takes `count` further operations.
struct OperationsReady {
  Side side = Side::kLeft;
  std::uint64_t session = 0;
  int count = 0;
};

enum class Observation { kAtomic, kReread, kUnobserved };
enum class FailureClass { kAgain, kMovedOn, kNever, kUncertain, kWaiting };

struct DocumentProblem {
  std::string severity, code, text, field;
  int line = 0;
};

struct OperationResult {
  DeliveryId id = 0;
  enum class Kind { kReceipt, kFailure, kFound } kind = Kind::kReceipt;
  std::uint64_t seq = 0;
  // kReceipt
  Observation observation = Observation::kUnobserved;
  std::optional<FeedChange> change;
  bool existed = false;
  Fields priced;
  std::vector<DocumentProblem> problems;
  // kFailure
  FailureClass failure = FailureClass::kAgain;
  std::string code, text;
  std::int64_t retry_after_millis = 0;
  // kFound
  std::vector<FeedChange> found;
};

struct ResultBatch {
  Side side = Side::kLeft;
  std::uint64_t session = 0;
  std::vector<OperationResult> results;
  bool is_urgent = false;                 // of operations that somebody waits for
};

// Time passed; the machine looks at what is due.
struct TimerDue {};

// ------------------------------------------------------------------------------------------------- in: people

struct StartRun {
  std::string kind;                       // "first_load", "reconcile", "resync"
  std::set<std::string> entities;         // empty: all
};
struct PushQuote {                        // price only when `price_only`
  std::string key;                        // key on the owning side, or the link id as "link:42"
  bool price_only = false;
  std::string request_id;
};
struct ResolveItem {
  WorkItemId id = 0;
  std::string choice;                     // one of the item's choices
};
struct RetryDeadLetter { WorkItemId id = 0; };
struct DiscardDeadLetter { WorkItemId id = 0; };
// Paused: nothing is decided or sent. Observing: the same, but both systems are still listed and read.
struct SetPaused { bool paused = true; bool observing = false; };
struct ApplyPlan {
  std::shared_ptr<const Plan> plan;
  // Writes of it, by number, that are not to be made though nothing of their own record moved, and why.
  std::map<int, std::string> withheld = {};
};
struct PollNow { std::set<std::string> resources; };  // both sides
// Other rules from the next turn on. See adoption.h.
struct ActivatePack {
  PackPtr pack;
  PackPtr before;                              // with which it was compared; null: whatever holds
  std::shared_ptr<const Adoption> adoption;
  std::map<std::string, std::optional<std::string>> meta;   // kept with it
  std::int64_t at_micros = 0;
  bool validate_only = false;
};

// A person's values go; see erase.h. Refused while a write to the record, or a push of it, is under way: nothing is changed then.
struct EraseLink {
  LinkId link = 0;
  std::uint64_t journal_seq = 0;          // of the link as `absorbed` was read from its history
  std::vector<LinkId> absorbed = {};
  std::string request_id = {};
  bool validate_only = false;
};
// What a look through everything found of an erased person beside its link (erase_sweep.h).
struct EraseRemains {
  LinkId erased = 0;
  std::vector<LinkId> links = {};                 // that name its keys
  std::vector<WorkItemId> items = {};             // about it
  std::vector<WorkItemId> mentions = {};          // items that name its keys
  std::vector<LinkId> forgotten = {};             // histories that go
  std::vector<JournalEntry> journal = {};         // entries of others, without its keys
  std::vector<PushState> pushes = {};             // of it, without what they said
  bool empty() const { return links.empty() && items.empty() && mentions.empty() && forgotten.empty() && journal.empty() && pushes.empty(); }
};
// Nothing of them is left in the state, or, `purged`, in its files.
struct EndErasure {
  std::vector<LinkId> erased;
  bool purged = false;
};
// A backup is about to be made there, which the answer gives a moment (`noted`); `is_failed`: the one noted at `at_micros` was not made.
struct NoteBackup {
  std::string directory;
  bool is_failed = false;
  std::int64_t at_micros = 0;
};

struct Request {
  std::uint64_t id = 0;
  std::variant<StartRun, PushQuote, ResolveItem, RetryDeadLetter, DiscardDeadLetter, SetPaused, PollNow, ApplyPlan, ActivatePack, EraseLink, EraseRemains, EndErasure,
               NoteBackup>
      what;
};

using Event = std::variant<SessionOpened, SessionClosed, FeedBatch, StatisticsArrived, OperationsReady, ResultBatch, TimerDue, Request>;

// ------------------------------------------------------------------------------------------------- out

enum class OperationKind { kWrite, kRead, kFind, kPrice, kStartListing, kPoll };

struct OperationOut {
  DeliveryId id = 0;
  LinkId link = 0;                        // of a write: with its rule and reason, for plans; connectors are not told
  std::string rule, reason;
  OperationKind kind = OperationKind::kWrite;
  Verb verb = Verb::kNone;
  std::string resource;
  std::string key;
  Fields fields, expected;
  std::string idempotency_key;
  std::string find_field;
  Value find_value;
  bool search_first = false;
  std::string listing_id;
  FeedMode listing_mode = FeedMode::kListing;
  bool is_urgent = false;                 // somebody waits for it: it passes what else waits, and so does its answer
};

struct SendOperations {
  Side side = Side::kLeft;
  std::uint64_t session = 0;
  std::vector<OperationOut> operations;
};

struct AcknowledgeBatch {
  Side side = Side::kLeft;
  std::uint64_t session = 0;
  std::uint64_t batch = 0;
  int credits = 0;                        // changes the batch carried; returned to the connector
};

struct Reply {
  std::uint64_t request = 0;
  absl::Status status;
  Fields answer;                          // "run", "push", "item", "number" …
};

// For watchers and logs: ids and codes, never people's values.
struct Notice {
  std::string severity;                   // debug, info, warn, error
  std::string text;                       // one event, one sentence, keys
};

// Leaves only when `batch` is durable.
struct Effects {
  Batch batch;
  std::vector<SendOperations> operations;
  std::vector<AcknowledgeBatch> acknowledgements;
  std::vector<Reply> replies;
  std::vector<Notice> notices;
  // Taken as the rules, by the batch; null: none was.
  PackPtr pack = nullptr;
  // Sessions, by side and number, that are to be ended so that they open anew and are asked for what the rules now need.
  std::vector<std::pair<Side, std::uint64_t>> outdated;
  // When to send TimerDue at the latest; 0: nothing is due.
  std::int64_t timer_micros = 0;
};

}  // namespace entente
