#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "engine/rpc/instance.h"
#include "engine/server/pipeline_port.h"
#include "engine/store/memory_store.h"

namespace entente {

// A machine whose answers a test writes. It acknowledges every feed batch and answers every request; `on_event` may do otherwise.
class ScriptedPort final : public PipelinePort {
 public:
  // What happened to it, shared with the test.
  struct Seen {
    std::mutex mutex;
    std::vector<std::string> events;
    std::vector<std::uint64_t> durable;
    std::atomic<int> handled = 0;
    std::atomic<bool> is_quiet = true;
    std::vector<std::string> Events() {
      const std::lock_guard lock(mutex);
      return events;
    }
    std::vector<std::uint64_t> Durable() {
      const std::lock_guard lock(mutex);
      return durable;
    }
  };
  struct Script {
    // Links the event needs before it can be handled; asked again after Supply().
    std::function<std::set<LinkId>(const Event&)> needs;
    std::function<absl::Status(const SessionInfo&)> gate;
    // Adds to the effects of an event.
    std::function<void(const Event&, absl::Time, Effects*)> effects;
  };

  ScriptedPort(std::shared_ptr<Seen> seen, Script script) : seen_(std::move(seen)), script_(std::move(script)) {}

  bool Handle(const Event& event, absl::Time now) override;
  const Wanted& wanted() const override { return wanted_; }
  void Supply(Fetched fetched) override;
  Effects TakeEffects() override;
  void BatchDurable(std::uint64_t batches) override;
  absl::Status CheckSession(const SessionInfo& session, absl::Time) override { return script_.gate ? script_.gate(session) : absl::OkStatus(); }
  Machine::Opening OpenSession(const SessionInfo&) override;
  MachineStatus Status() const override;

 private:
  std::shared_ptr<Seen> seen_;
  Script script_;
  Wanted wanted_;
  std::set<LinkId> supplied_;
  Effects effects_;
  std::uint64_t sessions_ = 0;
};

// A store in memory whose reads and commits wait while the gate is closed.
class GatedStore final : public Store {
 public:
  struct Gate {
    std::mutex mutex;
    std::condition_variable wake;
    bool commits_open = true;
    bool reads_open = true;
    std::atomic<int> commits = 0;
    std::atomic<int> commits_begun = 0;
    std::atomic<int> reads_begun = 0;
    void OpenCommits(bool is_open);
    void OpenReads(bool is_open);
  };
  explicit GatedStore(std::shared_ptr<Gate> gate) : gate_(std::move(gate)) {}

  absl::StatusOr<Boot> Load() override { return memory_.Load(); }
  absl::StatusOr<Fetched> Get(const Wanted& wanted) override;
  absl::Status Commit(const Batch& batch) override;
  std::unique_ptr<StoreSnapshot> Snapshot() override { return memory_.Snapshot(); }
  absl::Status Backup(const std::string& directory) override { return memory_.Backup(directory); }
  absl::Status Purge() override { return memory_.Purge(); }
  absl::Status CheckPurge() override { return memory_.CheckPurge(); }
  store::MemoryStore& memory() { return memory_; }

 private:
  std::shared_ptr<Gate> gate_;
  store::MemoryStore memory_;
};

// Keeps what leaves.
class KeptOutlet final : public Outlet {
 public:
  void Send(SendOperations operations) override;
  void Acknowledge(const AcknowledgeBatch& acknowledgement) override;
  void EndOutdated(Side, std::uint64_t) override {}
  std::vector<std::string> Left();

 private:
  std::mutex mutex_;
  std::vector<std::string> left_;
};

}  // namespace entente
