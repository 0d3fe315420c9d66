#pragma once

#include <string>

#include "absl/status/statusor.h"

namespace entente::sdk {

// The first line of a file that only its owner may read. FAILED_PRECONDITION when others may (the sentence says the
// command that mends it), NOT_FOUND when it is not there, INVALID_ARGUMENT when it is blank. Never quotes the content.
absl::StatusOr<std::string> ReadSecretFile(const std::string& path);

}  // namespace entente::sdk
