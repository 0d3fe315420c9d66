#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "tools/sandbox/sage/company_database.h"

namespace entente::sandbox::sage {

// Inserts many rows of one table with one statement, for the first load: values go in as they are given. Columns that this preset lacks are
// left out. Lives no longer than the database.
class BulkInsert {
 public:
  static absl::StatusOr<BulkInsert> Into(CompanyDatabase& database, const std::string& table, const std::vector<std::string>& columns);

  // REQUIRES: as many values as columns were named.
  absl::Status Add(const std::vector<Value>& values);

 private:
  BulkInsert(Statement statement, std::vector<bool> is_present) : statement_(std::move(statement)), is_present_(std::move(is_present)) {}

  Statement statement_;
  std::vector<bool> is_present_;
};

}  // namespace entente::sandbox::sage
