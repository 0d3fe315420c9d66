#include "engine/server/watchers.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace entente {
namespace {

constexpr std::size_t kNoticesMax = 1000;

class SeatedWatcher final : public Watcher {
 public:
  SeatedWatcher(std::shared_ptr<Watchers::Seat> seat, const Clock& clock) : seat_(std::move(seat)), clock_(clock) {}

  bool Next(absl::Duration timeout, std::vector<Notice>* notices) override {
    const absl::Time until = clock_.Now() + timeout;
    std::unique_lock lock(seat_->mutex);
    while (!seat_->has_changed && clock_.Now() < until) clock_.WaitUntil(lock, seat_->wake, until);
    std::move(seat_->notices.begin(), seat_->notices.end(), std::back_inserter(*notices));
    seat_->notices.clear();
    return std::exchange(seat_->has_changed, false);
  }

  std::uint64_t TakeLost() override {
    const std::lock_guard lock(seat_->mutex);
    return std::exchange(seat_->lost, 0);
  }

 private:
  std::shared_ptr<Watchers::Seat> seat_;
  const Clock& clock_;
};

}  // namespace

void Watchers::Tell(const std::vector<Notice>& notices) {
  const std::lock_guard guard(mutex_);
  std::erase_if(seats_, [](const auto& seat) { return seat.expired(); });
  for (const std::weak_ptr<Seat>& weak : seats_) {
    const std::shared_ptr<Seat> seat = weak.lock();
    if (seat == nullptr) continue;
    const std::lock_guard lock(seat->mutex);
    seat->has_changed = true;
    for (const Notice& notice : notices) {
      if (seat->notices.size() >= kNoticesMax) {
        seat->notices.pop_front();
        ++seat->lost;
      }
      seat->notices.push_back(notice);
    }
    seat->wake.notify_all();
  }
}

std::unique_ptr<Watcher> Watchers::Join(const Clock& clock) {
  auto seat = std::make_shared<Seat>();
  const std::lock_guard guard(mutex_);
  seats_.push_back(seat);
  return std::make_unique<SeatedWatcher>(std::move(seat), clock);
}

}  // namespace entente
