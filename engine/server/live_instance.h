#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "engine/rpc/instance.h"
#include "engine/runtime/clock.h"
#include "engine/server/committer.h"
#include "engine/server/eraser.h"
#include "engine/pipeline/erase_sweep.h"
#include "engine/pipeline/event_queue.h"
#include "engine/server/loader.h"
#include "engine/server/pack_shelf.h"
#include "engine/server/pipeline_port.h"
#include "engine/server/watchers.h"

namespace entente {

// A machine, its store and its threads.
//
//   control thread   hands events to the machine one after the other and never waits for disk or network; it is also the timer
//   loader           fetches what an event needs; meanwhile the event's source waits and the others go on
//   eraser           clears what erased persons left in the state, and has the files rewritten; only while there is one
//   committer        makes a turn's batch durable, then lets its operations, acknowledgements and answers leave; events that
//                    come meanwhile are handled and gathered for the next batch (group commit)
//
// While the store cannot be written (disk full) no event is taken, nothing leaves, and Status() says why; it goes on by itself.
// Owns machine and store; not `clock`, which outlives it.
class LiveInstance final : public Instance {
 public:
  struct Parts {
    std::string name;
    LoadedPack pack;                           // that holds
    std::shared_ptr<const PackShelf> shelf;    // null: no other pack can be taken
    std::string configured_digest;             // of the files of the configured pack
    bool is_activated = false;                 // the pack was taken while the engine ran
    Tuning tuning;
    Certification certification;               // of the pack that holds
    bool force_uncertified = false;            // packs without a certificate may be activated, and status says so
    std::uint64_t epoch = 0;
    bool is_erasing = false;                   // an erasure was under way when the engine ended
    std::unique_ptr<Store> store;
    std::unique_ptr<PipelinePort> machine;
  };

  LiveInstance(Parts parts, const Clock& clock);
  // Finishes the batch under way; events that were not handled are lost, as their senders will see.
  ~LiveInstance() override;

  const std::string& name() const override { return parts_.name; }
  PackPtr pack() const override;
  const Tuning& tuning() const override { return parts_.tuning; }
  std::uint64_t epoch() const override { return parts_.epoch; }

  absl::StatusOr<Machine::Opening> OpenSession(SessionInfo session) override { return AskForSession(std::move(session), false); }
  absl::Status CheckSession(SessionInfo session) override { return AskForSession(std::move(session), true).status(); }
  void Offer(Event event) override;
  void Attach(Outlet* outlet) override { outlet_ = outlet; }
  absl::StatusOr<Fields> Ask(What what, absl::Duration timeout) override;
  InstanceStatus Status() override;
  std::unique_ptr<StoreSnapshot> Snapshot() override { return parts_.store->Snapshot(); }
  absl::StatusOr<Plan> MakePlan(const PlanRequest& request, const std::function<bool()>& is_cancelled) override;
  absl::StatusOr<PackComparison> ComparePack(const PackFiles& files, const std::map<std::string, std::string>& parameters, const std::function<bool()>& is_cancelled) override;
  absl::Status ActivatePack(const PackFiles& files, const PackActivation& how) override;
  bool is_pack_activated() const override;
  absl::Status Backup(const std::string& directory) override;
  absl::StatusOr<EraseReport> Erase(const EraseRequest& request, absl::Duration timeout, const std::function<bool()>& is_cancelled) override;
  absl::Status Quiesce(absl::Duration timeout, const std::function<bool()>& is_cancelled) override;
  std::unique_ptr<Watcher> Watch() override { return watchers_.Join(clock_); }

 private:
  struct OfferedPack {
    LoadedPack pack;
    Certification certification;
  };
  // Loaded, other than the one that holds, and fit for what is connected.
  absl::StatusOr<LoadedPack> TakeOffer(const PackFiles& files, const std::map<std::string, std::string>& parameters, const LoadedPack& running);
  absl::StatusOr<Machine::Opening> AskForSession(SessionInfo session, bool is_check);
  absl::StatusOr<ErasePlan> PrepareErase(const EraseRequest& request);
  // Waits with the instance's mutex held until `is_done` or `until`; false when the time came first.
  bool Await(std::unique_lock<std::mutex>& lock, absl::Time until, const std::function<bool()>& is_done);

  // The control thread; all of these run on it. `lock` holds mutex_ and is let go while the machine works.
  void Control();
  bool HasWork();
  bool WantsQuiet() const;
  // The next batch is as large as one should be while the last is being written.
  bool IsFull() const;
  // What a plan stands on: a snapshot of now, and the sessions that are open.
  PlanGround GroundFor(PackPtr rules, absl::Time now);
  // Batches the machine may forget: durable, and older than every fetch under way.
  std::uint64_t Releasable() const;
  void HandleOne(std::unique_lock<std::mutex>& lock);
  bool Open(std::unique_lock<std::mutex>& lock, const std::shared_ptr<OpenRequest>& request, Event* event);
  void TakeFetched(std::unique_lock<std::mutex>& lock);
  void ReleaseDurable(std::unique_lock<std::mutex>& lock);
  void HandOver(std::unique_lock<std::mutex>& lock);
  void Look(std::unique_lock<std::mutex>& lock);
  void CheckTimer();

  void Leave(Effects effects);
  void Settle(std::uint64_t batches);
  void NoteTrouble(absl::Status* trouble_of, const absl::Status& status);
  const absl::Status& trouble() const { return commit_trouble_.ok() ? load_trouble_ : commit_trouble_; }

  Parts parts_;
  const Clock& clock_;
  std::atomic<Outlet*> outlet_ = nullptr;
  Watchers watchers_;

  // One activation at a time.
  std::mutex activation_;
  // Packs asked to be activated whose answer did not come yet, by hash.
  std::map<std::string, OfferedPack> offered_;

  mutable std::mutex mutex_;
  std::condition_variable wake_;      // the control thread
  std::condition_variable answered_;  // everybody who waits for an answer
  EventQueue queue_;
  std::map<Source, Fetched> fetched_;
  // Fetches under way, each with the batches that were durable when it began: what it brings is as old as that, so later
  // batches stay in the machine's memory until it came back.
  std::map<Source, std::uint64_t> fetching_;
  // Its fetch came back: it goes next.
  std::optional<Source> supplied_;
  std::uint64_t durable_ = 0;    // batches durable
  std::uint64_t released_ = 0;   // batches the machine may forget
  std::uint64_t committed_ = 0;  // batches handed to the committer
  bool has_effects_ = false;     // handled since the last batch was handed over
  absl::Time timer_at_ = absl::InfinitePast();
  absl::Status commit_trouble_;
  absl::Status load_trouble_;
  bool is_stopping_ = false;
  // Asks that wait for their reply, by request id.
  std::map<std::uint64_t, std::optional<Reply>> replies_;
  std::uint64_t last_request_ = 0;
  // Sessions opened in a batch that is not durable yet, with its number.
  std::multimap<std::uint64_t, std::shared_ptr<OpenRequest>> opening_;
  // Those who want to see the machine's status, answered by the control thread.
  std::list<std::function<void(const MachineStatus&)>> lookers_;
  // Waiting for the machine to be quiet.
  int quiesce_waiters_ = 0;
  std::uint64_t quiet_seen_ = 0;
  bool is_checked_ = false;

  // One erasure is prepared at a time.
  std::mutex erasure_;
  std::unique_ptr<Eraser> eraser_;
  std::unique_ptr<Loader> loader_;
  std::unique_ptr<Committer> committer_;
  std::thread control_;
};

}  // namespace entente
