#pragma once

#include <list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/core/value.h"

namespace entente {

// The values of an expression's variables for one evaluation. A name that is not bound is null.
//
// Borrows what it is given by pointer; that must outlive the evaluation. Small: a list, looked through once per variable.
class Bindings {
 public:
  // A record: its fields are read in place. A null pointer is a record without fields.
  Bindings& Bind(std::string_view name, const Fields* fields);
  Bindings& Bind(std::string_view name, const Value* value);
  // Keeps the value.
  Bindings& Bind(std::string_view name, Value value);

  struct Entry {
    std::string name;
    const Fields* fields = nullptr;
    const Value* value = nullptr;
  };
  // Null when the name is not bound.
  const Entry* Find(std::string_view name) const;

 private:
  Entry& EntryOf(std::string_view name);

  std::vector<Entry> entries_;
  std::list<Value> kept_;
};

}  // namespace entente
