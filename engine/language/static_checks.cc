#include "engine/language/static_checks.h"

#include <map>
#include <set>
#include <string>

namespace entente {
namespace {

Position At(const RuleSource& source) { return {source.file, source.line}; }

bool WritesTo(const FieldPolicy& policy, Side side) {
  if (policy.flow == Flow::kBoth) return true;
  return policy.flow == (side == Side::kLeft ? Flow::kToLeft : Flow::kToRight);
}

// A reference waits for its target, so a target of a higher rank would wait for its own child.
void CheckRanks(const Pack& pack, const EntityRule& entity, const FieldRule& field, Problems& problems) {
  const EntityRule* target = field.target.empty() ? nullptr : pack.Entity(field.target);
  if (target == nullptr || field.on_missing != OnMissingTarget::kParent || target->rank < entity.rank) return;
  problems.Add(At(field.source),
               "`" + entity.name + "." + field.name + "` waits for `" + target->name + "`, whose rank " + std::to_string(target->rank) +
                   " is not below " + std::to_string(entity.rank) + ".",
               "Give the parent a lower rank, or let the reference fall back or drop.");
}

void CheckResources(const Pack& pack, Problems& problems) {
  std::map<std::pair<std::size_t, std::string>, std::string> owners;
  for (const EntityRule& entity : pack.entities) {
    for (Side side : kSides) {
      const std::string& resource = entity.sides[side].resource;
      if (resource.empty()) continue;
      const auto [owner, is_new] = owners.insert({{Index(side), resource}, entity.name});
      if (is_new) continue;
      problems.Add(At(entity.source),
                   "`" + entity.name + "` is fed by `" + resource + "` on " + pack.sides[side].name + ", and so is `" + owner->second + "`.",
                   "Give each entity a resource of its own, or make them phases of one entity.");
    }
  }
}

// Without a lens that shares the text, the second of two writers of one native field undoes the first.
void CheckWriters(const Pack& pack, const EntityRule& entity, Problems& problems) {
  std::set<std::string> phases = {""};
  for (const PhaseRule& phase : entity.phases) phases.insert(phase.name);
  for (Side side : kSides) {
    for (const std::string& phase : phases) {
      if (phase.empty() && phases.size() > 1) continue;
      std::map<std::string, const FieldRule*> writers;
      for (const FieldRule& field : entity.fields) {
        const FieldSide& s = field.sides[side];
        if (!s.writable() || s.lens != nullptr || !WritesTo(field.PolicyIn(phase), side)) continue;
        const auto [first, is_new] = writers.insert({s.native, &field});
        if (is_new) continue;
        problems.Add(At(field.source),
                     "`" + entity.name + "." + field.name + "` and `" + first->second->name + "` both write `" + s.native + "` on " +
                         pack.sides[side].name + (phase.empty() ? "" : " in the phase " + phase) + ".",
                     "Let one of them write it, or give both a lens that shares the text.");
      }
    }
  }
}

// A record born on one side and created on the other must be found again after a lost answer.
void CheckIdentity(const Pack& pack, const EntityRule& entity, Problems& problems) {
  for (Side side : kSides) {
    bool creates = false;
    std::set<std::string> phases = {""};
    for (const PhaseRule& phase : entity.phases) phases.insert(phase.name);
    for (const std::string& phase : phases) {
      const CreateRule create = entity.LifeIn(phase, Other(side)).create;
      creates = creates || create == CreateRule::kAllowed || create == CreateRule::kApprove || create == CreateRule::kOnDemand;
    }
    const EntitySide& target = entity.sides[side];
    if (!creates || target.create_key != nullptr || !target.find_field.empty() || !entity.matches.empty()) continue;
    problems.Add(At(entity.source),
                 "`" + entity.name + "` is created on " + pack.sides[side].name + ", but nothing finds the record again after a lost answer.",
                 "Give the side a `create_key`, or `find_field` with `find_value`, or the entity a match rule.");
  }
}

void CheckPhases(const EntityRule& entity, Problems& problems) {
  for (const auto& row : entity.matrix) {
    if (!entity.phases.empty() && row.phase.empty()) {
      problems.Add(At(entity.source), "The matrix row `" + row.name + "` does not say which phase of `" + entity.name + "` it shows.",
                   "Add `phase:` to the row.");
    }
  }
}

}  // namespace

void CheckPack(const Pack& pack, Problems& problems) {
  if (pack.sides[Side::kLeft].name == pack.sides[Side::kRight].name) {
    problems.Add({}, "Both sides have the name `" + pack.sides[Side::kLeft].name + "`.", "Give each side a name of its own.");
  }
  CheckResources(pack, problems);
  for (const EntityRule& entity : pack.entities) {
    if (entity.rank < 1) {
      problems.Add(At(entity.source), "The rank of `" + entity.name + "` is " + std::to_string(entity.rank) + ".", "Ranks begin at 1.");
    }
    for (const FieldRule& field : entity.fields) CheckRanks(pack, entity, field, problems);
    CheckWriters(pack, entity, problems);
    CheckIdentity(pack, entity, problems);
    CheckPhases(entity, problems);
    CheckKeys(pack, entity, problems);
    CheckReach(pack, entity, problems);
    CheckEffect(pack, entity, problems);
  }
}

}  // namespace entente
