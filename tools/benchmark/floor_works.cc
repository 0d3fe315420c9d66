#include <algorithm>
#include <filesystem>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tools/benchmark/floor_end.h"
#include "tools/benchmark/floor_words.h"
#include "tools/benchmark/process.h"
#include "tools/benchmark/state_log.h"
#include "tools/benchmark/works.h"

namespace entente::benchmark {
namespace {

constexpr absl::Duration kLongest = absl::Minutes(30);
constexpr absl::Duration kPause = absl::Milliseconds(5);

// All works against one floor, in order.
class FloorWorks {
 public:
  FloorWorks(const Plan& plan, std::uint64_t count, const std::string& folder)
      : plan_(plan), count_(count), folder_(folder), left_end_(left_, "left", plan.window), right_end_(right_, "right", plan.window) {}

  absl::StatusOr<Samples> Run() {
    left_.Seed(count_);
    for (const auto step : {&FloorWorks::FirstLoad, &FloorWorks::ReconcileFull, &FloorWorks::Incremental, &FloorWorks::Conflicts,
                            &FloorWorks::ReconcileCursor, &FloorWorks::Restart, &FloorWorks::Edits, &FloorWorks::Pushes, &FloorWorks::Idle}) {
      if (absl::Status done = (this->*step)(); !done.ok()) return done;
    }
    std::string difference;
    if (!People::Agree(left_, right_, &difference)) return absl::InternalError(absl::StrCat("the ends of the floor do not agree: ", difference));
    left_end_.Disconnect();
    right_end_.Disconnect();
    process_.Stop();
    NoteEnd(CompactedBytes(Database(), plan_.memory_mib), left_.bytes() + right_.bytes(), &samples_);
    return samples_;
  }

 private:
  absl::Status Start() {
    const std::string address_file = folder_ + "/floor.address";
    std::filesystem::remove(address_file);
    if (absl::Status started = process_.Start({plan_.floor_program, "--state", folder_ + "/state", "--address-file", address_file, "--memory-mib",
                                               absl::StrCat(plan_.memory_mib)}, folder_ + "/floor.log");
        !started.ok()) {
      return started;
    }
    const absl::StatusOr<std::string> address = AwaitLine(address_file, process_, absl::Minutes(1));
    if (!address.ok()) return address.status();
    if (absl::Status connected = left_end_.Connect(*address); !connected.ok()) return connected;
    return right_end_.Connect(*address);
  }

  std::string Database() const { return folder_ + "/state"; }
  void Begin() {
    process_.ForgetPeak();
    cpu_ = process_.CpuSeconds();
    began_ = absl::Now();
  }
  double Seconds() const { return absl::ToDoubleSeconds(absl::Now() - began_); }
  Sample& Note(const std::string& work, double value) {
    Sample& sample = samples_[work];
    sample.value = value;
    sample.cpu_seconds = process_.CpuSeconds() - cpu_;
    sample.rss_bytes = process_.PeakBytes();
    return sample;
  }

  // Reports all rows of `people`.
  absl::Status List(const char* word, const People& people, FloorEnd& end) {
    const auto batch = static_cast<std::size_t>(plan_.batch);
    for (std::size_t index = 0; index < people.size(); index += batch) {
      if (absl::Status sent = end.Report(word, people.Rows(index, batch), index == 0); !sent.ok()) return sent;
    }
    return end.AwaitAcknowledged(kLongest);
  }

  // Reports what changed since `since`.
  absl::Status Changes(const char* word, const People& people, std::uint64_t since, FloorEnd& end) {
    while (since < people.last_change()) {
      std::uint64_t until = since;
      if (absl::Status sent = end.Report(word, people.ChangedSince(since, static_cast<std::size_t>(plan_.batch), &until)); !sent.ok()) return sent;
      since = until;
    }
    return end.AwaitAcknowledged(kLongest);
  }

