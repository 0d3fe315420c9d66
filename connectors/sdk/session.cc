#include "connectors/sdk/session.h"

#include <algorithm>
#include <chrono>

#include <grpcpp/grpcpp.h>

#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace entente::sdk {
namespace {

// What the engine takes in and makes durable in one go: whoever waits for it waits for some of these.
constexpr int kPieceChangesMax = 250;
constexpr std::size_t kPieceBytesMax = 1U << 20U;  // gRPC refuses messages of more than 4 MiB by default
constexpr std::size_t kResultsMax = 500;
// Room beyond what is configured, which the engine uses for urgent operations alone.
constexpr std::uint32_t kUrgentOperations = 8;

std::int64_t NowNanos() { return std::chrono::steady_clock::now().time_since_epoch().count(); }

absl::Time Now() { return absl::UnixEpoch() + absl::Nanoseconds(NowNanos()); }

}  // namespace

absl::Status FromGrpc(const ::grpc::Status& status) {
  std::string reason;
  google::rpc::Status details;
  if (!status.error_details().empty() && details.ParseFromString(status.error_details())) {
    for (const auto& any : details.details()) {
      google::rpc::ErrorInfo info;
      if (any.Is<google::rpc::ErrorInfo>() && any.UnpackTo(&info)) reason = info.reason();
    }
  }
  std::string text = status.error_message();
  if (!reason.empty() && text.rfind(reason, 0) != 0) text = absl::StrCat(reason, ": ", text);
  return absl::Status(static_cast<absl::StatusCode>(status.error_code()), text);
}

Session::Session(v1::ConnectorService::StubInterface* stub, v1::OpenSessionResponse opened, const std::string& authorization,
                 std::function<v1::Statistics()> statistics, std::uint32_t operations_max)
    : opened_(std::move(opened)),
      operations_max_(operations_max),
      statistics_(std::move(statistics)),
      opened_at_(Now()),
      credits_(opened_.credits()) {
  Heard();
  change_context_.AddMetadata("authorization", authorization);
  operation_context_.AddMetadata("authorization", authorization);
  changes_ = stub->ReportChanges(&change_context_);
  operations_ = stub->PerformOperations(&operation_context_);
}

Session::~Session() {
  End(absl::CancelledError("the connector ended the session"));
  Join();
}

void Session::Join() {
  for (auto& thread : threads_) thread.join();
  threads_.clear();
}

void Session::Start(TakeOperations take) {
  take_ = std::move(take);
  threads_.emplace_back([this] { ReadAcknowledgements(); });
  threads_.emplace_back([this] { ReadOperations(); });
  threads_.emplace_back([this] { WriteResults(); });
  threads_.emplace_back([this] { Beat(); });
}

void Session::End(absl::Status why) {
  {
    const std::lock_guard lock(mutex_);
    if (ended_) return;
    why_ = std::move(why);
    ended_ = true;
  }
  change_context_.TryCancel();
  operation_context_.TryCancel();
  wake_.notify_all();
}

void Session::AwaitEnd() {
  std::unique_lock lock(mutex_);
  wake_.wait(lock, [&] { return ended_.load(); });
}

absl::Status Session::why() const {
  const std::lock_guard lock(mutex_);
  return why_;
}

void Session::Heard() { heard_at_nanos_ = NowNanos(); }

absl::Duration Session::SinceHeard() const { return absl::Nanoseconds(NowNanos() - heard_at_nanos_.load()); }

bool Session::MayStart() const {
  if (ended_) return false;
  return opened_.lease_millis() <= 0 || SinceHeard() < absl::Milliseconds(opened_.lease_millis());
}

absl::Duration Session::UntilWritesAllowed() const {
  return opened_at_ + absl::Milliseconds(opened_.write_delay_millis()) - Now();
}

bool Session::WritesAllowed() const { return UntilWritesAllowed() <= absl::ZeroDuration(); }

// ---------------------------------------------------------------------------------------------------- changes

absl::Status Session::SendChanges(v1::ReportChangesRequest batch, std::function<void()> durable) {
  auto changes = std::move(*batch.mutable_changes());
  batch.clear_changes();
  const int window = std::clamp(static_cast<int>(opened_.credits()), 1, kPieceChangesMax);
  int next = 0;
  while (true) {
    v1::ReportChangesRequest piece;
    piece.set_mode(batch.mode());
    piece.set_resource(batch.resource());
    piece.set_listing_id(batch.listing_id());
    piece.set_listing_begins(batch.listing_begins() && next == 0);
    std::size_t bytes = 0;
    while (next < changes.size() && piece.changes_size() < window && bytes < kPieceBytesMax) {
      bytes += changes[next].ByteSizeLong();
      *piece.add_changes() = std::move(changes[next++]);
    }
    if (next < changes.size()) {
      if (auto status = SendPiece(std::move(piece), {}); !status.ok()) return status;
      continue;
    }
    // What concludes a batch travels on its last piece: a cursor never passes a change.
    const bool begins = piece.listing_begins();
    auto last = std::move(*piece.mutable_changes());
    piece = std::move(batch);
    *piece.mutable_changes() = std::move(last);
    piece.set_listing_begins(begins);
    *piece.mutable_statistics() = statistics_();
    return SendPiece(std::move(piece), std::move(durable));
  }
}

