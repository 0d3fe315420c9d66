#include "engine/rpc/wire_value.h"

#include <optional>
#include <utility>

#include "engine/core/canonical.h"
#include "engine/runtime/error.h"
#include "entente/connector/v1/connector.pb.h"

namespace entente {
namespace {

namespace v1 = ::entente::connector::v1;

absl::Status Malformed(const std::string& what) { return MakeError(absl::StatusCode::kInvalidArgument, "VALUE_MALFORMED", what); }

absl::Status Read(const v1::Value& wire, int depth, Value* value);

absl::Status ReadList(const v1::ListValue& wire, int depth, Value* value) {
  List list;
  list.reserve(static_cast<std::size_t>(wire.values_size()));
  for (const v1::Value& element : wire.values()) {
    if (absl::Status read = Read(element, depth + 1, &list.emplace_back()); !read.ok()) return read;
  }
  *value = Value(std::move(list));
  return absl::OkStatus();
}

absl::Status ReadMap(const v1::MapValue& wire, int depth, Value* value) {
  Map map;
  for (const v1::MapValue::Entry& entry : wire.entries()) {
    if (absl::Status read = Read(entry.value(), depth + 1, &map[entry.name()]); !read.ok()) return read;
  }
  *value = Value(std::move(map));
  return absl::OkStatus();
}

absl::Status Read(const v1::Value& wire, int depth, Value* value) {
  if (depth > kNestingMax) return Malformed("A value is nested deeper than 64 levels.");
  switch (wire.kind_case()) {
    case v1::Value::KIND_NOT_SET: *value = Value(); return absl::OkStatus();
    case v1::Value::kBoolValue: *value = Value(wire.bool_value()); return absl::OkStatus();
    case v1::Value::kIntValue: *value = Value(std::int64_t{wire.int_value()}); return absl::OkStatus();
    case v1::Value::kTextValue: *value = Value(wire.text_value()); return absl::OkStatus();
    case v1::Value::kBytesValue: *value = Value(Bytes{wire.bytes_value()}); return absl::OkStatus();
    case v1::Value::kDateValue: *value = Value(Date{wire.date_value()}); return absl::OkStatus();
    case v1::Value::kTimestampValue: *value = Value(Timestamp{wire.timestamp_value()}); return absl::OkStatus();
    case v1::Value::kReferenceValue:
      *value = Value(Reference{wire.reference_value().resource(), wire.reference_value().key()});
      return absl::OkStatus();
    case v1::Value::kBlobValue:
      *value = Value(Blob{wire.blob_value().digest(), wire.blob_value().size_bytes(), wire.blob_value().media_type()});
      return absl::OkStatus();
    case v1::Value::kListValue: return ReadList(wire.list_value(), depth, value);
    case v1::Value::kMapValue: return ReadMap(wire.map_value(), depth, value);
    case v1::Value::kDecimalValue: {
      const std::optional<Decimal> decimal = Decimal::Parse(wire.decimal_value());
      if (!decimal) return Malformed("A decimal value is not a decimal number of at most 36 digits.");
      *value = Value(*decimal);
      return absl::OkStatus();
    }
  }
  return Malformed("A value has a kind this engine does not know. Update the engine.");
}

struct Writer {
  v1::Value* wire;
  void operator()(const Null&) const { wire->Clear(); }
  void operator()(bool value) const { wire->set_bool_value(value); }
  void operator()(std::int64_t value) const { wire->set_int_value(value); }
  void operator()(const Decimal& value) const { wire->set_decimal_value(value.ToString()); }
  void operator()(const std::string& value) const { wire->set_text_value(value); }
  void operator()(const Bytes& value) const { wire->set_bytes_value(value.data); }
  void operator()(const Date& value) const { wire->set_date_value(value.days); }
  void operator()(const Timestamp& value) const { wire->set_timestamp_value(value.micros); }
  void operator()(const Duration&) const { wire->Clear(); }
  void operator()(const Table&) const { wire->Clear(); }
  void operator()(const Reference& value) const {
    wire->mutable_reference_value()->set_resource(value.resource);
    wire->mutable_reference_value()->set_key(value.key);
  }
  void operator()(const LinkReference&) const { wire->Clear(); }
  void operator()(const Blob& value) const {
    wire->mutable_blob_value()->set_digest(value.digest);
    wire->mutable_blob_value()->set_size_bytes(value.size_bytes);
    wire->mutable_blob_value()->set_media_type(value.media_type);
  }
  void operator()(const List& list) const {
    wire->mutable_list_value();
    for (const Value& element : list) ToWire(element, wire->mutable_list_value()->add_values());
  }
  void operator()(const Map& map) const {
    wire->mutable_map_value();
    for (const auto& [name, value] : map) {
      v1::MapValue::Entry* entry = wire->mutable_map_value()->add_entries();
      entry->set_name(name);
      ToWire(value, entry->mutable_value());
    }
  }
};

}  // namespace

absl::Status FromWire(const v1::Value& wire, Value* value) { return Read(wire, 0, value); }

void ToWire(const Value& value, v1::Value* wire) { std::visit(Writer{wire}, value.variant()); }

}  // namespace entente
