#include "connectors/sdk/timer.h"

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace entente::sdk {
namespace {

class RealTimer : public Timer {
 public:
  absl::Time Now() override {
    return absl::UnixEpoch() + absl::FromChrono(std::chrono::steady_clock::now().time_since_epoch());
  }

  bool Wait(absl::Duration duration) override {
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, absl::ToChronoNanoseconds(duration), [&] { return stopped_; });
    return !stopped_;
  }

  void Stop() override {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    wake_.notify_all();
  }

  bool stopped() const override {
    const std::lock_guard lock(mutex_);
    return stopped_;
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  bool stopped_ = false;
};

class ManualTimer : public Timer {
 public:
  absl::Time Now() override {
    const std::lock_guard lock(mutex_);
    return now_;
  }

  bool Wait(absl::Duration duration) override {
    const std::lock_guard lock(mutex_);
    if (duration > absl::ZeroDuration()) now_ += duration;
    return !stopped_;
  }

  void Stop() override {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }

  bool stopped() const override {
    const std::lock_guard lock(mutex_);
    return stopped_;
  }

 private:
  mutable std::mutex mutex_;
  absl::Time now_ = absl::UnixEpoch();
  bool stopped_ = false;
};

}  // namespace

std::unique_ptr<Timer> MakeTimer() { return std::make_unique<RealTimer>(); }
std::unique_ptr<Timer> MakeManualTimer() { return std::make_unique<ManualTimer>(); }

}  // namespace entente::sdk
