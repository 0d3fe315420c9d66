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

// Keys of a batch, deleted ones marked: for the trace.
std::string KeysOf(const FeedBatch& batch) {
  std::string keys;
  for (const FeedChange& change : batch.changes) absl::StrAppend(&keys, change.kind == ChangeKind::kDeleted ? "-" : "", change.key, "@", change.read_seq, " ");
  return keys;
}

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

// ------------------------------------------------------------------------------------------------- feeds

void Connector::SchedulePoll(const SessionPtr& session, const std::string& resource, std::int64_t after) {
  timeline_.After(after, [this, session, resource] {
    if (!session->is_open || !polls_by_itself_) return;
    Poll(session, resource);
    SchedulePoll(session, resource, std::max<std::int64_t>(session->feeds[resource].interval, kSecond));
  });
}

void Connector::PollAll() {
  if (!is_connected()) return;
  const SessionPtr session = session_;
  for (const auto& [resource, feed] : session->feeds) Poll(session, resource);
}

void Connector::Poll(const SessionPtr& session, const std::string& resource) {
  Session::Feed& feed = session->feeds[resource];
  if (!feed.has_cursor || feed.is_polling || !session->is_open || system_.ailments.unreachable_until > timeline_.now()) return;
  feed.is_polling = true;
  const std::string cursor_after = system_.CursorNow(timeline_.now());
  PollPage(session, resource, "", cursor_after, true);
}

void Connector::PollPage(const SessionPtr& session, const std::string& resource, std::string from, std::string cursor_after, bool is_first) {
  Session::Feed& feed = session->feeds[resource];
  if (!session->is_open) return;
  ++calls_;
  const std::uint64_t seq = ++session->seq;
  System::Page page = system_.Poll(resource, feed.cursor, from, seq, timeline_.now());
  FeedBatch batch;
  batch.side = system_.side();
  batch.session = session->number;
  batch.resource = resource;
  batch.changes = std::move(page.changes);
  batch.polled_at_micros = timeline_.now();
  if (page.is_cursor_lost) {
    batch.cursor_lost = true;
    feed.has_cursor = feed.is_polling = false;
    feed.cursor.clear();
    return Report(session, std::move(batch), nullptr);
  }
  if (!page.is_last) {
    Report(session, std::move(batch), nullptr);
    return After(Latency(), [this, session, resource, next = page.next, cursor_after] { PollPage(session, resource, next, cursor_after, false); });
  }
  feed.is_polling = false;
  batch.poll_ends = true;
  const bool is_silent = is_first && batch.changes.empty() && cursor_after == feed.cursor;
  feed.cursor = cursor_after;
  batch.cursor_after = cursor_after;
  const std::vector<DeliveryId> requests = std::exchange(feed.requests, {});
  // Nothing new is said now and then only.
  if (is_silent && requests.empty() && (settings_.is_instant || !random_.Chance(10))) return;
  Report(session, std::move(batch), [this, session, requests] {
    for (const DeliveryId id : requests) Answer(session, id, true);
  });
}

void Connector::ListPage(const SessionPtr& session, const OperationOut& operation, std::string from, std::string cursor_after, bool is_first) {
  if (!session->is_open) return;
  ++calls_;
  FeedBatch batch;
  batch.side = system_.side();
  batch.session = session->number;
  batch.resource = operation.resource;
  batch.mode = operation.listing_mode;
  batch.listing_id = operation.listing_id;
  batch.listing_begins = is_first;
  if (system_.ailments.unreachable_until > timeline_.now()) {
    batch.listing_ends = batch.listing_failed = true;
    Report(session, std::move(batch), nullptr);
    return Answer(session, operation.id, false);
  }
  const std::uint64_t seq = ++session->seq;
  System::Page page = system_.List(operation.resource, operation.listing_mode, from, seq, timeline_.now());
  batch.changes = std::move(page.changes);
  if (!page.is_last) {
    Report(session, std::move(batch), nullptr);
    return After(Latency(), [this, session, operation, next = page.next, cursor_after] { ListPage(session, operation, next, cursor_after, false); });
  }
  batch.listing_ends = true;
  if (operation.listing_mode == FeedMode::kListing) {
    batch.cursor_after = cursor_after;
    Session::Feed& feed = session->feeds[operation.resource];
    feed.cursor = cursor_after;
    feed.has_cursor = true;
  }
  // The end mark stands alone where a page was the listing's only one, as the development kit sends it.
  Report(session, std::move(batch), [this, session, id = operation.id] { Answer(session, id, true); });
}

