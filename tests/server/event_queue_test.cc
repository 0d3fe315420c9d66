#include "engine/pipeline/event_queue.h"

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

TEST(EventQueueTest, AnswersThatSomebodyWaitsForPassTheOthersOfTheirSide) {
  EventQueue queue;
  ResultBatch bulk, urgent;
  bulk.side = urgent.side = Side::kRight;
  urgent.is_urgent = true;
  queue.Push(SourceOf(bulk), {bulk, nullptr});
  queue.Push(SourceOf(urgent), {urgent, nullptr});

  EXPECT_EQ(queue.Next(), Source::kRightUrgent);
  queue.Pop(Source::kRightUrgent);
  EXPECT_EQ(queue.Next(), Source::kRightResults);
}

TEST(EventQueueTest, WhatIsBriefIsFoundAmongBulkWork) {
  EventQueue queue;
  queue.Push(Source::kLeftFeed, Feed(Side::kLeft, 1));
  queue.Push(Source::kRightResults, {ResultBatch{}, nullptr});
  queue.Push(Source::kTimer, {TimerDue{}, nullptr});
  EXPECT_EQ(queue.Next(true), std::nullopt);

  queue.Push(Source::kRightSession, {SessionClosed{}, nullptr});

  EXPECT_EQ(queue.Next(true), Source::kRightSession);
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

Queued Answers(std::uint64_t session, std::size_t count) {
  ResultBatch results;
  results.session = session;
  results.results.resize(count);
  return {results, nullptr};
}

TEST(EventQueueTest, AnswersThatWaitAreHandledTogetherButNotWithTheFirst) {
  EventQueue queue;
  for (int i = 0; i < 10; ++i) {
    queue.Push(Source::kLeftResults, Answers(1, 7));
    queue.Push(Source::kLeftResults, {OperationsReady{Side::kLeft, 1, 7}, nullptr});
  }
  EXPECT_EQ(std::get<ResultBatch>(queue.Front(Source::kLeftResults).event).results.size(), 7u);  // it may be half handled

  std::size_t results = 0;
  int ready = 0, events = 0;
  while (!queue.IsEmpty()) {
    const Event& event = queue.Front(Source::kLeftResults).event;
    if (const auto* batch = std::get_if<ResultBatch>(&event)) results += batch->results.size();
    if (const auto* room = std::get_if<OperationsReady>(&event)) ready += room->count;
    queue.Pop(Source::kLeftResults);
    ++events;
  }
  EXPECT_EQ(results, 70u);
  EXPECT_EQ(ready, 70);
  EXPECT_EQ(events, 3);
}

TEST(EventQueueTest, AnswersOfTwoSessionsAndTooManyOfOneStayApart) {
  EventQueue queue;
  queue.Push(Source::kLeftResults, Answers(1, 1));
  queue.Push(Source::kLeftResults, Answers(1, 900));
  queue.Push(Source::kLeftResults, Answers(1, 200));
  queue.Push(Source::kLeftResults, Answers(2, 1));

  EXPECT_EQ(queue.size(), 4u);
}

TEST(EventQueueTest, WhileSomebodyWaitsFewerAnswersAreJoined) {
  const auto events_of = [](bool is_short) {
    EventQueue queue;
    queue.KeepShort(is_short);
    for (int i = 0; i < 101; ++i) queue.Push(Source::kLeftResults, Answers(1, 2));
    return queue.size();
  };
  EXPECT_EQ(events_of(false), 2u) << "the first by itself, and the others";
  EXPECT_EQ(events_of(true), 5u) << "the first by itself, and four of fifty answers";
}

TEST(EventQueueTest, TimersThatWaitAreOne) {
  EventQueue queue;
  for (int i = 0; i < 10; ++i) queue.Push(Source::kTimer, {TimerDue{}, nullptr});

  EXPECT_EQ(queue.size(), 2u);  // the first may be half handled
}

}  // namespace
}  // namespace entente
