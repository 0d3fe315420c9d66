#include "engine/simulation/engine.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/runtime/error.h"
#include "engine/pipeline/restored.h"

namespace entente::simulation {
namespace {

constexpr std::int64_t kSecond = 1'000'000;

}  // namespace

Engine::Engine(PackPtr pack, Tuning tuning, Disk& disk, Timeline& timeline, std::uint64_t epoch, Random random, bool is_instant, Ports ports)
    : disk_(disk), timeline_(timeline), epoch_(epoch), random_(random), is_instant_(is_instant), ports_(std::move(ports)) {
  Boot boot = *disk_.Load();
  Batch owed;
  OweListings(&boot, &owed);
  if (!owed.empty()) disk_.Commit(owed, INT64_MAX).IgnoreError();
  machine_ = std::make_unique<Machine>(std::move(pack), std::move(tuning), std::move(boot), epoch);
  Offer(TimerDue{});
}

Engine::~Engine() { *alive_ = false; }

void Engine::Offer(Event event) {
  const Source source = SourceOf(event);
  queue_.Push(source, {std::move(event), nullptr});
  Wake(0);
}

void Engine::AskForSession(SessionInfo session, std::function<void(absl::StatusOr<Machine::Opening>)> done) {
  const auto request = std::make_shared<OpenRequest>();
  request->session = std::move(session);
  request->done = std::move(done);
  const Source source = request->session.side == Side::kLeft ? Source::kLeftSession : Source::kRightSession;
  queue_.Push(source, {TimerDue{}, request});
  Wake(0);
}

void Engine::Ask(decltype(Request::what) what, std::function<void(const Reply&)> done) {
  const std::uint64_t id = ++last_request_;
  if (done) replies_[id] = std::move(done);
  Offer(Request{id, std::move(what)});
}

void Engine::Kill(bool keeps_last_write) {
  if (!*alive_) return;
  if (writing_ && keeps_last_write) disk_.Commit(writing_->batch, timeline_.now()).IgnoreError();
  *alive_ = false;
}

bool Engine::DiesAt(EdgeKind kind) {
  if (!*alive_) return true;
  if (!ports_.edge(kind)) return false;
  Kill(false);
  return true;
}

bool Engine::IsIdle() const {
  const std::int64_t now = ports_.clock();
  return queue_.IsEmpty() && fetching_.empty() && !has_effects_ && !is_committing_ && (timer_ == 0 || timer_ > now);
}

void Engine::Wake(std::int64_t after_micros) {
  if (is_awake_ || !*alive_) return;
  if (is_instant_) {
    if (!is_pumping_) Pump();
    return;
  }
  is_awake_ = true;
  timeline_.After(after_micros, [this, alive = alive_] {
    if (!*alive) return;
    is_awake_ = false;
    Pump();
  });
}

std::uint64_t Engine::Releasable() const {
  std::uint64_t safe = durable_;
  for (const auto& [source, began] : fetching_) safe = std::min(safe, began);
  return safe;
}

void Engine::Pump() {
  is_pumping_ = true;
  bool goes_on = true;
  while (goes_on && *alive_) {
    if (!fetched_.empty()) {
      auto taken = fetched_.extract(fetched_.begin());
      machine_->Supply(std::move(taken.mapped()));
      fetching_.erase(taken.key());
      queue_.Unblock(taken.key());
      supplied_ = taken.key();
    }
    if (const std::uint64_t safe = Releasable(); safe > released_) machine_->BatchDurable(safe - std::exchange(released_, safe));
    if (timer_ != 0 && timer_ <= ports_.clock()) {
      timer_ = 0;
      queue_.Push(Source::kTimer, {TimerDue{}, nullptr});
    }
    goes_on = trouble_.empty() && HandleOne();
    if (*alive_) HandOver();
    // A turn takes its time; others go on meanwhile.
    if (goes_on && !is_instant_) {
      is_pumping_ = false;
      return Wake(50 + static_cast<std::int64_t>(random_.Below(500)));
    }
    if (is_instant_) goes_on = goes_on || !fetched_.empty() || (timer_ != 0 && timer_ <= ports_.clock());
  }
  is_pumping_ = false;
  if (*alive_) WatchClock();
}

void Engine::WatchClock() {
  if (timer_ == 0) return;
  // By true time the alarm may ring early or late when the clock is wrong: it is looked at again then.
  const std::int64_t wait = std::clamp<std::int64_t>(timer_ - ports_.clock(), 0, 3600 * kSecond);
  const std::int64_t at = timeline_.now() + wait;
  if (alarm_ > timeline_.now() && alarm_ <= at) return;
  alarm_ = at;
  timeline_.At(at, [this, alive = alive_, at] {
    if (!*alive || alarm_ != at) return;
    alarm_ = 0;
    Wake(0);
    if (!is_awake_ && !is_pumping_) WatchClock();
  });
}

bool Engine::HandleOne() {
  const std::optional<Source> source = supplied_ ? std::exchange(supplied_, std::nullopt) : queue_.Next();
  if (!source) return false;
  queue_.Advance(*source);
  Queued& front = queue_.Front(*source);
  const std::shared_ptr<OpenRequest> request = front.open;
  if (request != nullptr) {
    if (!request->opening) {
      const absl::Status checked = machine_->CheckSession(request->session, absl::FromUnixMicros(ports_.clock()));
      if (!checked.ok()) {
        request->done(checked);
        queue_.Pop(*source);
        return true;
      }
      request->opening = machine_->OpenSession(request->session);
      request->session.number = request->opening->number;
      request->session.generation = request->opening->generation;
    }
    front.event = SessionOpened{request->session};
  }
  ++turns_;
  if (machine_->Handle(front.event, absl::FromUnixMicros(ports_.clock()))) {
    if (request != nullptr) openings_[committed_ + 1].push_back([request] { request->done(*request->opening); });
    queue_.Pop(*source);
    has_effects_ = true;
    return true;
  }
  if (machine_->wanted().empty()) std::abort();
  queue_.Block(*source);
  fetching_[*source] = durable_;
  Fetch(*source, machine_->wanted());
  return true;
}

void Engine::Fetch(Source source, Wanted wanted) {
  absl::StatusOr<Fetched> fetched = disk_.Get(wanted, timeline_.now());
  if (!fetched.ok()) {
    trouble_ = ReasonOf(fetched.status());
    timeline_.After(kSecond, [this, alive = alive_, source, wanted = std::move(wanted)]() mutable {
      if (*alive) Fetch(source, std::move(wanted));
    });
    return;
  }
  if (!trouble_.empty() && write_failures_ == 0) trouble_.clear();
  if (is_instant_) {
    fetched_[source] = *std::move(fetched);
    if (!is_pumping_) Pump();
    return;
  }
  const auto shared = std::make_shared<Fetched>(*std::move(fetched));
  timeline_.After(100 + static_cast<std::int64_t>(random_.Below(2'000)), [this, alive = alive_, source, shared] {
    if (!*alive) return;
    fetched_[source] = std::move(*shared);
    Wake(0);
  });
}

void Engine::HandOver() {
  if (!has_effects_ || is_committing_) return;
  if (DiesAt(EdgeKind::kBeforeCommit)) return;
  has_effects_ = false;
  ++committed_;
  writing_ = machine_->TakeEffects();
  timer_ = writing_->timer_micros;
  is_committing_ = true;
  Write();
}

void Engine::Write() {
  // What is being written may be lost or torn; only when the sync returned it is there.
  const auto sync = [this] {
    const absl::Status written = disk_.Commit(writing_->batch, timeline_.now());
    if (!written.ok()) {
      trouble_ = ReasonOf(written);
      const std::int64_t wait = std::min<std::int64_t>(10, std::int64_t{1} << std::min(write_failures_++, 4)) * kSecond;
      timeline_.After(wait, [this, alive = alive_] {
        if (*alive) Write();
      });
      return;
    }
    if (write_failures_ > 0) trouble_.clear();
    write_failures_ = 0;
    Leave();
  };
  if (is_instant_ && write_failures_ == 0) return sync();
  timeline_.After(300 + static_cast<std::int64_t>(random_.Below(random_.Chance(5) ? 200'000 : 5'000)), [alive = alive_, sync] {
    if (*alive) sync();
  });
}

void Engine::Leave() {
  if (DiesAt(EdgeKind::kAfterCommit)) {
    return;
  }
  const auto alive = alive_;
  Effects effects = std::move(*writing_);
  writing_.reset();
  for (SendOperations& operations : effects.operations) {
    if (DiesAt(EdgeKind::kBeforeMessage)) return;
    ports_.send(std::move(operations));
  }
  for (const AcknowledgeBatch& acknowledgement : effects.acknowledgements) {
    if (DiesAt(EdgeKind::kBeforeMessage)) return;
    ports_.acknowledge(acknowledgement);
  }
  for (const auto& [side, session] : effects.outdated) ports_.end_outdated(side, session);
  for (const Notice& notice : effects.notices) ports_.notice(notice);
  if (effects.pack) ports_.pack_taken(effects.pack);
  for (const Reply& reply : effects.replies) {
    auto waiting = replies_.extract(reply.request);
    if (!waiting.empty()) waiting.mapped()(reply);
    if (!*alive) return;
  }
  is_committing_ = false;
  ++durable_;
  const auto end = openings_.upper_bound(durable_);
  std::vector<std::function<void()>> opened;
  for (auto it = openings_.begin(); it != end; ++it) opened.insert(opened.end(), it->second.begin(), it->second.end());
  openings_.erase(openings_.begin(), end);
  for (const auto& done : opened) {
    if (DiesAt(EdgeKind::kBeforeMessage)) return;
    done();
  }
  Wake(0);
}

}  // namespace entente::simulation
