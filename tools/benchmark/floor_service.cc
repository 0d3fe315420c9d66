#include "tools/benchmark/floor_service.h"

#include <memory>
#include <utility>

#include "tools/benchmark/floor_words.h"

namespace entente::benchmark {
namespace {

std::size_t SideOf(const std::string& session) { return session == "left" ? 0 : 1; }

// The bytes kept of a record: an operation with its fields alone. `fields` are as before afterwards.
std::string BytesOf(google::protobuf::RepeatedPtrField<v1::FieldValue>* fields) {
  v1::Operation only;
  only.mutable_fields()->Swap(fields);
  std::string bytes = only.SerializeAsString();
  only.mutable_fields()->Swap(fields);
  return bytes;
}

bool Same(const v1::Value& one, const v1::Value& other) {
  if (one.kind_case() != other.kind_case()) return false;
  switch (one.kind_case()) {
    case v1::Value::kTextValue: return one.text_value() == other.text_value();
    case v1::Value::kDecimalValue: return one.decimal_value() == other.decimal_value();
    case v1::Value::kIntValue: return one.int_value() == other.int_value();
    case v1::Value::kDateValue: return one.date_value() == other.date_value();
    default: return one.SerializeAsString() == other.SerializeAsString();
  }
}

// Leaves in `fields` what differs from `base`. Both hold the same fields in the same order.
void KeepDifferences(const v1::Operation& base, google::protobuf::RepeatedPtrField<v1::FieldValue>* fields) {
  int kept = 0;
  for (int i = 0; i < fields->size(); ++i) {
    if (i < base.fields_size() && Same(base.fields(i).value(), fields->Get(i).value())) continue;
    fields->SwapElements(kept++, i);
  }
  fields->DeleteSubrange(kept, fields->size() - kept);
}

}  // namespace

grpc::Status FloorService::ReportChanges(grpc::ServerContext*, ChangeStream* stream) {
  v1::ReportChangesRequest request;
  std::size_t side = 0;
  while (stream->Read(&request)) {
    side = SideOf(request.session_id());
    {
      const std::lock_guard lock(ends_[side].mutex);
      ends_[side].changes = stream;
    }
    if (!Take(side, &request)) break;
  }
  const std::lock_guard lock(ends_[side].mutex);
  ends_[side].changes = nullptr;
  return grpc::Status::OK;
}

bool FloorService::Take(std::size_t side, v1::ReportChangesRequest* request) {
  if (request->listing_id() == kCompare) {
    if (request->listing_begins()) walks_[side] = state_.Begin();
    for (v1::Change& change : *request->mutable_changes()) {
      if (!walks_[side]->Matches(change.key(), FloorState::DigestOf(BytesOf(change.mutable_fields())))) return false;
    }
    return Acknowledge(side, request->batch());
  }
  if (request->listing_id() == kLose) {
    std::vector<std::string> keys;
    for (const v1::Change& change : request->changes()) keys.push_back(change.key());
    for (const std::string& base : state_.Get(keys)) {
      if (base.empty()) return false;
    }
    return Acknowledge(side, request->batch());
  }
  if (request->changes().empty()) return Acknowledge(side, request->batch());
  return Forward(side, request);
}

bool FloorService::Forward(std::size_t side, v1::ReportChangesRequest* request) {
  const bool is_load = request->listing_id() == kLoad;
  Pending pending;
  pending.batch = request->batch();
  std::vector<std::string> keys;
  v1::PerformOperationsResponse out;
  for (v1::Change& change : *request->mutable_changes()) {
    pending.entries.push_back({change.key(), BytesOf(change.mutable_fields())});
    keys.push_back(change.key());
    v1::Operation* operation = out.add_operations();
    operation->set_id(request->batch());
    operation->set_resource(change.resource());
    operation->set_verb(is_load ? v1::Operation::CREATE : v1::Operation::UPDATE);
    operation->set_key(change.key());
    operation->mutable_fields()->Swap(change.mutable_fields());
  }
  if (!is_load) {
    const std::vector<std::string> bases = state_.Get(keys);
    v1::Operation base;
    for (int i = 0; i < out.operations_size(); ++i) {
      base.ParseFromString(bases[static_cast<std::size_t>(i)]);
      KeepDifferences(base, out.mutable_operations(i)->mutable_fields());
    }
  }
  if (request->listing_id() == kIntent && !state_.Put({{"intent", pending.entries.front().bytes}}).ok()) return false;
  End& other = ends_[1 - side];
  OperationStream* stream = nullptr;
  {
    const std::lock_guard lock(other.mutex);
    other.pending.push_back(std::move(pending));
    stream = other.operations;
  }
  // Written without the lock: only this thread writes here, and the other end's answers must be taken meanwhile.
  return stream != nullptr && stream->Write(out);
}

bool FloorService::Acknowledge(std::size_t side, std::uint64_t batch) {
  v1::ReportChangesResponse response;
  response.set_batch_durable(batch);
  End& end = ends_[side];
  const std::lock_guard lock(end.mutex);
  return end.changes != nullptr && end.changes->Write(response);
}

grpc::Status FloorService::PerformOperations(grpc::ServerContext*, OperationStream* stream) {
  v1::PerformOperationsRequest request;
  std::size_t side = 0;
  while (stream->Read(&request)) {
    side = SideOf(request.session_id());
    Pending pending;
    {
      End& end = ends_[side];
      const std::lock_guard lock(end.mutex);
      end.operations = stream;
      if (request.results().empty()) {
        // The greeting is answered, so that the end knows that it is known.
        stream->Write(v1::PerformOperationsResponse());
        continue;
      }
      pending = std::move(end.pending.front());
      end.pending.pop_front();
    }
    if (!state_.Put(pending.entries).ok() || !Acknowledge(1 - side, pending.batch)) break;
  }
  const std::lock_guard lock(ends_[side].mutex);
  ends_[side].operations = nullptr;
  return grpc::Status::OK;
}

}  // namespace entente::benchmark
