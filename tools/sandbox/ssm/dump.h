#pragma once

#include <string>

#include "absl/status/status.h"
#include "tools/sandbox/ssm/store.h"

namespace entente::sandbox::ssm {

// Writes every record to a JSON file, exactly, and reads such a file into a fresh store.
absl::Status DumpTo(const Store& store, const std::string& file);
absl::Status LoadFrom(Store& store, const std::string& file);

}  // namespace entente::sandbox::ssm
