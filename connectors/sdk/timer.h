#pragma once

#include <memory>

#include "absl/time/time.h"

namespace entente::sdk {

// Monotonic time of a connector, and the way to wake whoever waits. Thread-safe.
class Timer {
 public:
  virtual ~Timer() = default;
  // Monotonic; only differences mean anything.
  virtual absl::Time Now() = 0;
  // Waits `duration`. False at once when the connector is asked to stop, before or meanwhile.
  virtual bool Wait(absl::Duration duration) = 0;
  // Asks everybody to stop, for good.
  virtual void Stop() = 0;
  virtual bool stopped() const = 0;
};

std::unique_ptr<Timer> MakeTimer();

// A timer for tests: waiting moves time on at once.
std::unique_ptr<Timer> MakeManualTimer();

}  // namespace entente::sdk
