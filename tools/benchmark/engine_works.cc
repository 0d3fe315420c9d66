#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tools/benchmark/engine.h"
#include "tools/benchmark/state_log.h"
#include "tools/benchmark/works.h"

namespace entente::benchmark {
namespace {

// Between two edits, so that each meets an idle engine.
constexpr absl::Duration kPause = absl::Milliseconds(5);

// All works against one engine, in order.
class EngineWorks {
 public:
  EngineWorks(const Plan& plan, std::uint64_t count, const std::string& folder) : plan_(plan), count_(count), engine_(plan, "people", folder) {}

  absl::StatusOr<Samples> Run() {
    engine_.left.Seed(count_);
    for (const auto step : {&EngineWorks::FirstLoad, &EngineWorks::ReconcileFull, &EngineWorks::Incremental, &EngineWorks::Conflicts,
                            &EngineWorks::ReconcileCursor, &EngineWorks::Restart, &EngineWorks::Edits, &EngineWorks::Explain, &EngineWorks::Idle}) {
      if (absl::Status done = (this->*step)(); !done.ok()) return done;
    }
    std::string difference;
    if (!People::Agree(engine_.left, engine_.right, &difference)) return absl::InternalError(absl::StrCat("the systems do not agree at the end: ", difference));
    engine_.Stop();
    NoteEnd(CompactedBytes(Database(), plan_.memory_mib), engine_.left.bytes() + engine_.right.bytes(), &samples_);
    return samples_;
  }

 private:
  void Begin() {
    engine_.process().ForgetPeak();
    cpu_ = engine_.process().CpuSeconds();
    began_ = absl::Now();
  }
  double Seconds() const { return absl::ToDoubleSeconds(absl::Now() - began_); }
  Sample& Note(const std::string& work, double value) {
    Sample& sample = samples_[work];
    sample.value = value;
    sample.cpu_seconds = engine_.process().CpuSeconds() - cpu_;
    sample.rss_bytes = engine_.process().PeakBytes();
    return sample;
  }

  absl::Status FirstLoad() {
    if (absl::Status started = engine_.Start(absl::Hours(1)); !started.ok()) return started;
    if (absl::Status connected = engine_.Connect(); !connected.ok()) return connected;
    Begin();
    if (absl::Status run = engine_.Run("first_load"); !run.ok()) return run;
    Note("first_load", static_cast<double>(count_) / Seconds());
    if (engine_.right.size() != count_) return absl::InternalError(absl::StrCat("the first load brought ", engine_.right.size(), " of ", count_, " records"));
    return engine_.Drain();
  }

  absl::Status ReconcileFull() {
    const std::uint64_t writes = Writes();
    const std::uint64_t last_entry = LastEntry(Database());
    if (last_entry == 0) return absl::InternalError("the log of the state cannot be read");
    Begin();
    if (absl::Status run = engine_.Run("reconcile"); !run.ok()) return run;
    Note("reconcile_full", Seconds());
    if (absl::Status quiet = engine_.Quiesce(); !quiet.ok()) return quiet;
    const StateWrites state = WritesAfter(Database(), last_entry);
    Note("reconcile_batches", static_cast<double>(state.batches));
    Note("reconcile_entries", static_cast<double>(state.entries));
    Note("reconcile_rss", static_cast<double>(samples_["reconcile_full"].rss_bytes) / (1 << 20));
    return Writes() == writes ? absl::OkStatus() : absl::InternalError("a reconcile without changes wrote to a system");
  }

  absl::Status Incremental() {
    const std::vector<std::size_t> on_left = Touched(count_, 0);
    const std::vector<std::size_t> on_right = Touched(count_, 50);
    for (const std::size_t number : on_left) engine_.left.Edit(number, kComment, absl::StrCat("Called back, order follows, ", number));
    for (const std::size_t number : on_right) engine_.right.Edit(engine_.right.IndexOf(CodeOf(number)), kCity, absl::StrCat("Villefranche ", number));
    const std::uint64_t left = engine_.left.writes() + on_right.size();
    const std::uint64_t right = engine_.right.writes() + on_left.size();
    return Spread("incremental", left, right, static_cast<double>(on_left.size() + on_right.size()));
  }

  absl::Status Conflicts() {
    const std::vector<std::size_t> touched = Touched(count_, 25);
    for (const std::size_t number : touched) {
      engine_.left.Edit(number, kCity, absl::StrCat("Gauche ", number));
      engine_.right.Edit(engine_.right.IndexOf(CodeOf(number)), kCity, absl::StrCat("Droite ", number));
    }
    return Spread("conflicts", engine_.left.writes(), engine_.right.writes() + touched.size(), static_cast<double>(touched.size()));
  }

