#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "tools/sandbox/sage/company_database.h"

namespace entente::sandbox::sage {

// One changed row since a version, net of what happened in between: I, U or D.
struct RowChange {
  std::int64_t cb_marq = 0;
  std::int64_t version = 0;
  char operation = 'U';
};

struct ChangeVersions {
  std::int64_t current = 0;
  // A reader whose version is below this one has missed changes and is not told so.
  std::int64_t min_valid = 0;
};

// Emulated change tracking: what SQL Server answers of a table with tracking on.
absl::StatusOr<ChangeVersions> VersionsOf(CompanyDatabase& database);
absl::StatusOr<std::vector<RowChange>> ChangesSince(CompanyDatabase& database, const std::string& table, std::int64_t version);
// How many versions are kept; older changes go at once.
absl::Status SetRetention(CompanyDatabase& database, std::int64_t versions);

}  // namespace entente::sandbox::sage
