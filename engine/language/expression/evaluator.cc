#include "engine/language/expression/evaluator.h"

#include <re2/re2.h>

#include <algorithm>
#include <iterator>
#include <optional>

#include "engine/language/expression/arithmetic.h"
#include "engine/language/expression/members.h"

namespace entente {
namespace {

using Kind = Type::Kind;

const Value& NullValue() {
  static const Value null;
  return null;
}

std::string Named(const Value& value) { return std::string(value.TypeName()); }

}  // namespace

Evaluator::Evaluator(std::string_view text, std::span<const Binding> variables, int locals, std::int64_t steps_max)
    : text_(text), variables_(variables), locals_(static_cast<std::size_t>(locals)), steps_left_(steps_max) {}

std::string Evaluator::Shown(const Node& node) const { return "'" + std::string(text_.substr(node.span.begin, node.span.end - node.span.begin)) + "'"; }

std::string Evaluator::Shown(const Node& node, const Value& value) const { return Shown(node) + " is " + Named(value); }

Operand Evaluator::Fail(const Node& node, std::string sentence) const { return Operand(Operand::Failure{node.span.begin, std::move(sentence)}); }

Operand Evaluator::FailOfCost(const Node& node) const { return Fail(node, "it takes too many steps"); }

Operand Evaluator::From(const Node& node, Outcome outcome) const {
  if (auto* fault = std::get_if<Fault>(&outcome)) return Fail(node, Shown(node) + " has no value: " + fault->sentence);
  return Operand(std::get<Value>(std::move(outcome)));
}

bool Evaluator::Spend(std::int64_t steps) {
  if (steps_left_ >= 0) steps_left_ -= steps;
  return steps_left_ >= 0;
}

bool Evaluator::SpendWeight(const Value& value) { return Spend(WeightOf(value, steps_left_ + 1)); }

Operand Evaluator::Evaluate(const Node& node) {
  if (!Spend(1)) return FailOfCost(node);
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
  const Binding& binding = variables_[static_cast<std::size_t>(node.variable)];
  if (binding.fields) return Operand::Record(binding.fields);
  return Operand::Borrowed(binding.value ? binding.value : &NullValue());
}

// In a map that the expression made, a field that is absent is a fault; in a record it is null, and so is a field of null.
Operand Evaluator::EvaluateSelect(const Node& node) {
  const Node& child = *node.children[0];
  Operand operand = Evaluate(child);
  if (operand.failure()) return operand;
  const bool is_map = child.type.Is(Kind::kMap);
  const Value* field = nullptr;
  if (const Fields* fields = operand.fields()) {
    const auto found = fields->find(node.name);
    if (found != fields->end()) field = &found->second;
  } else if (const auto* table = operand.IsNull() ? nullptr : operand.value().As<Table>()) {
    field = FindMember(*table, Value(node.name));
  } else if (!operand.IsNull()) {
    return Fail(node, Shown(child, operand.value()) + " and has no field '" + node.name + "'");
  }
  if (node.kind == Node::Kind::kHas) return Value(field && (is_map || !field->IsNull()));
  if (!field && is_map && !operand.IsNull()) return Fail(node, "the map " + Shown(child) + " has no key '" + node.name + "'; ask has() first");
  return field ? operand.Part(*field) : Operand::Borrowed(&NullValue());
}

Operand Evaluator::EvaluateIndex(const Node& node) {
  const Node& whole = *node.children[0];
  const Node& place = *node.children[1];
  Operand operand = Evaluate(whole);
  if (operand.failure()) return operand;
  Operand index = Evaluate(place);
  if (index.failure()) return index;
  const Value& key = index.value();
  const Fields* fields = operand.fields();
  const auto* table = fields ? nullptr : operand.value().As<Table>();
  if (fields || table) {
    if (const Value* member = fields ? FindMember(*fields, key) : FindMember(*table, key)) return operand.Part(*member);
    if (whole.type.Is(Kind::kRecord)) return Operand::Borrowed(&NullValue());
    return Fail(node, "the map " + Shown(whole) + " has no such key; ask with 'in' first");
  }
  const auto* list = operand.value().As<List>();
  if (!list) return Fail(node, Shown(whole, operand.value()) + "; only a list or a map has members");
  const auto number = AsDecimal(key);
  const auto at = number ? number->ToInt() : std::nullopt;
  if (!at) return Fail(node, "a list is counted by int, and " + Shown(place, key));
  if (*at < 0 || *at >= static_cast<std::int64_t>(list->size())) return Fail(node, "the list " + Shown(whole) + " has no item at that place; ask size() first");
  return operand.Part((*list)[static_cast<std::size_t>(*at)]);
}

Operand Evaluator::EvaluateUnary(const Node& node) {
  const Node& child = *node.children[0];
  Operand operand = Evaluate(child);
  if (operand.failure()) return operand;
  if (node.op == Operator::kNegate) return From(node, Negate(operand.value()));
  const auto* flag = operand.value().As<bool>();
  if (!flag) return Fail(node, "'!' needs a bool, and " + Shown(child, operand.value()));
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
    failed = operand.failure() ? std::move(operand) : Fail(*child, "'" + std::string(SpellingOf(node.op)) + "' needs a bool, and " + Shown(*child, operand.value()));
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
  if (!SpendWeight(a) || !SpendWeight(b)) return FailOfCost(node);
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
  if (const Fields* fields = right.fields()) return Value(FindMember(*fields, wanted) != nullptr);
  if (right.IsNull()) return Value(false);
  const Value& whole = right.value();
  if (const auto* table = whole.As<Table>()) return Value(FindMember(*table, wanted) != nullptr);
  const auto* list = whole.As<List>();
  if (!list) return Fail(node, "'in' needs a list or a map, and " + Shown(*node.children[1], whole));
  if (!SpendWeight(whole) || !SpendWeight(wanted)) return FailOfCost(node);
  return Value(std::any_of(list->begin(), list->end(), [&](const Value& item) { return AreEqual(item, wanted); }));
}

Operand Evaluator::EvaluateConditional(const Node& node) {
  const Node& question = *node.children[0];
  Operand condition = Evaluate(question);
  if (condition.failure()) return condition;
  const auto* flag = condition.value().As<bool>();
  if (!flag) return Fail(node, "'?' needs a bool, and " + Shown(question, condition.value()));
  return Evaluate(*node.children[*flag ? 1 : 2]);
}

Operand Evaluator::EvaluateCall(const Node& node) {
  static const Function* const kSize = FindFunction("size");
  const Function& function = *node.function;
  absl::InlinedVector<Operand, 3> operands;
  for (const NodePtr& child : node.children) {
    operands.push_back(Evaluate(*child));
    if (operands.back().failure()) return std::move(operands.back());
  }
  // The one question about a record that does not need a copy of it.
  if (&function == kSize && operands[0].fields()) return Value(static_cast<std::int64_t>(operands[0].fields()->size()));
  absl::InlinedVector<const Value*, 3> arguments;
  for (std::size_t i = 0; i < operands.size(); ++i) {
    const Value& value = operands[i].value();
    arguments.push_back(&value);
    if (!SpendWeight(value)) return FailOfCost(node);
    if (function.on_null == Function::OnNull::kSees) continue;
    if (value.IsNull() && i == 0) {
      if (function.on_null == Function::OnNull::kNull) return Value();
      return function.on_null == Function::OnNull::kZero ? Value(0) : Value(false);
    }
    const TypeSet allowed = function.allowed[std::min(i, function.allowed.size() - 1)];
    if (value.IsNull() || (allowed & SetOf(KindOf(value))) == 0) {
      return Fail(*node.children[i], std::string(function.name) + "() does not take " + Named(value) + ", which " + Shown(*node.children[i]) + " is");
    }
  }
  if (node.pattern) return Value(re2::RE2::PartialMatch(*arguments[0]->As<std::string>(), *node.pattern));
  if (function.cost && !Spend(function.cost(arguments))) return FailOfCost(node);
  return From(node, function.call(arguments));
}

Operand Evaluator::EvaluateList(const Node& node) {
  List list;
  list.reserve(node.children.size());
  for (const NodePtr& child : node.children) {
    Operand item = Evaluate(*child);
    if (item.failure()) return item;
    if (!SpendWeight(item.value())) return FailOfCost(node);
    list.push_back(item.Release());
  }
  return Value(std::move(list));
}

Operand Evaluator::EvaluateMap(const Node& node) {
  Table table;
  bool is_text = true;
  for (std::size_t i = 0; i < node.children.size(); i += 2) {
    const Node& place = *node.children[i];
    Operand key = Evaluate(place);
    if (key.failure()) return key;
    auto name = key.value().As<Decimal>() ? std::nullopt : KeyFrom(key.value());
    if (!name) return Fail(place, "keys of a map are text, int or bool, and " + Shown(place, key.value()));
    Operand value = Evaluate(*node.children[i + 1]);
    if (value.failure()) return value;
    if (!SpendWeight(key.value()) || !SpendWeight(value.value())) return FailOfCost(node);
    is_text = is_text && std::holds_alternative<std::string>(*name);
    if (!table.emplace(*std::move(name), value.Release()).second) return Fail(place, "the map has the key " + Shown(place) + " twice");
  }
  if (!is_text) return Value(std::move(table));
  Map map;
  while (!table.empty()) {
    auto entry = table.extract(table.begin());
    map.Append(std::get<std::string>(std::move(entry.key())), std::move(entry.mapped()));
  }
  return Value(std::move(map));
}

Operand Evaluator::EvaluateComprehension(const Node& node) {
  Operand range = Evaluate(*node.children[0]);
  if (range.failure()) return range;
  List keys;
  const List* items = &keys;
  if (const Fields* fields = range.fields()) {
    if (!Spend(static_cast<std::int64_t>(fields->size()))) return FailOfCost(node);
    keys = KeysOf(*fields);
  } else if (const auto* table = range.value().As<Table>()) {
    if (!SpendWeight(range.value())) return FailOfCost(node);
    keys = KeysOf(*table);
  } else if (const auto* list = range.value().As<List>()) {
    items = list;
  } else if (!range.IsNull()) {
    return Fail(node, Shown(*node.children[0], range.value()) + "; only a list or a map can be gone through");
  }
  const bool collects = node.macro == Macro::kMap || node.macro == Macro::kFilter;
  return collects ? Collect(node, *items) : Quantify(node, *items);
}

Operand Evaluator::Holds(const Node& condition) {
  Operand operand = Evaluate(condition);
  if (operand.failure() || operand.value().As<bool>()) return operand;
  return Fail(condition, "the condition " + Shown(condition, operand.value()) + ", not a bool");
}

// all and exists are && and || over the items: one that decides outweighs faults of others. exists_one must know every item.
Operand Evaluator::Quantify(const Node& node, const List& items) {
  const bool is_one = node.macro == Macro::kExistsOne;
  const bool deciding = node.macro == Macro::kExists;
  std::optional<Operand> failed;
  int holding = 0;
  for (const Value& item : items) {
    locals_[static_cast<std::size_t>(node.local)] = &item;
    Operand operand = Holds(*node.children[1]);
    if (operand.failure()) {
      if (is_one || ran_out_of_steps()) return operand;
      if (!failed) failed = std::move(operand);
      continue;
    }
    const bool flag = *operand.value().As<bool>();
    if (!is_one && flag == deciding) return Value(deciding);
    holding += flag ? 1 : 0;
  }
  if (is_one) return Value(holding == 1);
  return failed ? *std::move(failed) : Operand(Value(!deciding));
}

Operand Evaluator::Collect(const Node& node, const List& items) {
  const bool is_map = node.macro == Macro::kMap;
  const Node* filter = is_map ? (node.children.size() == 3 ? node.children[2].get() : nullptr) : node.children[1].get();
  List result;
  for (const Value& item : items) {
    locals_[static_cast<std::size_t>(node.local)] = &item;
    if (filter) {
      Operand operand = Holds(*filter);
      if (operand.failure()) return operand;
      if (!*operand.value().As<bool>()) continue;
    }
    Operand operand = is_map ? Evaluate(*node.children[1]) : Operand::Borrowed(&item);
    if (operand.failure()) return operand;
    if (!SpendWeight(operand.value())) return FailOfCost(node);
    result.push_back(operand.Release());
  }
  return Value(std::move(result));
}

}  // namespace entente
