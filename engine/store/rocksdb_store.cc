#include "engine/store/rocksdb_store.h"

#include <rocksdb/utilities/checkpoint.h>

#include <filesystem>
#include <mutex>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/runtime/error.h"
#include "engine/store/database.h"
#include "engine/store/keys.h"
#include "engine/store/purge.h"
#include "engine/store/reader.h"
#include "engine/store/state_lock.h"
#include "engine/store/writer.h"

namespace entente::store {
namespace {

class RocksDbSnapshot final : public StoreSnapshot {
 public:
  explicit RocksDbSnapshot(std::shared_ptr<Database> database)
      : database_(std::move(database)), snapshot_(database_->db().GetSnapshot()), reader_(*database_, snapshot_) {}
  ~RocksDbSnapshot() override { database_->db().ReleaseSnapshot(snapshot_); }

  absl::StatusOr<Fetched> Get(const Wanted& wanted) const override { return reader_.Get(wanted); }
  absl::StatusOr<std::vector<Link>> Links(LinkId after, int count_max) const override { return reader_.Links(after, count_max); }
  absl::StatusOr<std::vector<WorkItem>> Work(WorkItemId after, int count_max) const override { return reader_.Work(after, count_max); }
  absl::StatusOr<std::vector<JournalEntry>> Journal(LinkId link, std::uint64_t after_seq, int count_max) const override {
    return reader_.Journal(link, after_seq, count_max);
  }
  absl::StatusOr<std::vector<RunState>> Runs() const override { return reader_.Runs(); }
  absl::StatusOr<std::vector<PushState>> Pushes() const override { return reader_.Pushes(); }
  absl::StatusOr<std::map<std::string, std::string>> Meta() const override { return reader_.Meta(); }
  absl::StatusOr<Boot> Load() const override { return reader_.Load(); }

 private:
  std::shared_ptr<Database> database_;
  const rocksdb::Snapshot* snapshot_;
  Reader reader_;
};

// While the database is closed for recovery: every read answers why.
class EmptySnapshot final : public StoreSnapshot {
 public:
  explicit EmptySnapshot(absl::Status why) : why_(std::move(why)) {}

  absl::StatusOr<Fetched> Get(const Wanted&) const override { return why_; }
  absl::StatusOr<std::vector<Link>> Links(LinkId, int) const override { return why_; }
  absl::StatusOr<std::vector<WorkItem>> Work(WorkItemId, int) const override { return why_; }
  absl::StatusOr<std::vector<JournalEntry>> Journal(LinkId, std::uint64_t, int) const override { return why_; }
  absl::StatusOr<std::vector<RunState>> Runs() const override { return why_; }
  absl::StatusOr<std::vector<PushState>> Pushes() const override { return why_; }
  absl::StatusOr<std::map<std::string, std::string>> Meta() const override { return why_; }
  absl::StatusOr<Boot> Load() const override { return why_; }

 private:
  absl::Status why_;
};

}  // namespace

class RocksDbStore::Impl {
 public:
  explicit Impl(std::unique_ptr<StateLock> lock) : lock_(std::move(lock)) {}

  absl::Status Open() {
    absl::StatusOr<std::unique_ptr<Database>> opened = Database::Open(options);
    if (!opened.ok()) return opened.status();
    std::shared_ptr<Database> database = *std::move(opened);
    const Reader reader(*database, nullptr);
    absl::StatusOr<std::uint64_t> link = reader.OwnNumber(kLastLinkKey);
    absl::StatusOr<std::uint64_t> work = reader.OwnNumber(kLastWorkKey);
    if (!link.ok()) return link.status();
    if (!work.ok()) return work.status();
    last_ = {*link, *work};
    const std::lock_guard guard(mutex_);
    database_ = std::move(database);
    return absl::OkStatus();
  }

  // Why the database is closed now: what its last write failed with.
  absl::Status Recovering() {
    const std::lock_guard guard(mutex_);
    return failure_;
  }

  // Null while the database is being opened again.
  std::shared_ptr<Database> database() {
    const std::lock_guard guard(mutex_);
    return database_;
  }

  absl::Status Commit(const Batch& batch) {
    if (is_broken_) {
      if (absl::Status recovered = Recover(); !recovered.ok()) return recovered;
    }
    const std::shared_ptr<Database> open = database();
    if (open == nullptr) return Recovering();
    rocksdb::WriteBatch writes;
    LastIds last = last_;
    Write(batch, *open, &writes, &last);
    rocksdb::WriteOptions synced;
    synced.sync = true;
    const rocksdb::Status written = open->db().Write(synced, &writes);
    is_broken_ = !written.ok();
    if (written.ok()) {
      last_ = last;
      return absl::OkStatus();
    }
    const std::lock_guard guard(mutex_);
    failure_ = FromRocksDb(written, "save the state");
    return failure_;
  }

  Database::Options options;