absl::Status Session::SendPiece(v1::ReportChangesRequest piece, std::function<void()> durable) {
  const std::int64_t count = piece.changes_size();
  {
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [&] { return ended_ || credits_ >= count || unacknowledged_.empty(); });
    if (ended_) return absl::CancelledError("the session ended");
    credits_ -= count;
    piece.set_batch(++last_batch_);
    unacknowledged_[piece.batch()] = Sent{count, std::move(durable)};
  }
  piece.set_session_id(opened_.session_id());
  return WriteBatch(piece) ? absl::OkStatus() : absl::CancelledError("the session ended");
}

bool Session::WriteBatch(const v1::ReportChangesRequest& request) {
  const std::lock_guard lock(change_write_);
  return !change_stream_closed_ && changes_->Write(request);
}

void Session::ReadAcknowledgements() {
  v1::ReportChangesResponse response;
  while (changes_->Read(&response)) {
    Heard();
    std::vector<std::function<void()>> durable;
    {
      const std::lock_guard lock(mutex_);
      credits_ += response.credits();
      while (!unacknowledged_.empty() && unacknowledged_.begin()->first <= response.batch_durable()) {
        if (auto& call = unacknowledged_.begin()->second.durable) durable.push_back(std::move(call));
        unacknowledged_.erase(unacknowledged_.begin());
      }
    }
    wake_.notify_all();
    for (const auto& call : durable) call();
  }
  const std::lock_guard lock(change_write_);
  change_stream_closed_ = true;
  const ::grpc::Status status = changes_->Finish();
  End(status.ok() ? absl::UnavailableError("the engine ended the stream of changes") : FromGrpc(status));
}

void Session::Beat() {
  const auto interval = absl::Milliseconds(opened_.heartbeat_millis() > 0 ? opened_.heartbeat_millis() : 15000);
  while (true) {
    v1::ReportChangesRequest beat;
    beat.set_session_id(opened_.session_id());
    *beat.mutable_statistics() = statistics_();
    WriteBatch(beat);
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, absl::ToChronoNanoseconds(interval), [&] { return ended_.load(); });
    if (ended_) return;
    lock.unlock();
    if (opened_.lease_millis() > 0 && SinceHeard() > 2 * absl::Milliseconds(opened_.lease_millis())) {
      End(absl::UnavailableError("the engine was not heard for two leases"));
    }
  }
}

// ---------------------------------------------------------------------------------------------------- operations

void Session::ReadOperations() {
  {
    v1::PerformOperationsRequest greeting;
    greeting.set_session_id(opened_.session_id());
    greeting.set_ready(operations_max_ + kUrgentOperations);
    const std::lock_guard lock(operation_write_);
    operations_->Write(greeting);
  }
  v1::PerformOperationsResponse response;
  while (operations_->Read(&response)) {
    Heard();
    if (response.operations().empty()) continue;
    std::vector<v1::Operation> operations(std::make_move_iterator(response.mutable_operations()->begin()),
                                          std::make_move_iterator(response.mutable_operations()->end()));
    take_(std::move(operations));
  }
  const std::lock_guard lock(operation_write_);
  operation_stream_closed_ = true;
  const ::grpc::Status status = operations_->Finish();
  End(status.ok() ? absl::UnavailableError("the engine ended the stream of operations") : FromGrpc(status));
}

void Session::SendResult(v1::OperationResult result) {
  {
    const std::lock_guard lock(mutex_);
    if (ended_) return;
    results_.push_back(std::move(result));
  }
  wake_.notify_all();
}

void Session::WriteResults() {
  while (true) {
    v1::PerformOperationsRequest request;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [&] { return ended_ || !results_.empty(); });
      if (ended_) return;
      while (!results_.empty() && static_cast<std::size_t>(request.results_size()) < kResultsMax) {
        *request.add_results() = std::move(results_.front());
        results_.pop_front();
      }
      // As many as were answered may follow: those under way never exceed the first number.
      request.set_ready(static_cast<std::uint32_t>(request.results_size()));
    }
    request.set_session_id(opened_.session_id());
    const std::lock_guard lock(operation_write_);
    if (operation_stream_closed_ || !operations_->Write(request)) return;
  }
}

}  // namespace entente::sdk
