#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "engine/core/value.h"
#include "engine/language/expression/type.h"

namespace entente {

// One published case of the Common Expression Language: an expression, what it is bound to, and what becomes of it.
struct ConformanceCase {
  std::string file;     // "logic"
  std::string section;  // "AND"
  std::string name;
  std::string expression;
  // As the package has it: the fields of cel.expr.conformance.test.SimpleTest in their JSON form.
  nlohmann::json fields;
  // The type the Go implementation finds, "list(int)"; empty where it finds none. Not part of the specification.
  std::string go_type;
};

struct ConformanceCases {
  std::string version;  // of the package
  std::vector<ConformanceCase> cases;
  // Why there are none; empty when there are.
  std::string problem;
};

// Reads what tools/conformance-cases wrote, once.
const ConformanceCases& PublishedCases();

// Values and types in the JSON form of the cases. Throw std::runtime_error for what this language does not have: such cases are skipped
// before.
Value ValueOf(const nlohmann::json& json);
Type TypeOf(const nlohmann::json& json);
// Of the Go implementation's words: "map(string, int)".
Type TypeInGo(std::string_view text);

}  // namespace entente
