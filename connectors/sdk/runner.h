#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "connectors/sdk/config.h"
#include "connectors/sdk/connector.h"
#include "connectors/sdk/timer.h"

namespace entente::sdk {

struct RunnerOptions {
  // Side of the pack: "sage", "ssm".
  std::string side;
  // "127.0.0.1:7443".
  std::string address;
  // PEM file with the roots to trust. Empty: no TLS, allowed for loopback addresses only.
  std::string tls_root_file;
  // Read again before every session. Mode 0600.
  std::string token_file;
  // Used when `token_file` is empty (it came from the environment).
  std::string token;
  // First and longest wait before another connection.
  absl::Duration retry_first = absl::Milliseconds(200);
  absl::Duration retry_max = absl::Seconds(30);
  // After a refusal by the pack's gates or a wrong token: only a person can mend that.
  absl::Duration refused_wait = absl::Seconds(30);
  // After another connector took the session over.
  absl::Duration stale_first = absl::Seconds(2);
  absl::Duration stale_max = absl::Minutes(5);
  // Operations taken from the engine and not yet answered.
  std::uint32_t operations_max = 400;
};

// Keys engine.address, engine.side, engine.token_file (or ENTENTE_TOKEN), engine.tls_root_file, engine.retry_max_seconds,
// engine.refused_wait_seconds, engine.operations_max.
RunnerOptions ReadRunnerOptions(Config& config, const std::string& default_side);

// Where a runner stands, for people and tests.
struct RunnerState {
  enum class Phase { kStarting, kDescribing, kOpening, kConnected, kRefused, kRetrying, kStopped };
  Phase phase = Phase::kStarting;
  // Stable code of the last trouble (the system's, such as "LOGIN_REFUSED"; "ENGINE_UNREACHABLE"; or the engine's reason), and its sentence.
  std::string reason;
  std::string sentence;
  std::uint64_t sessions = 0;
};

// Drives one connector against one engine until it is stopped.
//
// Describes the system, opens a session, feeds and operates in two threads, keeps credits, heartbeats and lease. When a
// stream ends it hands out no further work, waits until operations under way are finished, forgets their results, backs off
// and begins anew. Keeps nothing durable.
// Thread-safe where said. Owns neither `connector` nor `timer`; both outlive it.
class Runner {
 public:
  Runner(Connector& connector, RunnerOptions options, Timer& timer);
  ~Runner();
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;

  // Returns after Stop(), or with INVALID_ARGUMENT when the options can never work.
  absl::Status Run();

  // Ends Run() cleanly and stops the timer. From any thread, not from a signal handler.
  void Stop();

  RunnerState state() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

// One line of a check before the work begins.
struct CheckLine {
  std::string what;
  bool is_ok = false;
  // Stable, upper case; empty when all is well.
  std::string reason;
  std::string sentence;
};

// Describes the system, and asks the engine whether it would open a session: address, TLS, token, side, gates. Opens none (that would
// end a running one).
std::vector<CheckLine> Check(Connector& connector, const RunnerOptions& options);

}  // namespace entente::sdk
