// Codecs: a message of the connector protocol to what the pipeline takes and back, a link to its stored bytes and back.
#include "engine/pipeline/event.h"
#include "engine/store/codec.h"
#include "tools/benchmark/micro_records.h"
#include "tools/benchmark/person.h"

namespace entente::micro {
namespace {

// Records a message, as connectors send them.
constexpr std::size_t kMessage = 512;
static_assert(kRecords % kMessage == 0);

std::vector<std::string> Messages() {
  std::vector<std::string> out;
  for (std::size_t first = 0; first < kRecords; first += kMessage) {
    v1::ReportChangesRequest request;
    request.set_session_id("micro");
    request.set_batch(out.size() + 1);
    request.set_mode(v1::LISTING);
    request.set_resource("people");
    for (std::size_t i = 0; i < kMessage; ++i) *request.add_changes() = Records()[first + i].wire;
    out.push_back(request.SerializeAsString());
  }
  return out;
}

// Bytes of a stream to a batch of changes with their fields by name.
void DecodeMessage(::benchmark::State& state) {
  const std::vector<std::string> messages = Messages();
  std::size_t next = 0;
  std::size_t changes = 0;
  for (auto _ : state) {
    v1::ReportChangesRequest request;
    if (!request.ParseFromString(messages[next++ % messages.size()])) return state.SkipWithError("a message cannot be parsed");
    absl::StatusOr<FeedBatch> batch = Catalogue().ReadBatch(request);
    if (!batch.ok()) return state.SkipWithError("a batch cannot be read");
    changes += batch->changes.size();
    ::benchmark::DoNotOptimize(batch);
  }
  if (changes != static_cast<std::size_t>(state.iterations()) * kMessage) state.SkipWithError("changes were lost");
  Report(state, kMessage);
}
BENCHMARK(DecodeMessage)->Name("codec/wire_decode");

// What is to be written to bytes of a stream.
void EncodeMessage(::benchmark::State& state) {
  std::vector<OperationOut> operations;
  for (const Record& record : Records()) {
    OperationOut operation;
    operation.id = record.link.id;
    operation.kind = OperationKind::kWrite;
    operation.verb = Verb::kCreate;
    operation.resource = "people";
    operation.fields = record.fields;
    operation.idempotency_key = record.wire.key();
    operations.push_back(std::move(operation));
  }
  std::size_t next = 0;
  std::string bytes;
  for (auto _ : state) {
    v1::PerformOperationsResponse response;
    for (std::size_t i = 0; i < kMessage; ++i) {
      if (!Catalogue().WriteOperation(operations[next++ % kRecords], response.add_operations()).ok()) return state.SkipWithError("an operation cannot be written");
    }
    response.SerializeToString(&bytes);
    ::benchmark::DoNotOptimize(bytes);
  }
  Report(state, kMessage);
}
BENCHMARK(EncodeMessage)->Name("codec/wire_encode");

void EncodeLink(::benchmark::State& state) {
  Rounds rounds;
  for (auto _ : state) ::benchmark::DoNotOptimize(store::EncodeLink(rounds.Next().link));
  Report(state, 1);
}
BENCHMARK(EncodeLink)->Name("codec/link_encode");

void DecodeLink(::benchmark::State& state) {
  std::vector<std::string> stored;
  double bytes = 0;
  for (const Record& record : Records()) {
    stored.push_back(store::EncodeLink(record.link));
    bytes += static_cast<double>(stored.back().size());
  }
  std::size_t next = 0;
  for (auto _ : state) {
    const std::size_t index = next++ % kRecords;
    absl::StatusOr<Link> link = store::DecodeLink(index + 1, stored[index]);
    if (!link.ok()) return state.SkipWithError("a link cannot be read");
    ::benchmark::DoNotOptimize(link);
  }
  Report(state, 1);
  state.counters["stored_bytes"] = bytes / static_cast<double>(kRecords);
}
BENCHMARK(DecodeLink)->Name("codec/link_decode");

}  // namespace
}  // namespace entente::micro
