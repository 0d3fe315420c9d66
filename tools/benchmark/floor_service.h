#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "entente/connector/v1/connector.grpc.pb.h"
#include "tools/benchmark/floor_state.h"

namespace entente::benchmark {

namespace v1 = ::entente::connector::v1;

// The barest engine that keeps its promise: what comes from one side goes to the other, and is acknowledged once the other side has
// answered and one batch is synced. It takes no decision (floor_words.h). Speaks the messages of the connector protocol, so that the
// bytes are the engine's own. The ends name themselves "left" and "right" in `session_id`; nothing is opened. Does not own `state`.
class FloorService final : public v1::ConnectorService::Service {
 public:
  explicit FloorService(FloorState& state) : state_(state) {}

  grpc::Status ReportChanges(grpc::ServerContext* context, grpc::ServerReaderWriter<v1::ReportChangesResponse, v1::ReportChangesRequest>* stream) override;
  grpc::Status PerformOperations(grpc::ServerContext* context,
                                 grpc::ServerReaderWriter<v1::PerformOperationsResponse, v1::PerformOperationsRequest>* stream) override;

 private:
  using ChangeStream = grpc::ServerReaderWriter<v1::ReportChangesResponse, v1::ReportChangesRequest>;
  using OperationStream = grpc::ServerReaderWriter<v1::PerformOperationsResponse, v1::PerformOperationsRequest>;

  // A batch on its way to the other side.
  struct Pending {
    std::uint64_t batch = 0;
    std::vector<FloorState::Entry> entries;
  };
  struct End {
    std::mutex mutex;
    ChangeStream* changes = nullptr;
    OperationStream* operations = nullptr;
    std::deque<Pending> pending;  // sent to this end, in order
  };

  bool Take(std::size_t side, v1::ReportChangesRequest* request);
  bool Forward(std::size_t side, v1::ReportChangesRequest* request);
  bool Acknowledge(std::size_t side, std::uint64_t batch);

  FloorState& state_;
  std::array<End, 2> ends_;
  std::array<std::unique_ptr<FloorState::Walk>, 2> walks_;
};

}  // namespace entente::benchmark
