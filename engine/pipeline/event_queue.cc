#include "engine/pipeline/event_queue.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace entente {
namespace {

// Those before it do not take turns.
constexpr auto kFirstInTurn = static_cast<std::size_t>(Source::kLeftSession);

Source OfSide(Source left, Side side) { return static_cast<Source>(static_cast<std::size_t>(left) + Index(side)); }

struct SourceVisitor {
  Source operator()(const SessionOpened& e) const { return OfSide(Source::kLeftSession, e.session.side); }
  Source operator()(const SessionClosed& e) const { return OfSide(Source::kLeftSession, e.side); }
  Source operator()(const FeedBatch& e) const { return OfSide(Source::kLeftFeed, e.side); }
  Source operator()(const StatisticsArrived& e) const { return OfSide(Source::kLeftFeed, e.side); }
  Source operator()(const OperationsReady& e) const { return OfSide(Source::kLeftResults, e.side); }
  Source operator()(const ResultBatch& e) const { return OfSide(e.is_urgent ? Source::kLeftUrgent : Source::kLeftResults, e.side); }
  Source operator()(const TimerDue&) const { return Source::kTimer; }
  Source operator()(const Request&) const { return Source::kRequests; }
};

}  // namespace

namespace {

// So that a turn answers for many deliveries and fetches for all of them at once, and still ends soon.
constexpr std::size_t kResultsPerEvent = 300;
constexpr std::size_t kResultsPerShortEvent = 50;

bool Join(OperationsReady& waiting, const OperationsReady& more, std::size_t) {
  if (waiting.session != more.session) return false;
  waiting.count += more.count;
  return true;
}

bool Join(ResultBatch& waiting, ResultBatch& more, std::size_t results_max) {
  if (waiting.session != more.session || waiting.results.size() + more.results.size() > results_max) return false;
  std::move(more.results.begin(), more.results.end(), std::back_inserter(waiting.results));
  return true;
}

// Answers and the room they make arrive in turns: both join what waits of their kind at the end of the line, behind the first event.
template <typename E>
bool JoinLast(std::deque<Queued>& events, E& more, std::size_t results_max) {
  const std::size_t from = std::max<std::size_t>(1, events.size() - std::min<std::size_t>(events.size(), 2));
  for (std::size_t i = from; i < events.size(); ++i) {
    E* waiting = std::get_if<E>(&events[i].event);
    if (waiting != nullptr && Join(*waiting, more, results_max)) return true;
  }
  return false;
}

}  // namespace

Source SourceOf(const Event& event) { return std::visit(SourceVisitor{}, event); }

void EventQueue::Push(Source source, Queued queued) {
  Line& line = At(source);
  // Statistics and timers replace their like that still waits: only the latest says anything. The first one may be half handled.
  if (line.events.size() > 1 && queued.open == nullptr && line.events.back().open == nullptr) {
    const bool is_statistics = std::holds_alternative<StatisticsArrived>(queued.event) && std::holds_alternative<StatisticsArrived>(line.events.back().event);
    const bool is_timer = std::holds_alternative<TimerDue>(queued.event);
    if (is_statistics || is_timer) {
      line.events.back() = std::move(queued);
      return;
    }
  }
  const std::size_t results_max = is_short_ ? kResultsPerShortEvent : kResultsPerEvent;
  if (auto* results = std::get_if<ResultBatch>(&queued.event); results != nullptr && JoinLast(line.events, *results, results_max)) return;
  if (auto* ready = std::get_if<OperationsReady>(&queued.event); ready != nullptr && JoinLast(line.events, *ready, results_max)) return;
  line.events.push_back(std::move(queued));
}

std::optional<Source> EventQueue::Next(bool is_brief) const {
  const auto can_go = [](const Line& line) { return !line.events.empty() && !line.is_blocked; };
  for (std::size_t at = 0; at < kFirstInTurn; ++at) {
    if (can_go(lines_[at])) return static_cast<Source>(at);
  }
  for (std::size_t i = 0; i < kSourceCount - kFirstInTurn; ++i) {
    const std::size_t at = kFirstInTurn + (turn_ - kFirstInTurn + i) % (kSourceCount - kFirstInTurn);
    if (is_brief && static_cast<Source>(at) > Source::kRightSession) continue;
    if (can_go(lines_[at])) return static_cast<Source>(at);
  }
  return std::nullopt;
}

void EventQueue::Advance(Source source) {
  const auto at = static_cast<std::size_t>(source);
  if (at >= kFirstInTurn) turn_ = at == kSourceCount - 1 ? kFirstInTurn : at + 1;
}

bool EventQueue::IsEmpty() const { return size() == 0; }

std::size_t EventQueue::size() const {
  std::size_t total = 0;
  for (const Line& line : lines_) total += line.events.size();
  return total;
}

}  // namespace entente
