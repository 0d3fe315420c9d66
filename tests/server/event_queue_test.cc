#include "engine/server/event_queue.h"

#include <gtest/gtest.h>

namespace entente {
namespace {

Queued Feed(Side side, std::uint64_t batch) {
  FeedBatch feed;
  feed.side = side;
  feed.batch = batch;
  return {feed, nullptr};
}

TEST(EventQueueTest, RequestsPassWhatWaits) {
  EventQueue queue;
  queue.Push(Source::kLeftFeed, Feed(Side::kLeft, 1));
  queue.Push(Source::kRequests, {Request{}, nullptr});

  EXPECT_EQ(queue.Next(), Source::kRequests);
}

TEST(EventQueueTest, SourcesTakeTurns) {
  EventQueue queue;
  for (std::uint64_t batch = 1; batch <= 2; ++batch) {
    queue.Push(Source::kLeftFeed, Feed(Side::kLeft, batch));
    queue.Push(Source::kRightFeed, Feed(Side::kRight, batch));
  }
  std::vector<Source> order;
  while (const std::optional<Source> source = queue.Next()) {
    order.push_back(*source);
    queue.Advance(*source);
    queue.Pop(*source);
  }

  EXPECT_EQ(order, (std::vector<Source>{Source::kLeftFeed, Source::kRightFeed, Source::kLeftFeed, Source::kRightFeed}));
}

TEST(EventQueueTest, ABlockedSourceWaitsAndTheOthersGoOn) {
  EventQueue queue;
  queue.Push(Source::kLeftFeed, Feed(Side::kLeft, 1));
  queue.Push(Source::kRightFeed, Feed(Side::kRight, 1));
  queue.Block(Source::kLeftFeed);

  EXPECT_EQ(queue.Next(), Source::kRightFeed);
  queue.Pop(Source::kRightFeed);
  EXPECT_EQ(queue.Next(), std::nullopt);
  EXPECT_FALSE(queue.IsEmpty());
  queue.Unblock(Source::kLeftFeed);
  EXPECT_EQ(queue.Next(), Source::kLeftFeed);
}

TEST(EventQueueTest, TimersThatWaitAreOne) {
  EventQueue queue;
  for (int i = 0; i < 10; ++i) queue.Push(Source::kTimer, {TimerDue{}, nullptr});

  EXPECT_EQ(queue.size(), 2u);  // the first may be half handled
}

}  // namespace
}  // namespace entente
