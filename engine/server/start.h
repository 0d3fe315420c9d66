#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "engine/runtime/clock.h"
#include "engine/runtime/random.h"
#include "engine/server/live_instance.h"
#include "engine/server/options.h"
#include "engine/server/tokens.h"

namespace entente {

struct StartedInstance {
  std::unique_ptr<LiveInstance> instance;
  Tokens tokens;
};

// Loads the pack, opens the state, takes a new epoch and starts the instance's threads.
// Reasons: PACK_INVALID (every problem, one a line), PACK_UNCERTIFIED (what is not proved of the pack, unless the options force it), PACK_EXAMPLES_FAIL (what does not hold of its own examples, unless forced), those of RocksDbStore::Open() and of ReadOrMakeTokens().
absl::StatusOr<StartedInstance> StartInstance(const InstanceOptions& options, const Clock& clock, Random& random);

// What the start of a machine changes in the state before anything else: the secret of the match index when there is none yet,
// and, after a restore, that every complete listing is owed again. Applied to `boot` as well.
Batch PrepareState(Boot* boot, Random& random);

}  // namespace entente
