#include "engine/store/database.h"

#include <rocksdb/cache.h>
#include <rocksdb/compaction_filter.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/table.h>
#include <rocksdb/write_buffer_manager.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "absl/strings/str_cat.h"
#include "engine/runtime/error.h"
#include "engine/store/codec.h"
#include "engine/store/info_log.h"
#include "engine/store/keys.h"

namespace entente::store {
namespace {

// Drops work items that were closed longer ago than the engine keeps its journal: a desk of years would bury what is open.
class WorkExpiry final : public rocksdb::CompactionFilter {
 public:
  WorkExpiry(absl::Duration keep, const Clock& clock) : keep_(keep), clock_(clock) {}
  const char* Name() const override { return "entente.work_expiry"; }
  bool IgnoreSnapshots() const override { return true; }
  bool Filter(int, const rocksdb::Slice&, const rocksdb::Slice& value, std::string*, bool*) const override {
    const std::int64_t closed = WorkClosedTime({value.data(), value.size()});
    return closed != 0 && closed < absl::ToUnixMicros(clock_.Now() - keep_);
  }

 private:
  absl::Duration keep_;
  const Clock& clock_;
};

// Drops journal entries that are older than the engine keeps them.
class JournalExpiry final : public rocksdb::CompactionFilter {
 public:
  JournalExpiry(absl::Duration keep, const Clock& clock) : keep_(keep), clock_(clock) {}
  const char* Name() const override { return "entente.journal_expiry"; }
  bool IgnoreSnapshots() const override { return true; }
  bool Filter(int, const rocksdb::Slice&, const rocksdb::Slice& value, std::string*, bool*) const override {
    return JournalTime({value.data(), value.size()}) < absl::ToUnixMicros(clock_.Now() - keep_);
  }

