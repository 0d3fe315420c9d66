#include "engine/language/expression/checker.h"

#include <re2/re2.h>

#include <algorithm>

#include "engine/language/expression/function.h"
#include "engine/language/expression/type_rules.h"
#include "engine/language/problems.h"

namespace entente {
namespace {

using Kind = Type::Kind;

std::string Quoted(std::string_view text) { return "'" + std::string(text) + "'"; }

// "; did you mean 'x'?" or ", which may be: a, b".
std::string Hint(std::string_view word, const std::vector<std::string>& known) {
  const std::string nearest = NearestWord(word, known);
  if (!nearest.empty()) return "; did you mean " + Quoted(nearest) + "?";
  if (known.empty()) return "";
  std::string list;
  for (std::size_t i = 0; i < known.size() && i < 12; ++i) list += (i ? ", " : "") + known[i];
  return "; write one of " + list + (known.size() > 12 ? ", …" : "");
}

class Checker {
 public:
  Checker(std::string_view text, const Environment& environment, CheckedNames* names) : text_(text), environment_(environment), names_(names) {}

  std::optional<SyntaxProblem> Run(Node* root) {
    Visit(root);
    if (!problem_) CollectPaths(*root);
    return std::move(problem_);
  }

 private:
  struct Local {
    std::string name;
    Type type;
  };

  void Fail(const Node& node, std::string sentence) {
    if (!problem_) problem_ = SyntaxProblem{node.span.begin, std::move(sentence)};
  }
  std::string Shown(const Node& node) const { return Quoted(text_.substr(node.span.begin, node.span.end - node.span.begin)); }

  void Visit(Node* node) {
    if (problem_) return;
    if (node->kind == Node::Kind::kSelect && ResolveQualified(node)) return;
    if (node->kind != Node::Kind::kComprehension && node->kind != Node::Kind::kName) {
      for (const NodePtr& child : node->children) Visit(child.get());
    }
    if (problem_) return;
    switch (node->kind) {
      case Node::Kind::kLiteral: node->type = LiteralType(node->literal); break;
      case Node::Kind::kName: VisitName(node); break;
      case Node::Kind::kSelect:
      case Node::Kind::kHas: VisitSelect(node); break;
      case Node::Kind::kIndex: VisitIndex(node); break;
      case Node::Kind::kUnary: VisitUnary(node); break;
      case Node::Kind::kBinary: VisitBinary(node); break;
      case Node::Kind::kConditional: VisitConditional(node); break;
      case Node::Kind::kCall: VisitCall(node); break;
      case Node::Kind::kList: node->type = Type::ListOf(JoinOf(*node, 0, 1)); break;
      case Node::Kind::kMap: VisitMap(node); break;
      case Node::Kind::kComprehension: VisitComprehension(node); break;
    }
  }

  static Type LiteralType(const Value& value) { return Type::Named(value.TypeName()).value_or(Type()); }

  // The common type of every `step`th child: dyn when they differ, nothing when there is none.
  static Type JoinOf(const Node& node, std::size_t first, std::size_t step) {
    std::optional<Type> joined;
    for (std::size_t i = first; i < node.children.size(); i += step) {
      const Type& type = node.children[i]->type;
      joined = joined ? Type::Join(*joined, type).value_or(Type()) : type;
    }
    return joined.value_or(Type(Kind::kNothing));
  }

  void VisitName(Node* node) {
    if (!node->is_absolute) {
      for (std::size_t i = locals_.size(); i-- > 0;) {
        if (locals_[i].name != node->name) continue;
        node->local = static_cast<int>(i);
        node->type = locals_[i].type;
        return;
      }
    }
    if (ResolveGlobal(node, node->name)) return;
    if (FindFunction(node->name)) return Fail(*node, Quoted(node->name) + " is a function; write " + node->name + "(…)");
    std::vector<std::string> known = environment_.Names();
    for (const Local& local : locals_) known.push_back(local.name);
    Fail(*node, "there is nothing named " + Quoted(node->name) + " here" + Hint(node->name, known));
  }

  // Makes the node a variable of the environment, or a type that is named.
  bool ResolveGlobal(Node* node, const std::string& name) {
    if (const Type* type = environment_.Find(name)) {
      node->kind = Node::Kind::kName;
      node->name = name;
      node->type = *type;
      node->variable = VariableIndex(name);
    } else if (const std::string_view named = TypeNamedBy(name); !named.empty()) {
      MakeTypeLiteral(node, named);
    } else {
      return false;
    }
    node->children.clear();
    return true;
  }

