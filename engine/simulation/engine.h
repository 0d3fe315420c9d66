#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/pipeline/event_queue.h"
#include "engine/pipeline/machine.h"
#include "engine/simulation/disk.h"
#include "engine/simulation/random.h"
#include "engine/simulation/timeline.h"

namespace entente::simulation {

// A moment between two steps of the engine, at which it may die.
enum class EdgeKind { kBeforeCommit, kAfterCommit, kBeforeMessage };

// The process of an engine: the production machine, driven as engine/server/live_instance.h drives it, by a timeline instead of threads.
//
// A loader answers what turns miss, a committer writes one batch at a time while further turns run over what is not durable; messages,
// acknowledgements and replies leave when their batch is durable. With `is_instant` both answer at once. A killed engine does nothing
// more: what it had not written is gone. One thread.
class Engine {
 public:
  struct Ports {
    std::function<void(SendOperations)> send;
    std::function<void(const AcknowledgeBatch&)> acknowledge;
    std::function<void(Side, std::uint64_t)> end_outdated;
    std::function<void(const Notice&)> notice;
    std::function<void(PackPtr)> pack_taken;
    // True: the engine dies here.
    std::function<bool(EdgeKind)> edge;
    // What the engine takes for the time, UTC microseconds.
    std::function<std::int64_t()> clock;
  };

  // Starts on the state of the disk, as the daemon does. Disk and timeline are not owned and outlive the engine.
  Engine(PackPtr pack, Tuning tuning, Disk& disk, Timeline& timeline, std::uint64_t epoch, Random random, bool is_instant, Ports ports);
  ~Engine();

  void Offer(Event event);
  void AskForSession(SessionInfo session, std::function<void(absl::StatusOr<Machine::Opening>)> done);
  void Ask(decltype(Request::what) what, std::function<void(const Reply&)> done);
  // What was not written is lost; what was being written is there, or not.
  void Kill(bool keeps_last_write);

  bool is_alive() const { return *alive_; }
  std::uint64_t epoch() const { return epoch_; }
  // Nothing waits for it but time and others.
  bool IsIdle() const;
  // When it wants to be woken, UTC microseconds by its own clock; 0: never.
  std::int64_t timer() const { return timer_; }
  MachineStatus Status() const { return machine_->Status(); }
  const Machine& machine() const { return *machine_; }
  // The trouble with its disk, as status shows it; empty: none.
  const std::string& trouble() const { return trouble_; }
  std::uint64_t turns() const { return turns_; }

 private:
  void Wake(std::int64_t after_micros);
  void Pump();
  bool HandleOne();
  void Fetch(Source source, Wanted wanted);
  void HandOver();
  void Write();
  void Leave();
  void WatchClock();
  std::uint64_t Releasable() const;
  bool DiesAt(EdgeKind kind);

  Disk& disk_;
  Timeline& timeline_;
  const std::uint64_t epoch_;
  Random random_;
  const bool is_instant_;
  Ports ports_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  std::unique_ptr<Machine> machine_;
  EventQueue queue_;
  std::map<Source, Fetched> fetched_;
  std::map<Source, std::uint64_t> fetching_;
  std::optional<Source> supplied_;
  bool has_effects_ = false, is_committing_ = false, is_awake_ = false, is_pumping_ = false;
  std::optional<Effects> writing_;
  int write_failures_ = 0;
  std::uint64_t committed_ = 0, durable_ = 0, released_ = 0;
  std::map<std::uint64_t, std::vector<std::function<void()>>> openings_;
  std::map<std::uint64_t, std::function<void(const Reply&)>> replies_;
  std::uint64_t last_request_ = 0;
  std::int64_t timer_ = 0, alarm_ = 0;
  std::string trouble_;
  std::uint64_t turns_ = 0;
};

}  // namespace entente::simulation
