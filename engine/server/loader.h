#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "engine/pipeline/store.h"
#include "engine/runtime/clock.h"
#include "engine/pipeline/event_queue.h"

namespace entente {

// Fetches what events need, on a thread of its own, one after the other.
//
// A store that cannot be read is asked again every second; `trouble` hears the error and, once it is over, OK.
// Does not own `store` or `clock`; both outlive it.
class Loader {
 public:
  using Done = std::function<void(Source source, Fetched fetched)>;
  using Trouble = std::function<void(const absl::Status& status)>;

  Loader(Store& store, const Clock& clock, Done done, Trouble trouble);
  // Drops what was not fetched yet.
  ~Loader();

  void Fetch(Source source, Wanted wanted);

 private:
  struct Job {
    Source source = Source::kTimer;
    Wanted wanted;
  };
  void Run();

  Store& store_;
  const Clock& clock_;
  Done done_;
  Trouble trouble_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Job> jobs_;
  bool is_stopping_ = false;
  std::thread thread_;
};

}  // namespace entente
