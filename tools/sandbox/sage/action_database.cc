#include <filesystem>

#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"
#include "tools/sandbox/sage/action.h"
#include "tools/sandbox/sage/backup.h"
#include "tools/sandbox/sage/change_log.h"
#include "tools/sandbox/sage/record_kind.h"
#include "tools/sandbox/sage/refusal.h"
#include "tools/sandbox/sage/row_json.h"

// What a database administrator does, and what only tests do.
namespace entente::sandbox::sage {
namespace {

using nlohmann::json;

absl::StatusOr<std::string> BackupFile(Installation& sage, const Arguments& arguments) {
  const std::string name = arguments.Text("name", 0);
  if (name.empty() || name.find('/') != std::string::npos) return WrongArgument("say the name of the backup, without folders");
  return (std::filesystem::path(sage.database->path()).parent_path() / (name + ".backup.sqlite")).string();
}

absl::StatusOr<json> TakeBackup(Installation& sage, const Arguments& arguments) {
  SAGE_ASSIGN(const std::string file, BackupFile(sage, arguments));
  SAGE_RETURN_IF_ERROR(BackUp(sage.database->connection(), file));
  return json{{"file", file}};
}

absl::StatusOr<json> RestoreBackup(Installation& sage, const Arguments& arguments) {
  SAGE_ASSIGN(const std::string file, BackupFile(sage, arguments));
  SAGE_RETURN_IF_ERROR(Restore(sage.database->connection(), file));
  return json{{"restored", file}};
}

absl::StatusOr<json> AddUserColumns(Installation& sage, const Arguments& arguments) {
  CompanyDatabase& database = *sage.database;
  if (arguments.Has("name")) {
    SAGE_ASSIGN(const std::int64_t type, arguments.Number("type", 9));
    SAGE_ASSIGN(const std::int64_t length, arguments.Number("length", 21));
    const std::string table = arguments.Has("table") ? arguments.Text("table") : "F_COMPTET";
    SAGE_RETURN_IF_ERROR(database.AddUserColumn(table, arguments.Text("name"), static_cast<int>(type), static_cast<int>(length)));
    return json{{"added", 1}};
  }
  SAGE_RETURN_IF_ERROR(database.AddUserColumn("F_COMPTET", "Zone de tournée", 9, 21));
  SAGE_RETURN_IF_ERROR(database.AddUserColumn("F_COMPTET", "Date visite", 14, 8));
  SAGE_RETURN_IF_ERROR(database.AddUserColumn("F_COMPTET", "Potentiel", 20, 8));
  return json{{"added", 3}};
}

absl::StatusOr<json> LateWrite(Installation& sage, const Arguments& arguments) {
  SAGE_ASSIGN(const std::int64_t seconds, arguments.Number("seconds", 60));
  const std::string name = arguments.Text("action", 0);
  const Action* action = FindAction(name);
  if (action == nullptr || !action->is_write || name == "late-write") return WrongArgument("action is the name of an action that writes");
  const absl::Time begun = sage.clock.Now() - absl::Seconds(seconds);
  std::string stamp = sage.clock.Local(begun);
  if (sage.database->is_minute()) stamp = sage.clock.Local(begun + absl::Seconds(30)).substr(0, 17) + "00";
  sage.database->SetStamp(stamp);
  const json inner = arguments.Value("arguments");
  absl::StatusOr<json> answer = action->perform(sage, Arguments(inner));
  sage.database->SetStamp(std::nullopt);
  return answer;
}

absl::StatusOr<json> ForgetModification(Installation& sage, const Arguments& arguments) {
  SAGE_ASSIGN(const RecordKind kind, KindNamed(arguments.Text("what", 0)));
  SAGE_ASSIGN(const Row row, FindRecord(*sage.database, kind, arguments.Text("key", 1)));
  SAGE_RETURN_IF_ERROR(sage.database->Update(kind.table, row.Int("cbMarq"), {{"cbModification", Value()}}).status());
  return json{{"cbMarq", row.Int("cbMarq")}};
}

absl::StatusOr<json> Sql(Installation& sage, const Arguments& arguments) {
  std::vector<Value> parameters;
  for (const json& parameter : arguments.Value("parameters")) {
    parameters.push_back(parameter.is_number_integer() ? Value(parameter.get<std::int64_t>())
                         : parameter.is_string()       ? Value(parameter.get<std::string>())
                                                       : Value());
  }
  SAGE_ASSIGN(const std::vector<Row> rows, sage.database->connection().Query(arguments.Text("sql", 0), parameters));
  json out = json::array();
  for (const Row& row : rows) {
    json& object = out.emplace_back(json::object());
    for (const auto& [name, value] : row) {
      object[name] = value.is_null() ? json() : value.is_integer() ? json(value.integer()) : json(value.text());
    }
  }
  return out;
}

absl::StatusOr<json> InsertRow(Installation& sage, const Arguments& arguments) {
  const std::string table = arguments.Text("table", 0);
  SAGE_ASSIGN(const Row fields, arguments.Fields({"table"}));
  SAGE_ASSIGN(const Row row, sage.database->Insert(table, fields));
  return RowJson(row, *sage.database->schema().Find(table));
}

absl::StatusOr<json> Changes(Installation& sage, const Arguments& arguments) {
  SAGE_ASSIGN(const std::int64_t since, arguments.Number("since", 0, 1));
  SAGE_ASSIGN(const ChangeVersions versions, VersionsOf(*sage.database));
  SAGE_ASSIGN(const std::vector<RowChange> changes, ChangesSince(*sage.database, arguments.Text("table", 0), since));
  json list = json::array();
  for (const RowChange& change : changes) {
    list.push_back({{"cbMarq", change.cb_marq}, {"version", change.version}, {"operation", std::string(1, change.operation)}});
  }
  return json{{"current_version", versions.current}, {"min_valid_version", versions.min_valid}, {"changes", list}};
}

absl::StatusOr<json> Retain(Installation& sage, const Arguments& arguments) {
  SAGE_ASSIGN(const std::int64_t versions, arguments.Number("versions", 100000, 0));
  SAGE_RETURN_IF_ERROR(SetRetention(*sage.database, versions));
  return json{{"versions", versions}};
}

}  // namespace

std::vector<Action> DatabaseActions() {
  return {
      {"backup", "NAME", "copies the database beside itself", false, TakeBackup},
      {"restore-backup", "NAME", "puts the copy back: values and row ids go backwards", false, RestoreBackup},
      {"add-user-columns", "[name=NAME] [type=9] [length=21] [table=F_COMPTET]", "user-defined columns; three on F_COMPTET without a name", true,
       AddUserColumns},
      {"late-write", "ACTION seconds=N arguments:=JSON", "a transaction that began N seconds ago and commits now", true, LateWrite},
      {"forget-modification", "WHAT KEY", "the record has no cbModification any more", true, ForgetModification},
      {"insert-row", "TABLE FIELD=VALUE …", "a row of any table, fitted as Sage fits it: parameters, price breaks, tax passports", true, InsertRow},
      {"changes", "TABLE [SINCE]", "emulated change tracking: net changes since a version", false, Changes},
      {"retain-changes", "VERSIONS", "how many versions change tracking keeps", true, Retain},
      {"sql", "TEXT [parameters:=JSON]", "any SQL, for tests; cbModification does not move by itself", true, Sql},
  };
}

}  // namespace entente::sandbox::sage
