#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>

#include "absl/status/status.h"

namespace entente::sandbox::sage {

// What goes wrong at the gateway, on request. Numbers count down with each call they hit; 0 is "never". Any thread.
class Faults {
 public:
  struct Settings {
    std::int64_t latency_ms = 0;          // every call takes at least this long
    std::int64_t lost_answers = 0;        // writes that take effect and whose connection then breaks
    std::int64_t session_lost = 0;        // writes refused with SESSION_LOST, without effect
    std::int64_t session_lost_after = 0;  // writes that take effect and answer SESSION_LOST
    std::int64_t lost_answer_every = 0;   // beside the above: every n-th write
    std::int64_t locked_every = 0;        // every n-th write meets a record somebody has open
    bool is_licence_exhausted = false;
    bool is_unavailable = false;          // every call answers SAGE_UNAVAILABLE
    bool is_down = false;                 // nothing listens
  };
  enum class Fate { kNormal, kRefused, kSessionLostAfter, kAnswerLost };

  Settings settings() const;
  void Set(const Settings& settings);

  // Sets one by its name in the control interface: latency_ms, lost_answers, …, licence_exhausted, unavailable, down.
  // INVALID_ARGUMENT for another name.
  absl::Status Set(const std::string& name, std::int64_t value);
  // "lost_answers=2,latency_ms=50"; a bare name means 1.
  absl::Status SetAll(const std::string& text);

  // Takes the latency's time, or less when Interrupt() is called.
  void Wait();
  void Interrupt();

  // SAGE_UNAVAILABLE or LICENCE_EXHAUSTED when every call meets it.
  absl::Status CheckCall() const;
  // What becomes of the next write; counts down. `refusal` is set for kRefused.
  Fate NextWrite(absl::Status& refusal);

 private:
  mutable std::mutex mutex_;
  std::condition_variable interrupted_;
  bool is_interrupted_ = false;
  std::int64_t writes_ = 0;
  Settings settings_;
};

}  // namespace entente::sandbox::sage
