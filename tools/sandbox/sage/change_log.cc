#include "tools/sandbox/sage/change_log.h"

#include <map>

#include "tools/sandbox/sage/refusal.h"

namespace entente::sandbox::sage {

absl::StatusOr<ChangeVersions> VersionsOf(CompanyDatabase& database) {
  SAGE_ASSIGN(const std::vector<Row> rows, database.connection().Query("SELECT * FROM \"cbChangeVersion\""));
  return ChangeVersions{rows.front().Int("current_version"), rows.front().Int("min_valid_version")};
}

absl::StatusOr<std::vector<RowChange>> ChangesSince(CompanyDatabase& database, const std::string& table, std::int64_t version) {
  SAGE_ASSIGN(const std::vector<Row> rows,
              database.connection().Query("SELECT \"cbMarq\", \"version\", \"operation\" FROM \"cbChangeLog\" "
                                          "WHERE \"table_name\" = ?1 AND \"version\" > ?2 ORDER BY \"sequence\"",
                                          {table, version}));
  std::map<std::int64_t, RowChange> net;
  std::map<std::int64_t, bool> is_born;
  for (const Row& row : rows) {
    const std::int64_t cb_marq = row.Int("cbMarq");
    const char operation = row.Text("operation").front();
    is_born.try_emplace(cb_marq, operation == 'I');
    // An insert stays an insert however often the row was changed after it.
    const char shown = operation == 'D' ? 'D' : is_born[cb_marq] ? 'I' : 'U';
    net[cb_marq] = {cb_marq, row.Int("version"), shown};
  }
  std::vector<RowChange> changes;
  for (const auto& [cb_marq, change] : net) {
    if (change.operation != 'D' || !is_born[cb_marq]) changes.push_back(change);
  }
  return changes;
}

absl::Status SetRetention(CompanyDatabase& database, std::int64_t versions) {
  SAGE_RETURN_IF_ERROR(database.connection().Run("UPDATE \"cbChangeVersion\" SET \"retained_versions\" = ?1", {versions}));
  SAGE_RETURN_IF_ERROR(database.CloseVersion());
  return database.connection().Run(
      "DELETE FROM \"cbChangeLog\" WHERE \"version\" <= (SELECT \"min_valid_version\" FROM \"cbChangeVersion\")");
}

}  // namespace entente::sandbox::sage
