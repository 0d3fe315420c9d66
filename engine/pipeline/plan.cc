#include "engine/pipeline/plan.h"

namespace entente {

std::string Bound(const std::string& text, const std::map<std::string, std::string>& bindings) {
  std::string out;
  std::size_t from = 0;
  while (true) {
    const std::size_t at = text.find(kPlaceholderOpens, from);
    if (at == std::string::npos) return out += text.substr(from);
    const std::size_t end = text.find(kPlaceholderCloses, at);
    if (end == std::string::npos) return out += text.substr(from);
    const std::string name = text.substr(at, end + 1 - at);
    const auto bound = bindings.find(name);
    out += text.substr(from, at - from);
    out += bound == bindings.end() ? name : bound->second;
    from = end + 1;
  }
}

Value Bound(const Value& value, const std::map<std::string, std::string>& bindings) {
  if (const auto* text = value.As<std::string>()) return Value(Bound(*text, bindings));
  if (const auto* reference = value.As<Reference>()) return Value(Reference{reference->resource, Bound(reference->key, bindings)});
  if (const auto* list = value.As<List>()) {
    List out;
    for (const Value& element : *list) out.push_back(Bound(element, bindings));
    return Value(std::move(out));
  }
  if (const auto* map = value.As<Map>()) return Value(Bound(*map, bindings));
  return value;
}

Fields Bound(const Fields& fields, const std::map<std::string, std::string>& bindings) {
  Fields out;
  for (const auto& [name, value] : fields) out[name] = Bound(value, bindings);
  return out;
}

}  // namespace entente