  static void MakeTypeLiteral(Node* node, std::string_view type) {
    node->kind = Node::Kind::kLiteral;
    node->literal = Value(type);
    node->type = Kind::kType;
    node->children.clear();
  }

  // A name with points in it, "google.protobuf.Timestamp", unless its first part is the variable of a comprehension.
  bool ResolveQualified(Node* node) {
    std::string name;
    const Node* part = node;
    for (; part->kind == Node::Kind::kSelect; part = part->children[0].get()) name = "." + part->name + name;
    if (part->kind != Node::Kind::kName) return false;
    const bool is_local = !part->is_absolute && std::any_of(locals_.begin(), locals_.end(), [&](const Local& local) { return local.name == part->name; });
    return !is_local && ResolveGlobal(node, part->name + name);
  }

  int VariableIndex(const std::string& name) {
    const auto found = std::find(names_->variables.begin(), names_->variables.end(), name);
    if (found != names_->variables.end()) return static_cast<int>(found - names_->variables.begin());
    names_->variables.push_back(name);
    return static_cast<int>(names_->variables.size()) - 1;
  }

  void VisitSelect(Node* node) {
    const Type& operand = node->children[0]->type;
    const bool is_has = node->kind == Node::Kind::kHas;
    if (operand.Is(Kind::kRecord)) {
      const auto field = operand.Field(node->name);
      if (!field) {
        std::vector<std::string> known;
        for (const auto& [name, type] : operand.fields()) known.push_back(name);
        return Fail(*node, Shown(*node->children[0]) + " has no field " + Quoted(node->name) + Hint(node->name, known));
      }
      node->type = *field;
    } else if (operand.Is(Kind::kMap)) {
      if (!operand.key().AgreesWith(Kind::kText)) return Fail(*node, "the keys of " + Shown(*node->children[0]) + " are " + operand.key().ToString() + "; write " + Shown(*node->children[0]) + "[…]");
      node->type = operand.element();
    } else if (!operand.IsOpen()) {
      return Fail(*node, Shown(*node->children[0]) + " is " + operand.ToString() + " and has no field " + Quoted(node->name));
    }
    if (is_has) node->type = Kind::kBool;
  }

  void VisitIndex(Node* node) {
    const Type& operand = node->children[0]->type;
    const Node& index = *node->children[1];
    const bool is_list = operand.Is(Kind::kList);
    const bool is_keyed = operand.Is(Kind::kMap) || operand.Is(Kind::kRecord);
    if (!is_list && !is_keyed && !operand.IsOpen()) return Fail(*node, Shown(*node->children[0]) + " is " + operand.ToString() + "; only a list or a map has members");
    if (is_list && !index.type.IsOpen() && !index.type.Is(Kind::kInt)) return Fail(index, "a list is counted by int, not by " + index.type.ToString());
    if (is_keyed && !index.type.AgreesWith(operand.key())) {
      return Fail(index, "the keys of " + Shown(*node->children[0]) + " are " + operand.key().ToString() + ", not " + index.type.ToString());
    }
    node->type = operand.element();
    const auto* key = index.kind == Node::Kind::kLiteral ? index.literal.As<std::string>() : nullptr;
    if (!operand.Is(Kind::kRecord) || !key) return;
    const auto field = operand.Field(*key);
    if (!field) return Fail(index, Shown(*node->children[0]) + " has no field " + Quoted(*key));
    node->type = *field;
  }

  bool Wants(const Node& node, Kind kind, std::string_view what) {
    if (node.type.Is(kind) || node.type.Is(Kind::kDyn)) return true;
    Fail(node, std::string(what) + " needs a bool, and " + Shown(node) + " is " + node.type.ToString());
    return false;
  }

  void VisitUnary(Node* node) {
    const Node& operand = *node->children[0];
    node->type = operand.type;
    if (node->op == Operator::kNot) {
      if (Wants(operand, Kind::kBool, "'!'")) node->type = Kind::kBool;
    } else if (!operand.type.IsNumber() && !operand.type.Is(Kind::kDuration) && !operand.type.Is(Kind::kDyn)) {
      Fail(*node, "'-' is not defined for " + operand.type.ToString());
    }
  }

