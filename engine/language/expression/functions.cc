#include "engine/language/expression/function.h"

#include <algorithm>
#include <iterator>

namespace entente {
namespace {

const std::vector<Function>& Functions() {
  static const std::vector<Function> functions = [] {
    std::vector<Function> all;
    AddTextFunctions(&all);
    AddNumberFunctions(&all);
    AddTimeFunctions(&all);
    AddListFunctions(&all);
    AddConversions(&all);
    std::sort(all.begin(), all.end(), [](const Function& a, const Function& b) { return a.name < b.name; });
    return all;
  }();
  return functions;
}

using Kind = Type::Kind;

// In the order of Value::Variant.
constexpr Kind kKinds[] = {Kind::kNull, Kind::kBool, Kind::kInt,  Kind::kDecimal, Kind::kText, Kind::kBytes,    Kind::kDate, Kind::kTimestamp,
                           Kind::kReference, Kind::kLink, Kind::kBlob, Kind::kList, Kind::kMap, Kind::kDuration, Kind::kMap};
static_assert(std::size(kKinds) == std::variant_size_v<Value::Variant>);

}  // namespace

Type::Kind KindOf(const Value& value) { return kKinds[value.variant().index()]; }

const Function* FindFunction(std::string_view name) {
  const auto& all = Functions();
  const auto found = std::lower_bound(all.begin(), all.end(), name, [](const Function& function, std::string_view wanted) { return function.name < wanted; });
  return found != all.end() && found->name == name ? &*found : nullptr;
}

std::vector<std::string> FunctionNames() {
  std::vector<std::string> names;
  for (const Function& function : Functions()) names.emplace_back(function.name);
  return names;
}

}  // namespace entente