void Connector::Report(const SessionPtr& session, FeedBatch batch, std::function<void()> durable) {
  batch.batch = ++session->batch;
  session->on_durable[batch.batch] = {batch.resource, batch.cursor_after.value_or(""), std::move(durable)};
  if (!LieAbout(lie, batch, lied_)) return;
  const int changes = static_cast<int>(batch.changes.size());
  const bool waits = !session->waits_for_credits.empty() || (session->unacknowledged > 0 && session->unacknowledged + changes > session->credits);
  if (waits) {
    session->waits_for_credits.push_back(std::move(batch));
    return;
  }
  SendBatch(session, std::move(batch));
}

void Connector::SendBatch(const SessionPtr& session, FeedBatch batch) {
  session->unacknowledged += static_cast<int>(batch.changes.size());
  if (ports_.trace) ports_.trace(absl::StrCat("batch ", Index(batch.side), " ", batch.resource, " ", batch.batch, " n", batch.changes.size(), batch.listing_ends ? " end" : "", batch.cursor_lost ? " lost" : "", batch.changes.empty() ? "" : " ", KeysOf(batch)));
  if (!settings_.encodes) {
    return Up(session, &Session::feed_free, [batch = std::move(batch)](Engine& engine) { engine.Offer(batch); });
  }
  Up(session, &Session::feed_free, [this, session, bytes = session->wire->Encode(batch), side = batch.side](Engine& engine) {
    absl::StatusOr<FeedBatch> read = session->wire->DecodeBatch(bytes);
    if (!read.ok()) {
      refusal_ = ReasonOf(read.status());
      return End(session, true);
    }
    read->side = side;
    read->session = session->number;
    engine.Offer(*std::move(read));
  });
}

void Connector::TakeAcknowledgement(const AcknowledgeBatch& acknowledgement) {
  const SessionPtr session = session_;
  if (!session || session->number != acknowledgement.session) return;
  std::int64_t late = 0;
  if (!settings_.is_instant && !Passes(session, &late)) return;
  const std::int64_t at = std::max(session->acks_free, timeline_.now() + Latency() + late);
  session->acks_free = at + 1;
  After(at - timeline_.now(), [this, session, acknowledgement] {
    if (!session->is_open || session->is_mute) return;
    session->unacknowledged = std::max(0, session->unacknowledged - acknowledgement.credits);
    while (!session->waits_for_credits.empty()) {
      const int changes = static_cast<int>(session->waits_for_credits.front().changes.size());
      if (session->unacknowledged > 0 && session->unacknowledged + changes > session->credits) break;
      FeedBatch batch = std::move(session->waits_for_credits.front());
      session->waits_for_credits.pop_front();
      SendBatch(session, std::move(batch));
    }
    while (!session->on_durable.empty() && session->on_durable.begin()->first <= acknowledgement.batch) {
      const Session::Reported reported = std::move(session->on_durable.begin()->second);
      session->on_durable.erase(session->on_durable.begin());
      if (!reported.cursor.empty()) acknowledged_[reported.resource] = reported.cursor;
      if (reported.durable) reported.durable();
    }
  });
}

// ------------------------------------------------------------------------------------------------- operations

void Connector::TakeOperations(const SendOperations& send, std::uint64_t epoch) {
  const SessionPtr session = session_;
  if (!session || session->number != send.session || session->epoch != epoch) return;
  std::int64_t late = 0;
  if (!settings_.is_instant && !Passes(session, &late)) return;
  const std::int64_t at = std::max(session->down_free, timeline_.now() + Latency() + late);
  session->down_free = at + 1;
  std::vector<OperationOut> operations;
  ResultBatch refused{system_.side(), session->number, {}};
  for (const OperationOut& operation : send.operations) {
    session->asked[operation.id] = operation.resource;
    if (!settings_.encodes) {
      operations.push_back(operation);
      continue;
    }
    const absl::StatusOr<std::string> bytes = session->wire->Encode(operation, epoch);
    if (!bytes.ok()) {
      OperationResult& result = refused.results.emplace_back();
      result.id = operation.id;
      result.kind = OperationResult::Kind::kFailure;
      result.failure = FailureClass::kNever;
      result.code = ReasonOf(bytes.status());
      continue;
    }
    OperationOut read = session->wire->DecodeOperation(*bytes);
    read.link = operation.link;
    read.rule = operation.rule;
    operations.push_back(std::move(read));
  }
  if (!refused.results.empty()) session->engine->Offer(std::move(refused));
  After(at - timeline_.now(), [this, session, operations = std::move(operations)] {
    if (session->is_mute) return;
    for (const OperationOut& operation : operations) Take(session, operation);
  });
}

