#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "entente/connector/v1/connector.pb.h"

// Makers of protocol values, so that a connector reads as what it says.
namespace entente::sdk {

namespace v1 = ::entente::connector::v1;

v1::Value NullValue();
v1::Value BoolValue(bool value);
v1::Value IntValue(std::int64_t value);
v1::Value Text(std::string_view text);
// REQUIRES: `canonical` is canonical decimal text (decimal_text.h makes it so).
v1::Value DecimalValue(std::string_view canonical);
v1::Value BytesValue(std::string_view bytes);
v1::Value DateValue(std::int32_t days_since_1970);
v1::Value TimestampValue(std::int64_t micros_since_1970);
v1::Value Ref(std::string_view resource, std::string_view key);
v1::Value ListOf(std::vector<v1::Value> values);
// Sorts the entries by name; null values are left out.
v1::Value MapOf(std::vector<std::pair<std::string, v1::Value>> entries);

bool IsNull(const v1::Value& value);

// Equal kind and content; an unset value equals null.
bool Same(const v1::Value& left, const v1::Value& right);

// The entry of a map value by name; null pointer when absent or when `map` is no map.
const v1::Value* FindEntry(const v1::Value& map, std::string_view name);

}  // namespace entente::sdk
