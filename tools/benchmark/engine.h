#pragma once

#include <memory>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "connectors/sdk/runner.h"
#include "connectors/sdk/timer.h"
#include "entente/sync/v1/sync.pb.h"
#include "tools/benchmark/connector.h"
#include "tools/benchmark/process.h"
#include "tools/benchmark/works.h"

namespace entente::benchmark {

// `entented` in a process of its own, its two synthetic systems, and the operator's calls. One thread.
class Engine {
 public:
  // `folder` is empty and outlives the engine.
  Engine(const Plan& plan, std::string folder);
  ~Engine();

  People left{'L'};
  People right{'R'};

  // Starts the program with this poll interval; the second time on the address of the first.
  absl::Status Start(absl::Duration interval);
  void Kill() { process_.Kill(); }
  // Starts both connectors, once; they find a restarted engine again by themselves.
  absl::Status Connect();
  void Wait(bool waits);

  // Starts a run and returns when it is done.
  absl::Status Run(const std::string& kind);
  // Both feeds are to be polled now.
  absl::Status AskPoll();
  // The same; returns when both have answered and the answers are taken in.
  absl::Status Poll();
  absl::Status Quiesce();
  // Waits until `people` was written to so often in all.
  absl::Status AwaitWrites(const People& people, std::uint64_t count);
  // Polls until neither side has anything left to report, our own writes included.
  absl::Status Drain();
  // Stops everything; the state stays.
  void Stop();

  Process& process() { return process_; }
  std::string state_folder() const { return folder_ + "/state"; }
  // Bytes of the database after a full compaction. REQUIRES: stopped.
  absl::StatusOr<std::uint64_t> CompactedBytes() const;

 private:
  class Calls;
  struct Side;
  absl::Status WriteConfig(absl::Duration interval) const;

  const Plan plan_;
  const std::string folder_;
  std::string address_;
  Process process_;
  std::unique_ptr<Calls> calls_;
  std::unique_ptr<Side> sides_[2];
};

}  // namespace entente::benchmark
