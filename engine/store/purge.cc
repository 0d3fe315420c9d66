#include "engine/store/purge.h"

#include <cstdint>
#include <cstdlib>
#include <set>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/runtime/error.h"
#include "engine/store/keys.h"

namespace entente::store {
namespace {

constexpr char kDoing[] = "rewrite the state";

absl::Status HeldUp(std::string_view by) {
  return MakeError(absl::StatusCode::kUnavailable, "PURGE_HELD_UP", absl::StrCat("The files of the state cannot be rewritten yet: ", std::string(by), ". It is tried again by itself."));
}

// What a snapshot from before `sequence` sees, compaction keeps.
bool IsSeenByOld(rocksdb::DB& db, std::uint64_t sequence) {
  std::uint64_t count = 0, oldest = 0;
  if (!db.GetIntProperty("rocksdb.num-snapshots", &count) || count == 0) return false;
  return db.GetIntProperty("rocksdb.oldest-snapshot-sequence", &oldest) && oldest < sequence;
}

std::vector<rocksdb::ColumnFamilyHandle*> Families(const Database& database) {
  std::vector<rocksdb::ColumnFamilyHandle*> all;
  for (std::size_t i = 0; i < kFamilyNames.size(); ++i) all.push_back(database.family(static_cast<Family>(i)));
  return all;
}

rocksdb::Status Flush(rocksdb::DB& db, const std::vector<rocksdb::ColumnFamilyHandle*>& families) {
  rocksdb::FlushOptions options;
  options.wait = true;
  return db.Flush(options, families);
}

rocksdb::Status Count(Database& database) {
  std::string text;
  const rocksdb::Slice key(kPurgesKey.data(), kPurgesKey.size());
  const rocksdb::Status got = database.db().Get({}, database.family(Family::kMeta), key, &text);
  if (!got.ok() && !got.IsNotFound()) return got;
  rocksdb::WriteOptions synced;
  synced.sync = true;
  return database.db().Put(synced, database.family(Family::kMeta), key, std::to_string(std::strtoull(text.c_str(), nullptr, 10) + 1));
}

// Files of RocksDB that hold keys or values, by their names.
bool HoldsContent(const std::string& name) { return name.ends_with(".sst") || name.ends_with(".log") || name.starts_with("MANIFEST-"); }

// Files that were there before and are still: what is in use now is new.
absl::StatusOr<std::set<std::string>> ContentFiles(rocksdb::DB& db, const std::string& directory) {
  std::vector<std::string> names;
  if (const rocksdb::Status listed = db.GetEnv()->GetChildren(directory, &names); !listed.ok()) return FromRocksDb(listed, kDoing);
  std::set<std::string> files;
  for (const std::string& name : names) {
    if (HoldsContent(name)) files.insert(name);
  }
  return files;
}

}  // namespace

absl::Status PurgeFiles(Database& database, const std::string& directory) {
  rocksdb::DB& db = database.db();
  if (IsSeenByOld(db, db.GetLatestSequenceNumber())) return HeldUp("somebody reads a former state of it");
  const absl::StatusOr<std::set<std::string>> before = ContentFiles(db, directory);
  if (!before.ok()) return before.status();
  const std::vector<rocksdb::ColumnFamilyHandle*> families = Families(database);
  rocksdb::Status status = Flush(db, families);
  rocksdb::CompactRangeOptions options;
  options.exclusive_manual_compaction = true;
  options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForceOptimized;
  for (rocksdb::ColumnFamilyHandle* family : families) {
    if (status.ok()) status = db.CompactRange(options, family, nullptr, nullptr);
  }
  // One more table, so that the log begins anew and the list of tables is written after the last of the former ones went.
  if (status.ok()) status = Count(database);
  if (status.ok()) status = Flush(db, families);
  // What is of no use any more is deleted now, not at some later flush; a backup under way still has its say.
  if (status.ok()) status = db.DisableFileDeletions();
  if (status.ok()) status = db.EnableFileDeletions(false);
  if (!status.ok()) return FromRocksDb(status, kDoing);
  const absl::StatusOr<std::set<std::string>> after = ContentFiles(db, directory);
  if (!after.ok()) return after.status();
  for (const std::string& name : *after) {
    if (before->contains(name)) return HeldUp(absl::StrCat(name, " is still in use"));
  }
  return absl::OkStatus();
}

}  // namespace entente::store
