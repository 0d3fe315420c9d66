#include "engine/language/formula.h"

#include <array>
#include <map>
#include <span>
#include <utility>

#include "engine/language/expression/expression.h"
#include "engine/language/expression/facts.h"

namespace entente {
namespace {

// An expression bound to the names of a pack: `sage.X`, `param.x`, …
class PackFormula final : public Formula {
 public:
  PackFormula(Expression expression, FormulaPlace place, const std::vector<std::string>& side_names)
      : expression_(std::move(expression)), place_(place) {
    for (Side side : kSides) side_names_[side] = side_names[Index(side)];
    for (const std::string& name : expression_.variables()) variables_.push_back(VariableNamed(name, side_names));
    for (const std::string& path : expression_.paths()) AddRead(path, side_names);
  }

  absl::StatusOr<Value> Evaluate(const Scope& scope) const override {
    std::array<Binding, kVariableCount> bindings;
    for (std::size_t i = 0; i < variables_.size(); ++i) bindings[i] = BindingOf(variables_[i], scope);
    return expression_.Evaluate(std::span<const Binding>(bindings).first(variables_.size()));
  }

  const std::string& text() const override { return expression_.text(); }
  const Both<std::set<std::string>>& reads() const override { return reads_; }
  const TargetReads& target_reads() const override { return target_reads_; }
  bool reads_clock() const override { return reads_clock_; }
  FormulaPlace place() const { return place_; }

  Dependence DependsOn(const Known& known) const override {
    Dependence dependence;
    for (const std::string& path : PathsReadWhen(expression_, FactsOf(known))) {
      const std::size_t dot = path.find('.');
      const std::string variable = path.substr(0, dot);
      const std::string rest = dot == std::string::npos ? "" : path.substr(dot + 1);
      if (variable == "link") dependence.link.insert(rest);
      for (Side side : kSides) {
        if (variable != side_names_[side]) continue;
        if (rest.empty()) dependence.is_whole[side] = true;
        if (!rest.empty()) dependence.natives[side].insert(rest);
      }
    }
    return dependence;
  }
  std::optional<bool> TruthWhen(const Known& known) const override { return TruthOf(expression_, FactsOf(known)); }
  bool MayBeBlank(const Known& known) const override { return entente::MayBeBlank(expression_, FactsOf(known)); }

 private:
  Facts FactsOf(const Known& known) const {
    Facts facts;
    for (Side side : kSides) {
      for (const std::string& native : known.filled[side]) facts.filled.insert(side_names_[side] + "." + native);
    }
    for (const Formula* formula : known.holds) {
      if (const auto* other = dynamic_cast<const PackFormula*>(formula)) facts.holds.push_back(&other->expression_);
    }
    return facts;
  }

  // What a name of the pack stands for. Each occurs once among the variables of an expression.
  enum class Variable { kLeft, kRight, kParameters, kLink, kTarget, kItem, kSession, kValue };
  static constexpr std::size_t kVariableCount = 8;

  static Variable VariableNamed(const std::string& name, const std::vector<std::string>& side_names) {
    if (name == side_names[Index(Side::kLeft)]) return Variable::kLeft;
    if (name == side_names[Index(Side::kRight)]) return Variable::kRight;
    if (name == "param") return Variable::kParameters;
    if (name == "link") return Variable::kLink;
    if (name == "target") return Variable::kTarget;
    if (name == "item") return Variable::kItem;
    if (name == "session") return Variable::kSession;
    return Variable::kValue;
  }

  // A record that is not there has no fields.
  static Binding BindingOf(Variable variable, const Scope& scope) {
    static const Fields kNoFields;
    const auto record = [](const Fields* fields) { return Binding{.fields = fields ? fields : &kNoFields}; };
    switch (variable) {
      case Variable::kLeft: return record(scope.record[Side::kLeft]);
      case Variable::kRight: return record(scope.record[Side::kRight]);
      case Variable::kParameters: return record(scope.parameters);
      case Variable::kLink: return record(scope.link ? &scope.link->Get() : nullptr);
      case Variable::kTarget: return record(scope.targets);
      case Variable::kItem: return record(scope.item);
      case Variable::kSession: return record(scope.facts);
      case Variable::kValue: break;
    }
    return {.value = scope.value};
  }

  void AddRead(const std::string& path, const std::vector<std::string>& side_names) {
    const std::size_t dot = path.find('.');
    if (dot == std::string::npos) return;
    reads_clock_ = reads_clock_ || path == "link.now" || path.starts_with("link.now.");
    if (path.starts_with("target.")) {
      const std::size_t second = path.find('.', dot + 1);
      target_reads_[path.substr(dot + 1, second - dot - 1)].insert(second == std::string::npos ? "" : path.substr(second + 1));
    }
    for (Side side : kSides) {
      if (path.compare(0, dot, side_names[Index(side)]) == 0) reads_[side].insert(path.substr(dot + 1));
    }
  }

