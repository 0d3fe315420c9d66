#pragma once

#include <string>

#include "engine/core/link.h"
#include "engine/core/rules.h"

namespace entente {

// What is known of the existence of a link's records, at the moment of deciding.
struct LifeSituation {
  Both<Presence> presence{};
  // Rules of the acting side in the link's phase.
  Both<const LifeRule*> rules{};
  Side origin = Side::kLeft;
  bool referenced = false;        // other links refer to this one
  bool never_delete = false;      // the pack says of this record: never a delete
  // What is gone was made by us, and nothing but our receipt ever told of it: its absence is no delete, and making it anew may double it.
  bool never_seen = false;
  bool again = false;             // a person wants what was never seen to be made again
  bool first_load = false;
  bool approved = false;          // a person approved what asked for approval
  bool push_wanted = false;       // kOnDemand: somebody asked
};

struct LifeVerdict {
  enum class Action {
    kNothing,   // no record left, or nothing to be done
    kMerge,     // both are there: look at the fields
    kCreate,    // on `side`
    kDelete,    // on `side`, after the hold
    kMark,      // write the mark on `side`
    kRestore,   // bring back on `side`
    kUnlink,    // forget the pair; `side` survives alone
    kPark,      // shown, with `reason`
    kApprove,   // waits for one approval for all of the entity
    kItem,      // waits for a person, work item `reason`: "never_seen", or a word of the rule
    kWait,      // on demand only, nobody asked
    kIgnore,    // not ours
  };
  Action action = Action::kNothing;
  Side side = Side::kRight;
  std::string reason;
};

// Decides the existence of a link's records. Pure and total. A delete is answered only where a rule of the pack orders it.
LifeVerdict DecideLife(const LifeSituation& situation);

}  // namespace entente
