#pragma once

#include <array>
#include <cstddef>
#include <deque>
#include <functional>
#include <optional>

#include "absl/status/status.h"
#include "engine/pipeline/event.h"
#include "engine/pipeline/machine.h"

namespace entente {

// Where an event comes from. Events of one source are handled in order; one that waits for the loader holds up its own source only.
enum class Source : std::size_t {
  kRequests,
  kLeftUrgent,    // answers that somebody waits for
  kRightUrgent,
  kLeftSession,
  kRightSession,
  kLeftResults,
  kRightResults,
  kLeftFeed,
  kRightFeed,
  kTimer,
};
inline constexpr std::size_t kSourceCount = 10;

Source SourceOf(const Event& event);

// A session asking to be opened; turned into SessionOpened once the gates let it pass.
struct OpenRequest {
  SessionInfo session;
  // The gates are only asked; nothing is opened.
  bool is_check = false;
  std::function<void(absl::StatusOr<Machine::Opening>)> done;
  // Set once the session has its number.
  std::optional<Machine::Opening> opening;
};

// An event, or a session asking to be opened.
struct Queued {
  Event event;
  std::shared_ptr<OpenRequest> open;
};

// The events of an instance that wait for its control thread. Requests come first, then answers that somebody waits for; the others take turns.
// Not thread-safe: the instance's mutex guards it.
class EventQueue {
 public:
  void Push(Source source, Queued queued);
  // Answers that come from now on are joined to fewer: somebody waits for the turns they make.
  void KeepShort(bool is_short) { is_short_ = is_short; }
  // The source whose first event is to be handled next; empty when none can be. `is_brief`: of bulk work none.
  std::optional<Source> Next(bool is_brief = false) const;
  // The others' turn comes after `source`.
  void Advance(Source source);
  Queued& Front(Source source) { return At(source).events.front(); }
  void Pop(Source source) { At(source).events.pop_front(); }
  // Its first event waits for the loader, or no longer does.
  void Block(Source source) { At(source).is_blocked = true; }
  void Unblock(Source source) { At(source).is_blocked = false; }
  // Nothing waits, for the loader or for the control thread.
  bool IsEmpty() const;
  std::size_t size() const;

 private:
  struct Line {
    std::deque<Queued> events;
    bool is_blocked = false;
  };
  Line& At(Source source) { return lines_[static_cast<std::size_t>(source)]; }

  std::array<Line, kSourceCount> lines_;
  bool is_short_ = false;
  std::size_t turn_ = static_cast<std::size_t>(Source::kLeftSession);
};

}  // namespace entente
