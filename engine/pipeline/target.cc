#include "engine/pipeline/target.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "engine/pipeline/project.h"

namespace entente {
namespace {

const FieldRule* FieldNamed(const EntityRule& entity, const std::vector<FieldRule>& siblings, const std::string& name) {
  const auto own = std::find_if(siblings.begin(), siblings.end(), [&](const FieldRule& field) { return field.name == name; });
  return own != siblings.end() ? &*own : entity.Field(name);
}

struct Target {
  const Link* link = nullptr;
  bool is_stand_in = false;
};

// Where a reference field leads, read on the side `at` first; else to its stand-in.
absl::StatusOr<Target> TargetOf(Turn& turn, const EntityRule& entity, const FieldRule& field, Side at, const Fields& record, const Scope& scope) {
  for (Side side : {at, Other(at)}) {
    const Fields* from = side == at ? &record : scope.record[side];
    if (!from || !field.sides[side].exists()) continue;
    const absl::StatusOr<Value> value = GetCanonical(turn, entity, field, side, *from, scope);
    if (!value.ok()) return value.status();
    if (const auto* known = value->As<LinkReference>()) return Target{turn.FindLink(known->link), false};
    if (!value->IsBlank()) return Target{};
  }
  for (Side side : kSides) {
    if (!field.sides[side].fallback) continue;
    const absl::StatusOr<Value> key = field.sides[side].fallback->Evaluate(scope);
    if (!key.ok()) return key.status();
    const Value stand_in = FindByNaturalKey(turn, field.target, side, key->TextOrEmpty());
    const auto* reference = stand_in.As<Reference>();
    const RecordEntry* entry = reference ? turn.FindRecord({side, reference->resource, reference->key}) : nullptr;
    if (entry && entry->link != 0) return Target{turn.FindLink(entry->link), true};
  }
  return Target{};
}

Value Shown(const Pack& pack, const Target& target, const std::set<std::string>& parts) {
  Map shown;
  for (const std::string& part : parts) {
    if (part == "linked") {
      shown[part] = target.link && target.link->linked() && !target.is_stand_in;
      continue;
    }
    const std::size_t dot = part.find('.');
    const std::string side_name = part.substr(0, dot);
    Fields record;
    if (const auto* before = FieldOf(shown, side_name).As<Map>()) record.insert(before->begin(), before->end());
    for (Side side : kSides) {
      if (!target.link || pack.sides[side].name != side_name || target.link->members[side].presence == Presence::kNone) continue;
      const std::string root(NativeRoot(std::string_view(part).substr(dot + 1)));
      const Value& value = NativeOf(target.link->members[side].shadow, root);
      if (!value.IsNull()) record[root] = value;
    }
    shown[side_name] = Map(record.begin(), record.end());
  }
  return shown;
}

}  // namespace

absl::StatusOr<Value> EvaluateWithTargets(Turn& turn, const EntityRule& entity, const std::vector<FieldRule>& siblings, const Formula& formula, Side at,
                                          const Fields& record, const Scope& scope) {
  if (formula.target_reads().empty()) return formula.Evaluate(scope);
  Fields targets;
  for (const auto& [name, parts] : formula.target_reads()) {
    const FieldRule* field = FieldNamed(entity, siblings, name);
    if (!field) continue;
    const absl::StatusOr<Target> target = TargetOf(turn, entity, *field, at, record, scope);
    if (!target.ok()) return target.status();
    // What it said is not known any more: that is no reason to write nothing in its place.
    if (target->link && target->link->erased) return absl::FailedPreconditionError(absl::StrCat("what is read through ", name, " was erased"));
    targets[name] = Shown(turn.pack(), *target, parts);
  }
  Scope with = scope;
  with.targets = &targets;
  return formula.Evaluate(with);
}

bool ReadsErased(Turn& turn, const EntityRule& entity, const std::vector<FieldRule>& siblings, const Formula& formula, Side at, const Fields& record, const Scope& scope) {
  return std::any_of(formula.target_reads().begin(), formula.target_reads().end(), [&](const auto& read) {
    const FieldRule* field = FieldNamed(entity, siblings, read.first);
    if (!field) return false;
    const absl::StatusOr<Target> target = TargetOf(turn, entity, *field, at, record, scope);
    return target.ok() && target->link && target->link->erased;
  });
}

absl::StatusOr<Value> EvaluateWithTargets(Turn& turn, const EntityRule& entity, const Formula& formula, const Link& link) {
  const LinkScope scope(turn.pack(), link);
  const Side at = link.members[Side::kLeft].presence != Presence::kNone ? Side::kLeft : Side::kRight;
  return EvaluateWithTargets(turn, entity, entity.fields, formula, at, link.members[at].shadow, scope.scope());
}

void NoteTargets(Turn& turn, const EntityRule& entity, const Link& link) {
  for (const std::string& name : entity.looks_through) {
    const FieldRule* field = entity.Field(name);
    if (!field) continue;
    const LinkScope scope(turn.pack(), link);
    for (Side side : kSides) {
      if (!link.Has(side) || !field->sides[side].exists()) continue;
      const absl::StatusOr<Value> value = GetCanonical(turn, entity, *field, side, link.members[side].shadow, scope.scope());
      if (const auto* known = value.ok() ? value->As<LinkReference>() : nullptr) turn.PutRefers(known->link, link.id, true);
    }
  }
}

void WakeReaders(Turn& turn, const EntityRule& entity, LinkId link, Side side, const Fields& before, const Fields& now) {
  const std::set<std::string>& read = entity.read_by_referrers[side];
  const bool differs = std::any_of(read.begin(), read.end(), [&](const std::string& name) { return NativeOf(before, name) != NativeOf(now, name); });
  if (!differs) return;
  for (LinkId reader : turn.Refers(link)) turn.MarkDirty(reader);
}

}  // namespace entente
