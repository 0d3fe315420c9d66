#include <algorithm>
#include <set>

#include "engine/language/compiler.h"

namespace entente {

namespace v1 = rules::v1;

DocumentRule Compiler::CompileDocument(const v1::Entity& entity_source, const EntityRule& entity) {
  const v1::Document& source = entity_source.document();
  DocumentRule document;
  document.owner = SideNamed(source.owner()).value_or(Side::kRight);
  document.source = SourceOf(source.source());

  std::vector<std::string> fields;
  for (const FieldRule& field : entity.fields) fields.push_back(field.name);
  // "lines.total" is the item `total` of the field `lines`.
  const auto field = [&](const std::string& name, const std::string& role) {
    const std::size_t dot = name.find('.');
    const FieldRule* known = entity.Field(name.substr(0, dot));
    const bool has_item = known != nullptr && dot != std::string::npos &&
                          std::any_of(known->items.begin(), known->items.end(), [&](const FieldRule& item) { return item.name == name.substr(dot + 1); });
    if (known == nullptr || (dot != std::string::npos && !has_item)) {
      Add(source.source(), "The document's `" + role + "` names the field `" + name + "`, which `" + entity.name + "` has not.",
          OneOf(name, fields));
    }
    return name;
  };
  document.state_field = field(source.state_field(), "state_field");
  document.report_field = field(source.report_field(), "report_field");
  document.number_field = field(source.number_field(), "number_field");
  if (!source.lock_field().empty()) document.lock_field = field(source.lock_field(), "lock_field");
  for (const std::string& name : source.user_fields()) {
    // Parameters may leave a field out of the entity.
    const bool is_left_out = entity.Field(name) == nullptr && std::any_of(entity_source.fields().begin(), entity_source.fields().end(),
                                                                           [&](const v1::Field& known) { return known.name() == name; });
    if (!is_left_out) document.user_fields.push_back(field(name, "user_fields"));
  }
  for (const std::string& name : source.result_fields()) document.result_fields.push_back(field(name, "result_fields"));
  document.push_key = CompileFormula(source.push_key(), source.source(), FormulaPlace::kText);
  document.push_key_native = source.push_key_field();
  if (!source.allowed_without_stock().empty()) {
    document.allowed_without_stock = CompileFormula(source.allowed_without_stock(), source.source(), FormulaPlace::kCondition);
  }

  std::vector<std::string> names;
  std::set<std::string> labels;
  for (const v1::State& state_source : source.states()) {
    DocumentState state;
    state.name = state_source.name();
    state.label = state_source.label();
    state.source = SourceOf(state_source.source());
    if (state_source.has_editable()) state.editable = state_source.editable();
    if (state_source.has_locked()) state.locked = state_source.locked();
    state.on_enter = state_source.on_enter();
    if (!state.on_enter.empty() && state.on_enter != "price" && state.on_enter != "push") {
      Add(state_source.source(), "The state `" + state.name + "` does `" + state.on_enter + "` when it is entered, which nothing can do.",
          OneOf(state.on_enter, {"price", "push"}));
    }
    if (!state_source.when().empty()) state.when = CompileFormula(state_source.when(), state_source.source(), FormulaPlace::kCondition);
    // Two states under one label could not be told apart on the owner's side.
    if (!state.label.empty() && !labels.insert(state.label).second) {
      Add(state_source.source(), "The state `" + state.name + "` has the label \"" + state.label + "\" of another state.",
          "Give each state a label of its own: the label is all the other system shows.");
    }
    names.push_back(state.name);
    document.states.push_back(std::move(state));
  }
  const auto role = [&](const std::string& name, const std::string& what) {
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      Add(source.source(), "The document's `" + what + "` names the state `" + name + "`, which it has not.", OneOf(name, names));
    }
    return name;
  };
  document.draft = role(source.draft(), "draft");
  document.validated = role(source.validated(), "validated");
  document.waiting = role(source.waiting(), "waiting");
  document.sent = role(source.sent(), "sent");
  document.error = role(source.error(), "error");
  document.deleted = role(source.deleted(), "deleted");
  return document;
}

}  // namespace entente
