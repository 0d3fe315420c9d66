#include "engine/store/writer.h"

#include <algorithm>
#include <string>

#include "engine/store/codec.h"
#include "engine/store/keys.h"

namespace entente::store {
namespace {

class Writer {
 public:
  Writer(const Database& database, rocksdb::WriteBatch* out) : database_(database), out_(out) {}

  // The returned statuses of a write batch in memory only tell of its size limit, and there is none.
  void Put(Family family, const std::string& key, std::string_view value) {
    out_->Put(database_.family(family), key, rocksdb::Slice(value.data(), value.size())).PermitUncheckedError();
  }
  void Delete(Family family, const std::string& key) { out_->Delete(database_.family(family), key).PermitUncheckedError(); }
  void DeleteRange(Family family, const std::string& from, const std::string& to) { out_->DeleteRange(database_.family(family), from, to).PermitUncheckedError(); }
  void Mark(Family family, const std::string& key, bool is_set) { is_set ? Put(family, key, "") : Delete(family, key); }

  template <typename Content, typename Encode>
  void Set(Family family, const std::string& key, const std::optional<Content>& content, Encode encode) {
    content ? Put(family, key, encode(*content)) : Delete(family, key);
  }

 private:
  const Database& database_;
  rocksdb::WriteBatch* out_;
};

}  // namespace

void Write(const Batch& batch, const Database& database, rocksdb::WriteBatch* out, LastIds* last) {
  Writer to(database, out);
  for (const auto& [id, link] : batch.links) to.Set(Family::kLink, LinkKey(id), link, EncodeLink);
  for (const auto& [id, entry] : batch.records) to.Set(Family::kRecord, RecordKey(id), entry, EncodeRecord);
  for (const auto& [id, link] : batch.rows) to.Set(Family::kRecord, RowKey(id), link, NumberKey);
  for (const auto& [id, is_set] : batch.matches) to.Mark(Family::kMatch, MatchKey(id.first, id.second), is_set);
  for (const auto& [id, is_set] : batch.parked) to.Mark(Family::kParked, ParkedKey(id.first, id.second), is_set);
  for (const auto& [id, is_set] : batch.refers) to.Mark(Family::kRefers, RefersKey(id.first, id.second), is_set);
  for (const auto& [id, is_set] : batch.dirty) to.Mark(Family::kDirty, DirtyKey(id), is_set);
  for (const auto& [id, entry] : batch.outbox) to.Set(Family::kOutbox, OutboxKey(id), entry, EncodeOutbox);
  for (const auto& [id, cursor] : batch.cursors) {
    to.Set(Family::kCursor, CursorKey(id.first, id.second), cursor, [](const std::string& bytes) { return bytes; });
  }
  for (const auto& [id, item] : batch.work) to.Set(Family::kWork, WorkKey(id), item, EncodeWork);
  for (const LinkId link : batch.forgotten) to.DeleteRange(Family::kJournal, JournalKey(link, 0), JournalKey(link + 1, 0));
  for (const JournalEntry& entry : batch.journal) to.Put(Family::kJournal, JournalKey(entry.link, entry.seq), EncodeJournal(entry));
  for (const auto& [id, run] : batch.runs) to.Put(Family::kTimeline, RunKey(id), EncodeRun(run));
  for (const auto& [id, push] : batch.pushes) to.Put(Family::kTimeline, PushKey(id), EncodePush(push));
  for (const auto& [name, value] : batch.meta) {
    to.Set(Family::kMeta, name, value, [](const std::string& bytes) { return bytes; });
  }
  if (!batch.links.empty() && batch.links.rbegin()->first > last->link) {
    last->link = batch.links.rbegin()->first;
    to.Put(Family::kMeta, std::string(kLastLinkKey), std::to_string(last->link));
  }
  if (!batch.work.empty() && batch.work.rbegin()->first > last->work) {
    last->work = batch.work.rbegin()->first;
    to.Put(Family::kMeta, std::string(kLastWorkKey), std::to_string(last->work));
  }
}

}  // namespace entente::store
