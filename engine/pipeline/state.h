#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_set>

#include "engine/core/rules.h"
#include "engine/pipeline/adoption.h"
#include "engine/pipeline/erasing.h"
#include "engine/pipeline/event.h"
#include "engine/pipeline/memory.h"
#include "engine/pipeline/shape.h"
#include "engine/pipeline/plan.h"
#include "engine/pipeline/tuning.h"

namespace entente {

// A listing under way on one side.
struct Listing {
  std::string id;
  std::int64_t since_micros = 0;            // when it was asked for
  FeedMode mode = FeedMode::kListing;
  bool begun = false;
  std::int64_t began_micros = 0;
  std::uint64_t run = 0;
  std::shared_ptr<KeyHashes> seen = std::make_shared<KeyHashes>();   // of this listing only
  std::int64_t count = 0;
};

// A question to a connector: an operation that writes nothing. Not durable: what made it ask is, and asks again.
struct Question {
  Side side = Side::kLeft;
  OperationKind kind = OperationKind::kRead;
  LinkId link = 0;
  std::string purpose;      // verify, search, unknown, missing, moved, price, listing, poll, push_read
  std::string resource, key;
  std::string find_field;
  Value find_value;
  Fields fields;
  std::string listing_id;
  FeedMode listing_mode = FeedMode::kListing;
  bool is_approved = false;  // of a record missing with many others: a person said that their deletes may go
  bool sent = false;
  std::int64_t not_before_micros = 0;
  std::int64_t since_micros = 0;            // missing: when the listing it is missing from was asked for
};

struct SideState {
  std::optional<SessionInfo> session;
  std::shared_ptr<const SessionInfo> last_info;       // of the last session, open or not
  // The session is, or was, asked for what other rules needed. Nothing is handed to it any more; another one is about to open.
  bool is_outdated = false;
  ShapesPtr shapes = std::make_shared<Shapes>();      // of the last session's catalogue
  std::uint64_t last_session = 0;
  std::string refused_reason;
  SideStatistics statistics;
  int ready = 0;                                      // operations the connector takes now
  std::set<DeliveryId> in_flight;                     // handed over, not answered
  std::deque<std::pair<std::int64_t, DeliveryId>> handed_over;   // when, of what is to be answered soon; see misreport.h
  std::uint64_t last_batch = 0;                       // of this session
  std::map<std::string, std::deque<std::uint64_t>> cursors_seen;   // hashes of this session's, by resource, the latest last
  std::map<std::string, Listing> listings;            // by resource
  std::map<std::string, bool> listed;                 // complete listing ingested, durable as meta
  std::map<std::string, std::int64_t> last_sweep;     // micros
  std::set<OutboxId> uncertain_creates;               // handed over, and their answers come no more
  std::map<std::string, std::int64_t> listed_since;   // by resource: when the last whole listing began, durable as meta
  std::set<std::string> doubted_rows;                 // resources whose row numbers are not unique, as far as this session showed
  std::map<std::uint64_t, int> unknown_to_sweeps;     // how often sweeps listed a key that no record stands for
  std::map<std::string, std::int64_t> listing_not_before;   // after one that broke off
  std::map<std::string, int> creates_in_flight;       // by resource
  std::map<std::string, int> creates_owed;            // by resource: in flight or ready to go, not backing off
  int bulk_waiting = 0;                               // deliveries of the bulk lane not handed over, not backing off
  std::map<std::string, std::int64_t> last_calendar;        // by resource: until when its hours were kept, durable as meta
  std::int64_t last_poll_micros = 0;
  std::int64_t writes = 0;
};

// A plan being applied. Not durable: after a restart the engine is paused, and the plan can be applied again.
struct Applying {
  std::map<std::pair<LinkId, Side>, std::deque<PlannedWrite>> owed;   // not made yet, in order
  std::set<LinkId> links;                                             // all of the plan
  std::set<LinkId> todo;                                              // to be decided
  std::set<int> made;                                                 // numbers of writes that were made
  std::set<std::pair<LinkId, Side>> admitted;                         // the first of `owed` is in the outbox or under way
  std::map<std::string, std::string> bindings;                        // placeholder → key
  std::string undo;                                                   // name of the undo this is; empty: an ordinary plan
  std::set<std::pair<LinkId, Side>> looked;                           // of an undo: read once more before the delete
  // What the link's next writes need was made: decided earlier, it would be composed without it.
  bool IsReady(LinkId link) const;
};

// A budget is spent from its first use on, for an hour or a day.
struct BudgetWindow {
  std::int64_t from_micros = 0;
  std::int64_t spent = 0;
};

// What the machine holds besides Memory: bounded by what waits, rebuilt at start from Boot. Changed only when an event was handled
// to its end (Turn::OnHandled), so a half-handled event leaves no trace.
struct State {
  PackPtr pack;
  Tuning tuning;
  std::uint64_t epoch = 0;
  std::uint64_t generation = 1;                       // of pack and catalogues; digests of another one are recomputed
  bool paused = false;                                // decides and sends nothing
  bool observing = false;                             // paused, but reads on: listings, questions
  std::int64_t last_full_micros = 0;                  // when the last run over all entities began, durable as meta; 0: none did
  // The pause that is, or was last: when it began, and ended; 0: it has not, or there was none. Durable as meta.
  std::int64_t pause_from_micros = 0, pause_until_micros = 0;
  bool planning = false;                              // this machine only makes a plan: approvals and budgets are shown with it
  std::optional<Applying> applying;
  ApplyReport apply_report;                           // of the plan that is, or was last, applied
  std::int64_t pack_since_micros = 0;                 // the pack holds; 0: not known
  std::optional<Adopting> adopting;                   // other rules were taken, and what was there before is gone through
  NativeFields unread;                                // fields that not every shadow was read with, durable as meta
  std::set<std::string> resting;                      // entities whose conditions read them
  std::set<LinkId> undecided;                         // what they owe was decided by other rules: it does not leave
  Both<SideState> sides;
  LinkId last_link = 0;
  std::optional<LinkId> restored_from;                // the last link of a state that was put back from a backup, durable as meta
  WorkItemId last_work = 0;
  DeliveryId last_delivery = 0;
  std::uint64_t last_run = 0, last_push = 0;
  std::map<OutboxId, OutboxEntry> outbox;
  std::set<std::pair<std::int64_t, OutboxId>> outbox_due;          // entries that wait for a time
  std::set<std::pair<std::int64_t, WorkItemId>> holds_due;         // held deletes by the end of their window
  std::map<DeliveryId, OutboxId> outbox_of;           // of deliveries handed over
  DirtyLinks dirty;
  std::map<WorkItemId, WorkItem> open_work;           // not conflicts, not reports
  std::map<std::string, WorkItemId> work_by_group;    // open items that stand for many records
  std::map<std::string, std::size_t> open_counts;     // by reason
  std::map<DeliveryId, Question> questions;
  std::set<std::pair<Side, std::string>> relist;      // full listings owed after a lost cursor
  std::deque<std::string> wakes;                      // wait keys whose links are to be decided anew
  std::set<std::string> wakes_queued;
  std::unordered_set<std::uint64_t> waits;            // hashes of wait keys somebody may be parked under: no other wake is queued
  std::map<std::uint64_t, RunState> runs;
  std::uint64_t counted_run = 0;                      // has counts that were not written yet; 0: none
  std::map<std::uint64_t, PushState> pushes;          // open ones, and the last hundred that ended
  std::set<std::uint64_t> open_pushes;                // somebody waits for their end
  std::map<std::string, std::int64_t> capacity_used;  // by entity: records that count against its capacity, durable as meta
  std::map<std::string, std::int64_t> entity_links;   // live links by entity, durable as meta
  Bars bars;                                          // what may not come back, durable as meta
  std::map<LinkId, Erasing> erasing;                  // erasures that are not through, durable as meta
  std::set<std::string> approved;                     // approvals given: "create:user"
  // What budgets were spent on, by "changes.entity:side" and "deletes.entity:side"; durable as meta.
  std::map<std::string, BudgetWindow> budget_windows;
  std::map<std::string, std::int64_t> counters;

  // The only ways outbox, open work and pushes change, so that what is derived from them stays true.
  void SetOutbox(const OutboxId& id, const std::optional<OutboxEntry>& entry);
  void SetWork(WorkItemId id, const std::optional<WorkItem>& item);
  void SetPush(const PushState& push);
  // Somebody watches a push come to its end: turns and batches are kept short.
  bool IsAwaited(std::int64_t now_micros) const;

  // Decided anew, soon, are the links parked under `wait`.
  void QueueWake(std::string wait);

  const RunState* ActiveRun() const;
  bool FirstLoadRunning() const;
  bool Listed(Side side, const std::string& resource) const;
};

std::uint64_t WaitHash(const std::string& wait);

}  // namespace entente
