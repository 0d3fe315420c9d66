#include <optional>
#include <set>
#include <string>

#include "engine/language/static_checks.h"

namespace entente {
namespace {

Position At(const RuleSource& source) { return {source.file, source.line}; }

std::optional<bool> AlwaysGives(const FormulaPtr& formula) { return formula ? formula->TruthWhen({}) : std::nullopt; }

// The first condition that holds wins: what stands below one that always holds is never looked at.
void CheckPhases(const EntityRule& entity, Problems& problems) {
  std::string sure;
  for (const PhaseRule& phase : entity.phases) {
    if (!sure.empty()) {
      problems.Add(At(phase.source), "The phase `" + phase.name + "` of `" + entity.name + "` is never reached: the phase `" + sure + "` above it takes every record.",
                   "Put it above `" + sure + "`, or take it out.");
    } else if (AlwaysGives(phase.when) == false) {
      problems.Add(At(phase.source), "The phase `" + phase.name + "` of `" + entity.name + "` is never reached: its condition never holds.",
                   "Correct the condition, or take the phase out.");
    }
    if (sure.empty() && AlwaysGives(phase.when) == true) sure = phase.name;
  }
}

void CheckStates(const EntityRule& entity, Problems& problems) {
  std::string sure;
  for (const DocumentState& state : entity.document->states) {
    if (state.when && (!sure.empty() || AlwaysGives(state.when) == false)) {
      problems.Add(At(state.source), "The state `" + state.name + "` of `" + entity.name + "` is never reached: " +
                                         (sure.empty() ? "its condition never holds." : "the state `" + sure + "` above it takes every document."),
                   "Correct the conditions or their order.");
    }
    if (sure.empty() && AlwaysGives(state.when) == true) sure = state.name;
  }
}

// Conditions that can only be answered in one way.
void CheckConstants(const Pack& pack, const EntityRule& entity, Problems& problems) {
  for (const Check& check : entity.checks) {
    if (AlwaysGives(check.holds) != true) continue;
    problems.Add(At(check.source), "The check `" + check.name + "` of `" + entity.name + "` never fails: its condition always holds.",
                 "Correct the condition, or take the check out (`" + check.name + ": ~`).");
  }
  for (Side side : kSides) {
    const EntitySide& s = entity.sides[side];
    if (AlwaysGives(s.in_scope) != false && AlwaysGives(s.relevant) != false) continue;
    problems.Add(At(s.source), "No record of `" + entity.name + "` on " + pack.sides[side].name + " is ever taken in: the condition of its scope never holds.",
                 "Correct the condition, or take the entity out (`" + entity.name + ": ~`).");
  }
}

class LifeCheck {
 public:
  LifeCheck(const Pack& pack, const EntityRule& entity, Problems& problems) : pack_(pack), entity_(entity), problems_(problems) {}

  void Run() {
    for (const auto& [phase, life] : entity_.life) {
      for (Side side : kSides) {
        CheckMark(life[side], side);
        CheckOnDemand(life[side]);
        CheckReasons(life[side]);
      }
    }
    for (const FieldRule& field : entity_.fields) {
      for (const auto& [phase, policy] : field.policies) NeedReason(policy.on_revert_item, field.source);
      NeedReason(field.on_missing_item, field.source);
    }
    if (entity_.capacity) NeedReason(entity_.capacity->reason, entity_.capacity->source);
  }

 private:
  void CheckMark(const LifeRule& rule, Side acting) {
    const FieldRule* field = entity_.Field(rule.mark_field);
    if (field == nullptr || field->sides[Other(acting)].writable()) return;
    const std::string& other = pack_.sides[Other(acting)].name;
    problems_.Add(At(rule.source), "A deletion on " + pack_.sides[acting].name + " is to be marked in `" + field->name + "`, which cannot be written on " + other + ".",
                  "Name a field with a native field on " + other + ".");
  }

  void CheckOnDemand(const LifeRule& rule) {
    if (rule.create != CreateRule::kOnDemand || entity_.document) return;
    problems_.Add(At(rule.source), "`" + entity_.name + "` is created on demand only, and nothing can ask for it: it has no `document`.",
                  "Write `create: allowed`, or give the entity a `document`.");
  }

  void CheckReasons(const LifeRule& rule) {
    if (rule.create == CreateRule::kPark || rule.create == CreateRule::kApprove) NeedReason(rule.create_reason, rule.source);
    if (rule.never_delete_when) NeedReason(rule.never_delete_item, rule.source);
  }

  void NeedReason(const std::string& reason, const RuleSource& at) {
    if (reason.empty() || pack_.reasons.contains(reason) || !told_.insert(reason).second) return;
    problems_.Add(At(at), "The reason `" + reason + "` has no words: people would read only the reason.",
                  "Add `reasons: {" + reason + ": {fr: …, en: …}}` to the pack.");
  }

  const Pack& pack_;
  const EntityRule& entity_;
  Problems& problems_;
  std::set<std::string> told_;
};

}  // namespace

void CheckReach(const Pack& pack, const EntityRule& entity, Problems& problems) {
  CheckPhases(entity, problems);
  if (entity.document) CheckStates(entity, problems);
  CheckConstants(pack, entity, problems);
  LifeCheck(pack, entity, problems).Run();
}

}  // namespace entente
