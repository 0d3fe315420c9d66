#pragma once

#include <string>

#include "engine/store/database.h"

namespace entente::store {

// Rewrites every file of the database in `directory`, so that none holds what was deleted or replaced before the call. Takes as long as
// reading and writing all of it; others read and write meanwhile. UNAVAILABLE PURGE_HELD_UP: a snapshot from before, or a file that is still
// being read, holds it up; what was done so far is done. Included by .cc files of store/ only.
absl::Status PurgeFiles(Database& database, const std::string& directory);

}  // namespace entente::store
