#include "engine/language/compiler.h"

#include <algorithm>

#include "engine/language/formula.h"
#include "engine/language/schema.h"

namespace entente {

namespace v1 = rules::v1;

RuleSource SourceOf(const v1::Source& source) { return {source.file(), source.line()}; }

Compiler::Compiler(const v1::Pack& source, const ParameterValues& parameters, Problems& problems)
    : source_(source), parameters_(parameters), problems_(problems) {
  for (const v1::Side& side : source.sides()) side_names_.push_back(side.name());
  side_names_.resize(2);
  for (const v1::Table& table : source.tables()) tables_[table.name()] = &table;
  for (const v1::Entity& entity : source.entities()) entity_names_.push_back(entity.name());
}

std::shared_ptr<Pack> Compiler::Compile() {
  auto pack = std::make_shared<Pack>();
  pack->name = source_.name();
  pack->version = source_.version();
  CompileSides(*pack);
  CompileParameters(*pack);
  CompileGuards(*pack);
  CompileErrors(*pack);
  CheckLimits();
  RefuseUnsupported();
  for (const auto& [name, on] : source_.flags()) pack->flags[name] = on;
  for (const auto& [name, limit] : source_.limits()) pack->limits[name] = limit;
  CompileReasons(*pack);
  CompileEntities(*pack);
  return pack;
}

void Compiler::CompileSides(Pack& pack) {
  for (int i = 0; i < source_.sides_size() && i < 2; ++i) {
    const v1::Side& source = source_.sides(i);
    SideRule& side = pack.sides[i == 0 ? Side::kLeft : Side::kRight];
    side.name = source.name();
    side.system = source.system();
    // A side that says nothing keeps the limit of the pack.
    const auto limit = source_.limits().find("companies_max");
    if (limit != source_.limits().end()) side.companies_max = static_cast<int>(std::clamp<std::int64_t>(limit->second, 1, 1'000'000));
    if (source.companies_max() > 0) side.companies_max = source.companies_max();
    for (const auto& [name, value] : source.options()) side.options[name] = value;
    if (source.has_lock()) side.lock = CompileLock(source.lock());
    side.catalogue_version = source.catalogue_version();
    const auto most = [&](const std::string& name) {
      const auto said = source_.limits().find(side.name + name);
      return said == source_.limits().end() ? 0 : static_cast<int>(std::clamp<std::int64_t>(said->second, 1, 1'000'000));
    };
    side.operations_max = most("_operations_max");
    side.batch_max = most("_batch_max");
    for (const v1::Gate& gate : source.gates()) {
      NeedText(gate.message(), "the gate `" + gate.reason() + "`");
      side.gates.push_back({gate.reason(), CompileFormula(gate.holds(), gate.source(), FormulaPlace::kGate), gate.message().fr(),
                            gate.message().en()});
    }
  }
}

void Compiler::CompileParameters(Pack& pack) {
  pack.parameter_values = parameters_.values;
  for (const v1::Parameter& source : source_.parameters()) {
    Parameter parameter;
    parameter.name = source.name();
    parameter.type = v1::Parameter::Type_Name(source.type());
    std::transform(parameter.type.begin(), parameter.type.end(), parameter.type.begin(), [](char c) {
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    parameter.label_fr = source.label().fr();
    parameter.label_en = source.label().en();
    if (source.scope() == v1::Parameter::COMPANY) parameter.scope = "company";
    if (source.scope() == v1::Parameter::CONNECTION) parameter.scope = "connection";
    parameter.value = FieldOf(parameters_.values, source.name());
    parameter.secret = source.secret();
    parameter.source = SourceOf(source.source());
    NeedText(source.label(), "the parameter `" + source.name() + "`");
    pack.parameters[source.name()] = std::move(parameter);
  }
}

void Compiler::CompileGuards(Pack& pack) {
  absl::Duration hold;
  if (!source_.guards().delete_hold().empty() && absl::ParseDuration(source_.guards().delete_hold(), &hold)) pack.delete_hold = hold;
  pack.resume_wins = SideNamed(source_.on_resume().shared_fields());
}

void Compiler::CompileErrors(Pack& pack) {
  for (const v1::ErrorText& source : source_.errors()) {
    NeedText(source.message(), "the error `" + source.code() + "`");
    ErrorRule& rule = pack.errors[source.code()];
    rule.reaction = source.reaction() == v1::ErrorText::AGAIN  ? ErrorRule::Reaction::kAgain
                    : source.reaction() == v1::ErrorText::WAIT ? ErrorRule::Reaction::kWait
                    : source.reaction() == v1::ErrorText::LOCK ? ErrorRule::Reaction::kLock
                                                               : ErrorRule::Reaction::kNever;
    rule.message_fr = source.message().fr();
    rule.message_en = source.message().en();
  }
}

void Compiler::CheckLimits() {
  std::vector<std::string> known = {"companies_max"};
  for (const std::string& side : side_names_) {
    known.push_back(side + "_calls_per_minute");
    known.push_back(side + "_poll_share_percent");
    known.push_back(side + "_operations_max");
    known.push_back(side + "_batch_max");
  }
  for (const auto& [name, limit] : source_.limits()) {
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      Add(source_.source(), "The pack declares the limit `" + name + "`, which nothing keeps.", OneOf(name, known));
    } else if (limit < 1 || (name.ends_with("_percent") && limit > 100)) {
      Add(source_.source(), "The limit `" + name + "` is " + std::to_string(limit) + ".", name.ends_with("_percent") ? "Write a number from 1 to 100." : "Write a number from 1 on.");
    }
  }
}

void Compiler::RefuseUnsupported() {
  for (const auto& [name, on] : source_.flags()) {
    if (on) Add(source_.source(), "The flag `" + name + "` is on, and this release cannot do it yet.", "Write `" + name + ": false`.");
  }
}

void Compiler::CompileReasons(Pack& pack) {
  for (const v1::ReasonText& reason : source_.reasons()) {
    pack.reasons[reason.name()] = {reason.fr(), reason.en()};
    if (!reason.fr().empty() && !reason.en().empty()) continue;
    Add(reason.source(), "The text of the reason `" + reason.name() + "` is empty in one language.", "Write it in French and in English.");
  }
}

void Compiler::CompileEntities(Pack& pack) {
  for (const v1::Entity& entity : source_.entities()) {
    if (!entity.enabled().empty() && !IsEnabled(entity.enabled(), entity.source())) continue;
    pack.entities.push_back(CompileEntity(entity));
    for (const v1::Field& field : entity.fields()) CollectValueLists(field, pack.entities.back(), pack);
  }
  CollectTargetReads(pack);
  std::stable_sort(pack.entities.begin(), pack.entities.end(), [](const EntityRule& a, const EntityRule& b) { return a.rank < b.rank; });
}

void Compiler::CollectValueLists(const v1::Field& field, const EntityRule& entity, Pack& pack) {
  if (entity.Field(field.name()) == nullptr) return;  // left out by its parameters
  for (const v1::FieldSide& source : field.sides()) {
    const auto side = SideNamed(source.side());
    if (source.labels() && side) pack.value_lists.insert(entity.sides[*side].resource + "." + source.field());
  }
}

std::optional<Side> Compiler::SideNamed(const std::string& name) const {
  if (name == side_names_[0]) return Side::kLeft;
  if (name == side_names_[1]) return Side::kRight;
  return std::nullopt;
}

bool Compiler::IsEnabled(const std::string& expression, const v1::Source& source) {
  const FormulaPtr formula = CompileFormula(expression, source, FormulaPlace::kParameters);
  if (formula == nullptr) return true;
  Scope scope;
  scope.parameters = &parameters_.values;
  const absl::StatusOr<Value> value = formula->Evaluate(scope);
  const bool* on = value.ok() ? value->As<bool>() : nullptr;
  if (on != nullptr) return *on;
  Add(source, "`enabled` cannot be decided: " + (value.ok() ? "it is neither true nor false" : std::string(value.status().message())) + ".",
      "Write a condition over `param.` names.");
  return true;
}

FormulaPtr Compiler::CompileFormula(const std::string& text, const v1::Source& source, FormulaPlace place) {
  absl::StatusOr<FormulaPtr> formula = MakeFormula(text, place, side_names_, parameters_.values);
  if (formula.ok()) return *std::move(formula);
  Add(source, "An expression is not right: " + Sentence(formula.status()), "Correct the expression.");
  return nullptr;
}

std::string Sentence(const absl::Status& status) {
  std::string text(status.message());
  // The stable code before the sentence is for programs.
  const std::size_t colon = text.find(": ");
  const bool has_code = colon != std::string::npos && text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_") == colon;
  if (has_code) text.erase(0, colon + 2);
  if (!text.empty() && text.back() != '.' && text.back() != '?' && text.back() != '!') text += '.';
  return text;
}

void Compiler::Add(const v1::Source& source, std::string sentence, std::string remedy) {
  problems_.Add({source.file(), source.line()}, std::move(sentence), std::move(remedy));
}

void Compiler::NeedText(const v1::Text& text, const std::string& what) {
  if (!text.fr().empty() && !text.en().empty()) return;
  if (text.source().line() == 0) return;  // absent altogether: reported by the reader where it is required
  Add(text.source(), "The text of " + what + " is empty in one language.", "Write it in French and in English.");
}

}  // namespace entente
