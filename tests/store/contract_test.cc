// What every store promises, run against each of them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "engine/store/memory_store.h"
#include "engine/store/rocksdb_store.h"
#include "tests/store/sample.h"

namespace entente::store {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

enum class Kind { kMemory, kRocksDb };

class StoreContract : public ::testing::TestWithParam<Kind> {
 protected:
  void SetUp() override {
    if (GetParam() == Kind::kMemory) {
      store_ = std::make_unique<MemoryStore>();
      return;
    }
    auto opened = RocksDbStore::Open({.state_directory = directory_.path("state")});
    ASSERT_TRUE(opened.ok()) << opened.status();
    store_ = *std::move(opened);
  }

  void Commit(const Batch& batch) { ASSERT_TRUE(store_->Commit(batch).ok()); }
  Fetched Get(const Wanted& wanted) { return *store_->Get(wanted); }

  ScratchDirectory directory_;
  std::unique_ptr<Store> store_;
};

TEST_P(StoreContract, WhatWasCommittedIsRead) {
  Batch batch;
  batch.links[7] = FullLink(7);
  batch.records[{Side::kLeft, "party", "C1"}] = RecordEntry{7, {1, 2}, 3, false, false};
  batch.rows[{Side::kLeft, "party", "db", 5}] = 7;
  batch.work[4] = FullWorkItem(4);
  Commit(batch);

  const Fetched got = Get({.links = {7}, .records = {{Side::kLeft, "party", "C1"}}, .rows = {{Side::kLeft, "party", "db", 5}}, .work = {4}});

  EXPECT_EQ(got.links.at(7), FullLink(7));
  EXPECT_EQ(got.records.begin()->second->link, 7u);
  EXPECT_EQ(got.rows.begin()->second, 7u);
  EXPECT_EQ(got.work.at(4), FullWorkItem(4));
}

TEST_P(StoreContract, EveryWantedKeyIsAnsweredAbsentOnesToo) {
  const Fetched got = Get({.links = {1, 2},
                           .records = {{Side::kLeft, "party", "X"}},
                           .rows = {{Side::kLeft, "party", "db", 1}},
                           .matches = {{Side::kLeft, 9}},
                           .parked = {"w"},
                           .refers = {3},
                           .work = {4},
                           .record_ranges = {{Side::kLeft, "party"}}});

  EXPECT_THAT(got.links, ElementsAre(Pair(1, std::nullopt), Pair(2, std::nullopt)));
  EXPECT_EQ(got.records.size(), 1u);
  EXPECT_FALSE(got.records.begin()->second.has_value());
  EXPECT_EQ(got.rows.size(), 1u);
  EXPECT_THAT(got.matches.at({Side::kLeft, 9}), IsEmpty());
  EXPECT_THAT(got.parked.at("w"), IsEmpty());
  EXPECT_THAT(got.refers.at(3), IsEmpty());
  EXPECT_FALSE(got.work.at(4).has_value());
  EXPECT_THAT(got.record_ranges.at({Side::kLeft, "party"}), IsEmpty());
}

TEST_P(StoreContract, SetsAnswerTheirOwnMembersOnly) {
  Batch batch;
  batch.matches[{{Side::kLeft, 9}, 1}] = true;
  batch.matches[{{Side::kLeft, 9}, 2}] = true;
  batch.matches[{{Side::kRight, 9}, 3}] = true;
  batch.parked[{"link:1:0", 4}] = true;
  batch.parked[{"link:1:01", 5}] = true;
  batch.refers[{6, 7}] = true;
  batch.refers[{60, 8}] = true;
  Commit(batch);

  const Fetched got = Get({.matches = {{Side::kLeft, 9}}, .parked = {"link:1:0"}, .refers = {6}});

  EXPECT_THAT(got.matches.at({Side::kLeft, 9}), ElementsAre(1, 2));
  EXPECT_THAT(got.parked.at("link:1:0"), ElementsAre(4));
  EXPECT_THAT(got.refers.at(6), ElementsAre(7));
}

TEST_P(StoreContract, NulloptAndFalseDelete) {
  Batch put;
  put.links[1] = FullLink(1);
  put.matches[{{Side::kLeft, 9}, 1}] = true;
  put.outbox[{Side::kLeft, Lane::kBulk, 3}] = OutboxEntry{1, false, 0, ""};
  put.cursors[{Side::kLeft, "party"}] = "c1";
  put.meta["m"] = "v";
  Commit(put);

  Batch remove;
  remove.links[1] = std::nullopt;
  remove.matches[{{Side::kLeft, 9}, 1}] = false;
  remove.outbox[{Side::kLeft, Lane::kBulk, 3}] = std::nullopt;
  remove.cursors[{Side::kLeft, "party"}] = std::nullopt;
  remove.meta["m"] = std::nullopt;
  Commit(remove);

  const Fetched got = Get({.links = {1}, .matches = {{Side::kLeft, 9}}});
  const Boot boot = *store_->Load();
  EXPECT_FALSE(got.links.at(1).has_value());
  EXPECT_THAT(got.matches.at({Side::kLeft, 9}), IsEmpty());
  EXPECT_THAT(boot.outbox, IsEmpty());
  EXPECT_THAT(boot.cursors, IsEmpty());
  EXPECT_THAT(boot.meta, IsEmpty());
}

TEST_P(StoreContract, ARangeGivesOneResourceByKeyAndNoRows) {
  Batch batch;
  for (const char* key : {"B", "A", "C"}) batch.records[{Side::kLeft, "party", key}] = RecordEntry{1, {}, 0, false, false};
  batch.records[{Side::kLeft, "party2", "D"}] = RecordEntry{2, {}, 0, false, false};
  batch.records[{Side::kRight, "party", "E"}] = RecordEntry{3, {}, 0, false, false};
  batch.rows[{Side::kLeft, "party", "db", 5}] = 7;
  Commit(batch);

  const Fetched got = Get({.record_ranges = {{Side::kLeft, "party"}}});

  const auto& range = got.record_ranges.at({Side::kLeft, "party"});
  ASSERT_EQ(range.size(), 3u);
  EXPECT_EQ(range[0].first, "A");
  EXPECT_EQ(range[2].first, "C");
}

TEST_P(StoreContract, ARangeLeavesOutTheKeysThatAreNotWanted) {
  Batch batch;
  for (const char* key : {"A", "B", "C"}) batch.records[{Side::kLeft, "party", key}] = RecordEntry{1, {}, 0, false, false};
  Commit(batch);
  const std::pair<Side, std::string> place{Side::kLeft, "party"};
  const auto seen = std::make_shared<const KeyHashes>(KeyHashes{KeyHash("A"), KeyHash("C"), KeyHash("D")});

  const Fetched got = Get({.record_ranges = {place}, .left_out = {{place, seen}}});

  EXPECT_THAT(got.record_ranges.at(place), ElementsAre(Pair("B", ::testing::_)));
  EXPECT_EQ(got.left_out.at(place), seen);
}

TEST_P(StoreContract, StartGivesWhatWaits) {
  Batch batch;
  batch.cursors[{Side::kRight, "accounts"}] = std::string("a\0b", 3);
  batch.outbox[{Side::kLeft, Lane::kContinuous, 3}] = OutboxEntry{5, true, 6, "party"};
  batch.dirty[{Lane::kBulk, 2, 9}] = true;
  batch.work[1] = FullWorkItem(1);
  batch.work[2] = FullWorkItem(2);
  batch.work[2]->state = WorkItem::State::kResolved;
  batch.work[3] = FullWorkItem(3);
  batch.work[3]->kind = WorkItem::Kind::kConflict;
  batch.links[40] = FullLink(40);
  batch.meta["pack"] = "ssm";
  Commit(batch);

  const Boot boot = *store_->Load();

  EXPECT_THAT(boot.cursors, ElementsAre(Pair(Pair(Side::kRight, "accounts"), std::string("a\0b", 3))));
  EXPECT_EQ(boot.outbox.begin()->second, (OutboxEntry{5, true, 6, "party"}));
  EXPECT_THAT(boot.dirty, ElementsAre(DirtyId{Lane::kBulk, 2, 9}));
  EXPECT_THAT(boot.open_work, ElementsAre(Pair(1, FullWorkItem(1))));
  EXPECT_THAT(boot.meta, ElementsAre(Pair("pack", "ssm")));
  EXPECT_EQ(boot.last_link, 40u);
  EXPECT_EQ(boot.last_work, 3u);
}

TEST_P(StoreContract, IdsOfDeletedLinksAreNotForgotten) {
  Batch batch;
  batch.links[40] = FullLink(40);
  Commit(batch);
  batch.links[40] = std::nullopt;
  Commit(batch);

  EXPECT_EQ(store_->Load()->last_link, 40u);
}

TEST_P(StoreContract, TheLastIdsNeverGoBack) {
  Batch batch;
  batch.links[40] = FullLink(40);
  batch.work[4] = FullWorkItem(4);
  Commit(batch);
  Batch older;
  older.links[7] = FullLink(7);
  older.work[3] = FullWorkItem(3);
  Commit(older);
  Commit({});

  const Boot boot = *store_->Load();

  EXPECT_EQ(boot.last_link, 40u);
  EXPECT_EQ(boot.last_work, 4u);
}

TEST_P(StoreContract, OnlyWorkThatSomebodyHasToDoIsGivenAtStart) {
  using Item = WorkItem::Kind;
  Batch batch;
  WorkItemId id = 0;
  for (const Item kind : {Item::kConflict, Item::kReport, Item::kDeadLetter, Item::kHeldDelete}) {
    ++id;
    batch.work[id] = FullWorkItem(id);
    batch.work[id]->kind = kind;
    batch.work[id]->state = WorkItem::State::kOpen;
  }
  Commit(batch);

  EXPECT_THAT(store_->Load()->open_work, ElementsAre(Pair(3, ::testing::_), Pair(4, ::testing::_)));
}

TEST_P(StoreContract, StartGivesTheLastTenRunsAndPushesThatMatter) {
  Batch batch;
  for (std::uint64_t id = 1; id <= 12; ++id) batch.runs[id] = RunState{id, "reconcile", "done", 0, 0, "", {}, {}};
  for (std::uint64_t id = 1; id <= 120; ++id) batch.pushes[id] = PushState{id, 1, "push", id == 3 ? "waiting" : "done", "", "", {}, 0, 0};
  Commit(batch);

  const Boot boot = *store_->Load();

  EXPECT_EQ(boot.runs.size(), 10u);
  EXPECT_EQ(boot.runs.begin()->first, 3u);
  EXPECT_EQ(boot.pushes.size(), 101u);
  EXPECT_EQ(boot.pushes.begin()->first, 3u);
}

TEST_P(StoreContract, ASnapshotDoesNotChange) {
  Batch batch;
  batch.links[1] = FullLink(1);
  batch.journal = {FullJournalEntry(1, 1), FullJournalEntry(1, 2), FullJournalEntry(2, 1)};
  Commit(batch);

  const std::unique_ptr<StoreSnapshot> snapshot = store_->Snapshot();
  Batch later;
  later.links[1] = std::nullopt;
  later.links[2] = FullLink(2);
  later.journal = {FullJournalEntry(1, 3)};
  Commit(later);

  EXPECT_THAT(*snapshot->Links(0, 10), ElementsAre(FullLink(1)));
  EXPECT_THAT(*snapshot->Journal(1, 0, 10), ElementsAre(FullJournalEntry(1, 1), FullJournalEntry(1, 2)));
  EXPECT_THAT(*snapshot->Journal(1, 1, 10), ElementsAre(FullJournalEntry(1, 2)));
  EXPECT_EQ(snapshot->Get({.links = {1}})->links.at(1), FullLink(1));
}

TEST_P(StoreContract, LinksAndWorkComeInPages) {
  Batch batch;
  for (LinkId id = 1; id <= 5; ++id) {
    batch.links[id] = FullLink(id);
    batch.work[id] = FullWorkItem(id);
  }
  Commit(batch);
  const std::unique_ptr<StoreSnapshot> snapshot = store_->Snapshot();

  EXPECT_EQ(snapshot->Links(0, 2)->back().id, 2u);
  EXPECT_EQ(snapshot->Links(2, 2)->front().id, 3u);
  EXPECT_EQ(snapshot->Links(4, 2)->size(), 1u);
  EXPECT_EQ(snapshot->Work(3, 10)->size(), 2u);
}

INSTANTIATE_TEST_SUITE_P(Stores, StoreContract, ::testing::Values(Kind::kMemory, Kind::kRocksDb),
                         [](const auto& param) { return param.param == Kind::kMemory ? "Memory" : "RocksDb"; });

}  // namespace
}  // namespace entente::store
