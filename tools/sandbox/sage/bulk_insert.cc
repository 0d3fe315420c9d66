#include "tools/sandbox/sage/bulk_insert.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tools/sandbox/sage/refusal.h"

namespace entente::sandbox::sage {

absl::StatusOr<BulkInsert> BulkInsert::Into(CompanyDatabase& database, const std::string& table, const std::vector<std::string>& columns) {
  const Table* shape = database.schema().Find(table);
  if (shape == nullptr) return absl::InvalidArgumentError(absl::StrCat("there is no table ", table));
  std::vector<std::string> names;
  std::vector<std::string> marks;
  std::vector<bool> is_present;
  for (const std::string& column : columns) {
    const bool is_technical = column == "cbModification" || (column == "cbCreation" && database.schema().has_creation_columns());
    const bool is_there = shape->Find(column) != nullptr || is_technical;
    if (!is_there && column != "cbCreation" && !database.schema().IsKnownElsewhere(table, column)) {
      return absl::InvalidArgumentError(absl::StrCat(table, " has no column ", column));
    }
    is_present.push_back(is_there);
    if (!is_there) continue;
    names.push_back(absl::StrCat("\"", column, "\""));
    marks.push_back("?");
  }
  SAGE_ASSIGN(Statement statement,
              database.connection().Prepare(absl::StrCat("INSERT INTO \"", table, "\" (", absl::StrJoin(names, ", "), ") VALUES (",
                                                         absl::StrJoin(marks, ", "), ")")));
  return BulkInsert(std::move(statement), std::move(is_present));
}

absl::Status BulkInsert::Add(const std::vector<Value>& values) {
  statement_.Reset();
  int parameter = 0;
  for (std::size_t i = 0; i < values.size() && i < is_present_.size(); ++i) {
    if (is_present_[i]) statement_.Bind(++parameter, values[i]);
  }
  return statement_.Step().status();
}

}  // namespace entente::sandbox::sage
