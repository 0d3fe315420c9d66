#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <grpcpp/grpcpp.h>

#include "connectors/sdk/connector.h"
#include "entente/connector/v1/connector.grpc.pb.h"

namespace entente::sdk::testing {

// An engine as a connector sees it: opens sessions, takes changes, hands out operations. Acknowledges at once unless told not to.
// Thread-safe. Every wait gives up after some seconds and answers false.
class FakeEngine : public v1::ConnectorService::Service {
 public:
  FakeEngine();
  ~FakeEngine() override;

  std::string address() const { return address_; }

  // What OpenSession answers from now on.
  void SetOpening(v1::OpenSessionResponse opening);
  void Refuse(grpc::Status status);
  void SetAcknowledging(bool on);

  void SendOperations(std::vector<v1::Operation> operations);
  // Ends the session that is open with this status, at its next heartbeat.
  void EndStreams(grpc::Status status);

  bool Await(const std::function<bool()>& condition);
  // Waits until this many sessions were opened and greeted on both streams.
  bool AwaitSessions(int count);
  bool AwaitResult(std::uint64_t id, v1::OperationResult* result);

  // With the lock held by Await(), or when nothing runs any more.
  std::vector<v1::ReportChangesRequest> batches;
  std::vector<v1::OperationResult> results;
  std::vector<v1::OpenSessionRequest> openings;
  std::vector<std::string> tokens;
  // Openings that were only asked about, or that told why the system cannot be described; neither opens anything.
  std::vector<v1::OpenSessionRequest> asked;
  std::vector<v1::OpenSessionRequest> troubles;
  int refused = 0;

  grpc::Status OpenSession(grpc::ServerContext* context, const v1::OpenSessionRequest* request, v1::OpenSessionResponse* response) override;
  grpc::Status ReportChanges(grpc::ServerContext* context,
                             grpc::ServerReaderWriter<v1::ReportChangesResponse, v1::ReportChangesRequest>* stream) override;
  grpc::Status PerformOperations(grpc::ServerContext* context,
                                 grpc::ServerReaderWriter<v1::PerformOperationsResponse, v1::PerformOperationsRequest>* stream) override;

 private:
  std::mutex mutex_;
  std::condition_variable wake_;
  v1::OpenSessionResponse opening_;
  grpc::Status refusal_;
  bool acknowledging_ = true;
  std::deque<v1::Operation> outgoing_;
  int generation_ = 0;
  grpc::Status ending_;
  int greeted_changes_ = 0;
  int greeted_operations_ = 0;
  std::string address_;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace entente::sdk::testing
