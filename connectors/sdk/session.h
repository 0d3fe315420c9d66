#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "connectors/sdk/connector.h"
#include "entente/connector/v1/connector.grpc.pb.h"

namespace entente::sdk {

// The two streams of one open session: batches with credits and acknowledgements, operations with results, heartbeats, lease.
//
// Ends once, for good, with the status of the stream that ended first. Internal to the runner.
// Thread-safe. `stub` outlives the session. Destruction ends it and joins its threads.
class Session {
 public:
  // Called from the reading thread with operations as they arrive; must not block.
  using TakeOperations = std::function<void(std::vector<v1::Operation>)>;

  Session(v1::ConnectorService::StubInterface* stub, v1::OpenSessionResponse opened, const std::string& authorization,
          std::function<v1::Statistics()> statistics, std::uint32_t operations_max);
  ~Session();

  void Start(TakeOperations take);
  // Ends both streams; a later End changes nothing.
  void End(absl::Status why);
  bool ended() const { return ended_.load(); }
  void AwaitEnd();
  // Joins the threads. REQUIRES: the session ended. Afterwards nothing calls back.
  void Join();
  // Why the session ended; the reason is the stable word of the engine's error, when it gave one.
  absl::Status why() const;

  // Sends changes as one or more numbered batches, waiting for credits; `durable` is called once all of them are durable
  // (never when the session ends before). Marks and cursor travel on the right piece.
  absl::Status SendChanges(v1::ReportChangesRequest batch, std::function<void()> durable = {});

  void SendResult(v1::OperationResult result);

  // False when the engine was not heard for the lease, or the session ended.
  bool MayStart() const;
  // When the first write may start.
  bool WritesAllowed() const;
  absl::Duration UntilWritesAllowed() const;


  const v1::OpenSessionResponse& opened() const { return opened_; }

 private:
  using ChangeStream = ::grpc::ClientReaderWriterInterface<v1::ReportChangesRequest, v1::ReportChangesResponse>;
  using OperationStream = ::grpc::ClientReaderWriterInterface<v1::PerformOperationsRequest, v1::PerformOperationsResponse>;

  void ReadAcknowledgements();
  void ReadOperations();
  void WriteResults();
  void Beat();
  void Heard();
  absl::Duration SinceHeard() const;
  absl::Status SendPiece(v1::ReportChangesRequest piece, std::function<void()> durable);
  bool WriteBatch(const v1::ReportChangesRequest& request);

  const v1::OpenSessionResponse opened_;
  const std::uint32_t operations_max_;
  const std::function<v1::Statistics()> statistics_;
  const absl::Time opened_at_;

  ::grpc::ClientContext change_context_;
  ::grpc::ClientContext operation_context_;
  std::unique_ptr<ChangeStream> changes_;
  std::unique_ptr<OperationStream> operations_;
  TakeOperations take_;

  std::mutex change_write_;
  bool change_stream_closed_ = false;
  std::mutex operation_write_;
  bool operation_stream_closed_ = false;

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::atomic<bool> ended_{false};
  absl::Status why_;
  std::int64_t credits_ = 0;
  std::uint64_t last_batch_ = 0;
  struct Sent {
    std::int64_t changes = 0;
    std::function<void()> durable;
  };
  std::map<std::uint64_t, Sent> unacknowledged_;
  std::deque<v1::OperationResult> results_;
  std::atomic<std::int64_t> heard_at_nanos_{0};

  std::vector<std::thread> threads_;
};

// The engine's error as ours: code kept, message "REASON: sentence" when the error carried a reason.
absl::Status FromGrpc(const ::grpc::Status& status);

}  // namespace entente::sdk
