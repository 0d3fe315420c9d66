#include "engine/language/formula.h"

#include <map>
#include <utility>

#include "engine/language/expression/expression.h"

namespace entente {
namespace {

// An expression bound to the names of a pack: `sage.X`, `param.x`, …
class PackFormula final : public Formula {
 public:
  PackFormula(Expression expression, const std::vector<std::string>& side_names) : expression_(std::move(expression)) {
    for (Side side : kSides) side_names_[side] = side_names[Index(side)];
    for (const std::string& path : expression_.paths()) AddRead(path);
  }

  absl::StatusOr<Value> Evaluate(const Scope& scope) const override {
    static const Value kNull;
    Bindings bindings;
    for (const std::string& name : expression_.variables()) {
      if (name == side_names_[Side::kLeft]) {
        bindings.Bind(name, scope.record[Side::kLeft]);
      } else if (name == side_names_[Side::kRight]) {
        bindings.Bind(name, scope.record[Side::kRight]);
      } else if (name == "param") {
        bindings.Bind(name, scope.parameters);
      } else if (name == "link") {
        bindings.Bind(name, scope.link);
      } else if (name == "target") {
        bindings.Bind(name, scope.targets);
      } else if (name == "item") {
        bindings.Bind(name, scope.item);
      } else if (name == "session") {
        bindings.Bind(name, scope.facts);
      } else if (name == "value") {
        bindings.Bind(name, scope.value ? scope.value : &kNull);
      }
    }
    return expression_.Evaluate(bindings);
  }

  const std::string& text() const override { return expression_.text(); }
  const Both<std::set<std::string>>& reads() const override { return reads_; }
  const TargetReads& target_reads() const override { return target_reads_; }
  bool reads_clock() const override { return reads_clock_; }

 private:
  void AddRead(const std::string& path) {
    const std::size_t dot = path.find('.');
    if (dot == std::string::npos) return;
    reads_clock_ = reads_clock_ || path == "link.now" || path.starts_with("link.now.");
    if (path.starts_with("target.")) {
      const std::size_t second = path.find('.', dot + 1);
      target_reads_[path.substr(dot + 1, second - dot - 1)].insert(second == std::string::npos ? "" : path.substr(second + 1));
    }
    for (Side side : kSides) {
      if (path.compare(0, dot, side_names_[side]) == 0) reads_[side].insert(path.substr(dot + 1));
    }
  }

  Expression expression_;
  Both<std::string> side_names_;
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
