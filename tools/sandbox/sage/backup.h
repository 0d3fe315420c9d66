#pragma once

#include <string>

#include "absl/status/status.h"
#include "tools/sandbox/sage/connection.h"

namespace entente::sandbox::sage {

// Copies the whole database into a file, and a file back over the database: values go backwards and row ids are given out again, as after a
// restore in real life. Readers that are connected see the old state until it is done.
absl::Status BackUp(Connection& connection, const std::string& file);
absl::Status Restore(Connection& connection, const std::string& file);

}  // namespace entente::sandbox::sage
