#include "engine/language/expression/bindings.h"

namespace entente {

Binding& Bindings::At(std::string_view name) {
  for (auto& [known, binding] : entries_) {
    if (known == name) return binding;
  }
  return entries_.emplace_back(name, Binding()).second;
}

Bindings& Bindings::Bind(std::string_view name, const Fields* fields) {
  static const Fields none;
  At(name) = {.fields = fields ? fields : &none};
  return *this;
}

Bindings& Bindings::Bind(std::string_view name, const Value* value) {
  At(name) = {.value = value};
  return *this;
}

Bindings& Bindings::Bind(std::string_view name, Value value) {
  kept_.push_back(std::move(value));
  return Bind(name, &kept_.back());
}

Binding Bindings::Find(std::string_view name) const {
  for (const auto& [known, binding] : entries_) {
    if (known == name) return binding;
  }
  return {};
}

}  // namespace entente
