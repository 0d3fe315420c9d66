#include "engine/language/expression/arithmetic.h"
#include "engine/language/expression/function.h"

namespace entente {
namespace {

using Kind = Type::Kind;
using Arguments = std::span<const Value* const>;

constexpr TypeSet kNumber = SetOf(Kind::kInt, Kind::kDecimal);
constexpr TypeSet kOrdered = SetOf(Kind::kInt, Kind::kDecimal, Kind::kText, Kind::kDate, Kind::kTimestamp, Kind::kDuration, Kind::kBool);

std::optional<int> PlacesAt(Arguments arguments, std::size_t i) {
  if (arguments.size() <= i) return 0;
  const std::int64_t places = *arguments[i]->As<std::int64_t>();
  if (places < 0 || places > Decimal::kScaleMax) return std::nullopt;
  return static_cast<int>(places);
}

// round(number[, places]): half away from zero.
Outcome Round(Arguments arguments) {
  const auto places = PlacesAt(arguments, 1);
  if (!places) return Fault{"round() takes 0 to 18 places"};
  return Value(AsDecimal(*arguments[0])->Rounded(*places));
}

template <Rounding rounding>
Outcome Whole(Arguments arguments) {
  const auto whole = AsDecimal(*arguments[0])->Rounded(0, rounding).ToInt();
  if (!whole) return Fault{"the number is larger than an int"};
  return Value(*whole);
}

Outcome Ceil(Arguments arguments) {
  const auto whole = AsDecimal(*arguments[0])->Negated().Rounded(0, Rounding::kFloor).Negated().ToInt();
  if (!whole) return Fault{"the number is larger than an int"};
  return Value(*whole);
}

Outcome Absolute(Arguments arguments) {
  if (const auto* number = arguments[0]->As<Decimal>()) return Value(number->Absolute());
  return *arguments[0]->As<std::int64_t>() < 0 ? Negate(*arguments[0]) : Outcome(*arguments[0]);
}

// Of the arguments, or of the one list given.
Outcome Extreme(Arguments arguments, bool wants_least) {
  std::vector<const Value*> candidates(arguments.begin(), arguments.end());
  if (const auto* list = arguments[0]->As<List>(); list && arguments.size() == 1) {
    candidates.clear();
    for (const Value& item : *list) candidates.push_back(&item);
    if (candidates.empty()) return Value();
  }
  const Value* best = nullptr;
  for (const Value* candidate : candidates) {
    const auto order = best ? Compare(*candidate, *best) : Compare(*candidate, *candidate);
    if (!order) return Fault{std::string(wants_least ? "min()" : "max()") + " cannot compare " + std::string(candidate->TypeName()) + " with the others; leave nulls out with filter()"};
    if (!best || (wants_least ? *order < 0 : *order > 0)) best = candidate;
  }
  return *best;
}
Outcome Least(Arguments arguments) { return Extreme(arguments, true); }
Outcome Greatest(Arguments arguments) { return Extreme(arguments, false); }

Type ExtremeType(std::span<const Type> types) {
  if (types.size() == 1) return types[0].Is(Kind::kList) ? types[0].element() : types[0];
  Type joined = types[0];
  for (const Type& type : types) joined = Type::Join(joined, type).value_or(Type());
  return joined;
}

Outcome Sum(Arguments arguments) {
  Outcome total = Value(0);
  for (const Value& item : *arguments[0]->As<List>()) {
    if (!AsDecimal(item)) return Fault{"sum() found " + std::string(item.TypeName()) + " in the list; leave it out with filter()"};
    total = Calculate(Operator::kAdd, std::get<Value>(total), item);
    if (std::holds_alternative<Fault>(total)) break;
  }
  return total;
}

}  // namespace

void AddNumberFunctions(std::vector<Function>* functions) {
  const auto add = [functions](std::string_view name, Outcome (*call)(Arguments), std::vector<TypeSet> allowed, int min, int max,
                               Type (*result)(std::span<const Type>)) {
    functions->push_back({name, min, max, std::move(allowed), result, call, Function::OnNull::kNull});
  };
  add("round", Round, {kNumber, SetOf(Kind::kInt)}, 1, 2, Gives<Kind::kDecimal>);
  add("floor", Whole<Rounding::kFloor>, {kNumber}, 1, 1, Gives<Kind::kInt>);
  add("ceil", Ceil, {kNumber}, 1, 1, Gives<Kind::kInt>);
  add("abs", Absolute, {kNumber}, 1, 1, GivesFirst);
  add("min", Least, {kOrdered | SetOf(Kind::kList), kOrdered}, 1, -1, ExtremeType);
  add("max", Greatest, {kOrdered | SetOf(Kind::kList), kOrdered}, 1, -1, ExtremeType);
  add("sum", Sum, {SetOf(Kind::kList)}, 1, 1, [](std::span<const Type> types) { return types[0].element().IsNumber() ? types[0].element() : Type(); });
}

}  // namespace entente