  // Polls, and waits until each side was written to so often and everything is durable.
  absl::Status Spread(const std::string& work, std::uint64_t left, std::uint64_t right, double count) {
    Begin();
    if (absl::Status asked = engine_.AskPoll(); !asked.ok()) return asked;
    if (absl::Status written = engine_.AwaitWrites(engine_.left, left); !written.ok()) return written;
    if (absl::Status written = engine_.AwaitWrites(engine_.right, right); !written.ok()) return written;
    if (absl::Status quiet = engine_.Quiesce(); !quiet.ok()) return quiet;
    Note(work, count / Seconds());
    return engine_.Drain();
  }

  absl::Status ReconcileCursor() {
    const std::uint64_t writes = Writes();
    std::vector<double> millis;
    Begin();
    for (int i = 0; i < 20; ++i) {
      const absl::Time at = absl::Now();
      if (absl::Status polled = engine_.Poll(); !polled.ok()) return polled;
      millis.push_back(absl::ToDoubleMilliseconds(absl::Now() - at));
    }
    Note("reconcile_cursor", Quantile(millis, 0.5));
    return Writes() == writes ? absl::OkStatus() : absl::InternalError("polls without changes wrote to a system");
  }

  absl::Status Restart() {
    engine_.Kill();
    engine_.left.Edit(0, kComment, "Changed while the engine was down");
    const std::uint64_t writes = engine_.right.writes() + 1;
    cpu_ = 0;
    began_ = absl::Now();
    if (absl::Status started = engine_.Start(absl::Milliseconds(1)); !started.ok()) return started;
    if (absl::Status written = engine_.AwaitWrites(engine_.right, writes); !written.ok()) return written;
    Note("restart", Seconds());
    // From here on a change is reported when it happens. A poll that waits would have kept a connector in its dead session.
    engine_.Wait(true);
    return engine_.Quiesce();
  }

  absl::Status Edits() {
    absl::SleepFor(absl::Milliseconds(200));
    std::vector<double> millis;
    Begin();
    for (int i = 0; i < plan_.edits; ++i) {
      const std::uint64_t writes = engine_.right.writes() + 1;
      const absl::Time at = absl::Now();
      engine_.left.Edit(static_cast<std::size_t>(i) * 7919 % count_, kComment, absl::StrCat("Edit ", i));
      if (absl::Status written = engine_.AwaitWrites(engine_.right, writes); !written.ok()) return written;
      millis.push_back(absl::ToDoubleMilliseconds(absl::Now() - at));
      absl::SleepFor(kPause);
    }
    Note("edit_p50", Quantile(millis, 0.5));
    Note("edit_p99", Quantile(millis, 0.99));
    return engine_.Quiesce();
  }

  // All fields of links spread over the state, each asked for once.
  absl::Status Explain() {
    std::vector<double> millis;
    Begin();
    for (int i = 0; i < plan_.edits; ++i) {
      const absl::Time at = absl::Now();
      if (absl::Status explained = engine_.Explain(1 + static_cast<std::uint64_t>(i) * 7919 % count_); !explained.ok()) return explained;
      millis.push_back(absl::ToDoubleMilliseconds(absl::Now() - at));
    }
    Note("explain_p50", Quantile(millis, 0.5));
    Note("explain_p99", Quantile(millis, 0.99));
    return absl::OkStatus();
  }

  absl::Status Idle() {
    absl::SleepFor(absl::Seconds(1));
    Begin();
    absl::SleepFor(absl::Seconds(plan_.idle_seconds));
    Note("idle", 0).value = 100 * (engine_.process().CpuSeconds() - cpu_) / Seconds();
    return absl::OkStatus();
  }

  std::string Database() const { return engine_.state_folder() + "/db"; }
  std::uint64_t Writes() const { return engine_.left.writes() + engine_.right.writes(); }

  const Plan& plan_;
  const std::uint64_t count_;
  Engine engine_;
  Samples samples_;
  absl::Time began_;
  double cpu_ = 0;
};

}  // namespace

std::vector<std::size_t> Touched(std::uint64_t count, std::uint64_t first) {
  std::vector<std::size_t> out;
  for (std::uint64_t number = first; number < count; number += 100) out.push_back(number);
  return out;
}

void NoteEnd(std::uint64_t disk_bytes, std::uint64_t raw_bytes, Samples* samples) {
  Sample memory;
  for (const auto& [work, sample] : *samples) memory.rss_bytes = std::max(memory.rss_bytes, sample.rss_bytes);
  memory.value = static_cast<double>(memory.rss_bytes) / (1 << 20);
  Sample disk = memory;
  disk.value = raw_bytes > 0 ? static_cast<double>(disk_bytes) / static_cast<double>(raw_bytes) : 0;
  (*samples)["memory"] = memory;
  (*samples)["disk"] = disk;
  for (auto& [work, sample] : *samples) sample.disk_bytes = disk_bytes;
}

double Quantile(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  return values[std::min(values.size() - 1, static_cast<std::size_t>(share * static_cast<double>(values.size())))];
}

absl::StatusOr<Samples> RunEngine(const Plan& plan, std::uint64_t count, const std::string& folder) { return EngineWorks(plan, count, folder).Run(); }

}  // namespace entente::benchmark