  void VisitBinary(Node* node) {
    const Type& left = node->children[0]->type;
    const Type& right = node->children[1]->type;
    const std::string sign(SpellingOf(node->op));
    const std::string both = left.ToString() + " and " + right.ToString();
    switch (node->op) {
      case Operator::kAnd:
      case Operator::kOr:
        if (Wants(*node->children[0], Kind::kBool, Quoted(sign))) Wants(*node->children[1], Kind::kBool, Quoted(sign));
        node->type = Kind::kBool;
        return;
      case Operator::kEqual:
      case Operator::kNotEqual:
        if (!left.AgreesWith(right)) Fail(*node, both + " are never equal; convert one of them, with string(), int() or decimal()");
        node->type = Kind::kBool;
        return;
      case Operator::kIn: return VisitIn(node);
      case Operator::kLess:
      case Operator::kLessOrEqual:
      case Operator::kGreater:
      case Operator::kGreaterOrEqual:
        if (left.Is(Kind::kNull) || right.Is(Kind::kNull) || !left.AgreesWith(right) || !IsOrdered(left) || !IsOrdered(right)) {
          Fail(*node, Quoted(sign) + " is not defined for " + both);
        }
        node->type = Kind::kBool;
        return;
      default: break;
    }
    const auto type = ArithmeticType(node->op, left, right);
    if (!type) return Fail(*node, Quoted(sign) + " is not defined for " + both + "; convert one of them, with string(), int() or decimal()");
    node->type = *type;
  }

  void VisitIn(Node* node) {
    const Type& left = node->children[0]->type;
    const Type& right = node->children[1]->type;
    node->type = Kind::kBool;
    if (right.Is(Kind::kList)) {
      if (!left.AgreesWith(right.element())) Fail(*node, left.ToString() + " is never in " + right.ToString());
    } else if (right.Is(Kind::kMap) || right.Is(Kind::kRecord)) {
      if (!left.AgreesWith(right.key())) Fail(*node, left.ToString() + " is never a key of " + right.ToString());
    } else if (!right.IsOpen()) {
      Fail(*node, "'in' needs a list or a map on its right, not " + right.ToString());
    }
  }

  void VisitConditional(Node* node) {
    if (!Wants(*node->children[0], Kind::kBool, "'?'")) return;
    const Type& yes = node->children[1]->type;
    const Type& no = node->children[2]->type;
    const auto joined = Type::Join(yes, no);
    if (!joined) return Fail(*node, "the choices of '?' are " + yes.ToString() + " and " + no.ToString() + "; make both the same, or wrap one in dyn()");
    node->type = *joined;
  }

  void VisitMap(Node* node) {
    for (std::size_t i = 0; i < node->children.size(); i += 2) {
      const Node& key = *node->children[i];
      if (!MayBeKey(key.type)) return Fail(key, "keys of a map are text, int or bool; write string(" + std::string(text_.substr(key.span.begin, key.span.end - key.span.begin)) + ")");
    }
    node->type = Type::MapOf(JoinOf(*node, 0, 2), JoinOf(*node, 1, 2));
  }

  void VisitComprehension(Node* node) {
    Visit(node->children[0].get());
    if (problem_) return;
    const Type& range = node->children[0]->type;
    Type element;
    if (range.Is(Kind::kList)) {
      element = range.element();
    } else if (range.Is(Kind::kMap) || range.Is(Kind::kRecord)) {
      element = range.key();
    } else if (!range.IsOpen()) {
      return Fail(*node->children[0], Shown(*node->children[0]) + " is " + range.ToString() + "; only a list or a map can be gone through");
    }
    node->local = static_cast<int>(locals_.size());
    locals_.push_back({node->name, element});
    names_->locals = std::max(names_->locals, static_cast<int>(locals_.size()));
    for (std::size_t i = 1; i < node->children.size(); ++i) Visit(node->children[i].get());
    locals_.pop_back();
    if (problem_) return;
    const bool is_map = node->macro == Macro::kMap;
    const Node& predicate = is_map ? *node->children.back() : *node->children[1];
    if ((!is_map || node->children.size() == 3) && !Wants(predicate, Kind::kBool, "the condition")) return;
    if (is_map) {
      node->type = Type::ListOf(node->children[1]->type);
    } else if (node->macro == Macro::kFilter) {
      node->type = range.Is(Kind::kList) ? range : Type::ListOf(element);
    } else {
      node->type = Kind::kBool;
    }
  }

