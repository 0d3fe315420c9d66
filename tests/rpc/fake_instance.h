#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "engine/rpc/instance.h"
#include "engine/store/memory_store.h"

namespace entente {

// An instance without a machine: keeps the events it is offered, answers what a test tells it to, over a store in memory.
//
// Its pack has the sides "sage" and "ssm" and one entity "party": resource "party" with mapped fields CT_Num and CT_Intitule on the
// left, "accounts" with name on the right. Thread-safe.
class FakeInstance final : public Instance {
 public:
  FakeInstance(std::string name = "test", Tuning tuning = {});

  const std::string& name() const override { return name_; }
  PackPtr pack() const override { return pack_; }
  const Tuning& tuning() const override { return tuning_; }
  std::uint64_t epoch() const override { return 77; }

  absl::StatusOr<Machine::Opening> OpenSession(SessionInfo session) override;
  absl::Status CheckSession(SessionInfo session) override;
  void Offer(Event event) override;
  void Attach(Outlet* outlet) override { outlet_ = outlet; }
  absl::StatusOr<Fields> Ask(What what, absl::Duration timeout) override;
  InstanceStatus Status() override;
  std::unique_ptr<StoreSnapshot> Snapshot() override { return store_.Snapshot(); }
  absl::StatusOr<Plan> MakePlan(const PlanRequest& request, const std::function<bool()>&) override {
    planned.push_back(request);
    return plan;
  }
  std::vector<PlanRequest> planned;
  Plan plan;
  absl::StatusOr<PackComparison> ComparePack(const PackFiles& files, const std::map<std::string, std::string>& parameters, const std::function<bool()>&) override {
    compared.emplace_back(files, parameters);
    return comparison;
  }
  absl::Status ActivatePack(const PackFiles& files, const PackActivation& how) override {
    activated.emplace_back(files, how);
    return activation;
  }
  bool is_pack_activated() const override { return false; }
  std::vector<std::pair<PackFiles, std::map<std::string, std::string>>> compared;
  std::vector<std::pair<PackFiles, PackActivation>> activated;
  absl::StatusOr<PackComparison> comparison = absl::FailedPreconditionError("PACK_UNCHANGED: The same.");
  absl::Status activation;
  absl::Status Backup(const std::string& directory) override { return store_.Backup(directory); }
  absl::StatusOr<EraseReport> Erase(const EraseRequest& request, absl::Duration, const std::function<bool()>&) override {
    erased.push_back(request);
    return erasure;
  }
  std::vector<EraseRequest> erased;
  absl::StatusOr<EraseReport> erasure = absl::NotFoundError("LINK_UNKNOWN: There is none.");
  absl::Status Quiesce(absl::Duration, const std::function<bool()>&) override { return absl::OkStatus(); }
  std::unique_ptr<Watcher> Watch() override;

  // For the test.
  store::MemoryStore& store() { return store_; }
  Outlet* outlet() { return outlet_; }
  // The oldest event of type E not yet taken; waits for it. Empty after ten seconds.
  template <typename E>
  std::optional<E> Next();
  SessionInfo last_session();
  void RefuseSessions(absl::Status status);
  // What Ask() answers; the questions are kept.
  std::function<absl::StatusOr<Fields>(const What&)> answer = [](const What&) { return Fields{}; };
  std::function<void(InstanceStatus*)> status = [](InstanceStatus*) {};

 private:
  std::string name_;
  Tuning tuning_;
  PackPtr pack_;
  store::MemoryStore store_;
  std::atomic<Outlet*> outlet_ = nullptr;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Event> events_;
  SessionInfo last_session_;
  absl::Status refusal_;
  std::uint64_t sessions_ = 0;
};

template <typename E>
std::optional<E> FakeInstance::Next() {
  std::unique_lock lock(mutex_);
  std::optional<E> found;
  wake_.wait_for(lock, std::chrono::seconds(10), [&] {
    for (auto it = events_.begin(); it != events_.end(); ++it) {
      if (E* event = std::get_if<E>(&*it)) {
        found = std::move(*event);
        events_.erase(it);
        return true;
      }
    }
    return false;
  });
  return found;
}

}  // namespace entente
