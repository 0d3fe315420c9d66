#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "engine/examples/end.h"
#include "engine/language/example.h"
#include "engine/language/pack.h"
#include "engine/pipeline/machine.h"
#include "engine/store/memory_store.h"

namespace entente::examples {

// A write that was carried out.
struct Written {
  Side side = Side::kLeft;
  Verb verb = Verb::kNone;
  std::string resource, key;
  Fields fields;
};

// The production machine between two ends, over a memory store, with a clock of its own. One thread.
//
// Nothing moves between two calls. What a call sets going is seen through as far as it goes without time passing; RunFor() lets time pass.
class Stage {
 public:
  // None is owned; all of them outlive the stage.
  Stage(const LoadedPack& loaded, const Example& example);
  ~Stage();

  // The gates' answer; the session is open when it is OK.
  absl::Status Connect(Side side);
  // Lists both systems, with every approval that is asked for on the way.
  void FirstLoad();
  void Reconcile();
  // Feeds are polled, and what follows is done.
  void Settle();
  void RunFor(absl::Duration time);
  Reply Ask(decltype(Request::what) what);

  End& end(Side side) { return ends_[Index(side)]; }
  absl::Time now() const { return now_; }
  const std::vector<Written>& written() const { return written_; }
  // Forgets what was written so far.
  void ForgetWritten() { written_.clear(); }
  // The rules did not come to rest within any reasonable number of turns; nothing more is handled.
  bool is_endless() const { return turns_left_ == 0; }

  std::vector<Link> Links();
  // The link of a record; null where there is none.
  std::optional<Link> LinkOf(Side side, const std::string& resource, const std::string& key);
  std::vector<WorkItem> Items();

 private:
  void Poll();
  void Drain();
  void Handle(const Event& event);
  void Perform(const SendOperations& send);

  const Pack& pack_;
  Tuning tuning_;
  std::vector<End> ends_;
  store::MemoryStore store_;
  std::unique_ptr<Machine> machine_;
  std::deque<Event> events_;
  Both<std::uint64_t> session_{};
  std::vector<Written> written_;
  std::vector<Reply> replies_;
  absl::Time now_;
  std::int64_t timer_micros_ = 0;
  std::uint64_t request_ = 0, batch_ = 0;
  int turns_left_;
};

}  // namespace entente::examples
