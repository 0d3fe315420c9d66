#include "engine/language/expression/facts.h"

#include <algorithm>

#include "engine/core/text.h"
#include "engine/language/expression/syntax.h"

namespace entente {
namespace {

using Kind = Node::Kind;

// The same tree gives the same text, whatever the spaces and brackets it was written with.
std::string ShapeOf(const Node& node) {
  std::string shape = std::to_string(static_cast<int>(node.kind)) + ":" + node.name + ":" + std::to_string(static_cast<int>(node.op)) + ":" +
                      std::to_string(static_cast<int>(node.macro));
  if (node.kind == Kind::kLiteral) shape += std::string(node.literal.TypeName()) + "'" + node.literal.ToDisplay() + "'";
  shape += "(";
  for (const NodePtr& child : node.children) shape += ShapeOf(*child) + ",";
  return shape + ")";
}

// "sage.CT_Num"; empty for what is no path from a variable.
std::string PathOf(const Node& node) {
  const auto extended = [&](const std::string& name) {
    const std::string prefix = PathOf(*node.children[0]);
    return prefix.empty() ? std::string() : prefix + "." + name;
  };
  if (node.kind == Kind::kName) return node.variable >= 0 ? node.name : std::string();
  if (node.kind == Kind::kSelect || node.kind == Kind::kHas) return extended(node.name);
  if (node.kind != Kind::kIndex || node.children[1]->kind != Kind::kLiteral) return "";
  const auto* key = node.children[1]->literal.As<std::string>();
  return key ? extended(*key) : std::string();
}

bool IsNullLiteral(const Node& node) { return node.kind == Kind::kLiteral && node.literal.IsNull(); }

class Known {
 public:
  explicit Known(const Facts& facts) : filled_paths_(facts.filled) {
    // A condition may decide a part of another that was looked at before it.
    for (std::size_t round = 0; round <= facts.holds.size(); ++round) {
      for (const Expression* expression : facts.holds) Assume(expression->root(), true);
    }
  }

  std::optional<bool> Truth(const Node& node) const {
    const std::string shape = ShapeOf(node);
    if (true_.contains(shape)) return true;
    if (false_.contains(shape)) return false;
    switch (node.kind) {
      case Kind::kLiteral: return node.literal.As<bool>() ? std::optional<bool>(*node.literal.As<bool>()) : std::nullopt;
      case Kind::kHas: return filled_paths_.contains(PathOf(node)) ? std::optional<bool>(true) : std::nullopt;
      case Kind::kUnary: return node.op == Operator::kNot ? Negated(Truth(*node.children[0])) : std::nullopt;
      case Kind::kBinary: return TruthOfBinary(node);
      case Kind::kConditional: {
        const std::optional<bool> condition = Truth(*node.children[0]);
        if (condition) return Truth(*node.children[*condition ? 1 : 2]);
        const std::optional<bool> yes = Truth(*node.children[1]);
        return yes == Truth(*node.children[2]) ? yes : std::nullopt;
      }
      case Kind::kCall:
        if (node.name == "blank" && !Blank(*node.children[0])) return false;
        return std::nullopt;
      default: return std::nullopt;
    }
  }

  // May give null, an empty text or white space.
  bool Blank(const Node& node) const {
    if (filled_.contains(ShapeOf(node)) || filled_paths_.contains(PathOf(node))) return false;
    switch (node.kind) {
      case Kind::kLiteral: return node.literal.IsBlank() || (node.literal.As<std::string>() && IsBlankText(*node.literal.As<std::string>()));
      case Kind::kConditional: {
        const std::optional<bool> condition = Truth(*node.children[0]);
        if (condition) return Blank(*node.children[*condition ? 1 : 2]);
        return Blank(*node.children[1]) || Blank(*node.children[2]);
      }
      case Kind::kBinary:
        // What has a value at all is a number or a truth; null in it is a fault, and a fault is no blank.
        if (node.op != Operator::kAdd) return false;
        return Blank(*node.children[0]) && Blank(*node.children[1]);
      case Kind::kUnary:
      case Kind::kHas: return false;
      case Kind::kList:
      case Kind::kMap: return node.children.empty();
      case Kind::kComprehension: return node.macro == Macro::kMap || node.macro == Macro::kFilter;
      case Kind::kCall: return BlankOfCall(node);
      default: return true;
    }
  }

