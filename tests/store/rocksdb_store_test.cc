#include "engine/store/rocksdb_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rocksdb/db.h>

#include <filesystem>

#include "engine/pipeline/restored.h"
#include "engine/runtime/error.h"
#include "engine/store/backup.h"
#include "engine/store/database.h"
#include "engine/store/keys.h"
#include "tests/store/full_disk.h"
#include "tests/store/sample.h"

namespace entente::store {
namespace {

std::unique_ptr<RocksDbStore> Open(const std::string& directory, rocksdb::Env* env = nullptr) {
  auto opened = RocksDbStore::Open({.state_directory = directory, .env = env});
  EXPECT_TRUE(opened.ok()) << opened.status();
  return *std::move(opened);
}

Batch OneLink(LinkId id) {
  Batch batch;
  batch.links[id] = FullLink(id);
  return batch;
}

bool HasLink(Store& store, LinkId id) { return store.Get({.links = {id}})->links.at(id).has_value(); }

TEST(RocksDbStoreTest, WhatWasCommittedIsThereAfterReopening) {
  const ScratchDirectory scratch;
  ASSERT_TRUE(Open(scratch.path("state"))->Commit(OneLink(1)).ok());

  EXPECT_TRUE(HasLink(*Open(scratch.path("state")), 1));
}

TEST(RocksDbStoreTest, ASecondEngineOnTheSameDirectoryIsRefused) {
  const ScratchDirectory scratch;
  const auto first = Open(scratch.path("state"));

  const auto second = RocksDbStore::Open({.state_directory = scratch.path("state")});

  EXPECT_EQ(ReasonOf(second.status()), "STATE_DIRECTORY_IN_USE");
}

TEST(RocksDbStoreTest, AFullDiskRefusesTheWholeBatchAndTheSameBatchSucceedsWhenThereIsRoom) {
  const ScratchDirectory scratch;
  const auto disk = std::make_shared<FullDisk>();
  const std::unique_ptr<rocksdb::Env> env = rocksdb::NewCompositeEnv(disk);
  const auto store = Open(scratch.path("state"), env.get());
  ASSERT_TRUE(store->Commit(OneLink(1)).ok());

  disk->is_full = true;
  const absl::Status refused = store->Commit(OneLink(2));
  const absl::Status refused_again = store->Commit(OneLink(2));

  EXPECT_EQ(ReasonOf(refused), "DISK_FULL");
  EXPECT_EQ(ReasonOf(refused_again), "DISK_FULL");
  EXPECT_EQ(ReasonOf(store->Load().status()), "DISK_FULL");  // it is closed until there is room, and says why
  disk->is_full = false;
  const absl::Status accepted = store->Commit(OneLink(2));
  EXPECT_TRUE(accepted.ok()) << accepted;
  EXPECT_TRUE(HasLink(*store, 1));
  EXPECT_TRUE(HasLink(*store, 2));
}

TEST(RocksDbStoreTest, AStateOfANewerFormatIsRefusedAndNotTouched) {
  const ScratchDirectory scratch;
  ASSERT_TRUE(Open(scratch.path("state"))->Commit(OneLink(1)).ok());
  {
    auto database = *Database::Open({.directory = scratch.path("state/db"), .memory_bytes = 8u << 20});
    ASSERT_TRUE(database->db().Put({}, database->family(Family::kMeta), std::string(kFormatVersionKey), std::to_string(kFormatVersion + 1)).ok());
  }

  const auto opened = RocksDbStore::Open({.state_directory = scratch.path("state")});

  EXPECT_EQ(ReasonOf(opened.status()), "STATE_FORMAT_NEWER");
}

TEST(RocksDbStoreTest, AStateOfAnOlderFormatIsBroughtUpToDateOnce) {
  const ScratchDirectory scratch;
  int runs = 0;
  Database::Options options{.directory = scratch.path("db"), .memory_bytes = 8u << 20};
  options.migrations = {{0, [&](Database&) { ++runs; return absl::OkStatus(); }}};
  {
    auto database = *Database::Open(options);
    ASSERT_TRUE(database->db().Put({}, database->family(Family::kMeta), std::string(kFormatVersionKey), "0").ok());
  }

  EXPECT_TRUE(Database::Open(options).ok());
  EXPECT_TRUE(Database::Open(options).ok());
  EXPECT_EQ(runs, 1);
}

TEST(RocksDbStoreTest, ABackupIsWhatTheStoreWasAndRestoreSaysSo) {
  const ScratchDirectory scratch;
  auto store = Open(scratch.path("state"));
  ASSERT_TRUE(store->Commit(OneLink(1)).ok());
  ASSERT_TRUE(store->Backup(scratch.path("backup")).ok());
  ASSERT_TRUE(store->Commit(OneLink(2)).ok());
  EXPECT_EQ(ReasonOf(RestoreBackup(scratch.path("backup"), scratch.path("state"))), "STATE_DIRECTORY_IN_USE");
  store.reset();

  const absl::Status restored = RestoreBackup(scratch.path("backup"), scratch.path("state"));

  ASSERT_TRUE(restored.ok()) << restored;
  store = Open(scratch.path("state"));
  EXPECT_TRUE(HasLink(*store, 1));
  EXPECT_FALSE(HasLink(*store, 2));
  EXPECT_EQ(store->Load()->meta.at(kRestoredKey), "1");
  EXPECT_TRUE(std::filesystem::exists(scratch.path("state/db.before-restore-1")));
}

TEST(RocksDbStoreTest, ABackupIntoAFolderThatIsNotThereSaysWhatIsMissing) {
  const ScratchDirectory scratch;
  const auto store = Open(scratch.path("state"));

  const absl::Status refused = store->Backup(scratch.path("nowhere/backup"));

  EXPECT_EQ(ReasonOf(refused), "BACKUP_DIRECTORY_UNUSABLE");
  EXPECT_THAT(std::string(refused.message()), testing::HasSubstr(scratch.path("nowhere")));
}

TEST(RocksDbStoreTest, RocksDbKeepsNoLogOfItsOwnBesideTheData) {
  const ScratchDirectory scratch;
  auto store = Open(scratch.path("state"));
  ASSERT_TRUE(store->Commit(OneLink(1)).ok());
  ASSERT_TRUE(store->Backup(scratch.path("backup")).ok());
  store.reset();
  ASSERT_TRUE(RestoreBackup(scratch.path("backup"), scratch.path("state")).ok());
  store = Open(scratch.path("state"));

  for (const auto& entry : std::filesystem::recursive_directory_iterator(scratch.path(""))) {
    EXPECT_NE(entry.path().filename().string().substr(0, 3), "LOG") << entry.path();
  }
}

TEST(RocksDbStoreTest, ABackupNeverOverwrites) {
  const ScratchDirectory scratch;
  const auto store = Open(scratch.path("state"));
  ASSERT_TRUE(store->Backup(scratch.path("backup")).ok());

  EXPECT_EQ(ReasonOf(store->Backup(scratch.path("backup"))), "BACKUP_DIRECTORY_EXISTS");
  EXPECT_EQ(ReasonOf(RestoreBackup(scratch.path("nowhere"), scratch.path("other"))), "BACKUP_UNREADABLE");
}

TEST(RocksDbStoreTest, ASnapshotMayOutliveTheStore) {
  const ScratchDirectory scratch;
  auto store = Open(scratch.path("state"));
  ASSERT_TRUE(store->Commit(OneLink(1)).ok());
  const std::unique_ptr<StoreSnapshot> snapshot = store->Snapshot();
  store.reset();

  EXPECT_EQ(snapshot->Links(0, 10)->size(), 1u);
}

}  // namespace
}  // namespace entente::store
