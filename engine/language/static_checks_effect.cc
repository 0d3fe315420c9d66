#include <algorithm>
#include <optional>
#include <set>
#include <string>

#include "engine/language/static_checks.h"

namespace entente {
namespace {

Position At(const RuleSource& source) { return {source.file, source.line}; }

std::vector<std::string> PhasesOf(const EntityRule& entity) {
  std::vector<std::string> phases;
  for (const PhaseRule& phase : entity.phases) phases.push_back(phase.name);
  return phases.empty() ? std::vector<std::string>{""} : phases;
}

bool EverFills(const EntityRule& entity, const FieldRule& field, Side side) {
  const std::vector<std::string> phases = PhasesOf(entity);
  return field.sides[side].writable() && field.sides[Other(side)].exists() &&
         std::any_of(phases.begin(), phases.end(), [&](const std::string& phase) { return FlowsTo(field.PolicyIn(phase), side); });
}

// A record that is in no phase has no rules: nothing moves, and nothing is said.
void CheckEveryRecordHasAPhase(const EntityRule& entity, Problems& problems) {
  if (entity.phases.empty()) return;
  const PhaseRule& last = entity.phases.back();
  if (last.when == nullptr || last.when->TruthWhen({}) == true) return;
  problems.Add(At(last.source), "A record of `" + entity.name + "` may be in none of its phases: the last one, `" + last.name + "`, has a condition.",
               "Write `when: \"true\"` for the last phase, so that it takes what the others leave.");
}

void CheckDirections(const EntityRule& entity, Problems& problems) {
  for (const FieldRule& field : entity.fields) {
    if (!field.sides[Side::kLeft].exists() || !field.sides[Side::kRight].exists()) continue;
    for (const std::string& phase : PhasesOf(entity)) {
      const auto& said = field.PolicyIn(phase).statements;
      if (std::any_of(said.begin(), said.end(), [](const Statement& one) { return one.key == "direction"; })) continue;
      problems.Add(At(field.source), "Nothing says which way `" + entity.name + "." + field.name + "` goes" + (phase.empty() ? "" : " in the phase " + phase) + ", so it never would.",
                   "Add `direction:` to the field, its phase or the entity; `none` where it is only looked at.");
      break;
    }
  }
}

// A key that is the same for every record finds the wrong one.
class SameKeyCheck {
 public:
  SameKeyCheck(const Pack& pack, const EntityRule& entity, Problems& problems) : pack_(pack), entity_(entity), problems_(problems) {}

  void Run() {
    for (const MatchRule& match : entity_.matches) {
      if (match.within.empty() && IsConstant(match.key[Side::kLeft]) && IsConstant(match.key[Side::kRight])) {
        problems_.Add(At(match.source), "The match rule `" + match.name + "` of `" + entity_.name + "` reads nothing of either record: any two would be one.",
                      "Read a field of each side, or take the rule out.");
      }
    }
    for (Side side : kSides) {
      const EntitySide& s = entity_.sides[side];
      Examine(s.create_key, "create_key", s.source, side);
      Examine(s.find_value, "find_value", s.source, side);
    }
    if (entity_.document) Examine(entity_.document->push_key, "push_key", entity_.document->source, Other(entity_.document->owner));
  }

 private:
  static bool IsConstant(const FormulaPtr& formula) {
    return formula && formula->reads()[Side::kLeft].empty() && formula->reads()[Side::kRight].empty() && formula->target_reads().empty() &&
           formula->DependsOn({}).link.empty();
  }
  void Examine(const FormulaPtr& key, const std::string& what, const RuleSource& at, Side side) {
    if (!IsConstant(key)) return;
    problems_.Add(At(at), "`" + what + "` of `" + entity_.name + "` on " + pack_.sides[side].name + " is the same for every record: one would be taken for another.",
                  "Make it of the record's own key on " + pack_.sides[Other(side)].name + ".");
  }

  const Pack& pack_;
  const EntityRule& entity_;
  Problems& problems_;
};

// After a lost answer a create is searched for: what is searched must be what was written.
class SearchCheck {
 public:
  SearchCheck(const Pack& pack, const EntityRule& entity, Problems& problems) : pack_(pack), entity_(entity), problems_(problems) {}

