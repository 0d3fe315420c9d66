#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "engine/language/pack.h"
#include "engine/pipeline/erasing.h"
#include "engine/pipeline/event.h"
#include "engine/pipeline/machine.h"
#include "engine/pipeline/store.h"
#include "engine/pipeline/tuning.h"
#include "engine/plan/planner.h"
#include "engine/plan/what_if.h"
#include "engine/rpc/pack_certified.h"

namespace entente {

// Takes what leaves an instance for its connectors. Called on the instance's committer thread, in order; must not block.
class Outlet {
 public:
  virtual ~Outlet() = default;
  virtual void Send(SendOperations operations) = 0;
  virtual void Acknowledge(const AcknowledgeBatch& acknowledgement) = 0;
  // The session is asked for what no longer holds: it ends, so that another opens.
  virtual void EndOutdated(Side side, std::uint64_t session) = 0;
};

struct InstanceStatus {
  MachineStatus machine;
  Certification certification;
  // Why nothing is taken in or sent now ("DISK_FULL" and a sentence); empty: all is well.
  std::string problem_reason, problem;
};

// A pack beside the one that runs.
struct PackComparison {
  PackPtr pack;
  WhatIf what_if;
  absl::Duration took;
};

struct PackActivation {
  // Hash of the pack that is to be replaced; empty: whatever runs.
  std::string etag = {};
  // Only whether it could be done now.
  bool validate_only = false;
};

struct EraseRequest {
  LinkId link = 0;
  std::string request_id = {};
  // Only what would be done, and whether it could be now.
  bool validate_only = false;
};

// An erasure, or what one would be.
struct EraseReport {
  LinkId link = 0;
  std::string entity;
  Erasure erasure;
  // Records that name it, by entity: they stay. Of an erasure asked for a second time it is not said.
  std::map<std::string, std::int64_t> referring;
  // That may hold its values: made before its files were clean.
  std::vector<KnownBackup> backups;
};

// What happens in an instance, for one who looks on. One thread.
class Watcher {
 public:
  virtual ~Watcher() = default;
  // Waits until something happened or `timeout` passed. True: the status may have changed. Appends notices.
  virtual bool Next(absl::Duration timeout, std::vector<Notice>* notices) = 0;
  // Notices dropped because they were not fetched in time; reset by the call.
  virtual std::uint64_t TakeLost() = 0;
};

// One running instance as the gRPC services see it: events go in, answers come out. Every function may be called by any thread.
class Instance {
 public:
  using What = decltype(Request::what);

  virtual ~Instance() = default;
  virtual const std::string& name() const = 0;
  virtual PackPtr pack() const = 0;
  virtual const Tuning& tuning() const = 0;
  virtual std::uint64_t epoch() const = 0;

  // Checks the gates and opens a session; returns once it is durable. The session's number is in the opening.
  virtual absl::StatusOr<Machine::Opening> OpenSession(SessionInfo session) = 0;
  // Checks the gates for a session that is not to be opened. A refusal, or the connector's own trouble, shows in Status() unless the
  // session is asked about only (`validate_only`).
  virtual absl::Status CheckSession(SessionInfo session) = 0;
  // Hands an event of a connector over; never blocks. Bounded by credits and by operations in flight, which the caller keeps.
  virtual void Offer(Event event) = 0;
  // Where operations and acknowledgements go. Set once, before the first session; null: nowhere.
  virtual void Attach(Outlet* outlet) = 0;

  // Asks the machine for something and waits for the answer. DEADLINE_EXCEEDED when it does not come in time.
  virtual absl::StatusOr<Fields> Ask(What what, absl::Duration timeout) = 0;
  virtual InstanceStatus Status() = 0;
  virtual std::unique_ptr<StoreSnapshot> Snapshot() = 0;
  // What would be written, decided on a snapshot in the caller's thread.
  virtual absl::StatusOr<Plan> MakePlan(const PlanRequest& request, const std::function<bool()>& is_cancelled) = 0;
  // What other rules would do, found out on a snapshot in the caller's thread and helpers. `parameters` stand in for the configuration's.
  // Reasons: PACK_INVALID, PACK_UNCHANGED, PACK_DOES_NOT_FIT, gates of the pack, those of MakeWhatIf().
  virtual absl::StatusOr<PackComparison> ComparePack(const PackFiles& files, const std::map<std::string, std::string>& parameters, const std::function<bool()>& is_cancelled) = 0;
  // The rules that hold from now on, durable when it returns. Reasons as above; PACK_CHANGED, PLAN_ACTIVE, RUN_ACTIVE.
  virtual absl::Status ActivatePack(const PackFiles& files, const PackActivation& how) = 0;
  // The pack was taken while the engine ran; it is not the one the configuration names.
  virtual bool is_pack_activated() const = 0;
  // Noted before it is made, so that an erasure can name it.
  virtual absl::Status Backup(const std::string& directory) = 0;
  // A person's values leave the state and its files; returns once they have. An erased link is answered as it is. Reasons: LINK_UNKNOWN,
  // ERASE_BUSY, ERASE_ACTIVE, ERASE_MOVED, PLAN_ACTIVE, FORMER_STATE_KEPT; ERASE_UNDER_WAY when time ran out or `is_cancelled`: it goes on by itself.
  virtual absl::StatusOr<EraseReport> Erase(const EraseRequest& request, absl::Duration timeout, const std::function<bool()>& is_cancelled) = 0;
  // Waits until the machine is quiet. DEADLINE_EXCEEDED NOT_QUIET; CANCELLED when `is_cancelled` answers true.
  virtual absl::Status Quiesce(absl::Duration timeout, const std::function<bool()>& is_cancelled) = 0;
  virtual std::unique_ptr<Watcher> Watch() = 0;
};

}  // namespace entente
