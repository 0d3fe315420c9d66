// What an erasure leaves in the files of a real state directory: every byte of every file is looked at.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rocksdb/db.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "engine/runtime/error.h"
#include "engine/store/database.h"
#include "engine/store/rocksdb_store.h"
#include "tests/store/sample.h"

namespace entente::store {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::unique_ptr<RocksDbStore> Open(const std::string& directory) {
  auto opened = RocksDbStore::Open({.state_directory = directory});
  EXPECT_TRUE(opened.ok()) << opened.status();
  return *std::move(opened);
}

// Files under the directory that hold the text as it stands.
std::vector<std::string> FilesWith(const std::string& directory, const std::string& text) {
  std::vector<std::string> found;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(in), {}};
    if (bytes.find(text) != std::string::npos) found.push_back(entry.path().filename().string());
  }
  return found;
}

// Families in whose keys or values the text stands, read through whatever compresses them.
std::vector<std::string> FamiliesWith(const std::string& directory, const std::string& text) {
  std::vector<std::string> found;
  const auto database = *Database::Open({.directory = directory + "/db", .memory_bytes = 8u << 20});
  for (std::size_t i = 0; i < kFamilyNames.size(); ++i) {
    const std::unique_ptr<rocksdb::Iterator> it(database->db().NewIterator({}, database->family(static_cast<Family>(i))));
    for (it->SeekToFirst(); it->Valid(); it->Next()) {
      if ((it->key().ToString() + it->value().ToString()).find(text) == std::string::npos) continue;
      found.push_back(kFamilyNames[i]);
      break;
    }
  }
  return found;
}

constexpr char kName[] = "Zephyrine-Quibbledorf-4711";
constexpr char kKey[] = "QUIBBLE4711";

// One person in every family that can hold something of a person, among others.
Batch Everywhere(LinkId id) {
  Batch batch;
  Link link = FullLink(id);
  link.members[Side::kLeft].key = kKey;
  link.members[Side::kLeft].shadow = {{"CT_Intitule", std::string(kName)}};
  link.owed[Side::kRight]->writes = {{"name", std::string(kName)}};
  batch.links[id] = link;
  batch.records[{Side::kLeft, "party", kKey}] = RecordEntry{.link = id};
  batch.parked[{std::string("record:0:party:") + kKey, id}] = true;
  WorkItem item = FullWorkItem(id);
  item.details = {{"left", std::string(kName)}, {"key", std::string(kKey)}};
  batch.work[id] = item;
  JournalEntry entry = FullJournalEntry(id, 1);
  entry.at_micros = absl::ToUnixMicros(absl::Now());
  entry.details = {{"left", std::string(kName)}, {"former", std::string(kKey)}};
  batch.journal.push_back(entry);
  PushState push;
  push.id = id;
  push.number = kKey;
  push.problems = {kName};
  batch.pushes[id] = push;
  batch.meta["erasing." + std::to_string(id)] = kKey;
  return batch;
}

Batch Others(LinkId from, int count) {
  Batch batch;
  for (LinkId id = from; id < from + static_cast<LinkId>(count); ++id) {
    Link link = FullLink(id);
    link.members[Side::kLeft].key = "C" + std::to_string(1'000'000 + id * 7919);
    batch.records[{Side::kLeft, "party", link.members[Side::kLeft].key}] = RecordEntry{.link = id};
    batch.links[id] = std::move(link);
  }
  return batch;
}

// What an erasure writes of it.
Batch Nowhere(LinkId id) {
  Batch batch;
  Link left;
  left.id = id;
  left.erased = Erasure{.at_micros = 1};
  batch.links[id] = left;
  batch.records[{Side::kLeft, "party", kKey}] = std::nullopt;
  batch.parked[{std::string("record:0:party:") + kKey, id}] = false;
  batch.work[id] = std::nullopt;
  batch.forgotten.insert(id);
  JournalEntry entry = FullJournalEntry(id, 2);
  entry.at_micros = absl::ToUnixMicros(absl::Now());
  batch.journal.push_back(entry);
  PushState push;
  push.id = id;
  batch.pushes[id] = push;
  batch.meta["erasing." + std::to_string(id)] = std::nullopt;
  return batch;
}

class PurgeTest : public ::testing::Test {
 protected:
  std::string directory() const { return scratch_.path("state"); }
  void Commit(Batch batch) { ASSERT_TRUE(store_->Commit(batch).ok()); }
  void Reopen() {
    store_.reset();
    store_ = Open(directory());
  }
  // In files as they stand, and in what is read of them.
  std::vector<std::string> Left() {
    store_.reset();
    std::vector<std::string> left;
    for (const char* text : {kName, kKey}) {
      for (const std::string& place : FilesWith(directory(), text)) left.push_back(place);
      for (const std::string& place : FamiliesWith(directory(), text)) left.push_back(place);
    }
    store_ = Open(directory());
    return left;
  }

