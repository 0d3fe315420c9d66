#include "connectors/sdk/values.h"

#include <algorithm>

namespace entente::sdk {

v1::Value NullValue() { return {}; }

v1::Value BoolValue(bool value) {
  v1::Value out;
  out.set_bool_value(value);
  return out;
}

v1::Value IntValue(std::int64_t value) {
  v1::Value out;
  out.set_int_value(value);
  return out;
}

v1::Value Text(std::string_view text) {
  v1::Value out;
  out.set_text_value(std::string(text));
  return out;
}

v1::Value DecimalValue(std::string_view canonical) {
  v1::Value out;
  out.set_decimal_value(std::string(canonical));
  return out;
}

v1::Value BytesValue(std::string_view bytes) {
  v1::Value out;
  out.set_bytes_value(std::string(bytes));
  return out;
}

v1::Value DateValue(std::int32_t days_since_1970) {
  v1::Value out;
  out.set_date_value(days_since_1970);
  return out;
}

v1::Value TimestampValue(std::int64_t micros_since_1970) {
  v1::Value out;
  out.set_timestamp_value(micros_since_1970);
  return out;
}

v1::Value Ref(std::string_view resource, std::string_view key) {
  v1::Value out;
  out.mutable_reference_value()->set_resource(std::string(resource));
  out.mutable_reference_value()->set_key(std::string(key));
  return out;
}

v1::Value ListOf(std::vector<v1::Value> values) {
  v1::Value out;
  auto* list = out.mutable_list_value();
  for (auto& value : values) *list->add_values() = std::move(value);
  return out;
}

v1::Value MapOf(std::vector<std::pair<std::string, v1::Value>> entries) {
  std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  v1::Value out;
  auto* map = out.mutable_map_value();
  for (auto& [name, value] : entries) {
    if (IsNull(value)) continue;
    auto* entry = map->add_entries();
    entry->set_name(std::move(name));
    *entry->mutable_value() = std::move(value);
  }
  return out;
}

bool IsNull(const v1::Value& value) { return value.kind_case() == v1::Value::KIND_NOT_SET; }

namespace {

bool SameLists(const v1::ListValue& left, const v1::ListValue& right) {
  return std::equal(left.values().begin(), left.values().end(), right.values().begin(), right.values().end(), Same);
}

bool SameMaps(const v1::MapValue& left, const v1::MapValue& right) {
  return std::equal(left.entries().begin(), left.entries().end(), right.entries().begin(), right.entries().end(),
                    [](const auto& a, const auto& b) { return a.name() == b.name() && Same(a.value(), b.value()); });
}

}  // namespace

bool Same(const v1::Value& left, const v1::Value& right) {
  if (left.kind_case() != right.kind_case()) return false;
  switch (left.kind_case()) {
    case v1::Value::KIND_NOT_SET: return true;
    case v1::Value::kBoolValue: return left.bool_value() == right.bool_value();
    case v1::Value::kIntValue: return left.int_value() == right.int_value();
    case v1::Value::kDecimalValue: return left.decimal_value() == right.decimal_value();
    case v1::Value::kTextValue: return left.text_value() == right.text_value();
    case v1::Value::kBytesValue: return left.bytes_value() == right.bytes_value();
    case v1::Value::kDateValue: return left.date_value() == right.date_value();
    case v1::Value::kTimestampValue: return left.timestamp_value() == right.timestamp_value();
    case v1::Value::kReferenceValue:
      return left.reference_value().resource() == right.reference_value().resource() &&
             left.reference_value().key() == right.reference_value().key();
    case v1::Value::kListValue: return SameLists(left.list_value(), right.list_value());
    case v1::Value::kMapValue: return SameMaps(left.map_value(), right.map_value());
    case v1::Value::kBlobValue: return left.blob_value().digest() == right.blob_value().digest();
  }
  return false;
}

const v1::Value* FindEntry(const v1::Value& map, std::string_view name) {
  if (map.kind_case() != v1::Value::kMapValue) return nullptr;
  for (const auto& entry : map.map_value().entries()) {
    if (entry.name() == name) return &entry.value();
  }
  return nullptr;
}

}  // namespace entente::sdk
