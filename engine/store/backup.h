#pragma once

#include <string>

#include "absl/status/status.h"

namespace entente::store {

// Puts a backup in place of the state in `state_directory` and marks it (kRestoredKey of engine/pipeline/restored.h): it may be older than both
// systems. The former state stays beside it as `db.before-restore-N`.
// Reasons: STATE_DIRECTORY_IN_USE while an engine runs on it, BACKUP_UNREADABLE when `backup_directory` is no backup,
// STATE_FORMAT_NEWER. On an error the former state is untouched.
absl::Status RestoreBackup(const std::string& backup_directory, const std::string& state_directory);

}  // namespace entente::store
