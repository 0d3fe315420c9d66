#include "engine/server/committer.h"

#include <algorithm>
#include <utility>

namespace entente {
namespace {

constexpr absl::Duration kRetryFirst = absl::Seconds(1);
constexpr absl::Duration kRetryLongest = absl::Seconds(10);

}  // namespace

Committer::Committer(Store& store, const Clock& clock, Leave leave, Durable durable, Trouble trouble)
    : store_(store),
      clock_(clock),
      leave_(std::move(leave)),
      durable_(std::move(durable)),
      trouble_(std::move(trouble)),
      thread_([this] { Run(); }) {}

Committer::~Committer() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void Committer::Commit(Effects effects) {
  {
    const std::lock_guard lock(mutex_);
    waiting_ = std::move(effects);
    is_busy_ = true;
  }
  wake_.notify_all();
}

bool Committer::IsIdle() {
  const std::lock_guard lock(mutex_);
  return !is_busy_;
}

bool Committer::Write(std::unique_lock<std::mutex>& lock, const Batch& batch) {
  bool is_troubled = false;
  for (absl::Duration wait = kRetryFirst;; wait = std::min(2 * wait, kRetryLongest)) {
    lock.unlock();
    const absl::Status written = batch.empty() ? absl::OkStatus() : store_.Commit(batch);
    if (!written.ok() || is_troubled) trouble_(written);
    lock.lock();
    if (written.ok()) return true;
    is_troubled = true;
    const absl::Time again = clock_.Now() + wait;
    while (!is_stopping_ && clock_.Now() < again) clock_.WaitUntil(lock, wake_, again);
    if (is_stopping_) return false;
  }
}

void Committer::Run() {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [&] { return is_stopping_ || waiting_; });
    if (!waiting_) return;
    Effects effects = *std::move(waiting_);
    waiting_.reset();
    if (!Write(lock, effects.batch)) return;
    const std::uint64_t batches = ++batches_;
    lock.unlock();
    leave_(std::move(effects));
    lock.lock();
    is_busy_ = false;
    lock.unlock();
    durable_(batches);
    lock.lock();
  }
}

}  // namespace entente
