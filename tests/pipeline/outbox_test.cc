#include "engine/pipeline/outbox.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/pipeline/agenda.h"

// When something that waits is looked at again.
namespace entente {
namespace {

constexpr std::int64_t kSecond = 1'000'000;

TEST(BackoffTest, DoublesFromTheFirstWaitToTheLongestGiveOrTakeAFifth) {
  Tuning tuning;
  tuning.retry_first = absl::Seconds(2);
  tuning.retry_longest = absl::Seconds(60);
  for (const auto& [attempts, seconds] : std::vector<std::pair<int, std::int64_t>>{{0, 2}, {1, 2}, {2, 4}, {3, 8}, {5, 32}, {6, 60}, {7, 60}, {1000, 60}}) {
    for (LinkId link = 1; link < 50; ++link) {
      const std::int64_t wait = BackoffMicros(tuning, link, attempts);
      EXPECT_GE(wait, seconds * kSecond * 8 / 10) << attempts;
      EXPECT_LE(wait, seconds * kSecond * 12 / 10) << attempts;
    }
  }
}

TEST(BackoffTest, LinksThatFailedTogetherDoNotComeBackTogether) {
  std::set<std::int64_t> waits;
  for (LinkId link = 1; link <= 20; ++link) waits.insert(BackoffMicros(Tuning(), link, 1));

  EXPECT_GT(waits.size(), 15u);
}

TEST(NextDueTest, IsTheEarliestThatIsToCome) {
  State state;
  EXPECT_EQ(NextDue(state, 10), 0);
  state.questions[1] = Question{.not_before_micros = 40};
  state.questions[2] = Question{.not_before_micros = 30};
  state.questions[3] = Question{.not_before_micros = 35};
  EXPECT_EQ(NextDue(state, 10), 30);

  state.SetOutbox({Side::kLeft, Lane::kBulk, 1}, OutboxEntry{.link = 1, .not_before_micros = 25});
  EXPECT_EQ(NextDue(state, 10), 25);
  state.SetOutbox({Side::kLeft, Lane::kBulk, 1}, OutboxEntry{.link = 1, .not_before_micros = 45});
  EXPECT_EQ(NextDue(state, 10), 30);
}

TEST(NextDueTest, IsNothingThatWasSentOrIsDueAlready) {
  State state;
  state.questions[1] = Question{.sent = true, .not_before_micros = 20};
  state.questions[2] = Question{.not_before_micros = 10};
  state.SetOutbox({Side::kRight, Lane::kPaced, 1}, OutboxEntry{.link = 1, .not_before_micros = 10});

  EXPECT_EQ(NextDue(state, 10), 0);
}

// What a first load left to be decided, while two deliveries of it may wait for a side.
class AheadTest : public ::testing::Test {
 protected:
  AheadTest() {
    state.tuning.outbox_entries_max = 2;
    state.sides[Side::kRight].session = SessionInfo{};
    state.dirty.insert({Lane::kBulk, 1, 9});
    for (const std::uint64_t order : {1u, 2u}) Owe(order, OutboxEntry{.link = order});
  }
  void Owe(std::uint64_t order, std::optional<OutboxEntry> entry) { state.SetOutbox({Side::kRight, Lane::kBulk, order}, entry); }
  State state;
};

TEST_F(AheadTest, NoMoreOfAFirstLoadIsDecidedThanGoesOutNext) {
  EXPECT_FALSE(HasDecidable(state));

  Owe(1, OutboxEntry{.link = 1, .sent = true});
  EXPECT_TRUE(HasDecidable(state));

  Owe(3, OutboxEntry{.link = 3});
  EXPECT_FALSE(HasDecidable(state));

  Owe(2, std::nullopt);
  EXPECT_TRUE(HasDecidable(state));
}

TEST_F(AheadTest, WhatCannotGoNowHoldsNobodyUp) {
  Owe(1, OutboxEntry{.link = 1, .not_before_micros = 5});
  EXPECT_TRUE(HasDecidable(state));

  Owe(1, OutboxEntry{.link = 1});
  state.sides[Side::kRight].session.reset();
  EXPECT_TRUE(HasDecidable(state));
}

TEST_F(AheadTest, WhatUsersEditedIsDecidedMeanwhile) {
  state.dirty.insert({Lane::kContinuous, 1, 9});

  EXPECT_TRUE(HasDecidable(state));
}

// A side with as many operations under way as may be, and a connector with some room left.
class FullSideTest : public ::testing::Test {
 protected:
  FullSideTest() {
    state.pack = pack;
    state.tuning.operations_in_flight_max = 20;
    SideState& side = state.sides[Side::kRight];
    side.session = SessionInfo{};
    side.ready = 5;
    for (DeliveryId id = 1; id <= 20; ++id) side.in_flight.insert(id);
  }
  void Owe(Lane lane) { state.SetOutbox({Side::kRight, lane, 1}, OutboxEntry{.link = 1}); }
  bool MaySendNow() const { return MaySend(state, kSecond); }
  std::shared_ptr<Pack> pack = std::make_shared<Pack>();
  State state;
};

TEST_F(FullSideTest, TakesWhatSomebodyWaitsForAndNothingElse) {
  Owe(Lane::kBulk);
  Owe(Lane::kContinuous);
  state.questions[100] = Question{.side = Side::kRight, .purpose = "verify"};
  EXPECT_FALSE(MaySendNow());
  Owe(Lane::kOnDemand);
  EXPECT_TRUE(MaySendNow());
  state.SetOutbox({Side::kRight, Lane::kOnDemand, 1}, std::nullopt);
  state.questions[101] = Question{.side = Side::kRight, .purpose = "price"};
  EXPECT_TRUE(MaySendNow());
}

TEST_F(FullSideTest, TakesNothingMoreWhenTheConnectorHasNoRoom) {
  state.sides[Side::kRight].ready = 0;
  Owe(Lane::kOnDemand);
  EXPECT_FALSE(MaySendNow());
}

TEST_F(FullSideTest, KeepsTheNumberThatThePackSays) {
  pack->sides[Side::kRight].operations_max = 20;
  Owe(Lane::kOnDemand);
  EXPECT_FALSE(MaySendNow());
}

}  // namespace
}  // namespace entente
