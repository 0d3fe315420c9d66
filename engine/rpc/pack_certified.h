#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "engine/core/rules.h"

namespace entente {

// What is proved of the pack that runs.
struct Certification {
  // Of the certificate: what `entente pack check` prints for the same pack and parameters.
  std::string hash;
  // Why there is none, one sentence; the pack runs because the configuration forces it. Empty: it is certified.
  std::string missing;
};

// Whether the pack may run: certified, or forced. Else FAILED_PRECONDITION PACK_UNCERTIFIED with what is not proved, a refusal a line.
// `directory` is where the pack was read, for people. Pure, and about a second for a large pack: not for the control thread.
absl::StatusOr<Certification> CheckPackCertified(const Pack& pack, std::string_view directory, bool is_forced);

}  // namespace entente
