#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "engine/core/rule_change.h"
#include "engine/pipeline/adoption.h"
#include "engine/pipeline/memory.h"
#include "engine/pipeline/state.h"
#include "engine/pipeline/turn.h"
#include "engine/plan/planner.h"

namespace entente {

// One of two packs, with all that judging a field takes: the production code judges, on a state in which nothing moves. One thread.
class Judge {
 public:
  // `unread` are fields that no shadow was read with: what reads them rests. `ground` outlives it.
  Judge(const PlanGround& ground, PackPtr pack, const NativeFields& unread);

  const Pack& pack() const { return *state_.pack; }
  const Tuning& tuning() const { return state_.tuning; }
  Turn Begin(Memory& memory) { return Turn(memory, state_, now_); }

 private:
  State state_;
  absl::Time now_;
};

// What is found out of one link.
struct Probed {
  std::vector<int> changes;                 // that reach it
  std::vector<Side> enters;                 // sides whose record comes back into the scope
  std::vector<std::pair<MatchId, bool>> index;   // entries to put, or to take away
  bool counts = false;                      // it takes capacity
};

// Asks of links of one entity whether the changes reach them. One thread.
class LinkProbe {
 public:
  // `entity` is in both packs. The judges and `changes` outlive it.
  LinkProbe(Judge& before, Judge& after, const std::string& entity, const std::vector<RuleChange>& changes, const Adoption& adoption);

  // Links of records referred to are taken from `memory`; false: what is missing is added to `wanted`, to be asked again with it.
  bool Look(const Link& link, Memory& memory, Wanted* wanted, Probed* out);
  // Every change that touches the entity.
  void ReachByAll(Probed* out) const;

 private:
  struct Touched {
    int change;
    RuleTouch touch;
  };
  bool Says(Turn& before, Turn& after, const RuleTouch& touch, const Link& link);
  bool JudgesOtherwise(Turn& before, Turn& after, const std::string& field, const Link& link);

  Judge& before_;
  Judge& after_;
  const EntityRule& was_;
  const EntityRule& is_;
  std::vector<Touched> touches_;
  bool rescopes_, reindexes_, recounts_;
};

}  // namespace entente
