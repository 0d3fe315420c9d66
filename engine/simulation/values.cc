#include "engine/simulation/values.h"

#include "absl/strings/str_cat.h"

namespace entente::simulation {

std::string TextOf(const Value& value) {
  if (const auto* text = value.As<std::string>()) return *text;
  if (const auto* number = value.As<std::int64_t>()) return absl::StrCat(*number);
  return "";
}

void EachReference(Value& value, const std::function<void(Reference&)>& look) {
  if (auto* reference = value.As<Reference>()) return look(*reference);
  if (auto* list = value.As<List>()) {
    for (Value& element : *list) EachReference(element, look);
  }
  if (auto* map = value.As<Map>()) {
    for (auto& [name, element] : map->Mutable()) EachReference(element, look);
  }
}

}  // namespace entente::simulation
