#include <algorithm>
#include <bit>

#include "engine/core/text.h"
#include "engine/language/expression/arithmetic.h"
#include "engine/language/expression/function.h"
#include "engine/language/expression/members.h"

namespace entente {
namespace {

using Kind = Type::Kind;
using Arguments = std::span<const Value* const>;

constexpr TypeSet kList = SetOf(Kind::kList);

bool IsNothing(const Value& value) {
  const auto* text = value.As<std::string>();
  return value.IsBlank() || (text && IsBlankText(*text));
}

// Characters, bytes, items or entries.
Outcome Size(Arguments arguments) {
  const Value& value = *arguments[0];
  std::size_t size = 0;
  if (const auto* text = value.As<std::string>()) size = CharacterCount(*text);
  if (const auto* bytes = value.As<Bytes>()) size = bytes->data.size();
  if (const auto* list = value.As<List>()) size = list->size();
  if (const auto* map = value.As<Map>()) size = map->size();
  if (const auto* table = value.As<Table>()) size = table->size();
  return Value(static_cast<std::int64_t>(size));
}

// The first argument that is not blank; the last one when all are.
Outcome Coalesce(Arguments arguments) {
  for (const Value* argument : arguments) {
    if (!IsNothing(*argument)) return *argument;
  }
  return *arguments.back();
}

Type CoalesceType(std::span<const Type> types) {
  Type joined = types[0];
  for (const Type& type : types) joined = Type::Join(joined, type).value_or(Type());
  return joined;
}

Outcome Blank(Arguments arguments) { return Value(IsNothing(*arguments[0])); }

Outcome First(Arguments arguments) {
  const List& list = *arguments[0]->As<List>();
  return list.empty() ? Value() : list.front();
}

Outcome Last(Arguments arguments) {
  const List& list = *arguments[0]->As<List>();
  return list.empty() ? Value() : list.back();
}

constexpr std::size_t kDistinctMax = 2000;

// Each value once, in the order of its first appearance.
Outcome Distinct(Arguments arguments) {
  List result;
  for (const Value& item : *arguments[0]->As<List>()) {
    const bool is_known = std::any_of(result.begin(), result.end(), [&](const Value& known) { return AreEqual(known, item); });
    if (!is_known) result.push_back(item);
    if (result.size() > kDistinctMax) return Fault{"distinct() is meant for at most 2000 different values"};
  }
  return Value(std::move(result));
}

// Each item may be compared with every other that was kept.
std::int64_t CostOfDistinct(Arguments arguments) {
  constexpr std::int64_t kEnough = std::int64_t{1} << 40;
  const std::size_t kept_max = std::min(arguments[0]->As<List>()->size(), kDistinctMax);
  return WeightOf(*arguments[0], kEnough) / 64 * static_cast<std::int64_t>(kept_max);
}

std::int64_t CostOfSort(Arguments arguments) {
  const std::size_t count = arguments[0]->As<List>()->size();
  return static_cast<std::int64_t>(count * static_cast<std::size_t>(std::bit_width(count)));
}

Outcome Sort(Arguments arguments) {
  List sorted = *arguments[0]->As<List>();
  for (const Value& item : sorted) {
    if (!Compare(item, sorted.front())) return Fault{"sort() cannot compare " + std::string(item.TypeName()) + " with " + std::string(sorted.front().TypeName())};
  }
  std::stable_sort(sorted.begin(), sorted.end(), [](const Value& a, const Value& b) { return *Compare(a, b) < 0; });
  return Value(std::move(sorted));
}

Type ElementType(std::span<const Type> types) { return types[0].element(); }

}  // namespace

void AddListFunctions(std::vector<Function>* functions) {
  const auto add = [functions](std::string_view name, Outcome (*call)(Arguments), TypeSet allowed, int max, Type (*result)(std::span<const Type>),
                               Function::OnNull on_null) {
    functions->push_back({name, 1, max, {allowed}, result, call, on_null});
    return &functions->back();
  };
  add("size", Size, SetOf(Kind::kText, Kind::kBytes, Kind::kList, Kind::kMap, Kind::kRecord), 1, Gives<Kind::kInt>, Function::OnNull::kZero);
  add("coalesce", Coalesce, kAnyType, -1, CoalesceType, Function::OnNull::kSees);
  add("blank", Blank, kAnyType, 1, Gives<Kind::kBool>, Function::OnNull::kSees);
  add("first", First, kList, 1, ElementType, Function::OnNull::kNull);
  add("last", Last, kList, 1, ElementType, Function::OnNull::kNull);
  add("distinct", Distinct, kList, 1, GivesFirst, Function::OnNull::kNull)->cost = CostOfDistinct;
  add("sort", Sort, kList, 1, GivesFirst, Function::OnNull::kNull)->cost = CostOfSort;
}

}  // namespace entente
