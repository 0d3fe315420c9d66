#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/value.h"
#include "engine/language/expression/type.h"

namespace re2 {
class RE2;
}

namespace entente {

struct Function;

// A part of an expression's text, in bytes.
struct Span {
  std::size_t begin = 0;
  std::size_t end = 0;
};

// What is wrong with an expression and where: a sentence and what to do.
struct SyntaxProblem {
  std::size_t offset = 0;
  std::string sentence;
};

enum class Operator {
  kNot, kNegate,
  kMultiply, kDivide, kRemainder, kAdd, kSubtract,
  kLess, kLessOrEqual, kGreater, kGreaterOrEqual, kEqual, kNotEqual, kIn,
  kAnd, kOr,
};
// As written: "&&".
std::string_view SpellingOf(Operator op);

enum class Macro { kAll, kExists, kExistsOne, kMap, kFilter };

// One node of the tree. The parser fills the first part, the checker the second.
struct Node {
  enum class Kind {
    kLiteral,        // literal
    kName,           // name; is_absolute: written with a leading point
    kSelect,         // child 0 . name
    kHas,            // has(child 0 . name)
    kIndex,          // child 0 [child 1]
    kUnary,          // op child 0
    kBinary,         // child 0 op child 1
    kConditional,    // child 0 ? child 1 : child 2
    kCall,           // name(children); has_receiver: child 0 . name(rest)
    kList,           // children
    kMap,            // key, value, key, value …
    kComprehension,  // macro over child 0 with variable `name`; child 1 the predicate or result; map's filter is child 2
  };

  Kind kind = Kind::kLiteral;
  Span span;
  int depth = 1;  // of the tree from here down
  std::string name;
  Value literal;
  std::vector<std::unique_ptr<Node>> children;
  Operator op = Operator::kNot;
  Macro macro = Macro::kAll;
  bool is_absolute = false;
  bool has_receiver = false;

  // Set by the checker.
  Type type;
  int variable = -1;  // kName: of the environment, in the order of first use
  int local = -1;     // kName, kComprehension: depth of the comprehension's variable
  const Function* function = nullptr;
  std::shared_ptr<const re2::RE2> pattern;  // matches() with a constant pattern
};
using NodePtr = std::unique_ptr<Node>;

}  // namespace entente
