#include "tools/sandbox/sage/backup.h"

#include <sqlite3.h>

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "tools/sandbox/sage/refusal.h"

namespace entente::sandbox::sage {
namespace {

absl::Status Copy(sqlite3* from, sqlite3* to) {
  sqlite3_backup* backup = sqlite3_backup_init(to, "main", from, "main");
  if (backup == nullptr) return absl::InternalError(absl::StrCat("the copy cannot begin: ", sqlite3_errmsg(to)));
  sqlite3_backup_step(backup, -1);
  const int result = sqlite3_backup_finish(backup);
  if (result == SQLITE_OK) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat("the copy failed: ", sqlite3_errstr(result), "; close long reads and try again"));
}

}  // namespace

absl::Status BackUp(Connection& connection, const std::string& file) {
  std::filesystem::remove(file);
  SAGE_ASSIGN(Connection target, Connection::Open(file));
  return Copy(connection.handle(), target.handle());
}

absl::Status Restore(Connection& connection, const std::string& file) {
  if (!std::filesystem::exists(file)) {
    return Refuse({.code = "NOT_FOUND", .text = absl::StrCat("there is no backup ", std::filesystem::path(file).filename().string())});
  }
  SAGE_ASSIGN(Connection source, Connection::Open(file));
  return Copy(source.handle(), connection.handle());
}

}  // namespace entente::sandbox::sage
