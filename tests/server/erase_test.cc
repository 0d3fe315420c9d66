// Erasures by the daemon's own parts: machine, threads and a state directory on a real disk.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "engine/pipeline/erasing.h"
#include "engine/runtime/error.h"
#include "engine/server/start.h"
#include "engine/store/rocksdb_store.h"
#include "tests/server/scratch.h"
#include "tests/support/await.h"

namespace entente {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr char kName[] = "Zephyrine-Quibbledorf-4711";
constexpr char kKey[] = "QUIBBLE4711";

class EraseTest : public ::testing::Test {
 protected:
  EraseTest() {
    options_.name = "test";
    options_.state_dir = scratch_.path("state");
    options_.pack = ENTENTE_SOURCE_DIR "/rules/ssm";
    Seed();
  }
  // A company with a contact, as they stand after a first load.
  void Seed() {
    Batch batch;
    Link party;
    party.id = 1;
    party.entity = "party";
    party.phase = "prospect";
    party.members[Side::kLeft] = Member{.resource = "party", .key = kKey, .presence = Presence::kPresent, .shadow = {{"CT_Num", std::string(kKey)}, {"CT_Intitule", std::string(kName)}}};
    party.members[Side::kRight] = Member{.resource = "accounts", .key = "4711", .presence = Presence::kPresent, .shadow = {{"name", std::string(kName)}}};
    Link contact;
    contact.id = 2;
    contact.entity = "contact";
    contact.members[Side::kLeft] = Member{.resource = "contact", .key = "7", .presence = Presence::kPresent, .shadow = {{"CT_Num", Reference{"party", kKey}}, {"CT_Nom", "Martin"}}};
    batch.links = {{1, party}, {2, contact}};
    batch.records[{Side::kLeft, "party", kKey}] = RecordEntry{.link = 1};
    batch.records[{Side::kRight, "accounts", "4711"}] = RecordEntry{.link = 1};
    batch.records[{Side::kLeft, "contact", "7"}] = RecordEntry{.link = 2};
    WorkItem item;
    item.id = 1;
    item.kind = WorkItem::Kind::kConflict;
    item.state = WorkItem::State::kResolved;
    item.link = 1;
    item.closed_micros = absl::ToUnixMicros(absl::Now());
    item.details = {{"left", std::string(kName)}};
    batch.work[1] = item;
    batch.journal.push_back({.link = 1, .seq = 1, .at_micros = absl::ToUnixMicros(absl::Now()), .kind = "conflict", .rule = {}, .pack_version = {}, .details = {{"left", std::string(kName)}}});
    batch.journal.push_back({.link = 2, .seq = 1, .at_micros = absl::ToUnixMicros(absl::Now()), .kind = "parked", .rule = {}, .pack_version = {}, .details = {{"wait", std::string("record:0:party:") + kKey}}});
    batch.links[1]->journal_seq = batch.links[2]->journal_seq = 1;
    batch.meta["paused"] = "1";
    Commit(batch);
  }
  void Commit(const Batch& batch) {
    auto store = store::RocksDbStore::Open({.state_directory = options_.state_dir});
    ASSERT_TRUE(store.ok()) << store.status();
    ASSERT_TRUE((*store)->Commit(batch).ok());
  }
  void Start() {
    absl::StatusOr<StartedInstance> started = StartInstance(options_, SystemClock(), SystemRandom());
    ASSERT_TRUE(started.ok()) << started.status();
    instance_ = std::move(started->instance);
  }
  absl::StatusOr<EraseReport> Erase(LinkId link, bool validate_only = false) {
    return instance_->Erase({.link = link, .request_id = "r-1", .validate_only = validate_only}, absl::Seconds(60), [] { return false; });
  }
  std::vector<std::string> FilesWith(const std::string& text) const {
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(options_.state_dir)) {
      if (!entry.is_regular_file()) continue;
      std::ifstream in(entry.path(), std::ios::binary);
      const std::string bytes{std::istreambuf_iterator<char>(in), {}};
      if (bytes.find(text) != std::string::npos) found.push_back(entry.path().filename().string());
    }
    return found;
  }