  // Both ends at once; what is reported was collected before.
  template <typename OnLeft, typename OnRight>
  absl::Status Both(OnLeft on_left, OnRight on_right) {
    absl::Status right;
    std::thread other([&] { right = on_right(); });
    const absl::Status left = on_left();
    other.join();
    return left.ok() ? right : left;
  }

  absl::Status FirstLoad() {
    if (absl::Status started = Start(); !started.ok()) return started;
    Begin();
    if (absl::Status listed = List(kLoad, left_, left_end_); !listed.ok()) return listed;
    Note("first_load", static_cast<double>(count_) / Seconds());
    return right_.size() == count_ ? absl::OkStatus() : absl::InternalError("the floor lost records");
  }

  absl::Status ReconcileFull() {
    const std::uint64_t last_entry = LastEntry(Database());
    if (last_entry == 0) return absl::InternalError("the log of the floor's state cannot be read");
    Begin();
    const absl::Status listed = Both([&] { return List(kCompare, left_, left_end_); }, [&] { return List(kCompare, right_, right_end_); });
    Note("reconcile_full", Seconds());
    const StateWrites state = WritesAfter(Database(), last_entry);
    Note("reconcile_batches", static_cast<double>(state.batches));
    Note("reconcile_entries", static_cast<double>(state.entries));
    Note("reconcile_rss", static_cast<double>(samples_["reconcile_full"].rss_bytes) / (1 << 20));
    return listed;
  }

  absl::Status Incremental() {
    const std::vector<std::size_t> on_left = Touched(count_, 0);
    const std::vector<std::size_t> on_right = Touched(count_, 50);
    const std::uint64_t left = left_.last_change();
    const std::uint64_t right = right_.last_change();
    for (const std::size_t number : on_left) left_.Edit(number, kComment, absl::StrCat("Called back, order follows, ", number));
    for (const std::size_t number : on_right) right_.Edit(number, kCity, absl::StrCat("Villefranche ", number));
    const std::uint64_t left_until = left_.last_change();
    const std::uint64_t right_until = right_.last_change();
    Begin();
    const absl::Status done = Both([&] { return Until(kUpdate, left_, left, left_until, left_end_); }, [&] { return Until(kUpdate, right_, right, right_until, right_end_); });
    Note("incremental", static_cast<double>(on_left.size() + on_right.size()) / Seconds());
    return done;
  }

  // As Changes, without the changes the other end makes meanwhile.
  absl::Status Until(const char* word, const People& people, std::uint64_t since, std::uint64_t last, FloorEnd& end) {
    while (since < last) {
      const auto count = std::min<std::uint64_t>(static_cast<std::uint64_t>(plan_.batch), last - since);
      std::uint64_t until = since;
      if (absl::Status sent = end.Report(word, people.ChangedSince(since, count, &until)); !sent.ok()) return sent;
      since = until;
    }
    return end.AwaitAcknowledged(kLongest);
  }

  absl::Status Conflicts() {
    const std::vector<std::size_t> touched = Touched(count_, 25);
    const std::uint64_t left = left_.last_change();
    const std::uint64_t right = right_.last_change();
    for (const std::size_t number : touched) {
      left_.Edit(number, kCity, absl::StrCat("Gauche ", number));
      right_.Edit(number, kCity, absl::StrCat("Droite ", number));
    }
    const std::uint64_t left_until = left_.last_change();
    const std::uint64_t right_until = right_.last_change();
    Begin();
    // The loser is reported first: afterwards its records carry the winner's changes.
    absl::Status done = Until(kLose, right_, right, right_until, right_end_);
    if (done.ok()) done = Until(kUpdate, left_, left, left_until, left_end_);
    Note("conflicts", static_cast<double>(touched.size()) / Seconds());
    return done;
  }

