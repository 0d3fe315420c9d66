#include "engine/language/expression/bindings.h"

namespace entente {

Bindings::Entry& Bindings::EntryOf(std::string_view name) {
  for (Entry& entry : entries_) {
    if (entry.name != name) continue;
    entry.fields = nullptr;
    entry.value = nullptr;
    return entry;
  }
  entries_.push_back({std::string(name)});
  return entries_.back();
}

Bindings& Bindings::Bind(std::string_view name, const Fields* fields) {
  static const Fields none;
  EntryOf(name).fields = fields ? fields : &none;
  return *this;
}

Bindings& Bindings::Bind(std::string_view name, const Value* value) {
  EntryOf(name).value = value;
  return *this;
}

Bindings& Bindings::Bind(std::string_view name, Value value) {
  kept_.push_back(std::move(value));
  return Bind(name, &kept_.back());
}

const Bindings::Entry* Bindings::Find(std::string_view name) const {
  for (const Entry& entry : entries_) {
    if (entry.name == name) return &entry;
  }
  return nullptr;
}

}  // namespace entente