 private:
  // RocksDB refuses writes after a failed one until it is resumed; what it cannot resume from is cured by opening anew.
  absl::Status Recover() {
    if (const std::shared_ptr<Database> open = database(); open != nullptr && open->db().Resume().ok()) {
      is_broken_ = false;
      return absl::OkStatus();
    }
    std::weak_ptr<Database> former;
    {
      const std::lock_guard guard(mutex_);
      former = database_;
      database_ = nullptr;
    }
    // Somebody's snapshot keeps it open; the next try comes after it is gone.
    if (std::shared_ptr<Database> held = former.lock()) {
      const std::lock_guard guard(mutex_);
      database_ = std::move(held);
      return failure_;
    }
    if (absl::Status opened = Open(); !opened.ok()) return opened;
    is_broken_ = false;
    return absl::OkStatus();
  }

  std::unique_ptr<StateLock> lock_;
  std::mutex mutex_;
  std::shared_ptr<Database> database_;
  LastIds last_;
  absl::Status failure_;   // of the last write that failed
  bool is_broken_ = false;
};

RocksDbStore::RocksDbStore(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
RocksDbStore::~RocksDbStore() = default;

absl::StatusOr<std::unique_ptr<RocksDbStore>> RocksDbStore::Open(const RocksDbOptions& options) {
  absl::StatusOr<std::unique_ptr<StateLock>> lock = StateLock::Take(options.state_directory);
  if (!lock.ok()) return lock.status();
  auto impl = std::make_unique<Impl>(*std::move(lock));
  impl->options.directory = options.state_directory + "/db";
  impl->options.memory_bytes = options.memory_bytes;
  impl->options.journal_keep = options.journal_keep;
  impl->options.clock = options.clock;
  impl->options.env = options.env;
  if (absl::Status opened = impl->Open(); !opened.ok()) return opened;
  return std::unique_ptr<RocksDbStore>(new RocksDbStore(std::move(impl)));
}

absl::StatusOr<Boot> RocksDbStore::Load() {
  const std::shared_ptr<Database> database = impl_->database();
  if (database == nullptr) return impl_->Recovering();
  return Reader(*database, nullptr).Load();
}

absl::StatusOr<Fetched> RocksDbStore::Get(const Wanted& wanted) {
  const std::shared_ptr<Database> database = impl_->database();
  if (database == nullptr) return impl_->Recovering();
  return Reader(*database, nullptr).Get(wanted);
}

absl::Status RocksDbStore::Commit(const Batch& batch) { return impl_->Commit(batch); }

std::unique_ptr<StoreSnapshot> RocksDbStore::Snapshot() {
  std::shared_ptr<Database> database = impl_->database();
  if (database == nullptr) return std::make_unique<EmptySnapshot>(impl_->Recovering());
  return std::make_unique<RocksDbSnapshot>(std::move(database));
}

absl::Status RocksDbStore::Purge() {
  const std::shared_ptr<Database> database = impl_->database();
  if (database == nullptr) return impl_->Recovering();
  return PurgeFiles(*database, impl_->options.directory);
}

absl::Status RocksDbStore::CheckPurge() {
  const std::filesystem::path state = std::filesystem::path(impl_->options.directory).parent_path();
  std::string kept;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(state, error)) {
    if (entry.path().filename().string().starts_with("db.")) kept += (kept.empty() ? "" : ", ") + entry.path().string();
  }
  if (kept.empty()) return absl::OkStatus();
  return MakeError(absl::StatusCode::kFailedPrecondition, "FORMER_STATE_KEPT",
                   absl::StrCat("The state directory holds former states, left by a restore, which nothing is erased from: ", kept, ". Delete them, or move them to where your backups are, and try again."));
}

absl::Status RocksDbStore::Backup(const std::string& directory) {
  const std::shared_ptr<Database> database = impl_->database();
  if (database == nullptr) return impl_->Recovering();
  std::error_code error;
  if (std::filesystem::exists(directory, error)) {
    return MakeError(absl::StatusCode::kAlreadyExists, "BACKUP_DIRECTORY_EXISTS",
                   absl::StrCat("The backup folder ", directory, " exists already. Name a new one; backups are never overwritten."));
  }
  const std::filesystem::path parent = std::filesystem::absolute(directory, error).parent_path();
  if (!std::filesystem::is_directory(parent, error)) {
    return MakeError(absl::StatusCode::kFailedPrecondition, "BACKUP_DIRECTORY_UNUSABLE",
                   absl::StrCat("The backup folder ", directory, " cannot be made: there is no folder ", parent.string(), " on the engine's machine. Make it, or name another."));
  }
  rocksdb::Checkpoint* made = nullptr;
  rocksdb::Status status = rocksdb::Checkpoint::Create(&database->db(), &made);
  const std::unique_ptr<rocksdb::Checkpoint> checkpoint(made);
  if (status.ok()) status = checkpoint->CreateCheckpoint(std::filesystem::absolute(directory, error).string());
  return FromRocksDb(status, absl::StrCat("make a backup in ", directory));
}

}  // namespace entente::store
