#include "tests/connectors/sdk_fake_engine.h"

#include <algorithm>
#include <chrono>
#include <thread>

namespace entente::sdk::testing {
namespace {

constexpr auto kPatience = std::chrono::seconds(20);

}  // namespace

FakeEngine::FakeEngine() {
  opening_.set_session_id("s");
  opening_.set_lease_millis(60000);
  opening_.set_heartbeat_millis(20);
  opening_.set_credits(1000);
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(this);
  server_ = builder.BuildAndStart();
  address_ = "127.0.0.1:" + std::to_string(port);
}

FakeEngine::~FakeEngine() {
  EndStreams(grpc::Status::CANCELLED);
  server_->Shutdown(std::chrono::system_clock::now() + std::chrono::seconds(2));
}

void FakeEngine::SetOpening(v1::OpenSessionResponse opening) {
  const std::lock_guard lock(mutex_);
  opening_ = std::move(opening);
}

void FakeEngine::Refuse(grpc::Status status) {
  const std::lock_guard lock(mutex_);
  refusal_ = std::move(status);
}

void FakeEngine::SetAcknowledging(bool on) {
  const std::lock_guard lock(mutex_);
  acknowledging_ = on;
}

void FakeEngine::SendOperations(std::vector<v1::Operation> operations) {
  {
    const std::lock_guard lock(mutex_);
    for (auto& operation : operations) outgoing_.push_back(std::move(operation));
  }
  wake_.notify_all();
}

void FakeEngine::EndStreams(grpc::Status status) {
  const std::lock_guard lock(mutex_);
  ++generation_;
  ending_ = std::move(status);
}

bool FakeEngine::Await(const std::function<bool()>& condition) {
  std::unique_lock lock(mutex_);
  return wake_.wait_for(lock, kPatience, condition);
}

bool FakeEngine::AwaitSessions(int count) {
  return Await([&] { return greeted_changes_ >= count && greeted_operations_ >= count; });
}

bool FakeEngine::AwaitResult(std::uint64_t id, v1::OperationResult* result) {
  return Await([&] {
    const auto found = std::find_if(results.begin(), results.end(), [&](const auto& r) { return r.id() == id; });
    if (found == results.end()) return false;
    *result = *found;
    return true;
  });
}

grpc::Status FakeEngine::OpenSession(grpc::ServerContext* context, const v1::OpenSessionRequest* request, v1::OpenSessionResponse* response) {
  const std::lock_guard lock(mutex_);
  const auto token = context->client_metadata().find("authorization");
  tokens.emplace_back(token == context->client_metadata().end() ? "" : std::string(token->second.data(), token->second.size()));
  if (!refusal_.ok()) {
    ++refused;
    wake_.notify_all();
    return refusal_;
  }
  if (!request->trouble_code().empty()) {
    troubles.push_back(*request);
    wake_.notify_all();
    return grpc::Status(grpc::StatusCode::FAILED_PRECONDITION, request->trouble_code() + ": " + request->trouble_text());
  }
  if (request->validate_only()) {
    asked.push_back(*request);
    wake_.notify_all();
    return grpc::Status::OK;
  }
  openings.push_back(*request);
  *response = opening_;
  response->set_session_number(openings.size());
  wake_.notify_all();
  return grpc::Status::OK;
}

grpc::Status FakeEngine::ReportChanges(grpc::ServerContext*,
                                       grpc::ServerReaderWriter<v1::ReportChangesResponse, v1::ReportChangesRequest>* stream) {
  v1::ReportChangesRequest request;
  bool is_greeted = false;
  int generation = 0;
  {
    const std::lock_guard lock(mutex_);
    generation = generation_;
  }
  while (stream->Read(&request)) {
    v1::ReportChangesResponse response;
    bool answers = false;
    {
      const std::lock_guard lock(mutex_);
      if (!is_greeted) ++greeted_changes_;
      is_greeted = true;
      // The connector beats often, so the end is never far.
      if (generation != generation_) return ending_;
      if (request.batch() > 0) {
        batches.push_back(request);
        answers = acknowledging_;
        response.set_batch_durable(request.batch());
        response.set_credits(static_cast<std::uint32_t>(request.changes_size()));
      }
    }
    wake_.notify_all();
    if (answers) stream->Write(response);
  }
  return grpc::Status::OK;
}

grpc::Status FakeEngine::PerformOperations(grpc::ServerContext*,
                                           grpc::ServerReaderWriter<v1::PerformOperationsResponse, v1::PerformOperationsRequest>* stream) {
  bool is_done = false;
  std::thread reader([&] {
    v1::PerformOperationsRequest request;
    bool is_greeted = false;
    while (stream->Read(&request)) {
      {
        const std::lock_guard inner(mutex_);
        if (!is_greeted) ++greeted_operations_;
        is_greeted = true;
        for (const auto& result : request.results()) results.push_back(result);
      }
      wake_.notify_all();
    }
    const std::lock_guard inner(mutex_);
    is_done = true;
    wake_.notify_all();
  });
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [&] { return is_done || !outgoing_.empty(); });
    if (is_done) break;
    v1::PerformOperationsResponse response;
    while (!outgoing_.empty()) {
      *response.add_operations() = std::move(outgoing_.front());
      outgoing_.pop_front();
    }
    lock.unlock();
    stream->Write(response);
    lock.lock();
  }
  lock.unlock();
  reader.join();
  return grpc::Status::OK;
}

}  // namespace entente::sdk::testing
