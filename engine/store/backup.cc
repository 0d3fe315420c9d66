#include "engine/store/backup.h"

#include <filesystem>
#include <memory>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "engine/runtime/error.h"
#include "engine/store/database.h"
#include "engine/store/state_lock.h"

namespace entente::store {
namespace {

namespace fs = std::filesystem;

// kRestoredKey of engine/pipeline/restored.h, which this folder does not know.
constexpr char kRestored[] = "restored";

absl::Status Failed(std::string_view doing, const std::error_code& error) {
  return MakeError(absl::StatusCode::kUnavailable, "RESTORE_FAILED",
                 absl::StrCat("Cannot ", std::string(doing), ": ", error.message(), ". The former state is untouched."));
}

// Opens the copy, so that what is put in place is known to be readable, and marks it.
absl::Status MarkRestored(const std::string& directory) {
  Database::Options options;
  options.directory = directory;
  options.memory_bytes = 16u << 20;
  absl::StatusOr<std::unique_ptr<Database>> database = Database::Open(options);
  if (!database.ok()) return database.status();
  rocksdb::WriteOptions synced;
  synced.sync = true;
  return FromRocksDb((*database)->db().Put(synced, (*database)->family(Family::kMeta), kRestored, "1"), "mark the restored state");
}

fs::path FreeName(const std::string& stem) {
  for (int number = 1;; ++number) {
    fs::path name = absl::StrCat(stem, number);
    if (!fs::exists(name)) return name;
  }
}

}  // namespace

absl::Status RestoreBackup(const std::string& backup_directory, const std::string& state_directory) {
  std::error_code error;
  if (!fs::exists(fs::path(backup_directory) / "CURRENT", error)) {
    return MakeError(absl::StatusCode::kNotFound, "BACKUP_UNREADABLE",
                   absl::StrCat("The folder ", backup_directory, " holds no backup. Name a folder made by: entente backup FOLDER"));
  }
  absl::StatusOr<std::unique_ptr<StateLock>> lock = StateLock::Take(state_directory);
  if (!lock.ok()) return lock.status();

  const fs::path fresh = fs::path(state_directory) / "db.restoring";
  fs::remove_all(fresh, error);
  fs::copy(backup_directory, fresh, fs::copy_options::recursive, error);
  if (error) return Failed(absl::StrCat("copy ", backup_directory), error);
  if (absl::Status marked = MarkRestored(fresh.string()); !marked.ok()) {
    fs::remove_all(fresh, error);
    return marked;
  }

  const fs::path place = fs::path(state_directory) / "db";
  const fs::path former = FreeName(state_directory + "/db.before-restore-");
  if (fs::exists(place)) fs::rename(place, former, error);
  if (error) return Failed("move the former state aside", error);
  fs::rename(fresh, place, error);
  if (error) return Failed("put the backup in place", error);
  return absl::OkStatus();
}

}  // namespace entente::store
