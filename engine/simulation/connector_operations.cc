#include "engine/simulation/connector.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/runtime/error.h"

// Operations of a connector: taken, carried out, answered.
namespace entente::simulation {

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
    return ListPage(session, operation, "", system_.CursorNow(operation.resource, timeline_.now()), true);
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
