#include "tools/benchmark/receiver.h"

#include <chrono>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

namespace entente::benchmark {
namespace {

constexpr int kMessageBytesMax = 64 << 20;
// Nothing is to be learnt from a lease here.
constexpr absl::Duration kLease = absl::Hours(1);
constexpr absl::Duration kHeartbeat = absl::Seconds(5);
constexpr auto kLook = std::chrono::milliseconds(200);

}  // namespace

Receiver::Receiver(std::uint32_t credits) : credits_(credits) {
  int port = 0;
  grpc::ServerBuilder builder;
  builder.SetMaxReceiveMessageSize(kMessageBytesMax);
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(this);
  server_ = builder.BuildAndStart();
  address_ = absl::StrCat("127.0.0.1:", port);
}

Receiver::~Receiver() {
  if (server_ != nullptr) server_->Shutdown(std::chrono::system_clock::now() + std::chrono::seconds(1));
}

absl::Status Receiver::AwaitSession(const std::function<bool()>& is_alive, absl::Duration at_most) {
  const absl::Time until = absl::Now() + at_most;
  std::unique_lock lock(mutex_);
  while (operations_ == nullptr || !is_feeding_) {
    moved_.wait_for(lock, kLook);
    if (!is_alive()) return absl::UnavailableError("the connector ended by itself");
    if (absl::Now() > until) return absl::DeadlineExceededError(absl::StrCat("no session was opened", trouble_.empty() ? "" : ": ", trouble_));
  }
  return absl::OkStatus();
}

std::uint32_t Receiver::NumberOf(const std::string& resource) {
  const std::lock_guard lock(mutex_);
  for (const v1::Resource& each : catalogue_.resources()) {
    if (each.name() == resource) return each.number();
  }
  return 0;
}

absl::StatusOr<Intake> Receiver::List(const std::string& resource, v1::FeedMode mode, const std::function<bool()>& is_alive, absl::Duration at_most) {
  v1::Operation operation;
  operation.set_verb(v1::Operation::START_LISTING);
  operation.set_resource(NumberOf(resource));
  operation.set_listing_mode(mode);
  return Ask(std::move(operation), is_alive, at_most);
}

absl::StatusOr<Intake> Receiver::Poll(const std::string& resource, const std::function<bool()>& is_alive, absl::Duration at_most) {
  v1::Operation operation;
  operation.set_verb(v1::Operation::POLL);
  operation.set_resource(NumberOf(resource));
  return Ask(std::move(operation), is_alive, at_most);
}

absl::StatusOr<Intake> Receiver::Ask(v1::Operation operation, const std::function<bool()>& is_alive, absl::Duration at_most) {
  const absl::Time began = absl::Now();
  std::unique_lock lock(mutex_);
  if (operations_ == nullptr) return absl::UnavailableError("no session is open");
  operation.set_id(++last_id_);
  if (operation.verb() == v1::Operation::START_LISTING) operation.set_listing_id(absl::StrCat("listing-", last_id_));
  intake_ = {};
  is_done_ = false;
  trouble_.clear();
  const std::uint64_t calls = calls_;
  v1::PerformOperationsResponse out;
  *out.add_operations() = std::move(operation);
  operations_->Write(out);
  while (!is_done_ && trouble_.empty()) {
    moved_.wait_for(lock, kLook);
    if (!is_alive()) return absl::UnavailableError("the connector ended by itself");
    if (operations_ == nullptr) return absl::UnavailableError("the session ended");
    if (absl::Now() - began > at_most) return absl::DeadlineExceededError("it did not end in time");
  }
  if (!trouble_.empty()) return absl::InternalError(trouble_);
  intake_.calls = calls_ - calls;
  intake_.seconds = absl::ToDoubleSeconds(ended_ - began);
  return intake_;
}

void Receiver::Take(const v1::ReportChangesRequest& request) {
  const std::size_t bytes = request.ByteSizeLong();
  const std::lock_guard lock(mutex_);
  if (request.has_statistics()) {
    calls_ = request.statistics().calls();
    if (!request.statistics().trouble_code().empty()) trouble_ = request.statistics().trouble_code();
  }
  if (request.batch() == 0) return;
  intake_.records += static_cast<std::uint64_t>(request.changes_size());
  intake_.bytes += bytes;
  ++intake_.messages;
  if (request.listing_failed() || request.cursor_lost()) trouble_ = "the connector broke it off";
  if (request.listing_ends() || request.poll_ends()) {
    is_done_ = true;
    ended_ = absl::Now();
  }
}

grpc::Status Receiver::OpenSession(grpc::ServerContext*, const v1::OpenSessionRequest* request, v1::OpenSessionResponse* response) {
  const std::lock_guard lock(mutex_);
  if (!request->trouble_code().empty()) {
    trouble_ = absl::StrCat(request->trouble_code(), ": ", request->trouble_text());
    return {grpc::StatusCode::FAILED_PRECONDITION, request->trouble_code()};
  }
  catalogue_ = request->catalogue();
  calls_ = 0;
  ++sessions_;
  response->set_session_id(absl::StrCat("bench-", sessions_));
  response->set_session_number(sessions_);
  response->set_epoch(1);
  response->set_lease_millis(absl::ToInt64Milliseconds(kLease));
  response->set_heartbeat_millis(absl::ToInt64Milliseconds(kHeartbeat));
  response->set_credits(credits_);
  response->set_poll_share_percent(20);
  // Fed when asked; a listing says where polls go on from.
  for (const v1::Resource& resource : catalogue_.resources()) response->add_feeds()->set_resource(resource.name());
  return grpc::Status::OK;
}

grpc::Status Receiver::ReportChanges(grpc::ServerContext*, grpc::ServerReaderWriter<v1::ReportChangesResponse, v1::ReportChangesRequest>* stream) {
  v1::ReportChangesRequest request;
  while (stream->Read(&request)) {
    {
      const std::lock_guard lock(mutex_);
      is_feeding_ = true;
    }
    if (request.batch() > 0) {
      v1::ReportChangesResponse response;
      response.set_batch_durable(request.batch());
      response.set_credits(static_cast<std::uint32_t>(request.changes_size()));
      if (!stream->Write(response)) break;
    }
    Take(request);
    moved_.notify_all();
  }
  const std::lock_guard lock(mutex_);
  is_feeding_ = false;
  return grpc::Status::OK;
}

grpc::Status Receiver::PerformOperations(grpc::ServerContext*, OperationStream* stream) {
  v1::PerformOperationsRequest request;
  while (stream->Read(&request)) {
    const std::lock_guard lock(mutex_);
    operations_ = stream;
    for (const v1::OperationResult& result : request.results()) {
      if (result.id() == last_id_ && result.has_failure()) trouble_ = absl::StrCat(result.failure().reason(), ": ", result.failure().text());
    }
    moved_.notify_all();
  }
  const std::lock_guard lock(mutex_);
  operations_ = nullptr;
  moved_.notify_all();
  return grpc::Status::OK;
}

}  // namespace entente::benchmark
