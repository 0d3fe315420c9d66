#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "connectors/sdk/connector.h"
#include "connectors/sdk/values.h"

namespace entente::sdk::testing {

// A connector that does what its test says. By default: one resource "things" (number 1) with a text field, three records.
class ScriptedConnector : public Connector {
 public:
  std::function<absl::Status(const std::string& cursor, ChangeSink& sink)> on_poll;
  std::function<absl::Status(ChangeSink& sink)> on_list;
  std::function<void(std::vector<v1::Operation>, const std::function<bool()>&, const std::function<void(v1::OperationResult)>&)> on_perform;
  std::function<absl::Status()> on_describe;
  std::atomic<int> described{0};
  std::atomic<int> under_way{0};
  SequenceCounter* sequence = nullptr;

  static v1::Change Record(const std::string& key, SequenceCounter* counter) {
    v1::Change change;
    change.set_resource(1);
    change.set_key(key);
    change.set_kind(v1::Change::CONTENT);
    change.set_read_seq(counter->Next());
    auto* field = change.add_fields();
    field->set_field(1);
    *field->mutable_value() = Text("value of " + key);
    return change;
  }

  static v1::OperationResult Done(const v1::Operation& operation, std::uint64_t seq) {
    v1::OperationResult result;
    result.set_id(operation.id());
    result.set_seq(seq);
    result.mutable_receipt()->set_observation(v1::Receipt::UNOBSERVED);
    result.mutable_receipt()->mutable_change()->set_resource(operation.resource());
    result.mutable_receipt()->mutable_change()->set_key(operation.key().empty() ? "new" : operation.key());
    return result;
  }

  absl::StatusOr<v1::OpenSessionRequest> Describe() override {
    ++described;
    if (on_describe) {
      if (auto status = on_describe(); !status.ok()) return status;
    }
    v1::OpenSessionRequest out;
    out.set_system("script");
    out.set_product("Script");
    out.set_version("1");
    out.set_company_id("c");
    out.mutable_catalogue()->set_version("1");
    auto* resource = out.mutable_catalogue()->add_resources();
    resource->set_number(1);
    resource->set_name("things");
    auto* field = resource->add_fields();
    field->set_number(1);
    field->set_name("text");
    field->set_type(v1::Field::TEXT);
    field->set_writable(true);
    return out;
  }

  absl::Status Begin(const SessionPlan&, SequenceCounter* counter) override {
    sequence = counter;
    return absl::OkStatus();
  }

  absl::Status Poll(const std::string&, const std::string& cursor, ChangeSink& sink) override {
    return on_poll ? on_poll(cursor, sink) : absl::OkStatus();
  }

  absl::Status List(const std::string&, v1::FeedMode, ChangeSink& sink) override {
    if (on_list) return on_list(sink);
    v1::ReportChangesRequest batch;
    for (const char* key : {"a", "b", "c"}) *batch.add_changes() = Record(key, sequence);
    batch.set_cursor_after("listed");
    return sink.Send(batch);
  }

  void Perform(std::vector<v1::Operation> operations, const std::function<bool()>& may_start,
               const std::function<void(v1::OperationResult)>& done) override {
    ++under_way;
    if (on_perform) {
      on_perform(std::move(operations), may_start, done);
    } else {
      for (const auto& operation : operations) {
        if (operation.verb() == v1::Operation::READ) {
          v1::OperationResult result;
          result.set_id(operation.id());
          result.set_seq(sequence->Next());
          *result.mutable_found()->add_changes() = Record(operation.key(), sequence);
          done(result);
        } else {
          done(Done(operation, sequence->Next()));
        }
      }
    }
    --under_way;
  }

  v1::Statistics Statistics() const override { return {}; }
};

}  // namespace entente::sdk::testing
