#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "engine/core/rules.h"
#include "engine/runtime/random.h"

namespace entente {

struct Tokens {
  std::string operator_token;
  Both<std::string> side_tokens;
};

// Reads `state_dir/tokens/operator.token` and one `SIDE.token` a side of the pack; makes those that are missing (mode 0600, in a
// folder of mode 0700). A token file others can read is an error, as is an empty one.
absl::StatusOr<Tokens> ReadOrMakeTokens(const std::string& state_dir, const Pack& pack, Random& random);

}  // namespace entente