void Connector::Take(const SessionPtr& session, const OperationOut& operation) {
  if (++session->open_operations > session->granted) is_overrun_ = true;
  operations_open_max_ = std::max(operations_open_max_, session->open_operations);
  const std::int64_t latency = system_.quirks().latency_micros * (system_.ailments.slow_until > timeline_.now() ? 40 : 1);
  const std::int64_t started = std::max(timeline_.now(), session->works_until);
  session->works_until = started + latency / 4 + static_cast<std::int64_t>(random_.Below(static_cast<std::uint64_t>(latency)));
  if (system_.ailments.slow_until > timeline_.now()) ports_.count(Fault::kSlow);
  After(session->works_until - timeline_.now(), [this, session, operation, started] { Perform(session, operation, started); });
}

void Connector::Perform(const SessionPtr& session, const OperationOut& operation, std::int64_t started) {
  // What was begun before the connection was lost happens all the same; nothing is begun after it.
  if (!session->is_open && started >= session->closed_at) return;
  --session->open_operations;
  ++calls_;
  if (operation.kind == OperationKind::kStartListing) {
    return ListPage(session, operation, "", system_.CursorNow(timeline_.now()), true);
  }
  if (operation.kind == OperationKind::kPoll) {
    Session::Feed& feed = session->feeds[operation.resource];
    if (!feed.has_cursor) return Answer(session, operation.id, true);
    feed.requests.push_back(operation.id);
    return Poll(session, operation.resource);
  }
  ports_.performed(system_.side(), operation);
  if (operation.kind == OperationKind::kWrite && session == session_) unanswered_.insert(operation.id);
  OperationResult result;
  result.id = operation.id;
  if (SkipsEffect(lie, operation)) {
    result.kind = OperationResult::Kind::kReceipt;
    result.observation = Observation::kUnobserved;
    result.seq = ++session->seq;
    result.change = FeedChange{.kind = ChangeKind::kKeyOnly, .key = operation.key.empty() ? absl::StrCat("9", operation.id % 100'000) : operation.key, .former_key = {}, .row = {}, .read_seq = result.seq};
  } else {
    result = system_.Perform(operation, ++session->seq, session->epoch, session->number, timeline_.now());
  }
  ports_.trace(absl::StrCat("done ", Index(system_.side()), " ", static_cast<int>(operation.kind), " ", static_cast<int>(operation.verb), " ", operation.resource, " ", operation.key, " ", operation.id, " ", result.code, " ", result.change ? result.change->key : ""));
  if (!session->is_open || !LieAbout(lie, operation, result, lied_)) return;
  ResultBatch results{system_.side(), session->number, {}};
  results.results.push_back(std::move(result));
  if (lie == Lie::kReceiptTwice) results.results.push_back(results.results.front());
  SendResults(session, std::move(results));
  SendReady(session, lie == Lie::kReadyWithoutEnd ? 1'000'000 : 1);
}

void Connector::Answer(const SessionPtr& session, DeliveryId id, bool is_done) {
  if (!session->is_open) return;
  OperationResult result;
  result.id = id;
  result.seq = ++session->seq;
  if (!is_done) {
    result.kind = OperationResult::Kind::kFailure;
    result.failure = FailureClass::kAgain;
    result.code = "LISTING_FAILED";
  }
  SendResults(session, ResultBatch{system_.side(), session->number, {std::move(result)}});
  SendReady(session, 1);
}

void Connector::SendResults(const SessionPtr& session, ResultBatch results) {
  if (!settings_.encodes) {
    return Up(session, &Session::results_free, [this, results = std::move(results)](Engine& engine) {
      for (const OperationResult& result : results.results) unanswered_.erase(result.id);
      engine.Offer(results);
    });
  }
  Up(session, &Session::results_free, [this, session, bytes = session->wire->Encode(results, session->asked)](Engine& engine) {
    absl::StatusOr<ResultBatch> read = session->wire->DecodeResults(bytes, session->asked);
    if (!read.ok()) {
      refusal_ = ReasonOf(read.status());
      return End(session, true);
    }
    read->side = system_.side();
    read->session = session->number;
    for (const OperationResult& result : read->results) unanswered_.erase(result.id);
    engine.Offer(*std::move(read));
  });
}

void Connector::SendReady(const SessionPtr& session, int count) {
  session->granted += count;
  Up(session, &Session::results_free, [ready = OperationsReady{system_.side(), session->number, count}](Engine& engine) { engine.Offer(ready); });
}

}  // namespace entente::simulation
