// Quotes pushed to an idle engine, and while it loads everything for the first time.
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tools/benchmark/engine.h"
#include "tools/benchmark/works.h"

namespace entente::benchmark {
namespace {

constexpr absl::Duration kPause = absl::Milliseconds(5);
// A long first load is met at many of its moments.
constexpr absl::Duration kPauseOfLongLoads = absl::Milliseconds(50);
constexpr std::uint64_t kLongLoad = 100'000;
constexpr absl::Duration kPushLongest = absl::Minutes(1);

class PushWorks {
 public:
  PushWorks(const Plan& plan, std::uint64_t count, const std::string& folder) : plan_(plan), count_(count), engine_(plan, "quotes", folder) {}

  absl::StatusOr<Samples> Run() {
    engine_.quotes.Seed(static_cast<std::uint64_t>(plan_.pushes) * 2);
    if (absl::Status started = engine_.Start(absl::Hours(1)); !started.ok()) return started;
    if (absl::Status connected = engine_.Connect(true); !connected.ok()) return connected;
    if (absl::Status run = engine_.Run("first_load"); !run.ok()) return run;
    if (absl::Status idle = Idle(); !idle.ok()) return idle;
    if (absl::Status loading = Loading(); !loading.ok()) return loading;
    engine_.Stop();
    for (auto& [work, sample] : samples_) sample.disk_bytes = FolderBytes(engine_.state_folder() + "/db");
    return samples_;
  }

 private:
  absl::Status Idle() {
    std::vector<double> millis;
    const double cpu = engine_.process().CpuSeconds();
    for (int i = 0; i < plan_.pushes; ++i) {
      if (absl::Status pushed = Push(&millis); !pushed.ok()) return pushed;
      absl::SleepFor(kPause);
    }
    Note("push_idle_p99", millis, cpu);
    if (engine_.orders.size() == static_cast<std::size_t>(plan_.pushes)) return absl::OkStatus();
    return absl::InternalError(absl::StrCat(plan_.pushes, " pushes made ", engine_.orders.size(), " orders"));
  }

  // Only pushes that were done before the load was count; fewer than a tenth of what was planned are no figure.
  absl::Status Loading() {
    engine_.left.Seed(count_);
    if (absl::Status begun = engine_.BeginRun("first_load"); !begun.ok()) return begun;
    std::vector<double> millis;
    const double cpu = engine_.process().CpuSeconds();
    for (int i = 0; i < plan_.pushes; ++i) {
      if (absl::Status pushed = Push(&millis); !pushed.ok()) return pushed;
      const absl::StatusOr<bool> is_running = engine_.IsRunning();
      if (!is_running.ok()) return is_running.status();
      if (!*is_running) {
        millis.pop_back();
        break;
      }
      absl::SleepFor(count_ < kLongLoad ? kPause : kPauseOfLongLoads);
    }
    if (millis.empty() || millis.size() * 10 < static_cast<std::size_t>(plan_.pushes)) return absl::OkStatus();
    Note("push_p99", millis, cpu);
    return absl::OkStatus();
  }

  // From the call until the salesperson sees the order's number in the quote.
  absl::Status Push(std::vector<double>* millis) {
    const std::string quote = Documents::CodeOf(next_++);
    const absl::Time at = absl::Now();
    if (absl::Status asked = engine_.Push(quote); !asked.ok()) return asked;
    if (!engine_.quotes.AwaitNumber(quote, kPushLongest)) return absl::DeadlineExceededError(absl::StrCat("the push of ", quote, " did not end"));
    millis->push_back(absl::ToDoubleMilliseconds(absl::Now() - at));
    return absl::OkStatus();
  }

  void Note(const std::string& work, const std::vector<double>& millis, double cpu) {
    Sample& sample = samples_[work];
    sample.value = Quantile(millis, 0.99);
    sample.cpu_seconds = engine_.process().CpuSeconds() - cpu;
    sample.rss_bytes = engine_.process().PeakBytes();
  }

  const Plan& plan_;
  const std::uint64_t count_;
  Engine engine_;
  Samples samples_;
  std::uint64_t next_ = 0;
};

}  // namespace

absl::StatusOr<Samples> RunPushes(const Plan& plan, std::uint64_t count, const std::string& folder) { return PushWorks(plan, count, folder).Run(); }

}  // namespace entente::benchmark
