#include "engine/server/live_instance.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <future>
#include <numeric>

#include "engine/runtime/error.h"
#include "tests/server/scripted_port.h"
#include "tests/support/await.h"
#include "tests/support/fake_clock.h"

namespace entente {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

FeedBatch Feed(Side side, std::uint64_t batch) {
  FeedBatch feed;
  feed.side = side;
  feed.batch = batch;
  return feed;
}

class LiveInstanceTest : public ::testing::Test {
 protected:
  void Start(ScriptedPort::Script script = {}) {
    LiveInstance::Parts parts;
    parts.name = "test";
    parts.pack.pack = std::make_shared<Pack>();
    auto store = std::make_unique<GatedStore>(gate_);
    memory_ = &store->memory();
    parts.store = std::move(store);
    parts.machine = std::make_unique<ScriptedPort>(seen_, std::move(script));
    instance_ = std::make_unique<LiveInstance>(std::move(parts), clock_);
    instance_->Attach(&outlet_);
    // The timer event every start brings.
    ASSERT_TRUE(Await([&] { return seen_->handled == 1; }));
  }
  void TearDown() override {
    gate_->OpenCommits(true);
    gate_->OpenReads(true);
  }
  bool AwaitLeft(const std::string& what) {
    return Await([&] {
      const std::vector<std::string> left = outlet_.Left();
      return std::find(left.begin(), left.end(), what) != left.end();
    });
  }
  bool AwaitHandled(const std::string& what) {
    return Await([&] {
      const std::vector<std::string> events = seen_->Events();
      return std::find(events.begin(), events.end(), what) != events.end();
    });
  }