  Expression expression_;
  FormulaPlace place_;
  Both<std::string> side_names_;
  std::vector<Variable> variables_;
  Both<std::set<std::string>> reads_;
  TargetReads target_reads_;
  bool reads_clock_ = false;
};

Type TypeOfParameter(const Value& value) {
  if (value.As<List>()) return Type::ListOf(Type::Kind::kText);
  return Type::Named(value.TypeName()).value_or(Type());
}

// Every parameter with its type; one without a value may be anything.
Type ParametersType(const Fields& parameters) {
  std::map<std::string, Type> fields;
  for (const auto& [name, value] : parameters) fields[name] = value.IsNull() ? Type() : TypeOfParameter(value);
  return Type::Record(std::move(fields));
}

// Fields of records are typed by the catalogues, which are not known before a session.
Type OpenRecord() { return Type::Record({}, true); }

Environment EnvironmentOf(FormulaPlace place, const std::vector<std::string>& side_names, const Fields& parameters, const Both<Type>& records) {
  Environment environment;
  environment.Declare("param", ParametersType(parameters));
  if (place == FormulaPlace::kParameters || place == FormulaPlace::kParametersValue) return environment;
  if (place == FormulaPlace::kGate) return environment.Declare("session", OpenRecord());
  for (const Side side : kSides) environment.Declare(side_names[Index(side)], records[side]);
  environment.Declare("link", OpenRecord());
  if (place == FormulaPlace::kApproval) environment.Declare("value", Type());
  const bool is_item = place == FormulaPlace::kItemValue || place == FormulaPlace::kItemText;
  if (is_item) environment.Declare("item", OpenRecord());
  if (place == FormulaPlace::kCheck || place == FormulaPlace::kFieldValue || place == FormulaPlace::kItemValue) environment.Declare("target", OpenRecord());
  return environment;
}

Type WantedAt(FormulaPlace place) {
  switch (place) {
    case FormulaPlace::kParameters:
    case FormulaPlace::kGate:
    case FormulaPlace::kCondition:
    case FormulaPlace::kCheck:
    case FormulaPlace::kApproval: return Type::Kind::kBool;
    case FormulaPlace::kText:
    case FormulaPlace::kItemText: return Type::Kind::kText;
    case FormulaPlace::kParametersValue:
    case FormulaPlace::kValue:
    case FormulaPlace::kFieldValue:
    case FormulaPlace::kItemValue: break;
  }
  return Type();
}

}  // namespace

namespace {

bool IsFieldValue(FormulaPlace place) {
  return place == FormulaPlace::kValue || place == FormulaPlace::kFieldValue || place == FormulaPlace::kItemValue;
}

// What no field of a system can hold.
bool HoldsNoField(const Type& type) {
  if (type.Is(Type::Kind::kList)) return HoldsNoField(type.element());
  if (type.Is(Type::Kind::kMap)) return type.key().Is(Type::Kind::kInt) || type.key().Is(Type::Kind::kBool) || HoldsNoField(type.element());
  return type.Is(Type::Kind::kDuration);
}

absl::Status FieldCanHold(const Expression& expression, FormulaPlace place) {
  if (!IsFieldValue(place) || !HoldsNoField(expression.ResultType())) return absl::OkStatus();
  return absl::InvalidArgumentError("EXPRESSION_INVALID: \"" + expression.text() + "\" gives " + expression.ResultType().ToString() +
                                    ", which no field of a system can hold: the keys of a map are text there, and a duration is a number");
}

}  // namespace

absl::StatusOr<FormulaPtr> MakeFormula(const std::string& text, FormulaPlace place, const std::vector<std::string>& side_names,
                                       const Fields& parameters) {
  absl::StatusOr<Expression> expression = Expression::Compile(text, EnvironmentOf(place, side_names, parameters, {OpenRecord(), OpenRecord()}), WantedAt(place));
  if (!expression.ok()) return expression.status();
  if (const absl::Status holds = FieldCanHold(*expression, place); !holds.ok()) return holds;
  return FormulaPtr(std::make_shared<PackFormula>(*std::move(expression), place, side_names));
}

absl::Status CheckFormulaTypes(const Formula& formula, const Pack& pack, const Both<Type>& records) { return FormulaType(formula, pack, records).status(); }

absl::StatusOr<Type> FormulaType(const Formula& formula, const Pack& pack, const Both<Type>& records) {
  const auto& made = static_cast<const PackFormula&>(formula);
  const std::vector<std::string> side_names = {pack.sides[Side::kLeft].name, pack.sides[Side::kRight].name};
  const absl::StatusOr<Expression> compiled =
      Expression::Compile(formula.text(), EnvironmentOf(made.place(), side_names, pack.parameter_values, records), WantedAt(made.place()));
  if (!compiled.ok()) return compiled.status();
  return compiled->ResultType();
}

std::vector<PlacedFormula> FormulasOf(const EntityRule& entity) {
  std::vector<PlacedFormula> all;
  const auto add = [&](const FormulaPtr& formula, const RuleSource& source) {
    if (formula != nullptr) all.push_back({formula.get(), &source});
  };
  const auto add_field = [&](const FieldRule& field) {
    for (const Side side : kSides) {
      add(field.sides[side].formula, field.source);
      add(field.sides[side].fallback, field.source);
    }
    for (const auto& [phase, policy] : field.policies) add(policy.approve_when, policy.source);
  };
  for (const FieldRule& field : entity.fields) {
    add_field(field);
    for (const FieldRule& item : field.items) add_field(item);
  }
  for (const Side side : kSides) {
    const EntitySide& s = entity.sides[side];
    for (const FormulaPtr* formula : {&s.create_key, &s.find_value, &s.in_scope, &s.relevant}) add(*formula, entity.source);
    for (const MatchRule& match : entity.matches) add(match.key[side], match.source);
    for (const auto& [phase, life] : entity.life) add(life[side].never_delete_when, life[side].source);
  }
  for (const PhaseRule& phase : entity.phases) add(phase.when, entity.source);
  for (const Check& check : entity.checks) add(check.holds, check.source);
  if (entity.capacity) add(entity.capacity->counts, entity.source);
  add(entity.triggers.on_state, entity.triggers.source);
  if (entity.seal) {
    add(entity.seal->when, entity.seal->source);
    add(entity.seal->corrected_when, entity.seal->source);
  }
  if (!entity.document) return all;
  add(entity.document->push_key, entity.source);
  add(entity.document->allowed_without_stock, entity.source);
  for (const DocumentState& state : entity.document->states) add(state.when, entity.source);
  return all;
}

}  // namespace entente
