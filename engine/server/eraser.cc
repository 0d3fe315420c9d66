#include "engine/server/eraser.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/pipeline/erasing.h"
#include "engine/runtime/error.h"
#include "engine/runtime/log.h"

namespace entente {
namespace {

constexpr absl::Duration kAgain = absl::Seconds(1);
constexpr absl::Duration kLook = absl::Milliseconds(200);

bool IsUnderWay(Store& store, LinkId link) {
  const absl::StatusOr<Meta> meta = store.Snapshot()->Meta();
  return !meta.ok() || meta->contains(ErasingMeta(link));
}

}  // namespace

Eraser::Eraser(Store& store, const Clock& clock, Ask ask) : store_(store), clock_(clock), ask_(std::move(ask)), thread_([this] { Run(); }) {}

Eraser::~Eraser() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  wake_.notify_all();
  stepped_.notify_all();
  thread_.join();
}

void Eraser::Wake() {
  {
    const std::lock_guard lock(mutex_);
    is_woken_ = true;
  }
  wake_.notify_all();
}

bool Eraser::Await(LinkId link, absl::Time until, const std::function<bool()>& is_cancelled) {
  while (IsUnderWay(store_, link)) {
    std::unique_lock lock(mutex_);
    if (is_stopping_ || is_cancelled() || clock_.Now() >= until) return false;
    clock_.WaitUntil(lock, stepped_, std::min(until, clock_.Now() + kLook));
  }
  return true;
}

bool Eraser::Step(bool* is_done) {
  std::unique_ptr<StoreSnapshot> snapshot = store_.Snapshot();
  absl::StatusOr<std::optional<EraseStep>> step = NextEraseStep(*snapshot);
  // It would keep the files it looks at.
  snapshot.reset();
  *is_done = step.ok() && !*step;
  if (*is_done) return false;
  absl::Status status = step.status();
  bool goes_on = true;
  if (status.ok() && (*step)->remains) {
    // Links whose writes are under way are found again until they were answered.
    const EraseRemains& remains = *(*step)->remains;
    goes_on = remains.links != last_links_;
    last_links_ = remains.links;
    status = ask_(remains);
  }
  if (status.ok() && (*step)->purges) status = store_.Purge();
  if (status.ok() && (*step)->ends) status = ask_(*(*step)->ends);
  if (!status.ok()) LogWarn(absl::StrCat("an erasure is tried again  reason=", ReasonOf(status), " text=", SentenceOf(status)));
  return status.ok() && goes_on;
}

void Eraser::Run() {
  std::unique_lock lock(mutex_);
  while (!is_stopping_) {
    if (!is_woken_) {
      wake_.wait(lock, [&] { return is_stopping_ || is_woken_; });
      continue;
    }
    is_woken_ = false;
    lock.unlock();
    bool is_done = false;
    const bool goes_on = Step(&is_done);
    lock.lock();
    stepped_.notify_all();
    if (is_done) continue;
    is_woken_ = true;
    if (goes_on) continue;
    const absl::Time again = clock_.Now() + kAgain;
    while (!is_stopping_ && clock_.Now() < again) clock_.WaitUntil(lock, wake_, again);
  }
}

}  // namespace entente
