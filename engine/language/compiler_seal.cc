#include <algorithm>

#include "engine/language/compiler.h"

// Write-once records.
namespace entente {

namespace v1 = rules::v1;

namespace {

std::string Root(const std::string& native) { return native.substr(0, native.find('.')); }

// The native fields of the record behind one of ours.
void CollectNatives(const FieldRule& field, Side side, bool is_item, std::set<std::string>& natives) {
  const FieldSide& own = field.sides[side];
  // Those of items stand in the list.
  if (!own.native.empty() && !is_item) natives.insert(Root(own.native));
  if (own.formula) {
    for (const std::string& native : own.formula->reads()[side]) natives.insert(Root(native));
  }
  for (const FieldRule& item : field.items) CollectNatives(item, side, true, natives);
}

// In every phase the field goes away from the side, and nowhere else.
bool GoesOnlyFrom(const FieldRule& field, Side side) {
  const Flow away = side == Side::kLeft ? Flow::kToRight : Flow::kToLeft;
  return std::all_of(field.policies.begin(), field.policies.end(), [&](const auto& entry) {
    const bool is_stand_in = entry.first.empty() && field.policies.size() > 1;
    return is_stand_in || entry.second.flow == away;
  });
}

bool IsCreateOnly(const FieldRule& field) {
  return std::all_of(field.policies.begin(), field.policies.end(), [](const auto& entry) { return entry.second.create_only; });
}

bool WritesTo(const FieldRule& field, Side side) {
  const Flow to = side == Side::kLeft ? Flow::kToLeft : Flow::kToRight;
  return std::any_of(field.policies.begin(), field.policies.end(),
                     [&](const auto& entry) { return entry.second.flow == Flow::kBoth || entry.second.flow == to; });
}

std::vector<std::string> FieldNames(const EntityRule& entity) {
  std::vector<std::string> names;
  for (const FieldRule& field : entity.fields) names.push_back(field.name);
  return names;
}

}  // namespace

SealRule Compiler::CompileSeal(const v1::Entity& source, const EntityRule& entity) {
  const v1::Seal& seal = source.seal();
  SealRule rule;
  rule.source = SourceOf(seal.source());
  rule.raises = seal.raises().empty() ? "immutable_changed" : seal.raises();
  rule.when = CompileFormula(seal.when(), seal.source(), FormulaPlace::kCondition);
  if (!seal.correction().when().empty()) rule.corrected_when = CompileFormula(seal.correction().when(), seal.correction().source(), FormulaPlace::kCondition);
  rule.corrected_by_approval = seal.correction().by_approval();
  rule.correction_fr = seal.correction().message().fr();
  rule.correction_en = seal.correction().message().en();
  NeedText(seal.correction().message(), "the correction of `" + entity.name + "`");
  if (!seal.raises().empty() && seal.raises() != "immutable_changed" && rule.correction_en.empty()) {
    Add(seal.source(), "The seal of `" + entity.name + "` raises `" + seal.raises() + "`, which nothing puts into words.", "Add `correction: {message: {fr: …, en: …}}`, or leave `raises` out.");
  }
  if (const auto side = SideNamed(seal.side())) {
    rule.side = *side;
  } else {
    const auto goes_from = [&](Side side) {
      return std::any_of(entity.fields.begin(), entity.fields.end(), [&](const FieldRule& field) {
        const bool is_meant = seal.fields().empty() || std::find(seal.fields().begin(), seal.fields().end(), field.name) != seal.fields().end();
        return is_meant && GoesOnlyFrom(field, side);
      });
    };
    if (goes_from(Side::kLeft) && goes_from(Side::kRight)) {
      Add(seal.source(), "The fields of `" + entity.name + "` go from both sides: it is not clear whose records are sealed.", "Add `side: " + NameOf(Side::kLeft) + "` or `side: " + NameOf(Side::kRight) + "`.");
    }
    rule.side = goes_from(Side::kLeft) ? Side::kLeft : Side::kRight;
  }
  ReadSealedFields(seal, entity, rule);
  CheckSealed(seal, entity, rule);
  return rule;
}

void Compiler::ReadSealedFields(const v1::Seal& source, const EntityRule& entity, SealRule& rule) {
  const auto read = [&](const std::string& name, const std::string& key) {
    const FieldRule* field = entity.Field(name);
    if (!field) Add(source.source(), "`" + key + "` of the seal names the field `" + name + "`, which `" + entity.name + "` has not.", OneOf(name, FieldNames(entity)));
    return field;
  };
  for (const std::string& name : source.fields()) {
    const FieldRule* field = read(name, "fields");
    if (!field) continue;
    rule.fields.insert(name);
    if (GoesOnlyFrom(*field, rule.side)) continue;
    Add(source.source(), "`" + name + "` is to be sealed on " + NameOf(rule.side) + ", but does not go from there in one direction.",
        "Give it the direction `" + NameOf(rule.side) + " -> " + NameOf(Other(rule.side)) + "` in every phase, or take it out of the seal.");
  }
  std::set<std::string> allowed;
  for (const std::string& name : source.allow()) {
    if (read(name, "allow")) allowed.insert(name);
  }
  if (!source.fields().empty() && !allowed.empty()) {
    Add(source.source(), "The seal of `" + entity.name + "` says both what is sealed and what is not.", "Keep `fields`, or `allow`.");
  }
  for (const FieldRule& field : entity.fields) {
    if (source.fields().empty() && !allowed.contains(field.name) && !IsCreateOnly(field) && GoesOnlyFrom(field, rule.side)) rule.fields.insert(field.name);
  }
  for (const FieldRule& field : entity.fields) {
    if (rule.fields.contains(field.name)) CollectNatives(field, rule.side, false, rule.natives);
  }
  if (rule.natives.empty()) Add(source.source(), "The seal of `" + entity.name + "` seals nothing.", "Name fields that are read from the records of " + NameOf(rule.side) + ".");
}

void Compiler::CheckSealed(const v1::Seal& source, const EntityRule& entity, const SealRule& rule) {
  if (entity.document) Add(source.source(), "`" + entity.name + "` is a document: its states say when it is locked.", "Leave `seal` out, and say `locked: true` at a state.");
  for (const FormulaPtr& formula : {rule.when, rule.corrected_when}) {
    if (!formula) continue;
    if (formula->reads_clock()) Add(source.source(), "A seal cannot depend on the time: nobody looks at a record because time passes.", "Read a field of the record that says so.");
    if (!formula->reads()[Other(rule.side)].empty()) {
      Add(source.source(), "The seal of `" + entity.name + "` reads the records of " + NameOf(Other(rule.side)) + ", which may not decide whether those of " + NameOf(rule.side) + " are sealed.",
          "Read fields of " + NameOf(rule.side) + " only.");
    }
  }
  for (const FieldRule& field : entity.fields) {
    const std::string root = Root(field.sides[rule.side].native);
    if (root.empty() || rule.fields.contains(field.name) || !rule.natives.contains(root)) continue;
    const bool is_allowed = std::find(source.allow().begin(), source.allow().end(), field.name) != source.allow().end();
    if (!is_allowed && !WritesTo(field, rule.side)) continue;
    Add(source.source(), "`" + field.name + "` may go on changing, but `" + root + "`, where it stands on " + NameOf(rule.side) + ", is read by a sealed field too.",
        "Seal both, or neither.");
  }
}

}  // namespace entente
