#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "engine/core/link.h"
#include "engine/core/rules.h"
#include "engine/desk/groups.h"
#include "engine/pipeline/store.h"

// An answer to a work item as a rule: a pack of a few lines that extends the one that runs.
namespace entente {

struct RuleDraft {
  std::string path;          // of the key it sets: "entities.contact.fields.phone.conflict"
  std::string value;         // "sage"; empty: the key is taken away
  RuleSource replaces;       // where the rule stands that decides today
  std::string pack;          // the whole overlay, YAML
  WorkFilter settles;        // open items the rule answers as well, where their records are in `phase`
  std::string phase;         // empty: in any
};

// How many open items of the snapshot the rule answers.
absl::StatusOr<std::int64_t> SettledBy(const RuleDraft& draft, const StoreSnapshot& snapshot);

// FAILED_PRECONDITION RULE_NOT_POSSIBLE: no rule of a pack gives this answer. INVALID_ARGUMENT CHOICE_UNKNOWN.
absl::StatusOr<RuleDraft> DraftRule(const Pack& pack, const WorkItem& item, const std::optional<Link>& link, const std::string& choice);

}  // namespace entente
