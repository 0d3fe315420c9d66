#include "tests/connectors/sage100_harness.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "connectors/sage100/rows.h"
#include "connectors/sdk/record_builder.h"
#include "connectors/sdk/values.h"

namespace entente::sage100::testing {

std::vector<v1::Change> KeepingSink::changes() const {
  std::vector<v1::Change> out;
  for (const auto& batch : batches) out.insert(out.end(), batch.changes().begin(), batch.changes().end());
  return out;
}

std::vector<std::string> KeepingSink::keys() const {
  std::vector<std::string> out;
  for (const v1::Change& change : changes()) out.push_back(change.key());
  return out;
}

std::string KeepingSink::cursor() const { return batches.empty() ? "" : batches.back().cursor_after(); }

Harness::Harness(Sage100Config config) : timer_(sdk::MakeManualTimer()) {
  connector_ = std::make_unique<SageConnector>(std::move(config), *timer_);
}

void Harness::Open(const sdk::SessionPlan& plan) {
  auto described = connector_->Describe();
  ASSERT_TRUE(described.ok()) << described.status();
  opened_ = *std::move(described);
  catalogue_ = std::make_unique<sdk::CatalogueView>(opened_.catalogue());
  ASSERT_TRUE(connector_->Begin(plan, &counter_).ok());
}

KeepingSink Harness::List(const std::string& resource, v1::FeedMode mode) {
  KeepingSink sink;
  const absl::Status status = connector_->List(resource, mode, sink);
  EXPECT_TRUE(status.ok()) << status;
  return sink;
}

KeepingSink Harness::Poll(const std::string& resource, const std::string& cursor) {
  KeepingSink sink;
  const absl::Status status = connector_->Poll(resource, cursor, sink);
  EXPECT_TRUE(status.ok()) << status;
  return sink;
}

absl::Status Harness::PollStatus(const std::string& resource, const std::string& cursor) {
  KeepingSink sink;
  return connector_->Poll(resource, cursor, sink);
}

v1::OperationResult Harness::Do(v1::Operation operation) {
  std::vector<v1::OperationResult> results;
  connector_->Perform({std::move(operation)}, [] { return true; }, [&](v1::OperationResult result) { results.push_back(std::move(result)); });
  EXPECT_EQ(results.size(), 1u);
  return results.empty() ? v1::OperationResult() : results.front();
}

v1::Operation Harness::Operation(v1::Operation::Verb verb, const std::string& resource, const std::string& key,
                                 std::vector<std::pair<std::string, v1::Value>> fields) const {
  v1::Operation out;
  out.set_id(next_id_ + 1);
  out.set_resource(catalogue_->Find(resource)->number());
  out.set_verb(verb);
  out.set_key(key);
  out.set_epoch(1);
  for (auto& [name, value] : fields) {
    const v1::Field* field = catalogue_->FindField(out.resource(), name);
    if (field == nullptr) {
      ADD_FAILURE() << "no field " << name;
      continue;
    }
    auto* given = out.add_fields();
    given->set_field(field->number());
    *given->mutable_value() = value;
  }
  return out;
}

v1::Value Harness::Value(const v1::Change& change, const std::string& field) const {
  const v1::Field* described = catalogue_->FindField(change.resource(), field);
  const v1::Value* value = described == nullptr ? nullptr : sdk::FindValue(change.fields(), described->number());
  return value == nullptr ? v1::Value() : *value;
}

v1::Value Harness::Value(const google::protobuf::RepeatedPtrField<v1::FieldValue>& fields, const std::string& resource,
                         const std::string& field) const {
  const v1::Field* described = catalogue_->FindField(catalogue_->Find(resource)->number(), field);
  const v1::Value* value = described == nullptr ? nullptr : sdk::FindValue(fields, described->number());
  return value == nullptr ? v1::Value() : *value;
}

std::string Harness::Text(const v1::Change& change, const std::string& field) const { return Show(Value(change, field)); }

Sage100Config ConfigFor(const std::string& connection_string) {
  Sage100Config config;
  config.connection_string = connection_string;
  config.gateway_url = "http://127.0.0.1:1";
  config.gateway_token = "token";
  config.gateway_timeout = absl::Seconds(5);
  config.settle_time = absl::Seconds(1);
  return config;
}

std::string Show(const v1::Value& value) {
  switch (value.kind_case()) {
    case v1::Value::kBoolValue: return value.bool_value() ? "true" : "false";
    case v1::Value::kIntValue: return absl::StrCat(value.int_value());
    case v1::Value::kDecimalValue: return value.decimal_value();
    case v1::Value::kTextValue: return value.text_value();
    case v1::Value::kDateValue: return DayText(value.date_value());
    case v1::Value::kTimestampValue: return absl::StrCat(value.timestamp_value());
    case v1::Value::kReferenceValue: return absl::StrCat(value.reference_value().resource(), ":", value.reference_value().key());
    case v1::Value::kListValue: {
      std::vector<std::string> parts;
      for (const v1::Value& element : value.list_value().values()) parts.push_back(Show(element));
      return absl::StrCat("[", absl::StrJoin(parts, ", "), "]");
    }
    case v1::Value::kMapValue: {
      std::vector<std::string> parts;
      for (const auto& entry : value.map_value().entries()) parts.push_back(absl::StrCat(entry.name(), "=", Show(entry.value())));
      return absl::StrCat("{", absl::StrJoin(parts, ", "), "}");
    }
    default: return "null";
  }
}

std::string Entry(const v1::Value& list, int index, const std::string& name) {
  if (index >= list.list_value().values_size()) return "missing";
  const v1::Value* value = sdk::FindEntry(list.list_value().values(index), name);
  return value == nullptr ? "null" : Show(*value);
}

}  // namespace entente::sage100::testing
