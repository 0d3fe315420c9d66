#include "engine/language/expression/arithmetic.h"

#include <algorithm>
#include <limits>

#include "engine/core/calendar.h"

namespace entente {
namespace {

constexpr std::int64_t kIntMin = std::numeric_limits<std::int64_t>::min();

std::string Named(const Value& value) { return std::string(value.TypeName()); }

Fault Mismatch(Operator op, const Value& left, const Value& right) {
  const std::string sign(SpellingOf(op));
  if (left.IsNull()) return {"the value left of '" + sign + "' is null; use coalesce() or ask blank() first"};
  if (right.IsNull()) return {"the value right of '" + sign + "' is null; use coalesce() or ask blank() first"};
  return {"'" + sign + "' is not defined for " + Named(left) + " and " + Named(right) + "; convert one of them, with string(), int() or decimal()"};
}

Outcome Calculated(Operator op, std::int64_t left, std::int64_t right) {
  std::int64_t result = 0;
  bool overflows = false;
  if ((op == Operator::kDivide || op == Operator::kRemainder) && right == 0) return Fault{"division by zero"};
  switch (op) {
    case Operator::kAdd: overflows = __builtin_add_overflow(left, right, &result); break;
    case Operator::kSubtract: overflows = __builtin_sub_overflow(left, right, &result); break;
    case Operator::kMultiply: overflows = __builtin_mul_overflow(left, right, &result); break;
    case Operator::kDivide:
      overflows = left == kIntMin && right == -1;
      if (!overflows) result = left / right;
      break;
    default: result = right == -1 ? 0 : left % right; break;
  }
  if (overflows) return Fault{"the result is larger than an int; calculate with decimals, such as 1.0"};
  return Value(result);
}

Outcome Calculated(Operator op, const Decimal& left, const Decimal& right) {
  if (op == Operator::kRemainder) return Fault{"'%' is defined for int only"};
  if (op == Operator::kDivide && right.IsZero()) return Fault{"division by zero"};
  std::optional<Decimal> result;
  switch (op) {
    case Operator::kAdd: result = Decimal::Add(left, right); break;
    case Operator::kSubtract: result = Decimal::Subtract(left, right); break;
    case Operator::kMultiply: result = Decimal::Multiply(left, right); break;
    default: result = Decimal::Divide(left, right, Decimal::kScaleMax, Rounding::kHalfEven); break;
  }
  if (!result) return Fault{"the result has more digits than a decimal holds (36, 18 of them after the point); use round() on the way"};
  return Value(*result);
}

template <typename Whole>
Outcome Moved(Operator op, std::int64_t left, std::int64_t right) {
  std::int64_t micros = 0;
  const bool overflows = op == Operator::kAdd ? __builtin_add_overflow(left, right, &micros) : __builtin_sub_overflow(left, right, &micros);
  if (overflows) return Fault{"the result lies outside the range of time"};
  return InRange(Whole{micros});
}

Outcome MovedDate(Operator op, Date date, Duration duration) {
  if (duration.micros % kMicrosPerDay != 0) return Fault{"a date moves by whole days only; use timestamp(date) for a part of a day"};
  const std::int64_t days = duration.micros / kMicrosPerDay;
  const std::int64_t moved = op == Operator::kAdd ? date.days + days : date.days - days;
  if (moved < std::numeric_limits<std::int32_t>::min() || moved > std::numeric_limits<std::int32_t>::max()) return Fault{"the result lies outside the range of time"};
  return InRange(Date{static_cast<std::int32_t>(moved)});
}

// Times and durations; empty when the two are none.
std::optional<Outcome> CalculatedTime(Operator op, const Value& left, const Value& right) {
  const bool is_sum = op == Operator::kAdd;
  if (!is_sum && op != Operator::kSubtract) return std::nullopt;
  const auto* right_duration = right.As<Duration>();
  if (const auto* moment = left.As<Timestamp>()) {
    if (right_duration) return Moved<Timestamp>(op, moment->micros, right_duration->micros);
    if (const auto* other = right.As<Timestamp>(); other && !is_sum) return Moved<Duration>(op, moment->micros, other->micros);
  }
  if (const auto* date = left.As<Date>()) {
    if (right_duration) return MovedDate(op, *date, *right_duration);
    if (const auto* other = right.As<Date>(); other && !is_sum) {
      return Moved<Duration>(op, MidnightOf(*date).micros, MidnightOf(*other).micros);
    }
  }
  if (const auto* duration = left.As<Duration>()) {
    if (right_duration) return Moved<Duration>(op, duration->micros, right_duration->micros);
    if (is_sum && (right.As<Timestamp>() || right.As<Date>())) return Calculate(op, right, left);
  }
  return std::nullopt;
}

std::optional<Value> Joined(const Value& left, const Value& right) {
  if (const auto* a = left.As<std::string>()) {
    if (const auto* b = right.As<std::string>()) return Value(*a + *b);
  }
  if (const auto* a = left.As<Bytes>()) {
    if (const auto* b = right.As<Bytes>()) return Value(Bytes{a->data + b->data});
  }
  if (const auto* a = left.As<List>()) {
    if (const auto* b = right.As<List>()) {
      List both = *a;
      both.insert(both.end(), b->begin(), b->end());
      return Value(std::move(both));
    }
  }
  return std::nullopt;
}

template <typename T>
bool Order(const Value& left, const Value& right, std::optional<std::strong_ordering>* order) {
  const T* a = left.As<T>();
  const T* b = right.As<T>();
  if (a && b) *order = *a <=> *b;
  return a && b;
}

}  // namespace

bool IsInRange(Timestamp moment) {
  static const Timestamp kFirst = MidnightOf(*FromCivil({1, 1, 1}));
  static const Timestamp kLast = Later(MidnightOf(*FromCivil({9999, 12, 31})), kMicrosPerDay - 1);
  return kFirst <= moment && moment <= kLast;
}

bool IsInRange(Duration duration) {
  constexpr std::int64_t kMicrosMax = std::numeric_limits<std::int64_t>::max() / 1000;
  return -kMicrosMax <= duration.micros && duration.micros <= kMicrosMax;
}

bool IsInRange(Date date) { return IsInRange(MidnightOf(date)); }

std::optional<Decimal> AsDecimal(const Value& value) {
  if (const auto* number = value.As<std::int64_t>()) return Decimal::FromInt(*number);
  if (const auto* number = value.As<Decimal>()) return *number;
  return std::nullopt;
}

Outcome Calculate(Operator op, const Value& left, const Value& right) {
  const auto* left_int = left.As<std::int64_t>();
  const auto* right_int = right.As<std::int64_t>();
  if (left_int && right_int) return Calculated(op, *left_int, *right_int);
  const auto left_number = AsDecimal(left);
  const auto right_number = AsDecimal(right);
  if (left_number && right_number) return Calculated(op, *left_number, *right_number);
  if (op == Operator::kAdd) {
    if (auto joined = Joined(left, right)) return *std::move(joined);
  }
  if (auto time = CalculatedTime(op, left, right)) return *std::move(time);
  return Mismatch(op, left, right);
}

Outcome Negate(const Value& value) {
  if (const auto* number = value.As<std::int64_t>()) return Calculated(Operator::kSubtract, std::int64_t{0}, *number);
  if (const auto* number = value.As<Decimal>()) return Value(number->Negated());
  if (const auto* duration = value.As<Duration>()) return Moved<Duration>(Operator::kSubtract, 0, duration->micros);
  if (value.IsNull()) return Fault{"the value after '-' is null; use coalesce() or ask blank() first"};
  return Fault{"'-' is not defined for " + Named(value)};
}

bool AreEqual(const Value& left, const Value& right) {
  // Most comparisons: no number on either side, or two ints.
  const auto* left_int = left.As<std::int64_t>();
  const auto* right_int = right.As<std::int64_t>();
  if (left_int && right_int) return *left_int == *right_int;
  const auto* left_text = left.As<std::string>();
  if (left_text) return right.As<std::string>() && *left_text == *right.As<std::string>();
  const auto left_number = AsDecimal(left);
  const auto right_number = AsDecimal(right);
  if (left_number && right_number) return *left_number == *right_number;
  const auto* left_list = left.As<List>();
  const auto* right_list = right.As<List>();
  if (left_list && right_list) {
    if (left_list->size() != right_list->size()) return false;
    for (std::size_t i = 0; i < left_list->size(); ++i) {
      if (!AreEqual((*left_list)[i], (*right_list)[i])) return false;
    }
    return true;
  }
  const auto same_entry = [](const auto& a, const auto& b) { return a.first == b.first && AreEqual(a.second, b.second); };
  const auto* left_map = left.As<Map>();
  const auto* right_map = right.As<Map>();
  if (left_map && right_map) return std::equal(left_map->begin(), left_map->end(), right_map->begin(), right_map->end(), same_entry);
  const auto* left_table = left.As<Table>();
  const auto* right_table = right.As<Table>();
  if (left_table && right_table) return std::equal(left_table->begin(), left_table->end(), right_table->begin(), right_table->end(), same_entry);
  return left == right;
}

std::optional<std::strong_ordering> Compare(const Value& left, const Value& right) {
  std::optional<std::strong_ordering> order;
  if (Order<std::int64_t>(left, right, &order)) return order;
  const auto left_number = AsDecimal(left);
  const auto right_number = AsDecimal(right);
  if (left_number && right_number) return *left_number <=> *right_number;
  const bool is_ordered = Order<std::string>(left, right, &order) || Order<Date>(left, right, &order) || Order<Timestamp>(left, right, &order) ||
                          Order<Duration>(left, right, &order) || Order<bool>(left, right, &order) || Order<Bytes>(left, right, &order);
  return is_ordered ? order : std::nullopt;
}

Outcome CompareBy(Operator op, const Value& left, const Value& right) {
  const auto order = Compare(left, right);
  if (!order) return Mismatch(op, left, right);
  switch (op) {
    case Operator::kLess: return Value(*order < 0);
    case Operator::kLessOrEqual: return Value(*order <= 0);
    case Operator::kGreater: return Value(*order > 0);
    default: return Value(*order >= 0);
  }
}

}  // namespace entente
