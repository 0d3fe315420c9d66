#include "engine/language/expression/operand.h"

#include <utility>

namespace entente {
const Value& Operand::value() {
  if (const auto* record = std::get_if<const Fields*>(&held_)) held_ = Value(Map(**record));
  if (const auto* borrowed = std::get_if<const Value*>(&held_)) return **borrowed;
  static const Value null;
  const Value* own = std::get_if<Value>(&held_);
  return own ? *own : null;
}

Value Operand::Release() {
  if (Value* own = std::get_if<Value>(&held_)) return std::move(*own);
  return value();
}

const Fields* Operand::fields() const {
  if (const auto* record = std::get_if<const Fields*>(&held_)) return *record;
  if (const auto* borrowed = std::get_if<const Value*>(&held_)) return (*borrowed)->As<Map>();
  const Value* own = std::get_if<Value>(&held_);
  return own ? own->As<Map>() : nullptr;
}

bool Operand::IsNull() const {
  if (const auto* borrowed = std::get_if<const Value*>(&held_)) return (*borrowed)->IsNull();
  const Value* own = std::get_if<Value>(&held_);
  return own && own->IsNull();
}

}  // namespace entente
