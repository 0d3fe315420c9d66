#include <algorithm>
#include <set>

#include "engine/language/compiler.h"
#include "engine/language/formula.h"

namespace entente {

namespace v1 = rules::v1;

namespace {

absl::Duration DurationOr(const std::string& text, absl::Duration otherwise) {
  absl::Duration duration;
  return !text.empty() && absl::ParseDuration(text, &duration) ? duration : otherwise;
}

std::optional<CreateRule> CreateRuleOf(v1::Life::Create create) {
  switch (create) {
    case v1::Life::ALLOWED: return CreateRule::kAllowed;
    case v1::Life::PARK: return CreateRule::kPark;
    case v1::Life::APPROVE: return CreateRule::kApprove;
    case v1::Life::ON_DEMAND: return CreateRule::kOnDemand;
    case v1::Life::IGNORE: return CreateRule::kIgnore;
    default: return std::nullopt;
  }
}

std::optional<DeleteRule> DeleteRuleOf(v1::Life::Delete rule) {
  switch (rule) {
    case v1::Life::PROPAGATE: return DeleteRule::kPropagate;
    case v1::Life::MARK: return DeleteRule::kMark;
    case v1::Life::MARK_IF_REFERENCED: return DeleteRule::kMarkIfReferenced;
    case v1::Life::RESTORE: return DeleteRule::kRestore;
    case v1::Life::UNLINK: return DeleteRule::kUnlink;
    case v1::Life::BLOCK: return DeleteRule::kBlock;
    default: return std::nullopt;
  }
}

std::string WordOf(v1::FieldPolicy::ForeignEdit edit) {
  switch (edit) {
    case v1::FieldPolicy::KEEP_AND_FLAG: return "keep_and_flag";
    case v1::FieldPolicy::MARK_READ_ONLY: return "mark_read_only";
    default: return "revert";
  }
}

std::string WordOf(DeleteRule rule) {
  switch (rule) {
    case DeleteRule::kPropagate: return "propagate";
    case DeleteRule::kMark: return "mark";
    case DeleteRule::kMarkIfReferenced: return "mark_if_referenced";
    case DeleteRule::kRestore: return "restore";
    case DeleteRule::kUnlink: return "unlink";
    case DeleteRule::kBlock: return "block";
  }
  return "";
}

bool MayCreate(const LifeRule& rule) {
  return rule.create == CreateRule::kAllowed || rule.create == CreateRule::kApprove || rule.create == CreateRule::kOnDemand;
}

template <typename Named>
std::vector<std::string> NamesOf(const Named& elements) {
  std::vector<std::string> names;
  for (const auto& element : elements) names.push_back(element.name());
  return names;
}

}  // namespace

EntityRule Compiler::CompileEntity(const v1::Entity& source) {
  EntityRule entity;
  entity.name = source.name();
  entity.label_fr = source.label().fr();
  entity.label_en = source.label().en();
  entity.rank = source.rank();
  entity.source = SourceOf(source.source());
  NeedText(source.label(), "the entity `" + source.name() + "`");
  entity.foreign_edits = WordOf(source.policy().foreign_edit());
  for (const v1::Phase& phase : source.phases()) {
    if (phase.policy().foreign_edit() != 0) entity.foreign_edits = WordOf(phase.policy().foreign_edit());
  }
  CompileEntitySides(source, entity);
  for (const v1::Phase& phase : source.phases()) {
    entity.phases.push_back({phase.name(), CompileFormula(phase.when(), phase.source(), FormulaPlace::kCondition), SourceOf(phase.source())});
  }
  for (const v1::Field& field : source.fields()) {
    if (std::optional<FieldRule> rule = CompileField(field, source, false)) entity.fields.push_back(*std::move(rule));
  }
  CompileMatches(source, entity);
  CheckDistinct(source, entity);
  entity.triggers = CompileTriggers(source, entity);
  CompileLife(source, entity);
  CompileChecks(source, entity);
  CompileEnsured(source, entity);
  if (source.has_capacity()) CompileCapacity(source, entity);
  CompileBudgets(source_.guards(), entity);
  CompileBudgets(source.guards(), entity);
  if (source.has_document()) entity.document = CompileDocument(source, entity);
  if (source.has_seal()) entity.seal = CompileSeal(source, entity);
  CompileMatrix(source, entity);
  CollectNativeFields(entity);
  return entity;
}

void Compiler::CompileEntitySides(const v1::Entity& source, EntityRule& entity) {
  std::set<std::string> given;
  for (const v1::EntitySide& side_source : source.sides()) {
    const std::optional<Side> which = SideNamed(side_source.side());
    if (!which) continue;
    given.insert(side_source.side());
    EntitySide& side = entity.sides[*which];
    const auto formula = [&](const std::string& text, FormulaPlace place) {
      return text.empty() ? nullptr : CompileFormula(text, side_source.source(), place);
    };
    side.source = SourceOf(side_source.source());
    side.resource = side_source.resource();
    side.key.assign(side_source.key().begin(), side_source.key().end());
    side.create_key = formula(side_source.create_key(), FormulaPlace::kText);
    side.find_field = side_source.find_field();
    side.find_value = formula(side_source.find_value(), FormulaPlace::kValue);
    side.in_scope = formula(side_source.in_scope(), FormulaPlace::kCondition);
    side.relevant = formula(side_source.relevant(), FormulaPlace::kCondition);
    for (const v1::Trigger& trigger : source.triggers()) side.interval = DurationOr(trigger.every(), side.interval);
    side.interval = DurationOr(side_source.interval(), side.interval);
    side.sweep_interval = DurationOr(side_source.sweep_interval(), side.sweep_interval);
    side.born_with = ConstantFields(side_source.born_with(), side_source.source(), "`born_with` of `" + source.name() + "`");
    CompileWindows(side_source, *which, side);
    if (side.find_field.empty() != (side.find_value == nullptr) && side_source.find_value().empty() != side_source.find_field().empty()) {
      Add(side_source.source(), "`find_field` and `find_value` of `" + source.name() + "` on " + side_source.side() + " go together.",
          "Write both or neither.");
    }
  }
  for (const std::string& side : side_names_) {
    if (given.count(side) || source.sides().empty()) continue;
    Add(source.source(), "The entity `" + source.name() + "` says nothing of the side " + side + ".",
        "Add `" + side + ": {resource: …}`.");
  }
}

// A phase says what the entity does not, side by side; what neither says is a problem, because nothing is deleted by default.
void Compiler::CompileLife(const v1::Entity& source, EntityRule& entity) {
  std::vector<std::string> phases = {""};
  for (const v1::Phase& phase : source.phases()) phases.push_back(phase.name());
  for (const std::string& phase : phases) {
    const auto own = std::find_if(source.phases().begin(), source.phases().end(), [&](const v1::Phase& p) { return p.name() == phase; });
    for (Side side : kSides) {
      const v1::Life* chosen = nullptr;
      for (const v1::Life& life : source.life()) {
        if (SideNamed(life.side()) == side) chosen = &life;
      }
      if (own != source.phases().end()) {
        for (const v1::Life& life : own->life()) {
          if (SideNamed(life.side()) == side) chosen = &life;
        }
      }
      if (chosen == nullptr) {
        // With phases, the entity itself need not say what every phase says.
        if (phase.empty() && !source.phases().empty()) continue;
        Add(own != source.phases().end() ? own->source() : source.source(),
            "Nothing says what " + NameOf(side) + " may do to `" + source.name() + "`" + (phase.empty() ? "" : " in the phase " + phase) + ".",
            "Add `life: {" + NameOf(side) + ": {create: …, delete: …}}`.");
        continue;
      }
      entity.life[phase][side] = CompileLifeRule(*chosen);
      LifeRule& rule = entity.life[phase][side];
      const bool is_own = own != source.phases().end() && std::any_of(own->life().begin(), own->life().end(), [&](const v1::Life& life) { return &life == chosen; });
      const std::string scope = "the life of " + NameOf(side) + " in " + source.name() + (is_own ? " in the phase " + phase : "");
      for (const auto& [key, at] : std::map<std::string, v1::Source>(chosen->key_sources().begin(), chosen->key_sources().end())) {
        rule.statements.push_back({key, scope, SourceOf(at)});
      }
      if (!rule.mark_field.empty() && entity.Field(rule.mark_field) == nullptr) {
        Add(chosen->source(), "The mark of a deletion names the field `" + rule.mark_field + "`, which `" + source.name() + "` has not.",
            OneOf(rule.mark_field, NamesOf(source.fields())));
      }
    }
  }
}

LifeRule Compiler::CompileLifeRule(const v1::Life& source) {
  LifeRule rule;
  rule.source = SourceOf(source.source());
  if (const auto create = CreateRuleOf(source.create())) rule.create = *create;
  if (!source.reason().empty()) rule.create_reason = source.reason();
  const std::optional<DeleteRule> on_delete = DeleteRuleOf(source.delete_());
  if (!on_delete) {
    Add(source.source(), "Nothing says what a deletion on " + source.side() + " means for the other side.",
        "Add `delete:` with one of: propagate, mark, mark_if_referenced, restore, unlink, block.");
  }
  rule.on_delete = on_delete.value_or(DeleteRule::kBlock);
  rule.on_delete_if_born_here = DeleteRuleOf(source.delete_if_born_here());
  rule.approve_delete = source.approve_delete();
  for (const std::string& name : source.referenced_by()) {
    rule.referenced_by.insert(name);
    if (std::find(entity_names_.begin(), entity_names_.end(), name) != entity_names_.end()) continue;
    Add(source.source(), "`referenced_by` names the entity `" + name + "`, which the pack has not.", OneOf(name, entity_names_));
  }
  if (source.has_mark()) {
    rule.mark_field = source.mark().field();
    if (const FormulaPtr value = CompileFormula(source.mark().value(), source.mark().source(), FormulaPlace::kParametersValue)) {
      Scope scope;
      scope.parameters = &parameters_.values;
      if (const absl::StatusOr<Value> constant = value->Evaluate(scope); constant.ok()) {
        rule.mark_value = *constant;
      } else {
        Add(source.mark().source(), "The value of the mark cannot be decided at load: " + std::string(constant.status().message()) + ".",
            "Write a constant or a `param.` name.");
      }
    }
  } else if (rule.on_delete == DeleteRule::kMark || rule.on_delete == DeleteRule::kMarkIfReferenced) {
    Add(source.source(), "A deletion is to be marked, but nothing says how.", "Add `mark: {field: …, value: …}`.");
  }
  if (!source.never_delete_when().empty()) {
    rule.never_delete_when = CompileFormula(source.never_delete_when(), source.source(), FormulaPlace::kCondition);
    rule.never_delete_item = source.never_delete_item().empty() ? "deletion_not_allowed" : source.never_delete_item();
  } else if (!source.never_delete_item().empty()) {
    Add(source.source(), "`never_delete_item` is raised by nothing: no condition says what is never deleted.", "Add `never_delete_when: …`, or take it out.");
  }
  return rule;
}

void Compiler::CompileMatches(const v1::Entity& source, EntityRule& entity) {
  for (const v1::Match& match_source : source.match()) {
    MatchRule match;
    match.name = match_source.name();
    match.source = SourceOf(match_source.source());
    for (const std::string& within : match_source.within()) {
      const FieldRule* parent = entity.Field(within);
      if (parent == nullptr || parent->target.empty()) {
        Add(match_source.source(),
            "The match `" + match.name + "` looks within `" + within + "`, which is no reference field of `" + source.name() + "`.",
            OneOf(within, NamesOf(source.fields())));
      }
      if (match.within.empty()) {
        match.within = within;
      } else {
        match.also_within.push_back(within);
      }
    }
    for (const v1::SideExpression& key : match_source.keys()) {
      if (const auto side = SideNamed(key.side())) match.key[*side] = CompileFormula(key.expression(), key.source(), FormulaPlace::kText);
    }
    if (match_source.keys_size() == 1) {
      Add(match_source.source(), "The match `" + match.name + "` has a key for one side only.", "Write the key of both sides.");
    }
    match.unique = match_source.unique();
    for (const std::string& side : match_source.not_empty()) {
      if (const auto named = SideNamed(side)) match.not_empty[*named] = true;
    }
    entity.matches.push_back(std::move(match));
  }
}

void Compiler::CompileChecks(const v1::Entity& source, EntityRule& entity) {
  for (const v1::Check& check : source.checks()) {
    NeedText(check.message(), "the check `" + check.name() + "`");
    entity.checks.push_back({check.name(), check.severity() == v1::Check::WARNING ? Severity::kWarning : Severity::kError,
                             CompileFormula(check.holds(), check.source(), FormulaPlace::kCheck), check.message().fr(),
                             check.message().en(), SourceOf(check.source())});
  }
}

void Compiler::CompileCapacity(const v1::Entity& source, EntityRule& entity) {
  const v1::Capacity& capacity = source.capacity();
  CapacityRule rule;
  rule.side = SideNamed(capacity.side()).value_or(Side::kRight);
  rule.reason = capacity.reason();
  rule.source = SourceOf(capacity.source());
  if (!capacity.counts().empty()) rule.counts = CompileFormula(capacity.counts(), capacity.source(), FormulaPlace::kCondition);
  if (const FormulaPtr max = CompileFormula(capacity.max(), capacity.source(), FormulaPlace::kParametersValue)) {
    Scope scope;
    scope.parameters = &parameters_.values;
    const absl::StatusOr<Value> value = max->Evaluate(scope);
    if (const auto* count = value.ok() ? value->As<std::int64_t>() : nullptr) {
      rule.max = *count;
    } else if (!value.ok() || !value->IsNull()) {
      Add(capacity.source(), "The capacity of `" + entity.name + "` is not a whole number.", "Write a number, or a `param.` of type integer.");
    }
  }
  entity.capacity = std::move(rule);
}

Fields Compiler::ConstantFields(const google::protobuf::Map<std::string, std::string>& sources, const v1::Source& place, const std::string& whose) {
  Scope scope;
  scope.parameters = &parameters_.values;
  Fields fields;
  for (const auto& [field, expression] : sources) {
    const FormulaPtr formula = CompileFormula(expression, place, FormulaPlace::kParametersValue);
    if (formula == nullptr) continue;
    const absl::StatusOr<Value> value = formula->Evaluate(scope);
    if (value.ok()) {
      fields[field] = *value;
    } else {
      Add(place, "The field `" + field + "` of " + whose + " cannot be decided at load: " + std::string(value.status().message()) + ".",
          "Write a constant or a `param.` name.");
    }
  }
  return fields;
}

// Said once for a pack, however many entities go by them.
void Compiler::CheckGuards(const v1::Guards& source) {
  if (!checked_guards_.insert(&source).second) return;
  const auto is_zero = [](bool has_number, int number, const std::string& percent) {
    const auto part = Decimal::Parse(percent);
    return has_number && number == 0 && part && part->IsZero();
  };
  if (is_zero(source.has_deletes_min(), source.deletes_min(), source.deletes_percent())) {
    Add(source.source(), "No deletion is within the guards: each would wait for a person.", "Allow a number or a percentage of deletes, or say `delete: block` where none shall go.");
  }
  if (is_zero(source.has_changes_min(), source.changes_min(), source.changes_percent())) {
    Add(source.source(), "No change is within the guards: nothing would ever be written.", "Allow a number or a percentage of changes.");
  }
  if (const auto percent = Decimal::Parse(source.deletes_percent()); percent && *percent >= *Decimal::Parse("100")) {
    Add(source.source(), "All records may be deleted without asking: `deletes_percent` guards nothing.", "Write a small percentage, such as \"1\".");
  }
}

void Compiler::CompileEnsured(const v1::Entity& source, EntityRule& entity) {
  Scope scope;
  scope.parameters = &parameters_.values;
  for (const v1::Ensured& ensured_source : source.ensure()) {
    EnsuredRecord ensured;
    ensured.name = ensured_source.name();
    ensured.side = SideNamed(ensured_source.side()).value_or(Side::kRight);
    ensured.fields = ConstantFields(ensured_source.fields(), ensured_source.source(), "`" + ensured.name + "`");
    const auto has_key = [&](const MatchRule& match) {
      if (!match.key[ensured.side] || !match.within.empty()) return false;
      Scope record = scope;
      record.record[ensured.side] = &ensured.fields;
      const absl::StatusOr<Value> key = match.key[ensured.side]->Evaluate(record);
      return key.ok() && !key->TextOrEmpty().empty();
    };
    if (std::none_of(entity.matches.begin(), entity.matches.end(), has_key)) {
      Add(ensured_source.source(), "The record `" + ensured.name + "` could not be found again: its fields make no match key of `" + entity.name + "`.",
          "Fill the field that a match rule of the entity reads.");
    }
    entity.ensured.push_back(std::move(ensured));
  }
}

void Compiler::CompileBudgets(const v1::Guards& source, EntityRule& entity) {
  CheckGuards(source);
  if (source.has_deletes_min()) entity.delete_budget_min = source.deletes_min();
  if (source.has_changes_min()) entity.change_budget_min = source.changes_min();
  if (const auto percent = Decimal::Parse(source.deletes_percent())) entity.delete_budget_percent = *percent;
  if (const auto percent = Decimal::Parse(source.changes_percent())) entity.change_budget_percent = *percent;
}

void Compiler::CompileMatrix(const v1::Entity& source, EntityRule& entity) {
  for (const v1::MatrixRow& row_source : source.matrix()) {
    EntityRule::MatrixRow row;
    row.name = row_source.name();
    row.phase = row_source.phase();
    row.label_fr = row_source.label().fr();
    row.label_en = row_source.label().en();
    NeedText(row_source.label(), "the matrix row `" + row.name + "`");
    row.trigger = TriggerWords(source);
    const auto phase = std::find_if(source.phases().begin(), source.phases().end(), [&](const v1::Phase& p) { return p.name() == row.phase; });
    if (!row.phase.empty() && phase == source.phases().end()) {
      Add(row_source.source(), "The matrix row `" + row.name + "` shows the phase `" + row.phase + "`, which `" + source.name() + "` has not.",
          OneOf(row.phase, NamesOf(source.phases())));
    }
    if (!row_source.delete_phase().empty() && entity.life.count(row_source.delete_phase()) == 0) {
      Add(row_source.source(), "The matrix row `" + row.name + "` shows deletions of the phase `" + row_source.delete_phase() + "`, which `" +
                                   source.name() + "` has not.",
          OneOf(row_source.delete_phase(), NamesOf(source.phases())));
    }
    row.direction = phase != source.phases().end() && !phase->policy().direction().empty() ? phase->policy().direction()
                                                                                           : source.policy().direction();
    if (row.direction.empty()) row.direction = source_.defaults().direction();
    for (Side side : kSides) {
      if (MayCreate(entity.LifeIn(row.phase, side))) row.owner += (row.owner.empty() ? "" : ", ") + NameOf(side);
      const LifeRule& life = entity.LifeIn(row_source.delete_phase().empty() ? row.phase : row_source.delete_phase(), side);
      row.delete_policy += (row.delete_policy.empty() ? "" : "; ") + NameOf(side) + ": " + WordOf(life.on_delete);
      if (life.approve_delete) row.delete_policy += " after approval";
    }
    entity.matrix.push_back(std::move(row));
  }
}

void Compiler::CollectNativeFields(EntityRule& entity) {
  for (const FieldRule& field : entity.fields) {
    for (Side side : kSides) {
      const std::string& native = field.sides[side].native;
      if (field.sensitive && !native.empty()) entity.sensitive_fields[side].insert(native.substr(0, native.find('.')));
    }
  }
  const auto add = [&](Side side, const std::string& name) { entity.native_fields[side].insert(name.substr(0, name.find('.'))); };
  // Natives of items live inside the list; their formulas may still read the head.
  for (const PlacedFormula& placed : FormulasOf(entity)) {
    for (Side side : kSides) {
      for (const std::string& name : placed.formula->reads()[side]) add(side, name);
    }
  }
  for (Side side : kSides) {
    for (const FieldRule& field : entity.fields) {
      if (!field.sides[side].native.empty()) add(side, field.sides[side].native);
    }
    if (!entity.sides[side].find_field.empty()) entity.native_fields[side].insert(entity.sides[side].find_field);
  }
  for (const EnsuredRecord& ensured : entity.ensured) {
    for (const auto& [name, value] : ensured.fields) entity.native_fields[ensured.side].insert(name);
  }
  if (entity.document) entity.native_fields[Other(entity.document->owner)].insert(entity.document->push_key_native);
}

}  // namespace entente
