#include <algorithm>

#include "engine/language/compiler.h"

// What rules read of the records that reference fields lead to.
namespace entente {

namespace v1 = rules::v1;

namespace {

template <typename Fields>
const FieldRule* FieldNamed(const Fields& fields, const std::string& name) {
  const auto found = std::find_if(fields.begin(), fields.end(), [&](const FieldRule& field) { return field.name == name; });
  return found == fields.end() ? nullptr : &*found;
}

bool IsCreateOnly(const FieldRule& field) {
  return std::all_of(field.policies.begin(), field.policies.end(), [](const auto& policy) { return policy.second.create_only || policy.second.flow == Flow::kNone; });
}

}  // namespace

void Compiler::NoteTargetRead(const EntityRule& entity, const std::vector<FieldRule>& siblings, const FormulaPtr& formula, bool follows, const RuleSource& at) {
  if (formula == nullptr) return;
  for (const auto& [name, parts] : formula->target_reads()) {
    const FieldRule* reference = FieldNamed(siblings, name);
    if (reference == nullptr) reference = entity.Field(name);
    if (reference == nullptr || reference->target.empty()) {
      std::vector<std::string> known;
      for (const FieldRule& field : entity.fields) {
        if (!field.target.empty()) known.push_back(field.name);
      }
      problems_.Add({at.file, at.line}, "A formula reads `target." + name + "`, but `" + name + "` is no reference field of `" + entity.name + "`.",
                    OneOf(name, known));
      continue;
    }
    for (Side side : kSides) {
      const FormulaPtr& own = reference->sides[side].formula;
      if (own == nullptr || own->target_reads().empty()) continue;
      problems_.Add({at.file, at.line}, "A formula reads `target." + name + "`, and `" + name + "` reads a target itself.",
                    "Let the reference come from a field of the record.");
    }
    for (const std::string& part : parts) {
      if (part == "linked") continue;
      const std::size_t dot = part.find('.');
      const auto side = SideNamed(part.substr(0, dot));
      if (!side || dot == std::string::npos) {
        problems_.Add({at.file, at.line}, "`target." + name + (part.empty() ? "" : "." + part) + "` names no field of a record.",
                      "Write `target." + name + ".linked`, or `target." + name + "." + NameOf(Side::kLeft) + ".FIELD`.");
        continue;
      }
      const std::string path = part.substr(dot + 1);
      target_reads_.push_back({reference->target, *side, path.substr(0, path.find('.')), follows});
    }
  }
}

void Compiler::CollectTargetReads(Pack& pack) {
  for (EntityRule& entity : pack.entities) {
    const auto note = [&](const FieldRule& field, const std::vector<FieldRule>& siblings) {
      for (Side side : kSides) NoteTargetRead(entity, siblings, field.sides[side].formula, !IsCreateOnly(field), field.source);
    };
    for (const FieldRule& field : entity.fields) {
      note(field, entity.fields);
      for (const FieldRule& item : field.items) note(item, field.items);
      const FormulaPtr formula[] = {field.sides[Side::kLeft].formula, field.sides[Side::kRight].formula};
      for (const FormulaPtr& f : formula) {
        if (f == nullptr || IsCreateOnly(field)) continue;
        for (const auto& [name, parts] : f->target_reads()) entity.looks_through.insert(name);
      }
    }
    for (const Check& check : entity.checks) {
      NoteTargetRead(entity, entity.fields, check.holds, true, check.source);
      if (check.holds == nullptr) continue;
      for (const auto& [name, parts] : check.holds->target_reads()) entity.looks_through.insert(name);
    }
    if (const FormulaPtr& on_state = entity.triggers.on_state) {
      NoteTargetRead(entity, entity.fields, on_state, true, entity.triggers.source);
      for (const auto& [name, parts] : on_state->target_reads()) entity.looks_through.insert(name);
    }
    // What a reference asks of its target is read of it, too.
    for (const FieldRule& field : entity.fields) {
      for (Side side : kSides) {
        if (field.sides[side].usable == nullptr) continue;
        for (Side read : kSides) {
          for (const std::string& native : field.sides[side].usable->reads()[read]) {
            target_reads_.push_back({field.target, read, native.substr(0, native.find('.')), false});
          }
        }
      }
    }
  }
  for (const TargetRead& read : target_reads_) {
    for (EntityRule& entity : pack.entities) {
      if (entity.name != read.target) continue;
      entity.native_fields[read.side].insert(read.native);
      if (read.follows) entity.read_by_referrers[read.side].insert(read.native);
    }
  }
}

void Compiler::CheckDistinct(const v1::Entity& source, const EntityRule& entity) {
  for (const FieldRule& field : entity.fields) {
    if (field.distinct.empty()) continue;
    std::vector<std::string> names;
    for (const MatchRule& match : entity.matches) names.push_back(match.name);
    const bool is_known = std::find(names.begin(), names.end(), field.distinct) != names.end();
    const bool is_within = std::any_of(entity.matches.begin(), entity.matches.end(),
                                       [&](const MatchRule& match) { return match.name == field.distinct && !match.within.empty(); });
    if (!is_known) {
      problems_.Add({field.source.file, field.source.line}, "`" + field.name + "` is to be distinct by the match `" + field.distinct + "`, which `" +
                                                                source.name() + "` has not.",
                    OneOf(field.distinct, names));
    } else if (is_within) {
      problems_.Add({field.source.file, field.source.line}, "`" + field.name + "` is to be distinct by the match `" + field.distinct + "`, which looks within another record.",
                    "Name a match rule without `within`.");
    } else if (!IsCreateOnly(field)) {
      problems_.Add({field.source.file, field.source.line}, "`" + field.name + "` is made distinct and not sent with a create only: its digit would come and go.",
                    "Add `create_only: true`.");
    }
  }
}

}  // namespace entente
