#include "engine/simulation/disk.h"

#include <map>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/pipeline/restored.h"
#include "engine/runtime/error.h"
#include "engine/store/codec.h"

namespace entente::simulation {
namespace {

absl::Status Damaged(const char* what) { return MakeError(absl::StatusCode::kDataLoss, "STATE_DAMAGED", what); }

template <typename T>
bool Same(const absl::StatusOr<T>& read, const T& written) {
  return read.ok() && *read == written;
}

}  // namespace

Disk::Disk(bool encodes, bool keeps_backups) : encodes_(encodes), keeps_backups_(keeps_backups), store_(std::make_unique<store::MemoryStore>()) {}

absl::StatusOr<Boot> Disk::Load() { return store_->Load(); }

absl::StatusOr<Fetched> Disk::Get(const Wanted& wanted, std::int64_t now) {
  if (now < read_fails_until) {
    ++counts[static_cast<std::size_t>(Fault::kReadError)];
    return MakeError(absl::StatusCode::kUnavailable, "STATE_UNREADABLE", "The state cannot be read. Look at the disk.");
  }
  for (const LinkId link : flipped_) {
    if (!wanted.links.contains(link)) continue;
    ++counts[static_cast<std::size_t>(Fault::kBitFlip)];
    return Damaged("A checksum of the state is wrong. Restore a backup.");
  }
  return store_->Get(wanted);
}

Batch Disk::ThroughBytes(const Batch& batch) {
  Batch out = batch;
  const auto note = [&](const std::string& what) { damaged.push_back(what); };
  for (auto& [id, link] : out.links) {
    if (!link) continue;
    const std::string encoded = store::EncodeLink(*link);
    bytes += encoded.size();
    absl::StatusOr<Link> read = store::DecodeLink(id, encoded);
    if (!Same(read, *link)) note(absl::StrCat("link ", id));
    if (read.ok()) link = *std::move(read);
  }
  for (auto& [id, entry] : out.records) {
    if (!entry) continue;
    absl::StatusOr<RecordEntry> read = store::DecodeRecord(store::EncodeRecord(*entry));
    if (!Same(read, *entry)) note(absl::StrCat("record ", id.resource, " ", id.key));
    if (read.ok()) entry = *std::move(read);
  }
  for (auto& [id, entry] : out.outbox) {
    if (!entry) continue;
    absl::StatusOr<OutboxEntry> read = store::DecodeOutbox(store::EncodeOutbox(*entry));
    if (!Same(read, *entry)) note(absl::StrCat("outbox ", id.order));
    if (read.ok()) entry = *std::move(read);
  }
  for (auto& [id, item] : out.work) {
    if (!item) continue;
    absl::StatusOr<WorkItem> read = store::DecodeWork(id, store::EncodeWork(*item));
    if (!Same(read, *item)) note(absl::StrCat("work ", id));
    if (read.ok()) item = *std::move(read);
  }
  for (JournalEntry& entry : out.journal) {
    absl::StatusOr<JournalEntry> read = store::DecodeJournal(entry.link, entry.seq, store::EncodeJournal(entry));
    if (!Same(read, entry)) note(absl::StrCat("journal ", entry.link, " ", entry.seq));
    if (read.ok()) entry = *std::move(read);
  }
  for (auto& [id, run] : out.runs) {
    absl::StatusOr<RunState> read = store::DecodeRun(id, store::EncodeRun(run));
    if (!Same(read, run)) note(absl::StrCat("run ", id));
    if (read.ok()) run = *std::move(read);
  }
  for (auto& [id, push] : out.pushes) {
    absl::StatusOr<PushState> read = store::DecodePush(id, store::EncodePush(push));
    if (!Same(read, push)) note(absl::StrCat("push ", id));
    if (read.ok()) push = *std::move(read);
  }
  return out;
}

absl::Status Disk::Commit(const Batch& batch, std::int64_t now) {
  if (now < write_fails_until) {
    ++counts[static_cast<std::size_t>(Fault::kWriteError)];
    return MakeError(absl::StatusCode::kUnavailable, "STATE_UNWRITABLE", "The state cannot be written. Look at the disk.");
  }
  if (now < full_until) {
    ++counts[static_cast<std::size_t>(Fault::kDiskFull)];
    return MakeError(absl::StatusCode::kResourceExhausted, "DISK_FULL", "The disk is full. Make room.");
  }
  ++commits;
  for (const auto& [id, link] : batch.links) {
    if (link) last_written_ = id;
    flipped_.erase(id);
  }
  if (!encodes_ && !keeps_backups_) return store_->Commit(batch);
  const auto kept = std::make_shared<const Batch>(encodes_ ? ThroughBytes(batch) : batch);
  if (keeps_backups_) log_.push_back(kept);
  return store_->Commit(*kept);
}

bool Disk::FlipBit() {
  if (last_written_ == 0) return false;
  Wanted wanted;
  wanted.links.insert(last_written_);
  const absl::StatusOr<Fetched> fetched = store_->Get(wanted);
  const std::optional<Link>& link = fetched->links.at(last_written_);
  if (!link) return false;
  flipped_.insert(last_written_);
  return true;
}

void Disk::Purge() {
  Batch whole;
  for (const auto& batch : log_) whole.Append(Batch(*batch));
  std::erase_if(whole.links, [](const auto& entry) { return !entry.second; });
  std::erase_if(whole.records, [](const auto& entry) { return !entry.second; });
  std::erase_if(whole.rows, [](const auto& entry) { return !entry.second; });
  std::erase_if(whole.outbox, [](const auto& entry) { return !entry.second; });
  std::erase_if(whole.cursors, [](const auto& entry) { return !entry.second; });
  std::erase_if(whole.work, [](const auto& entry) { return !entry.second; });
  std::erase_if(whole.meta, [](const auto& entry) { return !entry.second; });
  std::erase_if(whole.matches, [](const auto& entry) { return !entry.second; });
  std::erase_if(whole.parked, [](const auto& entry) { return !entry.second; });
  std::erase_if(whole.refers, [](const auto& entry) { return !entry.second; });
  std::erase_if(whole.dirty, [](const auto& entry) { return !entry.second; });
  // The last entry of a number is the one that stands.
  std::map<std::pair<LinkId, std::uint64_t>, JournalEntry> journal;
  for (JournalEntry& entry : whole.journal) journal[{entry.link, entry.seq}] = std::move(entry);
  whole.journal.clear();
  for (auto& [id, entry] : journal) whole.journal.push_back(std::move(entry));
  if (!log_.empty()) log_ = {std::make_shared<const Batch>(std::move(whole))};
}

void Disk::Backup() {
  backup_ = log_.size();
  backup_log_ = log_;
}

void Disk::Restore() {
  if (!backup_) return;
  flipped_.clear();
  store_ = std::make_unique<store::MemoryStore>();
  log_ = backup_log_;
  for (const auto& batch : log_) store_->Commit(*batch).IgnoreError();
  Batch mark;
  mark.meta[kRestoredKey] = "1";
  store_->Commit(mark).IgnoreError();
}

void Disk::Wipe() {
  flipped_.clear();
  store_ = std::make_unique<store::MemoryStore>();
  log_.clear();
  backup_.reset();
  backup_log_.clear();
  last_written_ = 0;
}

}  // namespace entente::simulation
