#include "tools/benchmark/floor_state.h"

#include <rocksdb/db.h>
#include <xxhash.h>

#include <array>
#include <utility>

#include "engine/store/database.h"

namespace entente::benchmark {
namespace {

constexpr std::size_t kDigestBytes = 16;

class RocksDbWalk final : public FloorState::Walk {
 public:
  explicit RocksDbWalk(rocksdb::Iterator* iterator) : iterator_(iterator) { iterator_->SeekToFirst(); }
  bool Matches(const std::string& key, const std::string& digest) override {
    const bool is_same = iterator_->Valid() && iterator_->key() == rocksdb::Slice(key) && iterator_->value().starts_with(digest);
    if (iterator_->Valid()) iterator_->Next();
    return is_same;
  }

 private:
  std::unique_ptr<rocksdb::Iterator> iterator_;
};

class RocksDbState final : public FloorState {
 public:
  explicit RocksDbState(std::unique_ptr<store::Database> database)
      : database_(std::move(database)), family_(database_->family(store::Family::kLink)) {}

  absl::Status Put(const std::vector<Entry>& entries) override {
    rocksdb::WriteBatch batch;
    for (const Entry& entry : entries) {
      const std::string digest = DigestOf(entry.bytes);
      const rocksdb::Slice key(entry.key);
      const std::array<rocksdb::Slice, 2> parts = {rocksdb::Slice(digest), rocksdb::Slice(entry.bytes)};
      const rocksdb::Status put = batch.Put(family_, rocksdb::SliceParts(&key, 1), rocksdb::SliceParts(parts.data(), 2));
      if (!put.ok()) return store::FromRocksDb(put, "collect a batch");
    }
    rocksdb::WriteOptions synced;
    synced.sync = true;
    return store::FromRocksDb(database_->db().Write(synced, &batch), "write a batch");
  }

  std::vector<std::string> Get(const std::vector<std::string>& keys) override {
    const std::vector<rocksdb::Slice> wanted(keys.begin(), keys.end());
    std::vector<rocksdb::PinnableSlice> values(keys.size());
    std::vector<rocksdb::Status> statuses(keys.size());
    database_->db().MultiGet({}, family_, keys.size(), wanted.data(), values.data(), statuses.data());
    std::vector<std::string> out(keys.size());
    for (std::size_t i = 0; i < keys.size(); ++i) {
      if (statuses[i].ok() && values[i].size() >= kDigestBytes) out[i].assign(values[i].data() + kDigestBytes, values[i].size() - kDigestBytes);
    }
    return out;
  }

  std::unique_ptr<Walk> Begin() override { return std::make_unique<RocksDbWalk>(database_->db().NewIterator({}, family_)); }

 private:
  std::unique_ptr<store::Database> database_;
  rocksdb::ColumnFamilyHandle* family_;
};

}  // namespace

std::string FloorState::DigestOf(std::string_view bytes) {
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, XXH3_128bits(bytes.data(), bytes.size()));
  return {reinterpret_cast<const char*>(canonical.digest), kDigestBytes};
}

absl::StatusOr<std::unique_ptr<FloorState>> FloorState::Open(const std::string& directory, std::size_t memory_bytes) {
  store::Database::Options options;
  options.directory = directory;
  options.memory_bytes = memory_bytes;
  absl::StatusOr<std::unique_ptr<store::Database>> database = store::Database::Open(options);
  if (!database.ok()) return database.status();
  return std::make_unique<RocksDbState>(*std::move(database));
}

}  // namespace entente::benchmark
