#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/core/rule_change.h"
#include "engine/pipeline/adoption.h"
#include "engine/pipeline/plan.h"
#include "engine/plan/planner.h"

// What other rules would do to the state as it is.
namespace entente {

// One write that would be made otherwise than by the rules that run.
struct WriteDifference {
  PlannedWrite write;       // number 0: no write any more, `former` would have been made
  Fields former;            // what the rules that run would write to the record now; empty: nothing
};

// What one changed rule does. A record that several of them reach counts for each whose fields are written; of other outcomes, for each.
struct RuleEffect {
  RuleChange change;
  std::int64_t reached = 0;                          // links it reaches
  // Records, by side.
  Both<std::map<Verb, std::int64_t>> writes;         // that would be written and are not by the rules that run, or otherwise
  Both<std::int64_t> spared{};                       // that would no longer be written
  std::map<std::string, std::int64_t> parked;        // links that would wait, by reason
  std::map<std::string, std::int64_t> freed;         // links that would wait no longer, by the former reason
  std::int64_t conflicts = 0;                        // fields about which both sides would be told of a conflict
  Both<std::int64_t> leave{}, enter{};               // records that fall out of scope, or come back
  std::vector<WriteDifference> samples;              // the first of them
  bool is_silent() const;
};

struct WhatIf {
  std::vector<RuleEffect> rules;                     // as DiffPacks gave them
  RuleEffect others;                                 // what follows for links that no change reaches itself: their parents', their rivals'
  Plan plan;                                         // everything that would be written by the new rules, what waits already included
  std::int64_t links = 0;                            // in the state
  std::int64_t looked = 0, reached = 0;              // links of the entities touched; of them, what was decided anew under both packs
  std::map<std::string, std::int64_t> reached_in;    // by entity
  std::map<std::string, std::int64_t> left_to_itself;   // links of entities that the new rules have not
  // What cannot be known before both systems are read again.
  NativeFields unread;
  std::set<std::pair<Side, std::string>> relist;
};

// Compares by carrying both packs out on the snapshot: the links that `changes` reach (reach.h) are decided by the rules that run and by
// `after`, by the production code, as MakePlan() does. Nothing is written and nobody is asked.
//
// Those of MakePlan() and CanAdopt(); RULES_CHANGING: the state is still being gone through since the last change of rules.
absl::StatusOr<WhatIf> MakeWhatIf(const PlanGround& ground, const PackPtr& after, const std::vector<RuleChange>& changes, const std::function<bool()>& is_cancelled);

}  // namespace entente
