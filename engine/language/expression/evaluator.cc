#include "engine/language/expression/evaluator.h"

#include <re2/re2.h>

#include <algorithm>
#include <iterator>

#include "engine/language/expression/arithmetic.h"

namespace entente {
namespace {

using Kind = Type::Kind;

const Value& NullValue() {
  static const Value null;
  return null;
}

// In the order of Value::Variant.
constexpr Kind kKinds[] = {Kind::kNull, Kind::kBool, Kind::kInt, Kind::kDecimal, Kind::kText, Kind::kBytes, Kind::kDate, Kind::kTimestamp,
                           Kind::kReference, Kind::kLink, Kind::kBlob, Kind::kList, Kind::kMap, Kind::kDuration};
static_assert(std::size(kKinds) == std::variant_size_v<Value::Variant>);

Kind KindOf(const Value& value) { return kKinds[value.variant().index()]; }

// What copying or searching a value costs.
std::int64_t WeightOf(const Value& value) {
  if (const auto* text = value.As<std::string>()) return static_cast<std::int64_t>(text->size() / 64);
  if (const auto* list = value.As<List>()) return static_cast<std::int64_t>(list->size());
  if (const auto* map = value.As<Map>()) return static_cast<std::int64_t>(map->size());
  return 0;
}

}  // namespace

Operand Operand::Borrowed(const Value* value) {
  Operand operand;
  operand.held_ = value;
  return operand;
}

Operand Operand::Record(const Fields* fields) {
  Operand operand;
  operand.held_ = fields;
  return operand;
}

const Value& Operand::value() {
  if (const auto* record = std::get_if<const Fields*>(&held_)) held_ = Value(Map(**record));
  if (const auto* borrowed = std::get_if<const Value*>(&held_)) return **borrowed;
  const Value* own = std::get_if<Value>(&held_);
  return own ? *own : NullValue();
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

Evaluator::Evaluator(std::string_view text, std::vector<const Bindings::Entry*> variables, int locals, std::int64_t steps_max)
    : text_(text), variables_(std::move(variables)), locals_(static_cast<std::size_t>(locals)), steps_left_(steps_max) {}

std::string Evaluator::Shown(const Node& node) const { return "'" + std::string(text_.substr(node.span.begin, node.span.end - node.span.begin)) + "'"; }

Operand Evaluator::Fail(const Node& node, std::string sentence) const { return Operand(Operand::Failure{node.span.begin, std::move(sentence)}); }

Operand Evaluator::From(const Node& node, Outcome outcome) const {
  if (auto* fault = std::get_if<Fault>(&outcome)) return Fail(node, Shown(node) + " has no value: " + fault->sentence);
  return Operand(std::get<Value>(std::move(outcome)));
}

bool Evaluator::Spend(std::int64_t steps) {
  if (steps_left_ >= 0) steps_left_ -= steps;
  return steps_left_ >= 0;
}

Operand Evaluator::Evaluate(const Node& node) {
  if (!Spend(1)) return Fail(node, "it takes too many steps");
  switch (node.kind) {
    case Node::Kind::kLiteral: return Operand::Borrowed(&node.literal);
    case Node::Kind::kName: return EvaluateName(node);
    case Node::Kind::kSelect:
    case Node::Kind::kHas: return EvaluateSelect(node);
    case Node::Kind::kIndex: return EvaluateIndex(node);
    case Node::Kind::kUnary: return EvaluateUnary(node);
    case Node::Kind::kBinary: return EvaluateBinary(node);
    case Node::Kind::kConditional: return EvaluateConditional(node);
    case Node::Kind::kCall: return EvaluateCall(node);
    case Node::Kind::kList: return EvaluateList(node);
    case Node::Kind::kMap: return EvaluateMap(node);
    case Node::Kind::kComprehension: return EvaluateComprehension(node);
  }
  return Fail(node, "it cannot be evaluated");
}

Operand Evaluator::EvaluateName(const Node& node) const {
  if (node.local >= 0) return Operand::Borrowed(locals_[static_cast<std::size_t>(node.local)]);
  const Bindings::Entry* entry = variables_[static_cast<std::size_t>(node.variable)];
  if (!entry) return Operand::Borrowed(&NullValue());
  if (entry->fields) return Operand::Record(entry->fields);
  return Operand::Borrowed(entry->value ? entry->value : &NullValue());
}

Operand Evaluator::EvaluateSelect(const Node& node) {
  const Node& child = *node.children[0];
  Operand operand = Evaluate(child);
  if (operand.failure()) return operand;
  const bool is_has = node.kind == Node::Kind::kHas;
  const Fields* fields = operand.fields();
  if (!fields && !operand.IsNull()) return Fail(node, Shown(child) + " is " + std::string(operand.value().TypeName()) + " and has no field '" + node.name + "'");
  const Value& field = fields ? FieldOf(*fields, node.name) : NullValue();
  if (is_has) return Value(!field.IsNull());
  // A field of a borrowed record is borrowed, one of a temporary map must be kept.
  return operand.is_borrowed() ? Operand::Borrowed(&field) : Operand(field);
}

Operand Evaluator::EvaluateIndex(const Node& node) {
  Operand operand = Evaluate(*node.children[0]);
  if (operand.failure()) return operand;
  Operand index = Evaluate(*node.children[1]);
  if (index.failure()) return index;
  const Value& key = index.value();
  if (const Fields* fields = operand.fields()) {
    const auto* name = key.As<std::string>();
    if (!name) return Fail(node, "a map is read by text, and " + Shown(*node.children[1]) + " is " + std::string(key.TypeName()));
    const auto found = fields->find(*name);
    if (found != fields->end()) return Operand(found->second);
    if (node.children[0]->type.Is(Kind::kRecord)) return Value();
    return Fail(node, "the map " + Shown(*node.children[0]) + " has no such key; ask with 'in' first");
  }
  const auto* list = operand.value().As<List>();
  if (!list) return Fail(node, Shown(*node.children[0]) + " is " + std::string(operand.value().TypeName()) + "; only a list or a map has members");
  const auto number = AsDecimal(key);
  const auto at = number ? number->ToInt() : std::nullopt;
  if (!at) return Fail(node, "a list is counted by int, and " + Shown(*node.children[1]) + " is " + std::string(key.TypeName()));
  if (*at < 0 || *at >= static_cast<std::int64_t>(list->size())) return Fail(node, "the list " + Shown(*node.children[0]) + " has no item at that place; ask size() first");
  return Operand((*list)[static_cast<std::size_t>(*at)]);
}

Operand Evaluator::EvaluateUnary(const Node& node) {
  Operand operand = Evaluate(*node.children[0]);
  if (operand.failure()) return operand;
  if (node.op == Operator::kNegate) return From(node, Negate(operand.value()));
  const auto* flag = operand.value().As<bool>();
  if (!flag) return Fail(node, "'!' needs a bool, and " + Shown(*node.children[0]) + " is " + std::string(operand.value().TypeName()));
  return Value(!*flag);
}

// Either side may decide alone, whatever becomes of the other.
Operand Evaluator::EvaluateLogic(const Node& node) {
  const bool deciding = node.op == Operator::kOr;
  std::optional<Operand> failed;
  for (const NodePtr& child : node.children) {
    Operand operand = Evaluate(*child);
    const bool* flag = operand.failure() ? nullptr : operand.value().As<bool>();
    if (flag && *flag == deciding) return Value(deciding);
    if (flag || failed) continue;
    failed = operand.failure() ? std::move(operand)
                               : Fail(*child, "'" + std::string(SpellingOf(node.op)) + "' needs a bool, and " + Shown(*child) + " is " + std::string(operand.value().TypeName()));
  }
  return failed ? *std::move(failed) : Operand(Value(!deciding));
}

Operand Evaluator::EvaluateBinary(const Node& node) {
  if (node.op == Operator::kAnd || node.op == Operator::kOr) return EvaluateLogic(node);
  Operand left = Evaluate(*node.children[0]);
  if (left.failure()) return left;
  Operand right = Evaluate(*node.children[1]);
  if (right.failure()) return right;
  if (node.op == Operator::kIn) return EvaluateIn(node, left, right);
  const Value& a = left.value();
  const Value& b = right.value();
  if (!Spend(WeightOf(a) + WeightOf(b))) return Fail(node, "it takes too many steps");
  switch (node.op) {
    case Operator::kEqual: return Value(AreEqual(a, b));
    case Operator::kNotEqual: return Value(!AreEqual(a, b));
    case Operator::kLess:
    case Operator::kLessOrEqual:
    case Operator::kGreater:
    case Operator::kGreaterOrEqual: return From(node, CompareBy(node.op, a, b));
    default: return From(node, Calculate(node.op, a, b));
  }
}

Operand Evaluator::EvaluateIn(const Node& node, Operand& left, Operand& right) {
  const Value& wanted = left.value();
  if (const Fields* fields = right.fields()) {
    const auto* name = wanted.As<std::string>();
    return Value(name && fields->contains(*name));
  }
  if (right.IsNull()) return Value(false);
  const auto* list = right.value().As<List>();
  if (!list) return Fail(node, "'in' needs a list or a map, and " + Shown(*node.children[1]) + " is " + std::string(right.value().TypeName()));
  if (!Spend(WeightOf(right.value()))) return Fail(node, "it takes too many steps");
  return Value(std::any_of(list->begin(), list->end(), [&](const Value& item) { return AreEqual(item, wanted); }));
}

Operand Evaluator::EvaluateConditional(const Node& node) {
  Operand condition = Evaluate(*node.children[0]);
  if (condition.failure()) return condition;
  const auto* flag = condition.value().As<bool>();
  if (!flag) return Fail(node, "'?' needs a bool, and " + Shown(*node.children[0]) + " is " + std::string(condition.value().TypeName()));
  return Evaluate(*node.children[*flag ? 1 : 2]);
}

Operand Evaluator::EvaluateCall(const Node& node) {
  const Function& function = *node.function;
  std::vector<Operand> operands;
  operands.reserve(node.children.size());
  for (const NodePtr& child : node.children) {
    operands.push_back(Evaluate(*child));
    if (operands.back().failure()) return std::move(operands.back());
  }
  std::vector<const Value*> arguments;
  arguments.reserve(operands.size());
  for (std::size_t i = 0; i < operands.size(); ++i) {
    const Value& value = operands[i].value();
    arguments.push_back(&value);
    if (!Spend(WeightOf(value))) return Fail(node, "it takes too many steps");
    if (function.on_null == Function::OnNull::kSees) continue;
    if (value.IsNull() && i == 0) {
      if (function.on_null == Function::OnNull::kNull) return Value();
      return function.on_null == Function::OnNull::kZero ? Value(0) : Value(false);
    }
    const TypeSet allowed = function.allowed[std::min(i, function.allowed.size() - 1)];
    if (value.IsNull() || (allowed & SetOf(KindOf(value))) == 0) {
      return Fail(*node.children[i], std::string(function.name) + "() does not take " + std::string(value.TypeName()) + ", which " + Shown(*node.children[i]) + " is");
    }
  }
  if (node.pattern) return Value(re2::RE2::PartialMatch(*arguments[0]->As<std::string>(), *node.pattern));
  return From(node, function.call(arguments));
}

Operand Evaluator::EvaluateList(const Node& node) {
  List list;
  list.reserve(node.children.size());
  for (const NodePtr& child : node.children) {
    Operand item = Evaluate(*child);
    if (item.failure()) return item;
    if (!Spend(WeightOf(item.value()))) return Fail(node, "it takes too many steps");
    list.push_back(item.value());
  }
  return Value(std::move(list));
}

Operand Evaluator::EvaluateMap(const Node& node) {
  Map map;
  for (std::size_t i = 0; i < node.children.size(); i += 2) {
    Operand key = Evaluate(*node.children[i]);
    if (key.failure()) return key;
    const auto* name = key.value().As<std::string>();
    if (!name) return Fail(*node.children[i], "keys of a map are text, and " + Shown(*node.children[i]) + " is " + std::string(key.value().TypeName()));
    Operand value = Evaluate(*node.children[i + 1]);
    if (value.failure()) return value;
    if (!map.emplace(*name, value.value()).second) return Fail(*node.children[i], "the map has the key " + Shown(*node.children[i]) + " twice");
  }
  return Value(std::move(map));
}

Operand Evaluator::EvaluateComprehension(const Node& node) {
  Operand range = Evaluate(*node.children[0]);
  if (range.failure()) return range;
  List keys;
  const List* items = &keys;
  if (const Fields* fields = range.fields()) {
    for (const auto& [name, value] : *fields) keys.emplace_back(name);
  } else if (const auto* list = range.value().As<List>()) {
    items = list;
  } else if (!range.IsNull()) {
    return Fail(node, Shown(*node.children[0]) + " is " + std::string(range.value().TypeName()) + "; only a list or a map can be gone through");
  }
  const bool collects = node.macro == Macro::kMap || node.macro == Macro::kFilter;
  return collects ? Collect(node, *items) : Quantify(node, *items);
}

// all and exists are && and || over the items: one that decides outweighs faults of others. exists_one must know every item.
Operand Evaluator::Quantify(const Node& node, const List& items) {
  const Node& predicate = *node.children[1];
  const bool deciding = node.macro == Macro::kExists;
  std::optional<Operand> failed;
  int holding = 0;
  for (const Value& item : items) {
    locals_[static_cast<std::size_t>(node.local)] = &item;
    Operand operand = Evaluate(predicate);
    const bool* flag = operand.failure() ? nullptr : operand.value().As<bool>();
    if (!flag) {
      if (!operand.failure()) operand = Fail(predicate, "the condition " + Shown(predicate) + " is " + std::string(operand.value().TypeName()) + ", not a bool");
      if (node.macro == Macro::kExistsOne || ran_out_of_steps()) return operand;
      if (!failed) failed = std::move(operand);
      continue;
    }
    if (node.macro != Macro::kExistsOne && *flag == deciding) return Value(deciding);
    holding += *flag ? 1 : 0;
  }
  if (node.macro == Macro::kExistsOne) return Value(holding == 1);
  return failed ? *std::move(failed) : Operand(Value(!deciding));
}

Operand Evaluator::Collect(const Node& node, const List& items) {
  const bool is_map = node.macro == Macro::kMap;
  const Node* filter = is_map ? (node.children.size() == 3 ? node.children[2].get() : nullptr) : node.children[1].get();
  List result;
  for (const Value& item : items) {
    locals_[static_cast<std::size_t>(node.local)] = &item;
    if (filter) {
      Operand operand = Evaluate(*filter);
      if (operand.failure()) return operand;
      const auto* flag = operand.value().As<bool>();
      if (!flag) return Fail(*filter, "the condition " + Shown(*filter) + " is " + std::string(operand.value().TypeName()) + ", not a bool");
      if (!*flag) continue;
    }
    if (!is_map) {
      result.push_back(item);
      continue;
    }
    Operand operand = Evaluate(*node.children[1]);
    if (operand.failure()) return operand;
    if (!Spend(WeightOf(operand.value()))) return Fail(node, "it takes too many steps");
    result.push_back(operand.value());
  }
  return Value(std::move(result));
}

}  // namespace entente
