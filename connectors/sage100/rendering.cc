#include "connectors/sage100/rendering.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "connectors/sdk/values.h"

namespace entente::sage100 {
namespace {

v1::Value TextOrNull(const std::optional<std::string>& text) { return text.has_value() ? sdk::Text(*text) : sdk::NullValue(); }

Written Number(std::int64_t value) { return {Written::Kind::kNumber, absl::StrCat(value)}; }

absl::Status WrongType(const FieldSpec& field) {
  return absl::InvalidArgumentError(absl::StrCat(field.name, " was given a value of another type than the catalogue's"));
}

absl::StatusOr<Written> UnrenderReference(const FieldSpec& field, const v1::Value& value) {
  if (!value.has_reference_value()) return WrongType(field);
  const std::string& key = value.reference_value().key();
  if (field.rendering == Rendering::kTextReference) return Written{Written::Kind::kText, key};
  std::int64_t number = 0;
  if (!absl::SimpleAtoi(key, &number)) return WrongType(field);
  return Number(number);
}

}  // namespace

v1::Value Render(const FieldSpec& field, const Row& row, const Parameters& parameters) {
  switch (field.rendering) {
    case Rendering::kText: return TextOrNull(row.Text(field.name));
    case Rendering::kInt: {
      const auto value = row.Int(field.name);
      return value.has_value() ? sdk::IntValue(*value) : sdk::NullValue();
    }
    case Rendering::kFilledInt: {
      const std::int64_t value = row.Code(field.name);
      return value != 0 ? sdk::IntValue(value) : sdk::NullValue();
    }
    case Rendering::kDecimal: {
      const auto value = row.Decimal(field.name);
      return value.has_value() ? sdk::DecimalValue(*value) : sdk::NullValue();
    }
    case Rendering::kDate: {
      const auto day = DayOf(row.Raw(field.name));
      return day.has_value() ? sdk::DateValue(*day) : sdk::NullValue();
    }
    case Rendering::kTextReference: {
      const auto key = row.Text(field.name);
      return key.has_value() ? sdk::Ref(field.target, *key) : sdk::NullValue();
    }
    case Rendering::kNumberReference: {
      const std::int64_t value = row.Code(field.name);
      return value != 0 ? sdk::Ref(field.target, absl::StrCat(value)) : sdk::NullValue();
    }
    case Rendering::kLabel: return TextOrNull(parameters.LabelAt(field.labels, row.Code(field.name)));
    case Rendering::kCurrency: {
      const std::int64_t value = row.Code(field.name);
      return value != 0 ? TextOrNull(parameters.CurrencyAt(value)) : sdk::NullValue();
    }
    case Rendering::kMade: break;
  }
  return sdk::NullValue();
}

absl::StatusOr<Written> Unrender(const FieldSpec& field, const v1::Value& value, const Parameters& parameters) {
  const bool is_null = sdk::IsNull(value);
  switch (field.rendering) {
    case Rendering::kText:
      if (is_null) return Written{};
      if (!value.has_text_value()) return WrongType(field);
      return Written{Written::Kind::kText, value.text_value()};
    case Rendering::kInt:
    case Rendering::kFilledInt:
      if (is_null) return Number(0);
      if (!value.has_int_value()) return WrongType(field);
      return Number(value.int_value());
    case Rendering::kTextReference:
      if (is_null) return Written{};
      return UnrenderReference(field, value);
    case Rendering::kNumberReference:
      if (is_null) return Number(0);
      return UnrenderReference(field, value);
    case Rendering::kLabel: {
      if (is_null) return Number(0);
      if (!value.has_text_value()) return WrongType(field);
      const auto position = parameters.PositionOf(field.labels, value.text_value());
      if (!position.has_value()) {
        return absl::NotFoundError(absl::StrCat("the company has no such label for ", field.name,
                                                ": add it in Sage (company parameters), or map it to one of the existing labels"));
      }
      return Number(*position);
    }
    case Rendering::kDate:
      if (!value.has_date_value()) return WrongType(field);
      return Written{Written::Kind::kText, DayText(value.date_value())};
    case Rendering::kDecimal:
      if (!value.has_decimal_value()) return WrongType(field);
      return Written{Written::Kind::kText, value.decimal_value()};
    case Rendering::kCurrency:
    case Rendering::kMade: break;
  }
  return absl::InvalidArgumentError(absl::StrCat(field.name, " cannot be written to Sage"));
}

}  // namespace entente::sage100
