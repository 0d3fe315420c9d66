#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "engine/language/pack.h"
#include "engine/pipeline/machine.h"
#include "engine/plan/planner.h"
#include "engine/plan/what_if.h"
#include "engine/store/memory_store.h"
#include "tests/support/sim_system.h"

namespace entente::testing {

// The pack `rules/ssm` (or another) with the parameters that worlds give it, loaded once a program.
const LoadedPack& LoadedRules(const std::map<std::string, std::string>& parameters = {}, const std::string& pack = "");
// A pack that extends `rules/ssm` with this content.
LoadedPack OverlaidRules(const std::string& content, const std::map<std::string, std::string>& parameters = {});

// A whole engine on one thread: the production machine over a memory store, two simulated systems, a clock that tests move.
//
// Settle() polls both systems and handles everything until nothing is left to do; a test acts, settles, and looks at the systems.
class World {
 public:
  // Loads `rules/ssm` (or another pack) with the parameters given.
  explicit World(std::map<std::string, std::string> parameters = {}, const std::string& pack = "");
  explicit World(PackPtr pack);
  explicit World(LoadedPack pack);
  // Every world ends at rest: what the test left is seen through to its end, and a pass over both systems must then write nothing.
  ~World();
  // For worlds that a test breaks for good.
  void EndsInUnrest() { ends_at_rest_ = false; }

  SimSystem& sage() { return *systems_[0]; }
  SimSystem& crm() { return *systems_[1]; }
  SimSystem& system(Side side) { return *systems_[Index(side)]; }

  // Opens a session for a side; the status of the gates.
  absl::Status Connect(Side side);
  void ConnectBoth();
  void Disconnect(Side side);
  // Connects both, runs a first load with every approval given, settles.
  void FirstLoad(bool approve = true);
  void Reconcile();
  // Polls and handles until nothing moves. False when it did not come to rest.
  bool Settle();
  // Handles what is queued, without polling.
  bool Drain();
  void Poll();
  void Poll(Side side);
  void Poll(Side side, const std::string& resource);
  // Handles one waiting event, or what is due now. False when there is nothing.
  bool Step();
  void Advance(absl::Duration by);
  // Time passes as connectors live it: every feed is polled when the interval the engine gave it has passed, and not before.
  void RunFor(absl::Duration time);

  // Kills the engine and starts another on the same store. In-flight operations are performed, their results lost.
  void Restart();
  // Restart() on a copy of the store made before, as on a backup put in its place: `world.RestartOn(*backup)`.
  void RestartOn(store::MemoryStore& backup);
  // The engine is dead after its next `count` operations were handed over: what the systems did is done, nobody heard of it.
  void KillAfterOperations(int count) { kill_after_ = count; }
  bool killed() const { return killed_; }

  // What would be written now; the sessions are those open.
  absl::StatusOr<Plan> MakePlan(const PlanRequest& request = {});
  // Applies it and handles everything that follows. The reply's status when it was not begun.
  absl::StatusOr<ApplyReport> Apply(const Plan& plan);

  // What other rules would do now.
  absl::StatusOr<WhatIf> MakeWhatIf(const LoadedPack& after);
  // They hold from now on; sessions that are to open anew do so as events are handled.
  absl::Status Activate(const LoadedPack& after);

  Reply Ask(Request request);
  Reply Ask(decltype(Request::what) what);

  MachineStatus status() const { return machine_->Status(); }
  Machine& machine() { return *machine_; }
  store::MemoryStore& store() { return *store_; }
  const Pack& pack() const { return *pack_; }
  absl::Time now() const { return now_; }

  // ---- looking
  std::vector<Link> Links(const std::string& entity = "");
  std::optional<Link> LinkOf(Side side, const std::string& resource, const std::string& key);
  std::vector<WorkItem> Items(const std::string& reason, bool open_only = true);
  std::vector<JournalEntry> History(LinkId link);
  // Resolves the first open item of the reason.
  Reply Resolve(const std::string& reason, const std::string& choice);
  int writes() const { return systems_[0]->counts().writes() + systems_[1]->counts().writes(); }
  // Batches in which the engine wrote anything to its state.
  int state_writes() const { return state_writes_; }
  void ResetCounts();
  // Writes handed to the two systems, in order, since the last ResetCounts().
  const std::vector<std::pair<Side, OperationOut>>& performed() const { return performed_; }
  // Links, what they wait for, open items and counters: what a failing test prints.
  std::string Story();

  // Called for each message of operations before the system carries them out, with how many they are.
  std::function<void(Side side, std::size_t operations)> on_send;

  Tuning tuning;

 private:
  void Boot();
  PlanGround GroundNow();
  void ExpectRest();
  void Handle(const Event& event);
  void Flush();
  void Perform(const SendOperations& send);

  LoadedPack loaded_;
  PackPtr pack_;
  std::vector<PackPtr> former_packs_;
  std::set<Side> to_open_anew_;
  std::vector<std::unique_ptr<SimSystem>> systems_;
  std::unique_ptr<store::MemoryStore> store_;
  std::unique_ptr<Machine> machine_;
  std::deque<Event> events_;
  // Feeds of the open sessions: how often, and when next.
  struct Feed {
    absl::Duration interval;
    absl::Time next;
  };
  std::map<std::pair<Side, std::string>, Feed> feeds_;
  Both<std::uint64_t> session_{};
  std::vector<Reply> replies_;
  std::vector<std::pair<Side, OperationOut>> performed_;
  absl::Time now_;
  std::int64_t timer_micros_ = 0;
  std::uint64_t epoch_ = 0;
  std::uint64_t request_ = 0;
  std::uint64_t batch_ = 0;
  int kill_after_ = -1;
  bool killed_ = false;
  int state_writes_ = 0;
  bool ends_at_rest_ = true;
};

}  // namespace entente::testing
