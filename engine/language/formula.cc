#include "engine/language/formula.h"

#include <array>
#include <map>
#include <span>
#include <utility>

#include "engine/language/expression/expression.h"

namespace entente {
namespace {

// An expression bound to the names of a pack: `sage.X`, `param.x`, …
class PackFormula final : public Formula {
 public:
  PackFormula(Expression expression, const std::vector<std::string>& side_names) : expression_(std::move(expression)) {
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

 private:
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
      case Variable::kLink: return record(scope.link);
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

Environment EnvironmentOf(FormulaPlace place, const std::vector<std::string>& side_names, const Fields& parameters) {
  Environment environment;
  environment.Declare("param", ParametersType(parameters));
  if (place == FormulaPlace::kParameters || place == FormulaPlace::kParametersValue) return environment;
  if (place == FormulaPlace::kGate) return environment.Declare("session", OpenRecord());
  for (const std::string& side : side_names) environment.Declare(side, OpenRecord());
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

absl::StatusOr<FormulaPtr> MakeFormula(const std::string& text, FormulaPlace place, const std::vector<std::string>& side_names,
                                       const Fields& parameters) {
  absl::StatusOr<Expression> expression = Expression::Compile(text, EnvironmentOf(place, side_names, parameters), WantedAt(place));
  if (!expression.ok()) return expression.status();
  return FormulaPtr(std::make_shared<PackFormula>(*std::move(expression), side_names));
}

}  // namespace entente