  const Scratch scratch_;
  InstanceOptions options_;
  std::unique_ptr<Instance> instance_;
};

TEST_F(EraseTest, WhenItAnswersNoFileHoldsThePerson) {
  Start();
  ASSERT_THAT(FilesWith(kName), Not(IsEmpty()));
  ASSERT_THAT(FilesWith(kKey), Not(IsEmpty()));

  const absl::StatusOr<EraseReport> report = Erase(1);

  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_THAT(FilesWith(kName), IsEmpty());
  EXPECT_THAT(FilesWith(kKey), IsEmpty());
  EXPECT_EQ(report->entity, "party");
  EXPECT_GT(report->erasure.clean_micros, 0);
  EXPECT_TRUE(report->erasure.held[Side::kLeft] && report->erasure.held[Side::kRight]);
  EXPECT_EQ(report->referring, (std::map<std::string, std::int64_t>{{"contact", 1}}));
  instance_.reset();
  EXPECT_THAT(FilesWith(kName), IsEmpty());
  EXPECT_THAT(FilesWith(kKey), IsEmpty());
}

TEST_F(EraseTest, AskedAgainItAnswersTheSame) {
  Start();
  const absl::StatusOr<EraseReport> first = Erase(1);
  const absl::StatusOr<EraseReport> again = Erase(1);

  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->erasure, first->erasure);
}

TEST_F(EraseTest, OnlyAskedNothingIsDone) {
  Start();
  const absl::StatusOr<EraseReport> report = Erase(1, true);

  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->erasure.at_micros, 0);
  EXPECT_TRUE(report->erasure.held[Side::kRight]);
  EXPECT_THAT(FilesWith(kName), Not(IsEmpty()));
}

TEST_F(EraseTest, WhatAKilledEngineBeganIsSeenThroughAtTheNextStart) {
  Batch begun;
  Link left;
  left.id = 1;
  left.entity = "party";
  left.erased = Erasure{.at_micros = 5};
  begun.links[1] = left;
  begun.records[{Side::kLeft, "party", kKey}] = RecordEntry{.link = 1, .alias = true};
  begun.forgotten = {1};
  begun.meta[ErasingMeta(1)] = EncodeErasing({.link = 1, .absorbed = {}, .records = {{Side::kLeft, "party", kKey}, {Side::kRight, "accounts", "4711"}}});
  begun.meta[BarMeta(1)] = EncodeBars({1234});
  Commit(begun);

  Start();

  EXPECT_TRUE(Await([&] { return !instance_->Snapshot()->Meta()->contains(ErasingMeta(1)); }));
  EXPECT_THAT(FilesWith(kName), IsEmpty());
  EXPECT_THAT(FilesWith(kKey), IsEmpty());
}

TEST_F(EraseTest, BackupsMadeBeforeAreNamed) {
  Start();
  ASSERT_TRUE(instance_->Backup(scratch_.path("monday")).ok());
  ASSERT_FALSE(instance_->Backup(scratch_.path("monday")).ok());

  const absl::StatusOr<EraseReport> report = Erase(1);
  ASSERT_TRUE(instance_->Backup(scratch_.path("tuesday")).ok());
  const absl::StatusOr<EraseReport> again = Erase(1);

  ASSERT_TRUE(report.ok()) << report.status();
  ASSERT_THAT(report->backups, SizeIs(1));
  EXPECT_EQ(report->backups.front().directory, scratch_.path("monday"));
  EXPECT_THAT(again->backups, SizeIs(1));
}

TEST_F(EraseTest, AFormerStateBesideItRefusesTheErasure) {
  Start();
  std::filesystem::create_directory(scratch_.path("state/db.before-restore-1"));

  EXPECT_EQ(ReasonOf(Erase(1).status()), "FORMER_STATE_KEPT");
  EXPECT_THAT(FilesWith(kName), Not(IsEmpty()));
}

TEST_F(EraseTest, NobodyIsNobody) {
  Start();
  EXPECT_EQ(ReasonOf(Erase(99).status()), "LINK_UNKNOWN");
}

}  // namespace
}  // namespace entente
