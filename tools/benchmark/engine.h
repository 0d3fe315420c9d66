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
  // `folder` is empty and outlives the engine; `pack` is one of plan.packs.
  Engine(const Plan& plan, std::string pack, std::string folder);
  ~Engine();

  People left{'L'};
  People right{'R'};
  Documents orders{DocumentKind::kOrders};
  Documents quotes{DocumentKind::kQuotes};

  // Starts the program with this poll interval; the second time on the address of the first.
  absl::Status Start(absl::Duration interval);
  void Kill() { process_.Kill(); }
  // Starts both connectors, once, with documents or without; they find a restarted engine again by themselves.
  absl::Status Connect(bool has_documents = false);
  void Wait(bool waits);

  // Starts a run and returns when it is done; or returns at once, and `IsRunning` tells whether that run still runs.
  absl::Status Run(const std::string& kind);
  absl::Status BeginRun(const std::string& kind);
  absl::StatusOr<bool> IsRunning();
  // Asks for the push of a quote; returns once it is taken in, which is before it is done.
  absl::Status Push(const std::string& quote);
  // Both feeds are to be polled now.
  absl::Status AskPoll();
  // The same; returns when both have answered and the answers are taken in.
  absl::Status Poll();
  absl::Status Quiesce();
  // Every field of a link; an error where one has no answer, or one that is not true.
  absl::Status Explain(std::uint64_t link);
  // Waits until `people` was written to so often in all.
  absl::Status AwaitWrites(const People& people, std::uint64_t count);
  // Polls until neither side has anything left to report, our own writes included.
  absl::Status Drain();
  // Stops everything; the state stays.
  void Stop();

  Process& process() { return process_; }
  std::string state_folder() const { return folder_ + "/state"; }

 private:
  class Calls;
  struct Side;
  absl::Status WriteConfig(absl::Duration interval) const;

  const Plan plan_;
  const std::string pack_;
  const std::string folder_;
  std::string address_;
  std::uint64_t run_ = 0;
  Process process_;
  std::unique_ptr<Calls> calls_;
  std::unique_ptr<Side> sides_[2];
};

}  // namespace entente::benchmark
