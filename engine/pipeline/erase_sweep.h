#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/pipeline/event.h"
#include "engine/pipeline/store.h"

// What is done of an erasure outside the machine, on snapshots: it looks through everything that is kept, and says what the machine is to be
// asked next. Whoever drives an erasure (the daemon's thread, the simulation) repeats NextEraseStep() until there is none; where it was cut
// short, the state says how far it came, and the same loop goes on. Pure but for the snapshot; any thread.
namespace entente {

// Of a link that is to be erased.
struct ErasePlan {
  EraseLink what;
  std::string entity;
  // Records of other links that name it, by entity. They stay, and name what is left of it from then on.
  std::map<std::string, std::int64_t> referring;
};
absl::StatusOr<ErasePlan> PlanErase(const StoreSnapshot& snapshot, const Link& link, const std::string& request_id);

struct EraseStep {
  // To be asked of the machine; none: the store is to purge its files, and then `ends` is asked.
  std::optional<EraseRemains> remains;
  std::optional<EndErasure> ends;
  bool purges = false;
};
// Nothing: no erasure is under way.
absl::StatusOr<std::optional<EraseStep>> NextEraseStep(const StoreSnapshot& snapshot);

// The link that is left of what bore this key, 0: none. `secret` is Tuning::match_key.
absl::StatusOr<LinkId> FindErased(const StoreSnapshot& snapshot, std::uint64_t secret, Side side, const std::string& resource, const std::string& key);

}  // namespace entente
