#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <queue>
#include <utility>
#include <vector>

namespace entente::simulation {

// True time of a world, and what is going to happen in it, in order. What falls on the same moment happens in the order it was said.
// One thread.
class Timeline {
 public:
  explicit Timeline(std::int64_t now_micros) : now_(now_micros) {}

  std::int64_t now() const { return now_; }
  void At(std::int64_t micros, std::function<void()> what) { waiting_.push({std::max(micros, now_), ++order_, std::move(what)}); }
  void After(std::int64_t micros, std::function<void()> what) { At(now_ + micros, std::move(what)); }
  // When the next thing happens; INT64_MAX: never.
  std::int64_t Next() const { return waiting_.empty() ? INT64_MAX : waiting_.top().at; }
  bool empty() const { return waiting_.empty(); }
  // Lets the next thing happen. REQUIRES: there is one.
  void Step() {
    Entry entry = std::move(const_cast<Entry&>(waiting_.top()));
    waiting_.pop();
    now_ = entry.at;
    entry.what();
  }

 private:
  struct Entry {
    std::int64_t at = 0;
    std::uint64_t order = 0;
    std::function<void()> what;
    bool operator<(const Entry& other) const { return at != other.at ? at > other.at : order > other.order; }
  };

  std::int64_t now_;
  std::uint64_t order_ = 0;
  std::priority_queue<Entry> waiting_;
};

}  // namespace entente::simulation
