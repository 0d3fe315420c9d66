#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "engine/core/value.h"

namespace entente {

// The canonical bytes of values: equal values have equal bytes, different values different ones, on every machine and in every version.
// What is stored and digested is written so; the form must never change, a new type takes a new tag.
//
//   value     tag byte, then
//     0 null            1 false, 2 true          3 int: zigzag varint
//     4 decimal: scale byte, zigzag varint of the digits
//     5 text, 6 bytes: varint size, bytes        7 date, 8 timestamp, 14 duration: zigzag varint
//     9 reference: resource, key (each varint size, bytes)
//     10 link: varint                            11 blob: digest, zigzag varint size, media type
//     12 list: varint count, values              13 map: varint count, (varint size, name, value) by ascending name
//     15 map with keys that are not all text: varint count, (key as a value, value), keys ascending: bools, ints, texts
//   fields    as a map without its tag; a null field is written, so that what was encoded comes back
//   varint    seven bits a byte, lowest first, shortest form only
//
// Values nest at most kNestingMax levels. Pure; any thread.
inline constexpr int kNestingMax = 64;

void AppendValue(const Value& value, std::string* out);
// As AppendValue() of the text.
void AppendText(std::string_view text, std::string* out);
void AppendFields(const Fields& fields, std::string* out);
std::string EncodeValue(const Value& value);
std::string EncodeFields(const Fields& fields);

// DATA_LOSS when the bytes are not exactly one canonical encoding.
absl::StatusOr<Value> DecodeValue(std::string_view bytes);
absl::StatusOr<Fields> DecodeFields(std::string_view bytes);

// Reads one from the front and moves past it; what follows is the caller's.
absl::StatusOr<Value> TakeValue(std::string_view* bytes);
absl::StatusOr<Fields> TakeFields(std::string_view* bytes);

}  // namespace entente
