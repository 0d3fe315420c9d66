#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "engine/core/rules.h"
#include "engine/pipeline/event.h"
#include "engine/pipeline/store.h"
#include "engine/pipeline/tuning.h"

namespace entente {

// A picture of the machine for status and watch; copied, any thread.
struct MachineStatus {
  bool paused = false;
  bool observing = false;                   // paused, and both systems are still read
  ApplyReport apply;                        // of the plan that is, or was last, applied
  std::string pack, pack_version, pack_hash;
  std::int64_t pack_since_micros = 0;       // 0: not known
  std::uint64_t generation = 0;             // of the rules; raised with every change of them
  std::uint64_t adopting = 0;               // links still to be gone through since the rules changed
  NativeFields unread;                      // fields that rules ask for and not every record was read with yet
  struct SideStatus {
    bool connected = false;
    bool outdated = false;                  // about to open anew: it is asked for what other rules needed
    std::shared_ptr<const SessionInfo> session;   // null: not connected
    std::string session_id, version, edition, company_id, company_name, connector_version;
    std::string refused_reason;             // of the last refused session
    SideStatistics statistics;
    std::int64_t last_poll_micros = 0;
    int operations_in_flight = 0;
    std::int64_t writes = 0;                // deliveries that ended in a receipt, since start
    std::int64_t window_opens_micros = 0;   // closed hours of the pack end then, of one entity at least; 0: all may be written
  };
  Both<SideStatus> sides;
  std::size_t dirty = 0;                    // links waiting to be decided
  std::size_t outbox_left = 0, outbox_right = 0;
  std::map<std::string, std::size_t> open_items;    // by reason
  std::map<std::string, WorkItemId> open_groups;    // open items that stand for many records, by group
  std::map<std::string, std::int64_t> counters;     // since start: changes, unchanged, linked, created, conflicts, reverted …
  std::vector<RunState> runs;               // newest first
  std::vector<PushState> pushes;
  bool quiet = false;                       // nothing to decide, send or wait for but people and timers
};

// The pipeline of one instance: a state machine. An event goes in, effects come out.
//
// It reads no clock, starts no thread, does no I/O. One thread at a time (the instance's control thread).
// An event that touches what is not in memory is not handled: Handle() answers false, wanted() says what to fetch; after
// Supply() the same event is given again. Nothing of a half-handled event stays.
//
//   ingest → correlate → decide → guard → outbox → deliver → acknowledge       one verb a file
class Machine {
 public:
  Machine(PackPtr pack, Tuning tuning, Boot boot, std::uint64_t epoch);
  ~Machine();

  // True: handled; its effects are added to the next TakeEffects(). False: see wanted().
  bool Handle(const Event& event, absl::Time now);
  const Wanted& wanted() const;
  void Supply(Fetched fetched);

  // Effects of all events handled since the last call. The caller commits `batch`, then lets the rest leave, in order.
  Effects TakeEffects();
  // Links that the next TakeEffects() writes.
  std::size_t PendingLinks() const;
  // Somebody watches a push come to its end, as of the last event: what is gathered for one batch is kept small.
  bool IsAwaited() const;
  // The batch of an earlier TakeEffects() is durable: its entries may leave the memory.
  void BatchDurable(std::uint64_t batches);

  // Gates of the pack, one company a side, known resources. OK, or FAILED_PRECONDITION with the reason as
  // "VERSION_NOT_SUPPORTED: sentence". Remembers a refusal for status.
  absl::Status CheckSession(const SessionInfo& session, absl::Time now);
  // What the connector is told: feeds with cursors and intervals, options.
  struct Opening {
    std::uint64_t number = 0;
    // The rules it was told by, and their generation: the session is opened with it.
    PackPtr pack;
    std::uint64_t generation = 0;
    struct Feed {
      std::string resource;
      std::string cursor;
      absl::Duration interval;
      std::vector<std::string> fields;
    };
    std::vector<Feed> feeds;
    std::map<std::string, std::string> options;
    int credits = 0;
  };
  // Numbers the session; SessionOpened with this number must follow.
  Opening OpenSession(const SessionInfo& session);

  // From now on this machine only makes a plan (engine/plan): nothing it decides reaches a system, budgets and approvals do not hold it up.
  // Before the first event. `adopting`: the rules differ from those the state was made by, and this is gone through; none: they do not.
  void BeginPlanning(std::optional<Adopting> adopting = std::nullopt);

  MachineStatus Status() const;
  const Pack& pack() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace entente