  FakeClock clock_;
  KeptOutlet outlet_;
  std::shared_ptr<ScriptedPort::Seen> seen_ = std::make_shared<ScriptedPort::Seen>();
  std::shared_ptr<GatedStore::Gate> gate_ = std::make_shared<GatedStore::Gate>();
  store::MemoryStore* memory_ = nullptr;
  std::unique_ptr<LiveInstance> instance_;
};

TEST_F(LiveInstanceTest, NothingLeavesBeforeItsBatchIsDurable) {
  Start();
  gate_->OpenCommits(false);

  instance_->Offer(Feed(Side::kLeft, 1));
  ASSERT_TRUE(Await([&] { return gate_->commits_begun >= 1; }));

  EXPECT_THAT(outlet_.Left(), IsEmpty());
  gate_->OpenCommits(true);
  EXPECT_TRUE(AwaitLeft("acknowledged 1"));
}

TEST_F(LiveInstanceTest, EventsThatComeDuringACommitShareTheNextOne) {
  Start();
  gate_->OpenCommits(false);
  instance_->Offer(Feed(Side::kLeft, 1));
  ASSERT_TRUE(Await([&] { return gate_->commits_begun == 1; }));

  for (std::uint64_t batch = 2; batch <= 5; ++batch) instance_->Offer(Feed(Side::kLeft, batch));
  ASSERT_TRUE(AwaitHandled("left feed 5"));
  gate_->OpenCommits(true);

  ASSERT_TRUE(AwaitLeft("acknowledged 5"));
  EXPECT_THAT(outlet_.Left(), ElementsAre("acknowledged 1", "acknowledged 2", "acknowledged 3", "acknowledged 4", "acknowledged 5"));
  EXPECT_EQ(gate_->commits, 2);
}

TEST_F(LiveInstanceTest, AnEventThatWaitsForTheLoaderHoldsUpItsOwnSourceOnly) {
  gate_->OpenReads(false);
  Start({.needs = [](const Event& event) {
    const auto* feed = std::get_if<FeedBatch>(&event);
    return feed != nullptr && feed->side == Side::kLeft && feed->batch == 1 ? std::set<LinkId>{9} : std::set<LinkId>{};
  }, .gate = {}, .effects = {}});

  instance_->Offer(Feed(Side::kLeft, 1));
  instance_->Offer(Feed(Side::kLeft, 2));
  ASSERT_TRUE(Await([&] { return gate_->reads_begun == 1; }));
  instance_->Offer(Feed(Side::kRight, 1));

  ASSERT_TRUE(AwaitHandled("right feed 1"));
  EXPECT_THAT(seen_->Events(), Not(Contains("left feed 2")));
  gate_->OpenReads(true);
  ASSERT_TRUE(AwaitHandled("left feed 2"));
  EXPECT_THAT(seen_->Events(), ElementsAre("timer", "right feed 1", "left feed 1", "left feed 2"));
}

TEST_F(LiveInstanceTest, ABatchYoungerThanAFetchUnderWayIsNotForgotten) {
  gate_->OpenReads(false);
  Start({.needs = [](const Event& event) {
    const auto* feed = std::get_if<FeedBatch>(&event);
    return feed != nullptr && feed->side == Side::kLeft ? std::set<LinkId>{9} : std::set<LinkId>{};
  }, .gate = {}, .effects = {}});
  ASSERT_TRUE(Await([&] { return seen_->Durable().size() == 1; }));
  instance_->Offer(Feed(Side::kLeft, 1));
  ASSERT_TRUE(Await([&] { return gate_->reads_begun == 1; }));

  instance_->Offer(Feed(Side::kRight, 1));
  ASSERT_TRUE(AwaitLeft("acknowledged 1"));

  EXPECT_THAT(seen_->Durable(), ElementsAre(1));
  gate_->OpenReads(true);
  EXPECT_TRUE(Await([&] {
    const std::vector<std::uint64_t> durable = seen_->Durable();
    return std::accumulate(durable.begin(), durable.end(), std::uint64_t{0}) == 3;
  }));
}

TEST_F(LiveInstanceTest, AFullDiskHoldsStillSaysSoAndGoesOnByItself) {
  Start();
  memory_->FailCommits(MakeError(absl::StatusCode::kResourceExhausted, "DISK_FULL", "The disk is full."));
  instance_->Offer(Feed(Side::kLeft, 1));
  ASSERT_TRUE(Await([&] { return instance_->Status().problem_reason == "DISK_FULL"; }));

  instance_->Offer(Feed(Side::kLeft, 2));
  EXPECT_EQ(ReasonOf(instance_->Ask(SetPaused{true}, absl::Seconds(1)).status()), "DISK_FULL");
  EXPECT_THAT(seen_->Events(), Not(Contains("left feed 2")));
  EXPECT_THAT(outlet_.Left(), IsEmpty());

  memory_->FailCommits(absl::OkStatus());
  ASSERT_TRUE(Await([&] {
    clock_.Advance(absl::Seconds(2));
    return outlet_.Left().size() == 2;
  }));
  EXPECT_THAT(outlet_.Left(), ElementsAre("acknowledged 1", "acknowledged 2"));
  EXPECT_EQ(instance_->Status().problem_reason, "");
}

TEST_F(LiveInstanceTest, ASessionIsOpenOnceItIsDurable) {
  Start({.needs = {}, .gate = {}, .effects = [](const Event& event, absl::Time, Effects* effects) {
    if (std::holds_alternative<SessionOpened>(event)) effects->batch.meta["session"] = "1";
  }});
  gate_->OpenCommits(false);

  std::future<absl::StatusOr<Machine::Opening>> opening = std::async(std::launch::async, [&] { return instance_->OpenSession({}); });

  ASSERT_TRUE(Await([&] { return gate_->commits_begun == 1; }));
  EXPECT_EQ(opening.wait_for(std::chrono::seconds(0)), std::future_status::timeout);
  gate_->OpenCommits(true);
  EXPECT_EQ(opening.get()->number, 1u);
}

TEST_F(LiveInstanceTest, AGateRefusesASessionWithItsReason) {
  Start({.needs = {}, .gate = [](const SessionInfo&) { return MakeError(absl::StatusCode::kFailedPrecondition, "VERSION_NOT_SUPPORTED", "No."); }, .effects = {}});

  EXPECT_EQ(ReasonOf(instance_->OpenSession({}).status()), "VERSION_NOT_SUPPORTED");
  EXPECT_THAT(seen_->Events(), Not(Contains("session opened")));
}

TEST_F(LiveInstanceTest, GatesCanBeAskedWithoutOpeningASession) {
  bool is_open = true;
  Start({.needs = {}, .gate = [&](const SessionInfo&) { return is_open ? absl::OkStatus() : MakeError(absl::StatusCode::kFailedPrecondition, "VERSION_NOT_SUPPORTED", "No."); }, .effects = {}});

  EXPECT_TRUE(instance_->CheckSession({}).ok());
  is_open = false;
  EXPECT_EQ(ReasonOf(instance_->CheckSession({})), "VERSION_NOT_SUPPORTED");
  EXPECT_THAT(seen_->Events(), Not(Contains("session opened")));
}

TEST_F(LiveInstanceTest, AnAnswerComesBackToWhoAsked) {
  Start();

  EXPECT_EQ(*FieldOf(*instance_->Ask(StartRun{"reconcile", {}}, absl::Seconds(5)), "run").As<std::int64_t>(), 7);
}

TEST_F(LiveInstanceTest, TheTimerRingsWhenTheMachineAskedForIt) {
  const std::int64_t due = absl::ToUnixMicros(clock_.Now() + absl::Minutes(5));
  Start({.needs = {}, .gate = {}, .effects = [due](const Event&, absl::Time now, Effects* effects) { effects->timer_micros = absl::ToUnixMicros(now) < due ? due : 0; }});
  ASSERT_TRUE(instance_->Ask(SetPaused{false}, absl::Seconds(5)).ok());
  EXPECT_THAT(seen_->Events(), ElementsAre("timer", "request"));

  clock_.Advance(absl::Minutes(6));

  EXPECT_TRUE(Await([&] { return seen_->Events().size() == 3; }));
  EXPECT_EQ(seen_->Events().back(), "timer");
}

TEST_F(LiveInstanceTest, QuiesceWaitsForTheMachineToBeQuiet) {
  seen_->is_quiet = false;
  Start();
  std::future<absl::Status> quiet = std::async(std::launch::async, [&] { return instance_->Quiesce(absl::Hours(1), [] { return false; }); });
  instance_->Offer(Feed(Side::kLeft, 1));
  ASSERT_TRUE(AwaitLeft("acknowledged 1"));
  EXPECT_EQ(quiet.wait_for(std::chrono::seconds(0)), std::future_status::timeout);

  seen_->is_quiet = true;
  instance_->Offer(Feed(Side::kLeft, 2));

  EXPECT_TRUE(quiet.get().ok());
}

TEST_F(LiveInstanceTest, QuiesceSaysWhenItIsNot) {
  seen_->is_quiet = false;
  Start();
  std::future<absl::Status> quiet = std::async(std::launch::async, [&] { return instance_->Quiesce(absl::Minutes(1), [] { return false; }); });
  while (quiet.wait_for(std::chrono::milliseconds(1)) != std::future_status::ready) clock_.Advance(absl::Minutes(1));

  EXPECT_EQ(ReasonOf(quiet.get()), "NOT_QUIET");
}

TEST_F(LiveInstanceTest, WatchersHearNoticesOfDurableBatches) {
  Start({.needs = {}, .gate = {}, .effects = [](const Event& event, absl::Time, Effects* effects) {
    if (std::holds_alternative<Request>(event)) effects->notices.push_back({"debug", "asked"});
  }});
  const std::unique_ptr<Watcher> watcher = instance_->Watch();
  ASSERT_TRUE(instance_->Ask(SetPaused{true}, absl::Seconds(5)).ok());

  std::vector<Notice> notices;
  ASSERT_TRUE(Await([&] {
    watcher->Next(absl::Milliseconds(1), &notices);
    return !notices.empty();
  }));
  EXPECT_EQ(notices.front().text, "asked");
}

}  // namespace
}  // namespace entente
