#include "tools/sandbox/sage/company_database.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tools/sandbox/sage/refusal.h"

namespace entente::sandbox::sage {
namespace {

constexpr char kSandboxUser[] = "5a9e0000-0000-4000-8000-000000000001";

std::string Quoted(std::string_view name) { return absl::StrCat("\"", std::string(name), "\""); }

// cbSysLibre.CB_Type: 3 small date, 7 value, 9 text, 14 date, 20 amount, 22 list.
std::optional<Column> UserColumn(const std::string& name, int sage_type, int length) {
  Column column{.name = name, .type = ColumnType::kText, .length = length, .is_null_when_unset = true};
  if (sage_type == 3 || sage_type == 14) column.type = ColumnType::kDate;
  if (sage_type == 7 || sage_type == 20) column.type = ColumnType::kNumeric;
  const bool is_known = sage_type == 9 || sage_type == 22 || column.type != ColumnType::kText;
  return is_known ? std::optional(column) : std::nullopt;
}

std::string UserType(const Column& column) {
  if (column.type == ColumnType::kDate) return "DATETIMETEXT";
  if (column.type == ColumnType::kNumeric) return "NUMERICTEXT(24,6)";
  return absl::StrCat("VARCHAR(", column.length, ") COLLATE NOCASE");
}

}  // namespace

CompanyDatabase::CompanyDatabase(Options options, const ServerClock& clock, Connection connection, bool is_new)
    : options_(std::move(options)),
      schema_(options_.preset),
      clock_(&clock),
      connection_(std::move(connection)),
      is_new_(is_new) {}

absl::StatusOr<CompanyDatabase> CompanyDatabase::Open(const Options& options, const ServerClock& clock) {
  SAGE_ASSIGN(Connection connection, Connection::Open(options.path));
  SAGE_ASSIGN(const std::vector<Row> tables, connection.Query("SELECT 1 FROM sqlite_master WHERE name = 'F_COMPTET'"));
  CompanyDatabase database(options, clock, std::move(connection), tables.empty());
  if (tables.empty()) SAGE_RETURN_IF_ERROR(CreateSchema(database.connection_, database.schema_, options.is_minute));
  SAGE_RETURN_IF_ERROR(database.ReadUserColumns());
  return database;
}

absl::Status CompanyDatabase::ReadUserColumns() {
  SAGE_ASSIGN(const std::vector<Row> rows, List("cbSysLibre", {}, "\"CB_Pos\""));
  for (const Row& row : rows) {
    const std::optional<Column> column = UserColumn(row.Text("CB_Name"), static_cast<int>(row.Int("CB_Type")), static_cast<int>(row.Int("CB_Len")));
    if (column.has_value() && schema_.Find(row.Text("CB_File")) != nullptr) schema_.AddUserColumn(row.Text("CB_File"), *column);
  }
  return absl::OkStatus();
}

absl::Status CompanyDatabase::AddUserColumn(const std::string& table, const std::string& name, int sage_type, int length) {
  const std::optional<Column> column = UserColumn(name, sage_type, length);
  if (schema_.Find(table) == nullptr || !column.has_value() || name.empty() || name.find('"') != std::string::npos) {
    return Refuse({.code = "INVALID_REQUEST", .text = "a user column needs a table, a name, and a type of 3, 7, 9, 14, 20 or 22"});
  }
  SAGE_ASSIGN(const std::vector<Row> present, List("cbSysLibre", {{"CB_File", table}}));
  Transaction transaction(connection_);
  SAGE_RETURN_IF_ERROR(connection_.Execute(absl::StrCat("ALTER TABLE ", Quoted(table), " ADD COLUMN ", Quoted(name), " ", UserType(*column))));
  SAGE_RETURN_IF_ERROR(Insert("cbSysLibre", {{"CB_File", table},
                                             {"CB_Name", name},
                                             {"CB_Pos", static_cast<std::int64_t>(present.size()) + 1},
                                             {"CB_Type", sage_type},
                                             {"CB_Len", length},
                                             {"CB_Creator", "COLU"}})
                           .status());
  SAGE_RETURN_IF_ERROR(transaction.Commit());
  schema_.AddUserColumn(table, *column);
  return absl::OkStatus();
}

absl::StatusOr<std::string> CompanyDatabase::Setting(std::string_view name, std::string_view otherwise) {
  SAGE_ASSIGN(const std::vector<Row> rows, connection_.Query("SELECT \"value\" FROM \"cbSandbox\" WHERE \"name\" = ?1", {name}));
  return rows.empty() ? std::string(otherwise) : rows.front().At("value").text();
}

absl::Status CompanyDatabase::SetSetting(std::string_view name, std::string_view value) {
  return connection_.Run("INSERT OR REPLACE INTO \"cbSandbox\" VALUES (?1, ?2)", {name, value});
}

absl::StatusOr<const Table*> CompanyDatabase::TableNamed(std::string_view name) const {
  const Table* table = schema_.Find(name);
  if (table == nullptr) return Refuse({.code = "INVALID_REQUEST", .text = absl::StrCat("there is no table ", std::string(name))});
  return table;
}

absl::StatusOr<Row> CompanyDatabase::FittedCells(const Table& table, const Row& cells) const {
  Row fitted;
  for (const auto& [name, value] : cells) {
    const Column* column = table.Find(name);
    if (column == nullptr) {
      if (schema_.IsKnownElsewhere(table.name, name)) continue;
      if (name == "cbCreation" || name == "cbModification" || name == "cbCreateur" || name == "cbHashVersion") {
        if (name != "cbCreation" || schema_.has_creation_columns()) fitted.Set(name, value);
        continue;
      }
      return Refuse({.code = "VALUE_DOES_NOT_FIT", .text = absl::StrCat(table.name, " has no column ", name), .field = name});
    }
    SAGE_ASSIGN(Value stored, Fitted(*column, value));
    fitted.Set(name, std::move(stored));
  }
  return fitted;
}

std::string CompanyDatabase::Stamp() const {
  if (stamp_.has_value()) return *stamp_;
  return options_.is_minute ? clock_->LocalNowToMinute() : clock_->LocalNow();
}

std::string CompanyDatabase::SelectList(const Table& table) const {
  std::vector<std::string> names;
  for (const Column& column : table.columns) names.push_back(Quoted(column.name));
  names.push_back("\"cbMarq\"");
  if (table.is_data()) {
    names.push_back("\"cbModification\"");
    names.push_back("\"cbCreateur\"");
    if (schema_.has_creation_columns()) names.push_back("\"cbCreation\"");
  }
  return absl::StrJoin(names, ", ");
}

absl::StatusOr<Row> CompanyDatabase::ReadBack(const Table& table, std::int64_t cb_marq) {
  SAGE_ASSIGN(std::vector<Row> rows,
              connection_.Query(absl::StrCat("SELECT ", SelectList(table), " FROM ", Quoted(table.name), " WHERE \"cbMarq\" = ?1"), {cb_marq}));
  if (rows.empty()) {
    return Refuse({.code = "NOT_FOUND", .text = absl::StrCat("no row ", cb_marq, " in ", table.name, "; it was deleted meanwhile")});
  }
  return std::move(rows.front());
}

absl::StatusOr<Row> CompanyDatabase::Insert(std::string_view table_name, const Row& cells) {
  SAGE_ASSIGN(const Table* table, TableNamed(table_name));
  SAGE_ASSIGN(Row fitted, FittedCells(*table, cells));
  if (table->is_data()) {
    if (!fitted.Has("cbModification")) fitted.Set("cbModification", Stamp());
    if (!fitted.Has("cbCreateur")) fitted.Set("cbCreateur", creator_);
    if (schema_.has_creation_columns()) {
      if (!fitted.Has("cbCreation")) fitted.Set("cbCreation", clock_->LocalNow());
      fitted.Set("cbCreationUser", kSandboxUser);
    }
  }
  std::vector<std::string> names;
  std::vector<std::string> marks;
  std::vector<Value> values;
  for (const auto& [name, value] : fitted) {
    names.push_back(Quoted(name));
    marks.push_back("?");
    values.push_back(value);
  }
  SAGE_RETURN_IF_ERROR(connection_.Run(
      absl::StrCat("INSERT INTO ", Quoted(table->name), " (", absl::StrJoin(names, ", "), ") VALUES (", absl::StrJoin(marks, ", "), ")"), values));
  return ReadBack(*table, connection_.last_row_id());
}

absl::StatusOr<Row> CompanyDatabase::Update(std::string_view table_name, std::int64_t cb_marq, const Row& cells) {
  SAGE_ASSIGN(const Table* table, TableNamed(table_name));
  SAGE_ASSIGN(Row fitted, FittedCells(*table, cells));
  if (table->is_data() && !fitted.Has("cbModification")) fitted.Set("cbModification", Stamp());
  std::vector<std::string> parts;
  std::vector<Value> values;
  for (const auto& [name, value] : fitted) {
    parts.push_back(absl::StrCat(Quoted(name), " = ?"));
    values.push_back(value);
  }
  if (parts.empty()) return ReadBack(*table, cb_marq);
  values.push_back(cb_marq);
  SAGE_RETURN_IF_ERROR(connection_.Run(
      absl::StrCat("UPDATE ", Quoted(table->name), " SET ", absl::StrJoin(parts, ", "), " WHERE \"cbMarq\" = ?"), values));
  return ReadBack(*table, cb_marq);
}

absl::Status CompanyDatabase::Delete(std::string_view table_name, std::int64_t cb_marq) {
  SAGE_ASSIGN(const Table* table, TableNamed(table_name));
  SAGE_RETURN_IF_ERROR(ReadBack(*table, cb_marq).status());
  return connection_.Run(absl::StrCat("DELETE FROM ", Quoted(table->name), " WHERE \"cbMarq\" = ?1"), {cb_marq});
}

absl::StatusOr<std::vector<Row>> CompanyDatabase::List(std::string_view table_name, const Row& where, std::string_view order) {
  SAGE_ASSIGN(const Table* table, TableNamed(table_name));
  std::vector<std::string> parts = {"1 = 1"};
  std::vector<Value> values;
  for (const auto& [name, value] : where) {
    if (table->Find(name) == nullptr && name != "cbMarq") {
      if (schema_.IsKnownElsewhere(table->name, name)) return std::vector<Row>{};
      return Refuse({.code = "INVALID_REQUEST", .text = absl::StrCat(table->name, " has no column ", name), .field = name});
    }
    if (value.is_integer()) {
      parts.push_back(absl::StrCat(Quoted(name), " = ?"));
      values.push_back(value);
      continue;
    }
    // Trailing blanks do not count: both the column and the value are read without them, and the plain comparison lets the index serve.
    std::string text = value.text();
    text.erase(text.find_last_not_of(' ') + 1);
    parts.push_back(text.empty() ? absl::StrCat("COALESCE(", Quoted(name), ", '') = ?")
                                 : absl::StrCat(Quoted(name), " IN (?, ? || ' ')"));
    values.emplace_back(text);
    if (!text.empty()) values.emplace_back(text);
  }
  return connection_.Query(absl::StrCat("SELECT ", SelectList(*table), " FROM ", Quoted(table->name), " WHERE ", absl::StrJoin(parts, " AND "),
                                        " ORDER BY ", std::string(order)),
                           values);
}

absl::StatusOr<std::optional<Row>> CompanyDatabase::Find(std::string_view table, const Row& where) {
  SAGE_ASSIGN(std::vector<Row> rows, List(table, where, "\"cbMarq\" LIMIT 1"));
  if (rows.empty()) return std::optional<Row>();
  return std::optional<Row>(std::move(rows.front()));
}

absl::StatusOr<std::int64_t> CompanyDatabase::NextNumber(std::string_view table, std::string_view column) {
  SAGE_ASSIGN(const std::vector<Row> rows,
              connection_.Query(absl::StrCat("SELECT COALESCE(MAX(", Quoted(column), "), 0) + 1 AS n FROM ", Quoted(table))));
  return rows.front().Int("n");
}

absl::Status CompanyDatabase::CloseVersion() {
  SAGE_RETURN_IF_ERROR(
      connection_.Run("UPDATE \"cbChangeVersion\" SET \"current_version\" = \"current_version\" + 1 WHERE EXISTS "
                      "(SELECT 1 FROM \"cbChangeLog\" WHERE \"version\" > \"current_version\")"));
  return connection_.Run(
      "UPDATE \"cbChangeVersion\" SET \"min_valid_version\" = \"current_version\" - \"retained_versions\" "
      "WHERE \"current_version\" - \"retained_versions\" > \"min_valid_version\"");
}

absl::Status Write::Commit() {
  SAGE_RETURN_IF_ERROR(database_.CloseVersion());
  return transaction_.Commit();
}

}  // namespace entente::sandbox::sage