  const ScratchDirectory scratch_;
  std::unique_ptr<RocksDbStore> store_ = Open(scratch_.path("state"));
};

TEST_F(PurgeTest, OfWhatWasErasedFromTheLogNoFileHoldsAnything) {
  Commit(Everywhere(1));
  ASSERT_THAT(FilesWith(directory(), kName), Not(IsEmpty()));
  ASSERT_THAT(FilesWith(directory(), kKey), Not(IsEmpty()));

  Commit(Nowhere(1));
  ASSERT_THAT(FilesWith(directory(), kName), Not(IsEmpty())) << "deleting alone is not enough";
  ASSERT_TRUE(store_->Purge().ok());

  EXPECT_THAT(FilesWith(directory(), kName), IsEmpty());
  EXPECT_THAT(FilesWith(directory(), kKey), IsEmpty());
  EXPECT_THAT(Left(), IsEmpty());
}

// In tables of every level, whose first and last keys the list of tables names.
TEST_F(PurgeTest, OfWhatWasErasedFromTablesNoFileHoldsAnything) {
  Commit(Others(2, 300));
  Reopen();
  Commit(Everywhere(1));
  Reopen();
  Commit(Others(400, 300));
  Reopen();
  ASSERT_TRUE(store_->Purge().ok());
  ASSERT_THAT(Left(), Not(IsEmpty()));
  ASSERT_THAT(Left(), Contains("record"));
  ASSERT_THAT(Left(), Contains("journal"));

  Commit(Nowhere(1));
  ASSERT_TRUE(store_->Purge().ok());

  EXPECT_THAT(FilesWith(directory(), kName), IsEmpty());
  EXPECT_THAT(FilesWith(directory(), kKey), IsEmpty());
  EXPECT_THAT(Left(), IsEmpty());
}

TEST_F(PurgeTest, WhatWasNotErasedIsThereAsBefore) {
  Commit(Others(2, 300));
  Commit(Everywhere(1));
  Commit(Nowhere(1));
  ASSERT_TRUE(store_->Purge().ok());
  Reopen();

  const auto links = store_->Snapshot()->Links(0, 1000);
  EXPECT_EQ(links->size(), 301u);
  const auto journal = store_->Snapshot()->Journal(1, 0, 10);
  ASSERT_EQ(journal->size(), 1u);
  EXPECT_EQ(journal->front().seq, 2u);
}

TEST_F(PurgeTest, AHistoryThatIsForgottenGoesWholeAndNoOther) {
  Batch batch;
  for (std::uint64_t seq = 1; seq <= 5; ++seq) {
    for (const LinkId link : {1, 2, 3}) {
      JournalEntry entry = FullJournalEntry(link, seq);
      entry.at_micros = absl::ToUnixMicros(absl::Now());
      batch.journal.push_back(entry);
    }
  }
  Commit(batch);
  Batch forget;
  forget.forgotten = {2};
  Commit(forget);

  EXPECT_EQ(store_->Snapshot()->Journal(1, 0, 10)->size(), 5u);
  EXPECT_EQ(store_->Snapshot()->Journal(2, 0, 10)->size(), 0u);
  EXPECT_EQ(store_->Snapshot()->Journal(3, 0, 10)->size(), 5u);
}

TEST_F(PurgeTest, ASnapshotFromBeforeHoldsItUpAndItIsDoneOnceThatIsGone) {
  Commit(Everywhere(1));
  auto snapshot = store_->Snapshot();
  Commit(Nowhere(1));

  EXPECT_EQ(ReasonOf(store_->Purge()), "PURGE_HELD_UP");
  snapshot.reset();
  EXPECT_TRUE(store_->Purge().ok());
  EXPECT_THAT(Left(), IsEmpty());
}

TEST_F(PurgeTest, AFormerStateThatARestoreLeftIsNamed) {
  EXPECT_TRUE(store_->CheckPurge().ok());
  std::filesystem::create_directory(scratch_.path("state/db.before-restore-1"));

  const absl::Status refused = store_->CheckPurge();

  EXPECT_EQ(ReasonOf(refused), "FORMER_STATE_KEPT");
  EXPECT_THAT(SentenceOf(refused), HasSubstr("db.before-restore-1"));
}

}  // namespace
}  // namespace entente::store
