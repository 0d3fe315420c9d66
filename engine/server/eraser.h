#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "engine/pipeline/erase_sweep.h"
#include "engine/runtime/clock.h"

namespace entente {

// Sees erasures through to their end, on a thread of its own: looks through snapshots of the store, asks the machine for what is found, has
// the files rewritten, and says when it is done (engine/pipeline/erase_sweep.h). What fails, or is held up by a write under way, is tried
// again every second. Does not own `store` or `clock`; both outlive it.
class Eraser {
 public:
  using What = decltype(Request::what);
  // Asks the machine and waits; called on the eraser's thread.
  using Ask = std::function<absl::Status(What what)>;

  Eraser(Store& store, const Clock& clock, Ask ask);
  // Finishes the step under way; the rest is done after the next start.
  ~Eraser();

  // There may be something to do.
  void Wake();
  // Waits until the erasure of the link is through. False: `until` came first, or `is_cancelled`.
  bool Await(LinkId link, absl::Time until, const std::function<bool()>& is_cancelled);

 private:
  void Run();
  // True: there may be more to do at once. False in `*is_done`: something is left, and has to wait.
  bool Step(bool* is_done);

  Store& store_;
  const Clock& clock_;
  Ask ask_;
  std::mutex mutex_;
  std::condition_variable wake_, stepped_;
  std::vector<LinkId> last_links_;   // asked for last
  bool is_woken_ = false;
  bool is_stopping_ = false;
  std::thread thread_;
};

}  // namespace entente