  absl::Status ReconcileCursor() {
    std::vector<double> millis;
    Begin();
    for (int i = 0; i < 20; ++i) {
      const absl::Time at = absl::Now();
      for (FloorEnd* end : {&left_end_, &right_end_}) {
        if (absl::Status sent = end->Report(kUpdate, {}); !sent.ok()) return sent;
      }
      for (FloorEnd* end : {&left_end_, &right_end_}) {
        if (absl::Status answered = end->AwaitAcknowledged(kLongest); !answered.ok()) return answered;
      }
      millis.push_back(absl::ToDoubleMilliseconds(absl::Now() - at));
    }
    Note("reconcile_cursor", Quantile(millis, 0.5));
    return absl::OkStatus();
  }

  absl::Status Restart() {
    process_.Kill();
    const std::uint64_t since = left_.last_change();
    left_.Edit(0, kComment, "Changed while the floor was down");
    const std::uint64_t writes = right_.writes() + 1;
    cpu_ = 0;
    began_ = absl::Now();
    if (absl::Status started = Start(); !started.ok()) return started;
    if (absl::Status sent = Changes(kUpdate, left_, since, left_end_); !sent.ok()) return sent;
    if (!right_.AwaitWrites(writes, kLongest)) return absl::DeadlineExceededError("nothing was delivered after the restart");
    Note("restart", Seconds());
    return absl::OkStatus();
  }

  // An edit on the left until it is written on the right; the rest of its round trip is not part of it.
  absl::Status Edit(int i, std::vector<double>* millis) {
    const std::uint64_t writes = right_.writes() + 1;
    const std::uint64_t since = left_.last_change();
    const absl::Time at = absl::Now();
    left_.Edit(static_cast<std::size_t>(i) * 7919 % count_, kComment, absl::StrCat("Edit ", i));
    std::uint64_t until = since;
    if (absl::Status sent = left_end_.Report(kIntent, left_.ChangedSince(since, 1, &until)); !sent.ok()) return sent;
    if (!right_.AwaitWrites(writes, absl::Minutes(1))) return absl::DeadlineExceededError("an edit did not arrive");
    millis->push_back(absl::ToDoubleMilliseconds(absl::Now() - at));
    return left_end_.AwaitAcknowledged(kLongest);
  }

  // A push is read afresh, sent, and written back: three ways, each durable before the next.
  absl::Status Pushes() {
    std::vector<double> millis;
    Begin();
    for (int i = 0; i < plan_.pushes; ++i) {
      std::vector<double> ways;
      for (int way = 0; way < 3; ++way) {
        if (absl::Status done = Edit(i, &ways); !done.ok()) return done;
      }
      millis.push_back(ways[0] + ways[1] + ways[2]);
      absl::SleepFor(kPause);
    }
    for (const char* work : {"push_p99", "push_idle_p99"}) Note(work, Quantile(millis, 0.99));
    return absl::OkStatus();
  }

  absl::Status Edits() {
    std::vector<double> millis;
    Begin();
    for (int i = 0; i < plan_.edits; ++i) {
      if (absl::Status done = Edit(i, &millis); !done.ok()) return done;
      absl::SleepFor(kPause);
    }
    Note("edit_p50", Quantile(millis, 0.5));
    Note("edit_p99", Quantile(millis, 0.99));
    return absl::OkStatus();
  }

  absl::Status Idle() {
    Begin();
    absl::SleepFor(absl::Seconds(plan_.idle_seconds));
    Note("idle", 0).value = 100 * (process_.CpuSeconds() - cpu_) / Seconds();
    return absl::OkStatus();
  }

  const Plan& plan_;
  const std::uint64_t count_;
  const std::string folder_;
  People left_{'L'};
  People right_{'R'};
  Process process_;
  FloorEnd left_end_;
  FloorEnd right_end_;
  Samples samples_;
  absl::Time began_;
  double cpu_ = 0;
};

}  // namespace

absl::StatusOr<Samples> RunFloor(const Plan& plan, std::uint64_t count, const std::string& folder) { return FloorWorks(plan, count, folder).Run(); }

}  // namespace entente::benchmark
