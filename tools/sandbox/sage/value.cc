#include "tools/sandbox/sage/value.h"

namespace entente::sandbox::sage {

std::string Value::text() const {
  if (is_text()) return std::get<std::string>(data_);
  return is_integer() ? std::to_string(integer()) : std::string();
}

const Value& Row::At(std::string_view column) const {
  static const Value kNull;
  const auto found = cells_.find(column);
  return found == cells_.end() ? kNull : found->second;
}

std::string Row::Text(std::string_view column) const {
  std::string text = At(column).text();
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

std::int64_t Row::Int(std::string_view column) const {
  const Value& value = At(column);
  if (!value.is_text()) return value.integer();
  return Number(column).ToInt().value_or(0);
}

Decimal Row::Number(std::string_view column) const { return Decimal::Parse(At(column).text()).value_or(Decimal()); }

Row& Row::Set(std::string_view column, Value value) {
  cells_.insert_or_assign(std::string(column), std::move(value));
  return *this;
}

void Row::Erase(std::string_view column) {
  const auto found = cells_.find(column);
  if (found != cells_.end()) cells_.erase(found);
}

}  // namespace entente::sandbox::sage