 private:
  absl::Duration keep_;
  const Clock& clock_;
};

// Bytes of a match key before the link: side and hash.
constexpr std::size_t kMatchPrefix = 9;
// Bytes by which neighbours in a memtable are known: of a link's number all but the last three, of the others more than lane and side.
constexpr std::size_t kHintPrefix = 5;

// In four parts: a filter is one block, and what does not fit into a part is read from the file each time it is asked. Three threads look.
constexpr int kCacheShardBits = 2;

// From this format to the next no stored value has to change.
constexpr int kFormOnly = 1;

rocksdb::Options FilesOptions(const Database::Options& options, const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::Options out;
  out.create_if_missing = true;
  out.create_missing_column_families = true;
  if (options.env != nullptr) out.env = options.env;
  out.max_background_jobs = 2;
  out.max_open_files = 256;
  out.max_total_wal_size = 64u << 20;
  // The list of tables names the first and last key of each, and of those that are no more: it is written anew with every change of it, so that
  // it never names what is gone. It is a few kilobytes, and changes with every flush.
  out.max_manifest_file_size = 1;
  out.info_log = std::make_shared<InfoLog>();
  // Memtables are charged to the cache, so that one number bounds both.
  out.write_buffer_manager = std::make_shared<rocksdb::WriteBufferManager>(options.memory_bytes * 2 / 5, cache);
  return out;
}

// How the keys of a family are written and looked for (keys.h).
void FitTo(Family family, rocksdb::BlockBasedTableOptions* table, rocksdb::ColumnFamilyOptions* out) {
  // Numbers that are given in order are written nearly in order: where the last one went is where the next one goes. Not the journal, of which ranges
  // are deleted: a memtable of RocksDB 7.8 looks for a range's place among the hints of single keys, and ends the process.
  const bool is_in_order = family == Family::kLink || family == Family::kDirty || family == Family::kOutbox;
  if (is_in_order) out->memtable_insert_with_hint_prefix_extractor.reset(rocksdb::NewCappedPrefixTransform(kHintPrefix));
  // Whose key it is is asked, and mostly nobody's: filters answer, where they are over what is asked for.
  if (family == Family::kMatch) {
    out->prefix_extractor.reset(rocksdb::NewFixedPrefixTransform(kMatchPrefix));
    out->memtable_prefix_bloom_size_ratio = 0.05;
    table->whole_key_filtering = false;
    // A key takes some twenty bytes: the filter of a file of the usual size would be one block of several megabytes.
    out->target_file_size_base = 8u << 20;
  }
}

rocksdb::ColumnFamilyOptions FamilyOptions(std::optional<Family> family, const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  table.cache_index_and_filter_blocks = true;
  table.block_size = 8u << 10;
  rocksdb::ColumnFamilyOptions out;
  if (family) FitTo(*family, &table, &out);
  out.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  out.write_buffer_size = 16u << 20;
  out.compression = rocksdb::kLZ4Compression;
  return out;
}

}  // namespace

absl::Status FromRocksDb(const rocksdb::Status& status, std::string_view doing) {
  if (status.ok()) return absl::OkStatus();
  if (status.IsNoSpace()) {
    return MakeError(absl::StatusCode::kResourceExhausted, "DISK_FULL",
                   absl::StrCat("Cannot ", std::string(doing), ": the disk of the state directory is full. Free some space; the engine goes on by itself."));
  }
  if (status.IsCorruption()) {
    return MakeError(absl::StatusCode::kDataLoss, "STATE_DAMAGED",
                   absl::StrCat("Cannot ", std::string(doing), ": the state directory is damaged (", status.ToString(),
                                "). Stop the engine and restore the last backup (entente restore)."));
  }
  return MakeError(absl::StatusCode::kUnavailable, "STATE_UNREACHABLE",
                 absl::StrCat("Cannot ", std::string(doing), ": ", status.ToString(), ". Check the disk and the rights on the state directory."));
}

absl::StatusOr<std::unique_ptr<Database>> Database::Open(const Options& options) {
  std::unique_ptr<Database> database(new Database);
  if (absl::Status opened = database->OpenFiles(options); !opened.ok()) return opened;
  if (absl::Status checked = database->CheckFormat(options); !checked.ok()) return checked;
  return database;
}

absl::Status Database::OpenFiles(const Options& options) {
  const std::shared_ptr<rocksdb::Cache> cache = rocksdb::NewLRUCache(options.memory_bytes, kCacheShardBits);
  const rocksdb::Options files = FilesOptions(options, cache);

  // Families of a newer format must be opened too, or RocksDB refuses before the version can be read.
  std::vector<std::string> names = {rocksdb::kDefaultColumnFamilyName};
  names.insert(names.end(), kFamilyNames.begin(), kFamilyNames.end());
  std::vector<std::string> present;
  if (rocksdb::DB::ListColumnFamilies(files, options.directory, &present).ok()) {
    for (const std::string& name : present) {
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
  }

  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  for (const std::string& name : names) {
    const auto known = std::find(kFamilyNames.begin(), kFamilyNames.end(), name);
    const auto family = known == kFamilyNames.end() ? std::nullopt : std::optional(static_cast<Family>(known - kFamilyNames.begin()));
    families.emplace_back(name, FamilyOptions(family, cache));
  }
  if (options.clock != nullptr && options.journal_keep < absl::InfiniteDuration()) {
    journal_expiry_ = std::make_unique<JournalExpiry>(options.journal_keep, *options.clock);
    families[1 + static_cast<std::size_t>(Family::kJournal)].options.compaction_filter = journal_expiry_.get();
    work_expiry_ = std::make_unique<WorkExpiry>(options.journal_keep, *options.clock);
    families[1 + static_cast<std::size_t>(Family::kWork)].options.compaction_filter = work_expiry_.get();
  }

  rocksdb::DB* db = nullptr;
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  const rocksdb::Status opened = rocksdb::DB::Open(files, options.directory, families, &handles, &db);
  if (!opened.ok()) return FromRocksDb(opened, absl::StrCat("open the state in ", options.directory));
  db_.reset(db);
  // The default family comes first and stays empty.
  handles_.assign(handles.begin() + 1, handles.end());
  return FromRocksDb(db_->DestroyColumnFamilyHandle(handles.front()), "open the state");
}

absl::Status Database::CheckFormat(const Options& options) {
  const rocksdb::Slice key(kFormatVersionKey.data(), kFormatVersionKey.size());
  rocksdb::WriteOptions synced;
  synced.sync = true;
  std::string text;
  const rocksdb::Status got = db_->Get({}, family(Family::kMeta), key, &text);
  if (got.IsNotFound()) {
    return FromRocksDb(db_->Put(synced, family(Family::kMeta), key, std::to_string(kFormatVersion)), "write the format version");
  }
  if (!got.ok()) return FromRocksDb(got, "read the format version");
  int version = -1;
  std::from_chars(text.data(), text.data() + text.size(), version);
  if (version < 0) return FromRocksDb(rocksdb::Status::Corruption("format version"), "read the format version");
  if (version > kFormatVersion) {
    return MakeError(absl::StatusCode::kFailedPrecondition, "STATE_FORMAT_NEWER",
                   absl::StrCat("The state in ", options.directory, " has format ", version, ", written by a newer engine; this one knows format ",
                                kFormatVersion, " at most. Start the newer engine, or restore a backup made by this one."));
  }
  for (; version < kFormatVersion; ++version) {
    if (version == kFormOnly) {
      // Nothing is to be rewritten: the step only keeps older engines out.
      const rocksdb::Status put = db_->Put(synced, family(Family::kMeta), key, std::to_string(version + 1));
      if (!put.ok()) return FromRocksDb(put, "write the format version");
      continue;
    }
    const auto step = std::find_if(options.migrations.begin(), options.migrations.end(), [&](const Migration& m) { return m.from == version; });
    if (step == options.migrations.end()) {
      return MakeError(absl::StatusCode::kFailedPrecondition, "STATE_FORMAT_UNKNOWN",
                     absl::StrCat("The state in ", options.directory, " has format ", version, ", which this engine cannot bring up to date. Use the engine that wrote it."));
    }
    if (absl::Status migrated = step->run(*this); !migrated.ok()) return migrated;
    const rocksdb::Status put = db_->Put(synced, family(Family::kMeta), key, std::to_string(version + 1));
    if (!put.ok()) return FromRocksDb(put, "write the format version");
  }
  return absl::OkStatus();
}

Database::~Database() {
  if (db_ == nullptr) return;
  for (rocksdb::ColumnFamilyHandle* handle : handles_) db_->DestroyColumnFamilyHandle(handle);
  db_->Close();
}

}  // namespace entente::store
