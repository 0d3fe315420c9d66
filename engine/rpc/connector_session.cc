#include "engine/rpc/connector_session.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/runtime/error.h"
#include "entente/connector/v1/connector.pb.h"

namespace entente {
namespace {

namespace v1 = ::entente::connector::v1;

constexpr int kOperationsPerMessage = 200;
constexpr std::size_t kMessageBytes = 1u << 20;
constexpr std::int64_t kOperationDeadlineMillis = 60'000;

}  // namespace

ConnectorSession::ConnectorSession(Parts parts, const Clock& clock) : parts_(std::move(parts)), clock_(clock), heard_(clock.Now()) {}

absl::Status ConnectorSession::Attach(SessionStream** place, SessionStream* stream) {
  const std::lock_guard lock(mutex_);
  if (ended_) return *ended_;
  if (*place != nullptr) {
    return MakeError(absl::StatusCode::kAlreadyExists, "STREAM_EXISTS", "The session has this stream already. Open a new session.");
  }
  *place = stream;
  heard_ = clock_.Now();
  return absl::OkStatus();
}

void ConnectorSession::Detach(SessionStream* stream) {
  {
    const std::lock_guard lock(mutex_);
    if (feed_ == stream) feed_ = nullptr;
    if (operations_ == stream) operations_ = nullptr;
  }
  End(MakeError(absl::StatusCode::kAborted, "SESSION_ENDED", "One of the session's streams ended. Open a new session."));
}

bool ConnectorSession::HasStreams() {
  const std::lock_guard lock(mutex_);
  return !ended_ && (feed_ != nullptr || operations_ != nullptr);
}

absl::Time ConnectorSession::heard() {
  const std::lock_guard lock(mutex_);
  return heard_;
}

absl::Status ConnectorSession::TakeChanges(const v1::ReportChangesRequest& request) {
  FeedBatch batch;
  if (request.batch() != 0) {
    absl::StatusOr<FeedBatch> read = parts_.catalogue.ReadBatch(request);
    if (!read.ok()) return read.status();
    batch = *std::move(read);
    batch.side = parts_.side;
    batch.session = parts_.number;
  }
  {
    const std::lock_guard lock(mutex_);
    if (ended_) return *ended_;
    heard_ = clock_.Now();
    unacknowledged_ += request.changes_size();
    // Twice the credits: a connector may send one batch larger than what is left when nothing else is under way.
    if (unacknowledged_ > 2 * std::int64_t{parts_.credits}) {
      return MakeError(absl::StatusCode::kResourceExhausted, "CREDITS_EXCEEDED",
                     absl::StrCat("The connector sent ", unacknowledged_, " changes with ", parts_.credits, " credits. Correct the connector."));
    }
    // Offered under the lock, so that the end of the session is never overtaken by what came before it.
    if (request.has_statistics()) {
      const v1::Statistics& wire = request.statistics();
      parts_.instance->Offer(StatisticsArrived{parts_.side, {wire.calls(), wire.calls_throttled(), wire.writes(), wire.blind_overwrites(), wire.trouble_code(), wire.trouble_text()}});
    }
    if (request.batch() != 0) parts_.instance->Offer(std::move(batch));
  }
  return absl::OkStatus();
}

absl::Status ConnectorSession::TakeResults(const v1::PerformOperationsRequest& request) {
  ResultBatch results{parts_.side, parts_.number, {}};
  ResultBatch urgent{parts_.side, parts_.number, {}, true};
  const std::lock_guard lock(mutex_);
  if (ended_) return *ended_;
  heard_ = clock_.Now();
  for (const v1::OperationResult& wire : request.results()) {
    const auto asked = asked_.find(wire.id());
    // Answered before, or never asked.
    if (asked == asked_.end()) continue;
    absl::StatusOr<OperationResult> result = parts_.catalogue.ReadResult(wire, asked->second.resource);
    if (!result.ok()) return result.status();
    (asked->second.is_urgent ? urgent : results).results.push_back(*std::move(result));
    asked_.erase(asked);
  }
  if (!urgent.results.empty()) parts_.instance->Offer(std::move(urgent));
  if (!results.results.empty()) parts_.instance->Offer(std::move(results));
  if (request.ready() > 0) parts_.instance->Offer(OperationsReady{parts_.side, parts_.number, static_cast<int>(request.ready())});
  return absl::OkStatus();
}

void ConnectorSession::Acknowledge(const AcknowledgeBatch& acknowledgement) {
  const std::lock_guard lock(mutex_);
  batch_durable_ = std::max(batch_durable_, acknowledgement.batch);
  credits_returned_ += static_cast<std::uint32_t>(acknowledgement.credits);
  unacknowledged_ = std::max<std::int64_t>(unacknowledged_ - acknowledgement.credits, 0);
  has_acknowledgement_ = true;
  if (feed_ != nullptr) feed_->Kick();
}

void ConnectorSession::Send(const SendOperations& operations) {
  std::vector<std::pair<DeliveryId, absl::Status>> refused;
  {
    const std::lock_guard lock(mutex_);
    if (ended_) return;
    for (const OperationOut& operation : operations.operations) {
      auto wire = std::make_unique<v1::Operation>();
      if (absl::Status written = parts_.catalogue.WriteOperation(operation, wire.get()); !written.ok()) {
        refused.emplace_back(operation.id, written);
        continue;
      }
      wire->set_epoch(parts_.instance->epoch());
      wire->set_deadline_millis(kOperationDeadlineMillis);
      wire->set_urgent(operation.is_urgent);
      asked_[operation.id] = {wire->resource(), operation.is_urgent};
      if (operation.is_urgent) waiting_.push_front(std::move(wire));
      else waiting_.push_back(std::move(wire));
    }
    if (operations_ != nullptr) operations_->Kick();
  }
  Refuse(refused);
}

void ConnectorSession::Refuse(const std::vector<std::pair<DeliveryId, absl::Status>>& refused) {
  if (refused.empty()) return;
  ResultBatch results{parts_.side, parts_.number, {}};
  for (const auto& [id, status] : refused) {
    OperationResult& result = results.results.emplace_back();
    result.id = id;
    result.kind = OperationResult::Kind::kFailure;
    result.failure = FailureClass::kNever;
    result.code = ReasonOf(status);
    result.text = SentenceOf(status);
  }
  parts_.instance->Offer(std::move(results));
}

void ConnectorSession::Beat() {
  const std::lock_guard lock(mutex_);
  has_beat_ = true;
  if (operations_ != nullptr) operations_->Kick();
}

void ConnectorSession::End(const absl::Status& why) {
  const std::lock_guard lock(mutex_);
  if (ended_) return;
  ended_ = why;
  if (feed_ != nullptr) feed_->Kick();
  if (operations_ != nullptr) operations_->Kick();
  parts_.instance->Offer(SessionClosed{parts_.side, parts_.number, ReasonOf(why)});
}

bool ConnectorSession::NextLocked(v1::ReportChangesResponse* response) {
  if (!has_acknowledgement_) return false;
  response->Clear();
  response->set_batch_durable(batch_durable_);
  response->set_credits(std::exchange(credits_returned_, 0));
  has_acknowledgement_ = false;
  return true;
}

bool ConnectorSession::NextLocked(v1::PerformOperationsResponse* response) {
  if (waiting_.empty() && !has_beat_) return false;
  response->Clear();
  response->set_heartbeat(std::exchange(has_beat_, false));
  std::size_t bytes = 0;
  while (!waiting_.empty() && response->operations_size() < kOperationsPerMessage && bytes < kMessageBytes) {
    bytes += waiting_.front()->ByteSizeLong();
    response->mutable_operations()->AddAllocated(waiting_.front().release());
    waiting_.pop_front();
  }
  return true;
}

}  // namespace entente