  void Read(const Node& node, std::set<std::string>* paths) const {
    if (Truth(node)) return;
    if (std::string path = PathOf(node); !path.empty()) {
      paths->insert(std::move(path));
      return;
    }
    if (node.kind == Kind::kConditional) {
      if (const std::optional<bool> condition = Truth(*node.children[0])) return Read(*node.children[*condition ? 1 : 2], paths);
    }
    for (const NodePtr& child : node.children) Read(*child, paths);
  }

 private:
  static std::optional<bool> Negated(std::optional<bool> truth) { return truth ? std::optional<bool>(!*truth) : std::nullopt; }

  std::optional<bool> TruthOfBinary(const Node& node) const {
    const Node& left = *node.children[0];
    const Node& right = *node.children[1];
    if (node.op == Operator::kAnd || node.op == Operator::kOr) {
      const bool decides = node.op == Operator::kOr;
      const std::optional<bool> first = Truth(left), second = Truth(right);
      if (first == decides || second == decides) return decides;
      return first && second ? std::optional<bool>(!decides) : std::nullopt;
    }
    if (node.op != Operator::kEqual && node.op != Operator::kNotEqual) return std::nullopt;
    const bool is_about_null = (IsNullLiteral(left) && !Blank(right)) || (IsNullLiteral(right) && !Blank(left));
    return is_about_null ? std::optional<bool>(node.op == Operator::kNotEqual) : std::nullopt;
  }

  bool BlankOfCall(const Node& node) const {
    const auto blank = [this](const NodePtr& child) { return Blank(*child); };
    if (node.name == "coalesce") return std::all_of(node.children.begin(), node.children.end(), blank);
    static const std::set<std::string, std::less<>> kKeep = {"string", "upper", "lower", "trim", "fold", "one_line", "lpad", "rpad", "key"};
    if (kKeep.contains(node.name)) return Blank(*node.children[0]);
    return !node.type.IsNumber() && !node.type.Is(Type::Kind::kBool);
  }

  // Takes a truth apart into what it says of its parts.
  void Assume(const Node& node, bool truth) {
    (truth ? true_ : false_).insert(ShapeOf(node));
    if (node.kind == Kind::kUnary && node.op == Operator::kNot) return Assume(*node.children[0], !truth);
    if (node.kind == Kind::kCall && node.name == "blank" && !truth) filled_.insert(ShapeOf(*node.children[0]));
    if (node.kind != Kind::kBinary) return;
    const Node& left = *node.children[0];
    const Node& right = *node.children[1];
    const bool says_both = (node.op == Operator::kAnd && truth) || (node.op == Operator::kOr && !truth);
    const bool says_one = (node.op == Operator::kAnd || node.op == Operator::kOr) && !says_both;
    if (says_both || (says_one && Truth(left) == !truth)) Assume(right, truth);
    if (says_both || (says_one && Truth(right) == !truth)) Assume(left, truth);
    const bool is_not_null = (node.op == Operator::kNotEqual && truth) || (node.op == Operator::kEqual && !truth);
    if (is_not_null && IsNullLiteral(left) && !right.type.Is(Type::Kind::kText) && !right.type.IsOpen()) filled_.insert(ShapeOf(right));
    if (is_not_null && IsNullLiteral(right) && !left.type.Is(Type::Kind::kText) && !left.type.IsOpen()) filled_.insert(ShapeOf(left));
  }

  const std::set<std::string>& filled_paths_;
  std::set<std::string> filled_, true_, false_;  // shapes
};

}  // namespace

std::optional<bool> TruthOf(const Expression& expression, const Facts& facts) { return Known(facts).Truth(expression.root()); }

std::set<std::string> PathsReadWhen(const Expression& expression, const Facts& facts) {
  std::set<std::string> paths;
  Known(facts).Read(expression.root(), &paths);
  return paths;
}

bool MayBeBlank(const Expression& expression, const Facts& facts) { return Known(facts).Blank(expression.root()); }

}  // namespace entente
