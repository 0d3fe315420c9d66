#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

// Files that hold one secret each, readable by their owner only, and files replaced as a whole.
namespace entente {

// The content without surrounding white space. FAILED_PRECONDITION, reason SECRET_FILE_READABLE_BY_OTHERS, when group or others
// have any right on it; NOT_FOUND when it is missing.
absl::StatusOr<std::string> ReadSecretFile(const std::string& path);

// Writes `content` under a temporary name, syncs and renames, so that a reader sees all or nothing.
// `mode` is that of the new file.
absl::Status ReplaceFile(const std::string& path, std::string_view content, unsigned mode);

// Makes the directory and its parents; only the last one gets `mode`.
absl::Status MakeDirectory(const std::string& path, unsigned mode);

// Compares in time that depends on the lengths alone.
bool SecretsEqual(std::string_view a, std::string_view b);

}  // namespace entente
