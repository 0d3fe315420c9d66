#pragma once

#include <string>
#include <vector>

#include "engine/core/rules.h"

// What the enumeration takes for granted of a pack, and what is therefore checked: conditions do not change by the engine's own writes,
// and no field feeds itself.
namespace entente::certificate {

struct DependencyProblem {
  RuleSource at;
  std::string entity, phase, field;
  std::string sentence, remedy;
};

// Conditions that select a phase, a delete policy, a document's state or what is sealed, and read what the engine itself writes: a field that both sides
// own, or the other side's copy of one.
//
// What a condition reads is taken where both records are there: only then does the engine write. The fields of a record's own key are
// known not to be blank then, so a branch they rule out is not read.
std::vector<DependencyProblem> CheckConditions(const Pack& pack, const EntityRule& entity);

// Fields that feed each other in a circle: computed from one another, or going one way each and together back and forth, be it through
// records that refer to each other. A two-way field feeds itself; that circle is what Merge is for.
std::vector<DependencyProblem> CheckCycles(const Pack& pack);

// How many parents stand above a record of the entity, at most: each may have to be made first.
int ParentDepth(const Pack& pack, const EntityRule& entity);

}  // namespace entente::certificate