  void VisitCall(Node* node) {
    if (node->name == "double" || node->name == "uint") {
      return Fail(*node, node->name + "() is not part of this language: " + (node->name == "double" ? "doubles are not exact; write decimal()" : "there are no unsigned numbers; write int()"));
    }
    const Function* function = FindFunction(node->name);
    if (!function) return Fail(*node, "there is no function " + Quoted(node->name) + Hint(node->name, FunctionNames()));
    const int count = static_cast<int>(node->children.size());
    if (count < function->arguments_min || (function->arguments_max >= 0 && count > function->arguments_max)) {
      return Fail(*node, node->name + "() takes " + CountsOf(*function) + ", not " + std::to_string(count));
    }
    std::vector<Type> types;
    for (std::size_t i = 0; i < node->children.size(); ++i) {
      const Node& argument = *node->children[i];
      const TypeSet allowed = function->allowed[std::min(i, function->allowed.size() - 1)];
      if (!argument.type.IsOpen() && (allowed & SetOf(argument.type.kind())) == 0) {
        return Fail(argument, node->name + "() does not take " + argument.type.ToString() + " as argument " + std::to_string(i + 1) + "; it takes " + NamesOf(allowed));
      }
      types.push_back(argument.type);
    }
    node->function = function;
    node->type = function->result(types);
    if (node->name == "type" && types[0].Is(Kind::kType)) MakeTypeLiteral(node, "type");
    if (function->name == "matches") CompilePattern(node);
  }

  static std::string CountsOf(const Function& function) {
    std::string counts = std::to_string(function.arguments_min);
    if (function.arguments_max < 0) return "at least " + counts + " argument" + (function.arguments_min == 1 ? "" : "s");
    if (function.arguments_max > function.arguments_min) counts += " to " + std::to_string(function.arguments_max);
    return counts + (function.arguments_max == 1 ? " argument" : " arguments");
  }

  static std::string NamesOf(TypeSet allowed) {
    std::string names;
    for (int kind = 0; kind <= static_cast<int>(Kind::kType); ++kind) {
      const Type type(static_cast<Kind>(kind));
      if ((allowed & SetOf(type.kind())) == 0 || type.Is(Kind::kRecord)) continue;
      names += (names.empty() ? "" : ", ") + type.ToString();
    }
    return names;
  }

  void CompilePattern(Node* node) {
    const Node& argument = *node->children[1];
    if (argument.kind != Node::Kind::kLiteral) return;
    auto pattern = std::make_shared<RE2>(std::string(argument.literal.TextOrEmpty()), RE2::Quiet);
    if (!pattern->ok()) return Fail(argument, "the pattern is not a regular expression: " + pattern->error());
    node->pattern = std::move(pattern);
  }

  // Every path of fields that starts at a variable, each as far as it goes.
  void CollectPaths(const Node& node) {
    std::string path = PathOf(node);
    if (!path.empty()) {
      names_->paths.insert(std::move(path));
      return;
    }
    for (const NodePtr& child : node.children) CollectPaths(*child);
  }

  static std::string PathOf(const Node& node) {
    switch (node.kind) {
      case Node::Kind::kName: return node.variable >= 0 ? node.name : std::string();
      case Node::Kind::kSelect:
      case Node::Kind::kHas: {
        if (!node.children[0]->type.Is(Kind::kRecord) && !node.children[0]->type.Is(Kind::kDyn)) return "";
        const std::string prefix = PathOf(*node.children[0]);
        return prefix.empty() ? std::string() : prefix + "." + node.name;
      }
      case Node::Kind::kIndex: {
        const auto* key = node.children[1]->literal.As<std::string>();
        if (!node.children[0]->type.Is(Kind::kRecord) || node.children[1]->kind != Node::Kind::kLiteral || !key) return "";
        const std::string prefix = PathOf(*node.children[0]);
        return prefix.empty() ? std::string() : prefix + "." + *key;
      }
      default: return "";
    }
  }

  std::string_view text_;
  const Environment& environment_;
  CheckedNames* names_;
  std::vector<Local> locals_;
  std::optional<SyntaxProblem> problem_;
};

}  // namespace

std::optional<SyntaxProblem> Check(std::string_view text, const Environment& environment, Node* root, CheckedNames* names) {
  return Checker(text, environment, names).Run(root);
}

}  // namespace entente