  void Run() {
    for (Side side : kSides) {
      const EntitySide& s = entity_.sides[side];
      if (s.find_field.empty() || !s.find_value || IsGiven(side)) continue;
      const FieldRule* filler = Filler(side);
      if (filler == nullptr) {
        problems_.Add(At(s.source), "`" + entity_.name + "` is searched for on " + pack_.sides[side].name + " by `" + s.find_field + "`, which no rule fills: after a lost answer it would be made twice.",
                      "Name a field that a rule fills, or add one that fills it.");
      } else if (const auto other = OtherSpelling(side, *filler)) {
        problems_.Add(At(s.source), "`" + entity_.name + "` is searched for on " + pack_.sides[side].name + " under another value than `" + filler->name + "` writes into `" + s.find_field + "`: " + *other + ".",
                      "Let `find_value` be what `" + filler->name + "` writes there.");
      }
    }
  }

 private:
  // The key of a create, or of a push, is written as it is searched for.
  bool IsGiven(Side side) const {
    const EntitySide& s = entity_.sides[side];
    if (s.create_key && std::find(s.key.begin(), s.key.end(), s.find_field) != s.key.end()) return true;
    return entity_.document && side == Other(entity_.document->owner) && entity_.document->push_key_native == s.find_field;
  }

  const FieldRule* Filler(Side side) const {
    for (const FieldRule& field : entity_.fields) {
      if (field.sides[side].native == entity_.sides[side].find_field && EverFills(entity_, field, side)) return &field;
    }
    return nullptr;
  }

  // Tried with records whose fields are all of one kind; where either cannot be computed of them, nothing is said.
  std::optional<std::string> OtherSpelling(Side side, const FieldRule& filler) const {
    if (!filler.target.empty() || !filler.items.empty()) return std::nullopt;
    for (const Value& sample : {Value(std::int64_t{47}), Value("Ab@1")}) {
      Both<Fields> records;
      for (Side each : kSides) {
        for (const std::string& native : entity_.native_fields[each]) records[each][native] = sample;
        for (const std::string& native : entity_.sides[each].key) records[each][native] = sample;
      }
      records[side].clear();
      Scope scope;
      scope.record = {{&records[Side::kLeft], &records[Side::kRight]}};
      scope.parameters = &pack_.parameter_values;
      const absl::StatusOr<Value> searched = entity_.sides[side].find_value->Evaluate(scope);
      const std::optional<Value> written = Written(side, filler, records[Other(side)], scope);
      if (!searched.ok() || !written || searched->IsBlank() || written->IsBlank() || *searched == *written) continue;
      return "\"" + searched->ToDisplay() + "\" for \"" + written->ToDisplay() + "\"";
    }
    return std::nullopt;
  }

  static std::optional<Value> Written(Side side, const FieldRule& filler, const Fields& record, const Scope& scope) {
    const FieldSide& from = filler.sides[Other(side)];
    const FieldSide& to = filler.sides[side];
    Value value;
    if (from.formula) {
      const absl::StatusOr<Value> computed = from.formula->Evaluate(scope);
      if (!computed.ok()) return std::nullopt;
      value = *computed;
    } else {
      value = FieldOf(record, from.native);
    }
    if (from.lens) {
      GetResult read = from.lens->Read(value);
      if (read.refused()) return std::nullopt;
      value = std::move(read.value);
    }
    if (!to.lens) return value;
    PutResult put = to.lens->Put(value, Value(), {.is_create = true});
    if (put.refused()) return std::nullopt;
    return std::move(put.native);
  }

  const Pack& pack_;
  const EntityRule& entity_;
  Problems& problems_;
};

// A document is sent when somebody asks, whatever the life of its owner's side says.
void CheckDocumentCreates(const Pack& pack, const EntityRule& entity, Problems& problems) {
  if (!entity.document) return;
  const Side owner = entity.document->owner;
  for (const std::string& phase : PhasesOf(entity)) {
    const LifeRule& life = entity.LifeIn(phase, owner);
    if (life.create == CreateRule::kOnDemand) continue;
    problems.Add(At(life.source), "The document `" + entity.name + "` is sent when somebody asks for it, but `create` of " + pack.sides[owner].name + " says otherwise" +
                                      (phase.empty() ? "." : " in the phase " + phase + "."),
                 "Write `create: on_demand`.");
  }
}

}  // namespace

void CheckEffect(const Pack& pack, const EntityRule& entity, Problems& problems) {
  CheckEveryRecordHasAPhase(entity, problems);
  CheckDirections(entity, problems);
  SameKeyCheck(pack, entity, problems).Run();
  SearchCheck(pack, entity, problems).Run();
  CheckDocumentCreates(pack, entity, problems);
}

}  // namespace entente
