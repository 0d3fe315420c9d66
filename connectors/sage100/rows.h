#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/sage100/odbc.h"

namespace entente::sage100 {

class Row;

// A bounded page of fetched rows with named columns. Rows point into it.
class Rows {
 public:
  Rows() = default;
  explicit Rows(const std::vector<std::string>& columns);

  // Takes the cells, in the order of the columns.
  void Add(std::vector<odbc::Cell> cells) { rows_.push_back(std::move(cells)); }
  std::size_t size() const { return rows_.size(); }
  Row operator[](std::size_t index) const;

 private:
  friend class Row;
  std::map<std::string, std::size_t, std::less<>> columns_;
  std::vector<std::vector<odbc::Cell>> rows_;
};

// One row: its cells by column name, read by Sage's conventions. Valid while its Rows live unchanged.
class Row {
 public:
  Row(const Rows& rows, std::size_t index) : rows_(&rows), index_(index) {}

  bool Has(std::string_view column) const { return rows_->columns_.contains(column); }
  // As fetched; NULL also for a column that was not fetched.
  const odbc::Cell& Raw(std::string_view column) const;
  // Right-trimmed; empty for NULL and blank text.
  std::optional<std::string> Text(std::string_view column) const;
  // Empty for NULL and for what is no whole number.
  std::optional<std::int64_t> Int(std::string_view column) const;
  // Same, with 0 for empty.
  std::int64_t Code(std::string_view column) const { return Int(column).value_or(0); }
  // Canonical text; empty for NULL.
  std::optional<std::string> Decimal(std::string_view column) const;

 private:
  const Rows* rows_;
  std::size_t index_;
};

// Trims spaces from the right; empty for NULL and for blank text.
std::optional<std::string> Trimmed(const odbc::Cell& cell);

// Days since 1970-01-01; empty for NULL, blank, and the dates that mean "none" (1753-01-01, 1900-01-01).
std::optional<std::int32_t> DayOf(const odbc::Cell& cell);
// "2026-11-22"
std::string DayText(std::int32_t days_since_1970);

}  // namespace entente::sage100
