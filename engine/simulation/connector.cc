#include "engine/simulation/connector.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/runtime/error.h"

namespace entente::simulation {
namespace {

constexpr std::int64_t kSecond = 1'000'000;
constexpr std::int64_t kLease = 60 * kSecond;
constexpr int kOperationsMax = 64;

}  // namespace

Connector::Connector(System& system, Timeline& timeline, Random random, Settings settings, Ports ports)
    : system_(system), timeline_(timeline), random_(random), settings_(settings), ports_(std::move(ports)) {}

std::int64_t Connector::Latency() { return 500 + static_cast<std::int64_t>(random_.Below(random_.Chance(5) ? 400'000 : 15'000)); }

void Connector::After(std::int64_t micros, std::function<void()> what) {
  if (settings_.is_instant) return what();
  ++under_way_;
  timeline_.After(micros, [this, what = std::move(what)] {
    --under_way_;
    what();
  });
}

// ------------------------------------------------------------------------------------------------- life

void Connector::Start() {
  if (runs_) return;
  runs_ = true;
  Dial();
}

void Connector::Kill() {
  if (!runs_) return;
  runs_ = false;
  ++life_;
  if (session_) End(session_, true);
}

void Connector::DialTwice() {
  if (!runs_ || !session_) return;
  ports_.count(Fault::kTwoConnectors);
  Dial();
}

void Connector::Dial() {
  if (is_dialling_ || !runs_) return;
  is_dialling_ = true;
  After(Latency(), [this, life = life_] {
    is_dialling_ = false;
    if (life != life_ || !runs_) return;
    Engine* engine = ports_.engine();
    if (engine == nullptr || timeline_.now() < weather.partition_until || system_.ailments.unreachable_until > timeline_.now()) return DialLater();
    const auto session = std::make_shared<Session>();
    session->engine = engine;
    session->epoch = engine->epoch();
    session->schema = system_.ailments.schema;
    SessionInfo described = system_.Describe();
    described.session_id = absl::StrCat("s", timeline_.now());
    LieAbout(lie, described, lied_);
    if (settings_.encodes) {
      SessionInfo understood;
      absl::StatusOr<std::unique_ptr<Wire>> wire = Wire::Open(described, *ports_.pack(), &understood);
      if (!wire.ok()) {
        refusal_ = ReasonOf(wire.status());
        return DialLater();
      }
      session->wire = *std::move(wire);
      described = std::move(understood);
    }
    // An engine that dies meanwhile answers nobody.
    timeline_.After(20 * kSecond, [this, life] {
      if (life == life_ && !is_connected()) Dial();
    });
    engine->AskForSession(std::move(described), [this, life, session](absl::StatusOr<Machine::Opening> opening) {
      if (life != life_) return;
      if (!opening.ok()) {
        refusal_ = ReasonOf(opening.status());
        return DialLater();
      }
      session->number = opening->number;
      After(Latency(), [this, life, session, opening = *std::move(opening)] {
        if (life != life_ || session->engine != ports_.engine()) return DialLater();
        Begin(session, opening);
      });
    });
  });
}

void Connector::DialLater() {
  if (!runs_) return;
  timeline_.After(kSecond + static_cast<std::int64_t>(random_.Below(4 * kSecond)), [this, life = life_] {
    if (life == life_ && !is_connected()) Dial();
  });
}

void Connector::Begin(SessionPtr session, const Machine::Opening& opening) {
  // An answer that a newer one overtook.
  if (session_ && session_->engine == session->engine && session->number < session_->number) return;
  if (session_) {
    // What the former owner began ends before the new one writes: its first write waits that long.
    session->works_until = session_->works_until;
    if (session_->is_open) {
      timeline_.After(2 * kSecond, [former = session_, this] {
        former->is_open = false;
        former->closed_at = timeline_.now();
      });
    }
  }
  session_ = session;
  unanswered_.clear();
  session->credits = opening.credits;
  for (const auto& opened : opening.feeds) {
    Session::Feed& feed = session->feeds[opened.resource];
    feed.cursor = opened.cursor;
    feed.has_cursor = !opened.cursor.empty();
    feed.interval = absl::ToInt64Microseconds(opened.interval * settings_.pace);
  }
  ports_.trace(absl::StrCat("session ", Index(system_.side()), " ", session->number));
  // Its columns changed while the engine was asked.
  if (session->schema != system_.ailments.schema) return Cut();
  SendReady(session, kOperationsMax);
  for (const auto& [resource, feed] : session->feeds) {
    if (feed.interval > 0) SchedulePoll(session, resource, random_.Between(0, kSecond));
  }
}

void Connector::GoOnPolling() {
  polls_by_itself_ = true;
  if (!session_) return;
  for (const auto& [resource, feed] : session_->feeds) {
    if (feed.interval > 0) SchedulePoll(session_, resource, random_.Between(0, kSecond));
  }
}

void Connector::End(const SessionPtr& session, bool engine_hears) {
  if (!session->is_open) return;
  session->is_open = false;
  session->closed_at = timeline_.now();
  if (engine_hears && session->engine == ports_.engine()) {
    After(Latency(), [this, session] {
      if (session->engine == ports_.engine()) session->engine->Offer(SessionClosed{system_.side(), session->number, "cut"});
    });
  }
  if (session == session_ && runs_) DialLater();
}

void Connector::Cut() {
  if (!is_connected()) return;
  ports_.count(Fault::kStreamCut);
  End(session_, true);
}

void Connector::HalfOpen() {
  if (!is_connected() || session_->is_mute) return;
  session_->is_mute = true;
  timeline_.After(kLease, [this, session = session_] { End(session, true); });
}

void Connector::EndOutdated(std::uint64_t session) {
  if (session_ && session_->number == session) End(session_, true);
}

void Connector::EngineDied() {
  if (session_) End(session_, false);
}

// ------------------------------------------------------------------------------------------------- the network

bool Connector::Passes(const SessionPtr& session, std::int64_t* late_micros) {
  *late_micros = 0;
  if (session->is_mute || session->engine != ports_.engine()) return false;
  if (timeline_.now() < weather.partition_until) {
    if (session->is_open) HalfOpen();
    return false;
  }
  if (weather.drops > 0) {
    --weather.drops;
    ports_.count(Fault::kMessageDropped);
    End(session, true);
    return false;
  }
  if (weather.delays > 0) {
    --weather.delays;
    ports_.count(Fault::kMessageDelayed);
    *late_micros = weather.delay_micros;
  }
  return true;
}

void Connector::Up(const SessionPtr& session, std::int64_t Session::* stream, std::function<void(Engine&)> deliver) {
  if (settings_.is_instant) {
    if (session->engine == ports_.engine()) deliver(*session->engine);
    return;
  }
  std::int64_t late = 0;
  if (!Passes(session, &late)) return;
  std::int64_t at = std::max((*session).*stream, timeline_.now() + Latency() + late);
  (*session).*stream = at + 1;
  if (stream == &Session::results_free && weather.swaps > 0) {
    // Answers come in any order: what is said next overtakes this.
    --weather.swaps;
    ports_.count(Fault::kMessagesReordered);
    at += 2 * kSecond;
  }
  int times = 1;
  if (weather.duplicates > 0) {
    --weather.duplicates;
    ports_.count(Fault::kMessageDuplicated);
    times = 2;
  }
  for (int i = 0; i < times; ++i) {
    After(at - timeline_.now() + i, [this, session, deliver] {
      if (session->is_mute || session->engine != ports_.engine()) return;
      deliver(*session->engine);
    });
  }
}

}  // namespace entente::simulation
