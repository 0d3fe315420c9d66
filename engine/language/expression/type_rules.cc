#include "engine/language/expression/type_rules.h"

#include <iterator>

#include "engine/language/expression/function.h"

namespace entente {
namespace {

using Kind = Type::Kind;

struct Word {
  std::string_view word;
  std::string_view type;
};
constexpr Word kWords[] = {{"bool", "bool"},
                           {"int", "int"},
                           {"decimal", "decimal"},
                           {"string", "string"},
                           {"bytes", "bytes"},
                           {"date", "date"},
                           {"timestamp", "google.protobuf.Timestamp"},
                           {"google.protobuf.Timestamp", "google.protobuf.Timestamp"},
                           {"duration", "google.protobuf.Duration"},
                           {"google.protobuf.Duration", "google.protobuf.Duration"},
                           {"list", "list"},
                           {"map", "map"},
                           {"null_type", "null_type"},
                           {"type", "type"},
                           {"reference", "reference"},
                           {"link", "link"},
                           {"blob", "blob"}};

}  // namespace

bool IsOrdered(const Type& type) {
  static constexpr TypeSet kOrdered =
      SetOf(Kind::kDyn, Kind::kBool, Kind::kInt, Kind::kDecimal, Kind::kText, Kind::kBytes, Kind::kDate, Kind::kTimestamp, Kind::kDuration);
  return (kOrdered & SetOf(type.kind())) != 0;
}

std::optional<Type> ArithmeticType(Operator op, const Type& left, const Type& right) {
  if (left.Is(Kind::kNull) || right.Is(Kind::kNull)) return std::nullopt;
  if (left.Is(Kind::kDyn) || right.Is(Kind::kDyn)) return Type();
  if (op == Operator::kRemainder && !(left.Is(Kind::kInt) && right.Is(Kind::kInt))) return std::nullopt;
  if (left.IsNumber() && right.IsNumber()) return Type::Join(left, right);
  const bool is_sum = op == Operator::kAdd;
  if (!is_sum && op != Operator::kSubtract) return std::nullopt;
  const bool is_time = left.Is(Kind::kTimestamp) || left.Is(Kind::kDate);
  if (is_time && right.Is(Kind::kDuration)) return left;
  if (is_time && !is_sum && left.Is(right.kind())) return Type(Kind::kDuration);
  if (left.Is(Kind::kDuration) && right.Is(Kind::kDuration)) return left;
  if (!is_sum) return std::nullopt;
  if (left.Is(Kind::kDuration) && (right.Is(Kind::kTimestamp) || right.Is(Kind::kDate))) return right;
  if (left.Is(right.kind()) && (left.Is(Kind::kText) || left.Is(Kind::kBytes) || left.Is(Kind::kList))) return Type::Join(left, right);
  return std::nullopt;
}

bool MayBeKey(const Type& type) {
  static constexpr TypeSet kKeys = SetOf(Kind::kDyn, Kind::kText, Kind::kInt, Kind::kBool);
  return (kKeys & SetOf(type.kind())) != 0;
}

std::string_view TypeNamedBy(std::string_view word) {
  for (const Word& known : kWords) {
    if (known.word == word) return known.type;
  }
  return "";
}

std::string_view NameOfTypeOf(const Value& value) {
  const std::string_view name = value.TypeName();
  if (name == "text") return "string";
  if (name == "null") return "null_type";
  return TypeNamedBy(name);
}

}  // namespace entente
