#include "engine/pipeline/memory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace entente {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;
using ::testing::Pointee;

constexpr std::size_t kLinksMax = 2;
constexpr LinkId kMany = 4 * kLinksMax + 1;   // more of anything small than is kept

RecordId Record(LinkId id) { return {Side::kLeft, "party", std::to_string(id)}; }

// A batch that touches this many keys of every kind.
Batch Touching(LinkId count) {
  Batch batch;
  for (LinkId id = 1; id <= count; ++id) {
    batch.links[id] = Link{.id = id};
    batch.records[Record(id)] = RecordEntry{.link = id};
    batch.rows[{Side::kLeft, "party", "db", static_cast<std::int64_t>(id)}] = id;
    batch.work[id] = WorkItem{};
  }
  return batch;
}

TEST(Memory, ForgetsWhatIsDurableWhereThereIsMoreThanTheBound) {
  Memory memory(kLinksMax);
  memory.Apply(Touching(kMany));

  memory.Durable(memory.Seal(), false);

  EXPECT_EQ(memory.FindLink(1), nullptr);
  EXPECT_EQ(memory.FindRecord(Record(1)), nullptr);
  EXPECT_EQ(memory.FindRow({Side::kLeft, "party", "db", 1}), nullptr);
  EXPECT_EQ(memory.FindWork(1), nullptr);
}

TEST(Memory, KeepsWhatIsDurableWithinTheBound) {
  Memory memory(kMany);
  memory.Apply(Touching(kMany));

  memory.Durable(memory.Seal(), false);

  EXPECT_NE(memory.FindLink(1), nullptr);
  EXPECT_NE(memory.FindRecord(Record(1)), nullptr);
  EXPECT_NE(memory.FindRow({Side::kLeft, "party", "db", 1}), nullptr);
  EXPECT_NE(memory.FindWork(1), nullptr);
}

TEST(Memory, KeepsWhatIsNotDurableWhateverTheBound) {
  Memory memory(kLinksMax);
  memory.Apply(Touching(kMany));
  memory.Seal();

  memory.Trim(false);

  EXPECT_NE(memory.FindLink(1), nullptr);
  EXPECT_NE(memory.FindRecord(Record(1)), nullptr);
  EXPECT_NE(memory.FindRow({Side::kLeft, "party", "db", 1}), nullptr);
  EXPECT_NE(memory.FindWork(1), nullptr);
}

TEST(Memory, KeepsALinkWhoseAnswerIsUnderWay) {
  Memory memory(kLinksMax);
  Batch batch = Touching(kMany);
  batch.links[1]->owed[Side::kRight] = Delivery{.state = Delivery::State::kSent};
  memory.Apply(batch);

  memory.Durable(memory.Seal(), false);

  EXPECT_NE(memory.FindLink(1), nullptr);
  EXPECT_EQ(memory.FindLink(2), nullptr);
}

TEST(Memory, ForgetsNothingWhileAFetchIsUnderWay) {
  Memory memory(kLinksMax);
  memory.Apply(Touching(kMany));

  memory.Durable(memory.Seal(), true);

  EXPECT_NE(memory.FindLink(1), nullptr);
}

// Sets of every kind under as many keys.
Fetched SetsOf(LinkId count) {
  Fetched fetched;
  for (LinkId id = 1; id <= count; ++id) {
    fetched.matches[{Side::kLeft, id}] = {id};
    fetched.parked[std::to_string(id)] = {id};
    fetched.refers[id] = {id};
  }
  return fetched;
}

TEST(Memory, KeepsSetsUpToTheBound) {
  Memory memory(kLinksMax);
  memory.Supply(SetsOf(kMany - 1));

  memory.Trim(false);

  EXPECT_THAT(memory.FindMatches({Side::kLeft, 1}), Pointee(ElementsAre(1)));
  EXPECT_THAT(memory.FindParked("1"), Pointee(ElementsAre(1)));
  EXPECT_THAT(memory.FindRefers(1), Pointee(ElementsAre(1)));
}

TEST(Memory, ForgetsSetsBeyondTheBound) {
  Memory memory(kLinksMax);
  memory.Supply(SetsOf(kMany));

  memory.Trim(false);

  EXPECT_EQ(memory.FindMatches({Side::kLeft, 1}), nullptr);
  EXPECT_EQ(memory.FindParked("1"), nullptr);
  EXPECT_EQ(memory.FindRefers(1), nullptr);
}

TEST(Memory, LaysWhatIsNotDurableOverWhatAFetchBrings) {
  Memory memory(kLinksMax);
  Batch batch;
  batch.parked[{"w", 1}] = false;
  batch.parked[{"w", 3}] = true;
  memory.Apply(batch);
  Fetched fetched;
  fetched.parked["w"] = {1, 2};

  memory.Supply(std::move(fetched));

  EXPECT_THAT(memory.FindParked("w"), Pointee(ElementsAre(2, 3)));
}

TEST(Memory, AKnownSetFollowsWhatIsWritten) {
  Memory memory(kLinksMax);
  Fetched fetched;
  fetched.parked["w"] = {1, 2};
  memory.Supply(std::move(fetched));
  Batch batch;
  batch.parked[{"w", 1}] = false;
  batch.parked[{"w", 3}] = true;

  memory.Apply(batch);

  EXPECT_THAT(memory.FindParked("w"), Pointee(ElementsAre(2, 3)));
}

TEST(Memory, ARangeHoldsWhatWasWrittenSinceAndNothingOfOthers) {
  Memory memory(kLinksMax);
  Batch batch;
  batch.records[Record(1)] = std::nullopt;
  batch.records[Record(3)] = RecordEntry{.link = 3};
  batch.records[{Side::kLeft, "quote", "9"}] = RecordEntry{.link = 9};
  batch.records[{Side::kRight, "party", "9"}] = RecordEntry{.link = 9};
  memory.Apply(batch);
  Fetched fetched;
  fetched.record_ranges[{Side::kLeft, "party"}] = {{"1", RecordEntry{.link = 1}}, {"2", RecordEntry{.link = 2}}};

  memory.Supply(std::move(fetched));

  EXPECT_THAT(memory.FindRange({Side::kLeft, "party"}), Pointee(ElementsAre(Pair("2", ::testing::_), Pair("3", ::testing::_))));
  EXPECT_EQ(memory.FindRange({Side::kRight, "party"}), nullptr);
}

TEST(Memory, ARangeFetchedWithoutWhatOneListingSawIsNoAnswerToAnother) {
  Memory memory(kLinksMax);
  const auto seen = std::make_shared<const KeyHashes>();
  const std::pair<Side, std::string> range{Side::kLeft, "party"};
  Fetched fetched;
  fetched.record_ranges[range] = {{"1", RecordEntry{.link = 1}}};
  fetched.left_out[range] = seen;

  memory.Supply(std::move(fetched));

  EXPECT_NE(memory.FindRange(range, seen), nullptr);
  EXPECT_EQ(memory.FindRange(range, std::make_shared<const KeyHashes>()), nullptr);
  EXPECT_EQ(memory.FindRange(range), nullptr);
}

}  // namespace
}  // namespace entente
