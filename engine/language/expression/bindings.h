#pragma once

#include <list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/core/value.h"

namespace entente {

// What one variable is for one evaluation: a record, whose fields are read in place, or a value; null when it is neither.
//
// Borrowed: what it points to must outlive the evaluation.
struct Binding {
  const Fields* fields = nullptr;
  const Value* value = nullptr;
};

// The values of an expression's variables for one evaluation, by name. A name that is not bound is null.
//
// Borrows what it is given by pointer; that must outlive the evaluation. Small: a list, looked through once per variable.
class Bindings {
 public:
  // A record: its fields are read in place. A null pointer is a record without fields.
  Bindings& Bind(std::string_view name, const Fields* fields);
  Bindings& Bind(std::string_view name, const Value* value);
  // Keeps the value.
  Bindings& Bind(std::string_view name, Value value);

  Binding Find(std::string_view name) const;

 private:
  Binding& At(std::string_view name);

  std::vector<std::pair<std::string, Binding>> entries_;
  std::list<Value> kept_;
};

}  // namespace entente
