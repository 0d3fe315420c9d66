#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "engine/core/decimal.h"

namespace entente::sandbox::sage {

// One cell of the company database: NULL, an integer or text. Decimals and dates are text there, so they are text here:
// "12.500000", "2026-11-22 00:00:00". A plain value.
class Value {
 public:
  Value() = default;
  Value(std::int64_t number) : data_(number) {}           // NOLINT: cells are written as literals everywhere
  Value(int number) : data_(std::int64_t{number}) {}      // NOLINT
  Value(std::string text) : data_(std::move(text)) {}     // NOLINT
  Value(const char* text) : data_(std::string(text)) {}   // NOLINT
  Value(std::string_view text) : data_(std::string(text)) {}  // NOLINT
  Value(const Decimal& number) : data_(number.ToFixed(6)) {}  // NOLINT

  bool is_null() const { return std::holds_alternative<std::monostate>(data_); }
  bool is_integer() const { return std::holds_alternative<std::int64_t>(data_); }
  bool is_text() const { return std::holds_alternative<std::string>(data_); }
  std::int64_t integer() const { return is_integer() ? std::get<std::int64_t>(data_) : 0; }
  // The text, or the digits of an integer, or "" for NULL.
  std::string text() const;

  friend bool operator==(const Value&, const Value&) = default;

 private:
  std::variant<std::monostate, std::int64_t, std::string> data_;
};

// A row by column name. Columns not read are absent; the accessors answer the empty value for them, as Sage treats NULL, '' and 0.
class Row {
 public:
  Row() = default;
  Row(std::initializer_list<std::pair<const std::string, Value>> cells) : cells_(cells) {}

  bool Has(std::string_view column) const { return cells_.find(column) != cells_.end(); }
  const Value& At(std::string_view column) const;
  // Text without trailing spaces; "" for NULL.
  std::string Text(std::string_view column) const;
  std::int64_t Int(std::string_view column) const;
  // 0 for NULL, '' and anything that is no number.
  Decimal Number(std::string_view column) const;
  Row& Set(std::string_view column, Value value);
  void Erase(std::string_view column);
  bool empty() const { return cells_.empty(); }

  auto begin() const { return cells_.begin(); }
  auto end() const { return cells_.end(); }

  friend bool operator==(const Row&, const Row&) = default;

 private:
  std::map<std::string, Value, std::less<>> cells_;
};

}  // namespace entente::sandbox::sage
