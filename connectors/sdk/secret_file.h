#pragma once

#include <string>

#include "absl/status/statusor.h"

namespace entente::sdk {

// The first line of a file that only its owner may read. FAILED_PRECONDITION SECRET_FILE_READABLE_BY_OTHERS (the sentence says the
// command that mends it), NOT_FOUND SECRET_FILE_MISSING, INVALID_ARGUMENT SECRET_FILE_UNREADABLE when it is blank. Never quotes the content.
absl::StatusOr<std::string> ReadSecretFile(const std::string& path);

}  // namespace entente::sdk
