#include "engine/language/expression/environment.h"

#include <utility>

namespace entente {

Environment& Environment::Declare(std::string name, Type type) {
  variables_.insert_or_assign(std::move(name), std::move(type));
  return *this;
}

const Type* Environment::Find(std::string_view name) const {
  const auto found = variables_.find(name);
  return found == variables_.end() ? nullptr : &found->second;
}

std::vector<std::string> Environment::Names() const {
  std::vector<std::string> names;
  for (const auto& [name, type] : variables_) names.push_back(name);
  return names;
}

}  // namespace entente
