#include "connectors/sage100/rows.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"
#include "absl/time/civil_time.h"
#include "connectors/sage100/company_time.h"
#include "connectors/sdk/decimal_text.h"

namespace entente::sage100 {
namespace {

const odbc::Cell kNull;

}  // namespace

Rows::Rows(const std::vector<std::string>& columns) {
  for (std::size_t i = 0; i < columns.size(); ++i) columns_.emplace(columns[i], i);
}

Row Rows::operator[](std::size_t index) const { return Row(*this, index); }

const odbc::Cell& Row::Raw(std::string_view column) const {
  const auto found = rows_->columns_.find(column);
  return found == rows_->columns_.end() ? kNull : rows_->rows_[index_][found->second];
}

std::optional<std::string> Row::Text(std::string_view column) const { return Trimmed(Raw(column)); }

std::optional<std::int64_t> Row::Int(std::string_view column) const {
  const odbc::Cell& cell = Raw(column);
  if (!cell.has_value()) return std::nullopt;
  const auto canonical = sdk::CanonicalInteger(*cell);
  std::int64_t value = 0;
  if (!canonical.has_value() || !absl::SimpleAtoi(*canonical, &value)) return std::nullopt;
  return value;
}

std::optional<std::string> Row::Decimal(std::string_view column) const {
  const odbc::Cell& cell = Raw(column);
  return cell.has_value() ? sdk::CanonicalDecimal(*cell) : std::nullopt;
}

std::optional<std::string> Trimmed(const odbc::Cell& cell) {
  if (!cell.has_value()) return std::nullopt;
  const std::size_t end = cell->find_last_not_of(' ');
  if (end == std::string::npos) return std::nullopt;
  return cell->substr(0, end + 1);
}

std::optional<std::int32_t> DayOf(const odbc::Cell& cell) {
  if (!cell.has_value()) return std::nullopt;
  const auto local = ParseLocal(*cell);
  if (!local.has_value()) return std::nullopt;
  const absl::CivilDay day(*local);
  if (day == absl::CivilDay(1753, 1, 1) || day == absl::CivilDay(1900, 1, 1)) return std::nullopt;
  return static_cast<std::int32_t>(day - absl::CivilDay(1970, 1, 1));
}

std::string DayText(std::int32_t days_since_1970) {
  const absl::CivilDay day = absl::CivilDay(1970, 1, 1) + days_since_1970;
  return absl::StrFormat("%04d-%02d-%02d", day.year(), day.month(), day.day());
}

}  // namespace entente::sage100
