#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <vector>

#include "engine/runtime/clock.h"
#include "engine/rpc/instance.h"

namespace entente {

// Those who look on. Each has at most 1,000 notices waiting; the oldest go first, and are counted.
// Thread-safe. Watchers may outlive it.
class Watchers {
 public:
  // Something changed; `notices` go to everybody.
  void Tell(const std::vector<Notice>& notices);
  std::unique_ptr<Watcher> Join(const Clock& clock);

  // What a watcher and this share.
  struct Seat {
    std::mutex mutex;
    std::condition_variable wake;
    std::deque<Notice> notices;
    std::uint64_t lost = 0;
    bool has_changed = true;
  };

 private:
  std::mutex mutex_;
  std::vector<std::weak_ptr<Seat>> seats_;
};

}  // namespace entente
