#include <limits>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "tools/sandbox/sage/company_database.h"
#include "tools/sandbox/sage/refusal.h"
#include "tools/sandbox/sage/text_fit.h"

// What a column accepts: CompanyDatabase::Fitted.
namespace entente::sandbox::sage {
namespace {

constexpr int kItemReferenceLength = 18;  // varchar(19), 18 usable

absl::Status DoesNotFit(const std::string& field, const std::string& why) {
  return Refuse({.code = "VALUE_DOES_NOT_FIT", .text = absl::StrCat(field, " ", why), .field = field});
}

absl::StatusOr<Value> FittedInteger(const Column& column, const Value& value) {
  std::int64_t number = value.integer();
  if (value.is_text() && !value.text().empty() && !absl::SimpleAtoi(value.text(), &number)) {
    return DoesNotFit(column.name, "takes a whole number");
  }
  const bool is_small = column.type == ColumnType::kSmall;
  const std::int64_t limit = is_small ? std::numeric_limits<std::int16_t>::max() : std::numeric_limits<std::int32_t>::max();
  if (number > limit || number < -limit - 1) return DoesNotFit(column.name, "is out of the range of its column");
  return Value(number);
}

absl::StatusOr<Value> FittedNumeric(const Column& column, const Value& value) {
  const std::optional<Decimal> number = value.text().empty() ? Decimal() : Decimal::Parse(value.text());
  if (!number.has_value()) return DoesNotFit(column.name, "takes a decimal number");
  const std::string text = number->ToFixed(6);
  if (text.size() > 26) return DoesNotFit(column.name, "has more than 18 digits before the point");
  return Value(text);
}

bool IsDigits(std::string_view text) {
  for (const char c : text) {
    if (!absl::ascii_isdigit(static_cast<unsigned char>(c))) return false;
  }
  return !text.empty();
}

absl::StatusOr<Value> FittedDate(const Column& column, const Value& value) {
  const std::string text = value.text();
  if (text.empty()) return Value("1753-01-01 00:00:00");
  const bool is_day = text.size() >= 10 && IsDigits(text.substr(0, 4)) && text[4] == '-' && IsDigits(text.substr(5, 2)) && text[7] == '-' &&
                      IsDigits(text.substr(8, 2));
  absl::CivilSecond second;
  if (!is_day || !absl::ParseCivilTime(text.size() == 10 ? text + "T00:00:00" : text.substr(0, 10) + "T" + text.substr(11), &second)) {
    return DoesNotFit(column.name, "takes a date as YYYY-MM-DD");
  }
  if (second.year() < 1753) return DoesNotFit(column.name, "is before 1753");
  return Value(text.size() == 10 ? text + " 00:00:00" : text.substr(0, 10) + " " + text.substr(11));
}

absl::StatusOr<Value> FittedText(const Column& column, const Value& value) {
  const std::string text = value.text();
  const std::optional<int> length = LengthInCp1252(text);
  if (!length.has_value()) return DoesNotFit(column.name, "holds a character that code page 1252 lacks");
  const int limit = column.name == "AR_Ref" ? kItemReferenceLength : column.length;
  if (limit > 0 && *length > limit) {
    return DoesNotFit(column.name, absl::StrCat("has ", *length, " characters, its column takes ", limit));
  }
  return Value(text);
}

}  // namespace

absl::StatusOr<Value> CompanyDatabase::Fitted(const Column& column, const Value& value) const {
  if (value.is_null()) {
    if (column.is_required) return DoesNotFit(column.name, "is required");
    return value;
  }
  switch (column.type) {
    case ColumnType::kSmall:
    case ColumnType::kInteger:
      return FittedInteger(column, value);
    case ColumnType::kNumeric:
      return FittedNumeric(column, value);
    case ColumnType::kDate:
      return FittedDate(column, value);
    default:
      break;
  }
  SAGE_ASSIGN(Value text, FittedText(column, value));
  // A column that carries a foreign key is NULL when blank: '' would violate the key.
  if (column.is_null_when_unset && text.text().empty()) return Value();
  return text;
}

}  // namespace entente::sandbox::sage
