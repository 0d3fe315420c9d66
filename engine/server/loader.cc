#include "engine/server/loader.h"

#include <utility>

namespace entente {
namespace {

constexpr absl::Duration kRetry = absl::Seconds(1);

}  // namespace

Loader::Loader(Store& store, const Clock& clock, Done done, Trouble trouble)
    : store_(store), clock_(clock), done_(std::move(done)), trouble_(std::move(trouble)), thread_([this] { Run(); }) {}

Loader::~Loader() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void Loader::Fetch(Source source, Wanted wanted) {
  {
    const std::lock_guard lock(mutex_);
    // What somebody waits for does not wait for bulk work.
    if (source < Source::kLeftSession) jobs_.push_front({source, std::move(wanted)});
    else jobs_.push_back({source, std::move(wanted)});
  }
  wake_.notify_all();
}

void Loader::Run() {
  std::unique_lock lock(mutex_);
  bool is_troubled = false;
  while (true) {
    wake_.wait(lock, [&] { return is_stopping_ || !jobs_.empty(); });
    if (is_stopping_) return;
    const Job job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    absl::StatusOr<Fetched> fetched = store_.Get(job.wanted);
    if (!fetched.ok() || is_troubled) trouble_(fetched.status());
    is_troubled = !fetched.ok();
    if (fetched.ok()) done_(job.source, *std::move(fetched));
    lock.lock();
    if (!is_troubled) continue;
    jobs_.push_front(job);
    const absl::Time again = clock_.Now() + kRetry;
    while (!is_stopping_ && clock_.Now() < again) clock_.WaitUntil(lock, wake_, again);
  }
}

}  // namespace entente
