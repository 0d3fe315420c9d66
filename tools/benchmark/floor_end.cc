#include "tools/benchmark/floor_end.h"

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"
#include "entente/connector/v1/connector.grpc.pb.h"

namespace entente::benchmark {

struct FloorEnd::Streams {
  std::unique_ptr<v1::ConnectorService::Stub> stub;
  grpc::ClientContext change_context;
  grpc::ClientContext operation_context;
  std::unique_ptr<grpc::ClientReaderWriter<v1::ReportChangesRequest, v1::ReportChangesResponse>> changes;
  std::unique_ptr<grpc::ClientReaderWriter<v1::PerformOperationsRequest, v1::PerformOperationsResponse>> operations;
  std::thread acknowledgement_thread;
  std::thread operation_thread;
};

FloorEnd::FloorEnd(People& people, std::string side, std::int64_t window) : people_(people), side_(std::move(side)), window_(window) {}
FloorEnd::~FloorEnd() { Disconnect(); }

absl::Status FloorEnd::Connect(const std::string& address) {
  Disconnect();
  is_known_ = is_broken_ = false;
  last_batch_ = acknowledged_ = 0;
  under_way_ = 0;
  sizes_.clear();
  streams_ = std::make_unique<Streams>();
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  streams_->stub = v1::ConnectorService::NewStub(grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments));
  streams_->changes = streams_->stub->ReportChanges(&streams_->change_context);
  streams_->operations = streams_->stub->PerformOperations(&streams_->operation_context);
  streams_->acknowledgement_thread = std::thread([this] { ReadAcknowledgements(); });
  streams_->operation_thread = std::thread([this] { ReadOperations(); });
  v1::PerformOperationsRequest greeting;
  greeting.set_session_id(side_);
  streams_->operations->Write(greeting);
  std::unique_lock lock(mutex_);
  moved_.wait_for(lock, std::chrono::seconds(10), [&] { return is_known_ || is_broken_; });
  return is_known_ ? absl::OkStatus() : absl::UnavailableError(absl::StrCat("the floor does not answer at ", address));
}

void FloorEnd::Disconnect() {
  if (streams_ == nullptr) return;
  streams_->change_context.TryCancel();
  streams_->operation_context.TryCancel();
  streams_->acknowledgement_thread.join();
  streams_->operation_thread.join();
  streams_.reset();
}

absl::Status FloorEnd::Report(const char* word, std::vector<v1::Change> changes, bool begins) {
  const auto count = static_cast<std::int64_t>(changes.size());
  v1::ReportChangesRequest request;
  request.set_session_id(side_);
  request.set_listing_id(word);
  request.set_listing_begins(begins);
  for (v1::Change& change : changes) *request.add_changes() = std::move(change);
  {
    std::unique_lock lock(mutex_);
    moved_.wait(lock, [&] { return is_broken_ || under_way_ == 0 || under_way_ + count <= window_; });
    if (is_broken_) return absl::UnavailableError("the floor ended a stream");
    under_way_ += count;
    request.set_batch(++last_batch_);
    sizes_[last_batch_] = count;
  }
  return streams_->changes->Write(request) ? absl::OkStatus() : absl::UnavailableError("the floor ended a stream");
}

absl::Status FloorEnd::AwaitAcknowledged(absl::Duration at_most) {
  std::unique_lock lock(mutex_);
  moved_.wait_for(lock, absl::ToChronoNanoseconds(at_most), [&] { return is_broken_ || acknowledged_ == last_batch_; });
  if (is_broken_) return absl::UnavailableError("the floor ended a stream");
  return acknowledged_ == last_batch_ ? absl::OkStatus() : absl::DeadlineExceededError("the floor did not acknowledge in time");
}

void FloorEnd::ReadAcknowledgements() {
  v1::ReportChangesResponse response;
  while (streams_->changes->Read(&response)) {
    {
      const std::lock_guard lock(mutex_);
      acknowledged_ = response.batch_durable();
      while (!sizes_.empty() && sizes_.begin()->first <= acknowledged_) {
        under_way_ -= sizes_.begin()->second;
        sizes_.erase(sizes_.begin());
      }
    }
    moved_.notify_all();
  }
  {
    const std::lock_guard lock(mutex_);
    is_broken_ = true;
  }
  moved_.notify_all();
}

void FloorEnd::ReadOperations() {
  v1::PerformOperationsResponse response;
  v1::Change now;
  while (streams_->operations->Read(&response)) {
    if (response.operations().empty()) {
      const std::lock_guard lock(mutex_);
      is_known_ = true;
      moved_.notify_all();
      continue;
    }
    v1::PerformOperationsRequest results;
    results.set_session_id(side_);
    for (const v1::Operation& operation : response.operations()) {
      if (operation.verb() == v1::Operation::CREATE) {
        people_.Create(operation, &now);
      } else {
        people_.Update(operation, &now);
      }
      v1::OperationResult* result = results.add_results();
      result->set_id(operation.id());
      result->mutable_receipt()->set_observation(v1::Receipt::UNOBSERVED);
    }
    if (!streams_->operations->Write(results)) break;
  }
}

}  // namespace entente::benchmark
