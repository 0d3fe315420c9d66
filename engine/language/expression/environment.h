#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/language/expression/type.h"

namespace entente {

// The variables an expression may read, with their types: `sage` as a record of the catalogue's fields, `value` as dyn, …
//
// A plain value. Only needed while compiling.
class Environment {
 public:
  Environment& Declare(std::string name, Type type);
  const Type* Find(std::string_view name) const;
  std::vector<std::string> Names() const;

 private:
  std::map<std::string, Type, std::less<>> variables_;
};

}  // namespace entente
