#include "engine/core/text.h"
#include "engine/language/expression/arithmetic.h"
#include "engine/language/expression/function.h"
#include "engine/language/expression/type_rules.h"

namespace entente {
namespace {

using Kind = Type::Kind;
using Arguments = std::span<const Value* const>;

constexpr TypeSet kText = SetOf(Kind::kText);

Outcome ToDecimal(Arguments arguments) {
  if (const auto number = AsDecimal(*arguments[0])) return Value(*number);
  const auto number = Decimal::Parse(Trim(arguments[0]->TextOrEmpty()));
  if (!number) return Fault{"a text is not a number; decimal() reads digits with a point, such as -12.50"};
  return Value(*number);
}

// Towards zero, as CEL has it; floor() and round() say which way.
Outcome ToInt(Arguments arguments) {
  const Value& value = *arguments[0];
  if (value.As<std::int64_t>()) return value;
  if (const auto* moment = value.As<Timestamp>()) {
    const std::int64_t seconds = moment->micros / 1'000'000;
    return Value(seconds - (moment->micros % 1'000'000 < 0 ? 1 : 0));
  }
  std::optional<Decimal> number;
  if (const auto* decimal = value.As<Decimal>()) number = decimal->Rounded(0, Rounding::kDown);
  if (const auto* text = value.As<std::string>()) {
    number = Decimal::Parse(Trim(*text));
    if (!number || text->find('.') != std::string::npos) return Fault{"a text is not a whole number; int() reads digits only, such as -12"};
  }
  const auto whole = number ? number->ToInt() : std::nullopt;
  if (!whole) return Fault{"the number is larger than an int"};
  return Value(*whole);
}

Outcome ToText(Arguments arguments) {
  const auto* bytes = arguments[0]->As<Bytes>();
  if (!bytes) return Value(arguments[0]->ToDisplay());
  if (!IsValidUtf8(bytes->data)) return Fault{"the bytes are not UTF-8 text"};
  return Value(bytes->data);
}

Outcome ToBytes(Arguments arguments) {
  const auto* text = arguments[0]->As<std::string>();
  return text ? Value(Bytes{*text}) : *arguments[0];
}

Outcome ToBool(Arguments arguments) {
  if (arguments[0]->As<bool>()) return *arguments[0];
  const std::string_view text = arguments[0]->TextOrEmpty();
  for (const std::string_view yes : {"true", "True", "TRUE", "t", "1"}) {
    if (text == yes) return Value(true);
  }
  for (const std::string_view no : {"false", "False", "FALSE", "f", "0"}) {
    if (text == no) return Value(false);
  }
  return Fault{"a text is neither true nor false"};
}

// The key a reference names its record by.
Outcome KeyOf(Arguments arguments) {
  const auto* reference = arguments[0]->As<Reference>();
  return Value(reference ? reference->key : std::string());
}

Outcome Same(Arguments arguments) { return *arguments[0]; }

// A type is told by its name. That of a type itself is found by the checker.
Outcome TypeOf(Arguments arguments) { return Value(NameOfTypeOf(*arguments[0])); }

}  // namespace

void AddConversions(std::vector<Function>* functions) {
  const auto add = [functions](std::string_view name, Outcome (*call)(Arguments), TypeSet allowed, Type (*result)(std::span<const Type>),
                               Function::OnNull on_null = Function::OnNull::kNull) {
    functions->push_back({name, 1, 1, {allowed}, result, call, on_null});
  };
  const TypeSet number = SetOf(Kind::kInt, Kind::kDecimal);
  add("decimal", ToDecimal, number | kText, Gives<Kind::kDecimal>);
  add("int", ToInt, number | kText | SetOf(Kind::kTimestamp), Gives<Kind::kInt>);
  add("string", ToText, number | kText | SetOf(Kind::kBool, Kind::kBytes, Kind::kDate, Kind::kTimestamp, Kind::kDuration), Gives<Kind::kText>);
  add("bytes", ToBytes, kText | SetOf(Kind::kBytes), Gives<Kind::kBytes>);
  add("bool", ToBool, kText | SetOf(Kind::kBool), Gives<Kind::kBool>);
  add("key", KeyOf, SetOf(Kind::kReference), Gives<Kind::kText>);
  add("dyn", Same, kAnyType, Gives<Kind::kDyn>, Function::OnNull::kSees);
  add("type", TypeOf, kAnyType, Gives<Kind::kType>, Function::OnNull::kSees);
}

}  // namespace entente
