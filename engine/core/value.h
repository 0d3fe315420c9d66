#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "engine/core/decimal.h"
#include "engine/core/named_map.h"

namespace entente {

class Value;

struct Null {
  friend bool operator==(const Null&, const Null&) = default;
};

// Days since 1970-01-01.
struct Date {
  std::int32_t days = 0;
  friend auto operator<=>(const Date&, const Date&) = default;
};

// Microseconds since 1970-01-01T00:00:00Z.
struct Timestamp {
  std::int64_t micros = 0;
  friend auto operator<=>(const Timestamp&, const Timestamp&) = default;
};

// A length of time in microseconds; only expressions make it, no field holds it.
struct Duration {
  std::int64_t micros = 0;
  friend auto operator<=>(const Duration&, const Duration&) = default;
};

// A record of one system, named as the system itself refers to it.
struct Reference {
  std::string resource;
  std::string key;
  friend auto operator<=>(const Reference&, const Reference&) = default;
};

// A reference translated by the engine: the link behind it.
struct LinkReference {
  std::uint64_t link = 0;
  friend auto operator<=>(const LinkReference&, const LinkReference&) = default;
};

struct Bytes {
  std::string data;
  friend auto operator<=>(const Bytes&, const Bytes&) = default;
};

// Content that travels beside the record.
struct Blob {
  std::string digest;
  std::int64_t size_bytes = 0;
  std::string media_type;
  friend auto operator<=>(const Blob&, const Blob&) = default;
};

using List = std::vector<Value>;
using Map = NamedMap<Value>;

// A map with at least one key that is a bool or an int; one whose keys are all text is a Map. Only expressions make it, no field holds it.
using TableKey = std::variant<bool, std::int64_t, std::string>;
using Table = std::map<TableKey, Value>;

// One value of a field: never a floating point number.
//
// A plain value with value equality: 1 and "1" differ, decimal 1 and int 1 differ (the catalogue types a field).
// List and Map hold values in turn.
class Value {
 public:
  using Variant = std::variant<Null, bool, std::int64_t, Decimal, std::string, Bytes, Date, Timestamp, Reference, LinkReference, Blob,
                               List, Map, Duration, Table>;

  Value() = default;
  Value(Null) {}
  Value(bool v) : v_(v) {}
  Value(int v) : v_(std::int64_t{v}) {}
  Value(std::int64_t v) : v_(v) {}
  Value(Decimal v) : v_(v) {}
  Value(const char* v) : v_(std::string(v)) {}
  Value(std::string_view v) : v_(std::string(v)) {}
  Value(std::string v) : v_(std::move(v)) {}
  Value(Bytes v) : v_(std::move(v)) {}
  Value(Date v) : v_(v) {}
  Value(Timestamp v) : v_(v) {}
  Value(Reference v) : v_(std::move(v)) {}
  Value(LinkReference v) : v_(v) {}
  Value(Blob v) : v_(std::move(v)) {}
  Value(List v) : v_(std::move(v)) {}
  Value(Map v) : v_(std::move(v)) {}
  Value(Duration v) : v_(v) {}
  Value(Table v) : v_(std::move(v)) {}
  // A pointer would otherwise become a bool.
  template <typename T>
  Value(T*) = delete;

  bool IsNull() const { return std::holds_alternative<Null>(v_); }
  // Null, empty text, empty list or empty map.
  bool IsBlank() const;
  template <typename T>
  const T* As() const { return std::get_if<T>(&v_); }
  template <typename T>
  T* As() { return std::get_if<T>(&v_); }
  const Variant& variant() const { return v_; }

  // The text, or empty when this is not text.
  std::string_view TextOrEmpty() const;
  // "text", "int", "decimal" …: the word of messages and packs.
  std::string_view TypeName() const;
  // For people and logs of structure; never used for comparison or storage.
  std::string ToDisplay() const;

  friend bool operator==(const Value& a, const Value& b);

 private:
  Variant v_;
};

// Fields of one record by name. A field that is absent is null.
using Fields = NamedMap<Value>;

// The field's value, or null.
const Value& FieldOf(const Fields& fields, std::string_view name);

}  // namespace entente
