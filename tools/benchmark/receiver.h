#pragma once

#include <grpcpp/grpcpp.h>

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "entente/connector/v1/connector.grpc.pb.h"

namespace entente::benchmark {

namespace v1 = ::entente::connector::v1;

// What a listing or a poll brought.
struct Intake {
  std::uint64_t records = 0;
  std::uint64_t bytes = 0;   // of the messages
  std::uint64_t messages = 0;
  double seconds = 0;        // from asking to the last message
  std::uint64_t calls = 0;   // the connector made to its system meanwhile, as it counts them
};

// The engine's end of the connector protocol and nothing behind it: it opens every session, acknowledges every batch at once and keeps none.
// What a connector costs is measured against it. One session at a time; List and Poll are for one thread.
class Receiver final : public v1::ConnectorService::Service {
 public:
  // Listens on a free loopback port. `credits`: unacknowledged records a connector may have under way.
  explicit Receiver(std::uint32_t credits);
  ~Receiver() override;

  const std::string& address() const { return address_; }

  // A connector has opened a session and greeted on both streams. `is_alive` is asked meanwhile: UNAVAILABLE when it says no.
  absl::Status AwaitSession(const std::function<bool()>& is_alive, absl::Duration at_most);
  // The session's number of a resource; 0 when its catalogue has none of this name.
  std::uint32_t NumberOf(const std::string& resource);

  // A full listing, and a poll from where the last one ended. An error when the connector breaks it off.
  absl::StatusOr<Intake> List(const std::string& resource, v1::FeedMode mode, const std::function<bool()>& is_alive, absl::Duration at_most);
  absl::StatusOr<Intake> Poll(const std::string& resource, const std::function<bool()>& is_alive, absl::Duration at_most);

  grpc::Status OpenSession(grpc::ServerContext* context, const v1::OpenSessionRequest* request, v1::OpenSessionResponse* response) override;
  grpc::Status ReportChanges(grpc::ServerContext* context, grpc::ServerReaderWriter<v1::ReportChangesResponse, v1::ReportChangesRequest>* stream) override;
  grpc::Status PerformOperations(grpc::ServerContext* context,
                                 grpc::ServerReaderWriter<v1::PerformOperationsResponse, v1::PerformOperationsRequest>* stream) override;

 private:
  using OperationStream = grpc::ServerReaderWriter<v1::PerformOperationsResponse, v1::PerformOperationsRequest>;

  absl::StatusOr<Intake> Ask(v1::Operation operation, const std::function<bool()>& is_alive, absl::Duration at_most);
  void Take(const v1::ReportChangesRequest& request);

  const std::uint32_t credits_;
  std::unique_ptr<grpc::Server> server_;
  std::string address_;
  std::mutex mutex_;
  std::condition_variable moved_;
  v1::Catalogue catalogue_;
  OperationStream* operations_ = nullptr;
  bool is_feeding_ = false;
  std::uint64_t sessions_ = 0;
  std::uint64_t last_id_ = 0;
  // Of what is under way.
  Intake intake_;
  std::uint64_t calls_ = 0;   // of the session
  bool is_done_ = false;
  absl::Time ended_;
  std::string trouble_;
};

}  // namespace entente::benchmark
