#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/sdk/channel.h"
#include "connectors/sdk/error.h"
#include "connectors/sdk/runner.h"
#include "tests/connectors/sdk_fake_engine.h"
#include "tests/connectors/sdk_scripted_connector.h"

namespace entente::sdk {
namespace {

using ::testing::HasSubstr;
using testing::FakeEngine;
using testing::ScriptedConnector;

v1::Operation Make(std::uint64_t id, v1::Operation::Verb verb, const std::string& key = "k") {
  v1::Operation operation;
  operation.set_id(id);
  operation.set_resource(1);
  operation.set_verb(verb);
  operation.set_key(key);
  operation.set_listing_id("l");
  operation.set_listing_mode(v1::LISTING);
  return operation;
}

v1::OpenSessionResponse Opening() {
  v1::OpenSessionResponse out;
  out.set_session_id("s");
  out.set_lease_millis(60000);
  out.set_heartbeat_millis(20);
  out.set_credits(1000);
  return out;
}

class RunnerTest : public ::testing::Test {
 protected:
  void Start(const RunnerOptions* options = nullptr) {
    RunnerOptions chosen = options == nullptr ? RunnerOptions() : *options;
    chosen.side = "left";
    chosen.address = engine_.address();
    chosen.token = "secret";
    chosen.retry_first = absl::Milliseconds(5);
    chosen.retry_max = absl::Milliseconds(20);
    chosen.refused_wait = absl::Milliseconds(5);
    chosen.stale_first = absl::Milliseconds(5);
    chosen.stale_max = absl::Milliseconds(20);
    runner_ = std::make_unique<Runner>(connector_, chosen, *timer_);
    thread_ = std::thread([this] { EXPECT_TRUE(runner_->Run().ok()); });
  }

  void TearDown() override {
    if (runner_) runner_->Stop();
    if (thread_.joinable()) thread_.join();
  }

  FakeEngine engine_;
  ScriptedConnector connector_;
  std::unique_ptr<Timer> timer_ = MakeTimer();
  std::unique_ptr<Runner> runner_;
  std::thread thread_;
};

TEST_F(RunnerTest, ASessionCarriesSideCatalogueAndToken) {
  Start();

  ASSERT_TRUE(engine_.AwaitSessions(1));

  EXPECT_EQ(engine_.openings[0].side(), "left");
  EXPECT_EQ(engine_.openings[0].catalogue().resources(0).name(), "things");
  EXPECT_EQ(engine_.tokens[0], "Bearer secret");
}

TEST_F(RunnerTest, AListingIsMarkedAndAnsweredWhenItIsDurable) {
  Start();
  ASSERT_TRUE(engine_.AwaitSessions(1));

  engine_.SendOperations({Make(7, v1::Operation::START_LISTING)});
  v1::OperationResult result;
  ASSERT_TRUE(engine_.AwaitResult(7, &result));

  EXPECT_TRUE(result.has_receipt());
  ASSERT_EQ(engine_.batches.size(), 1U);
  const auto& batch = engine_.batches[0];
  EXPECT_TRUE(batch.listing_begins());
  EXPECT_TRUE(batch.listing_ends());
  EXPECT_FALSE(batch.listing_failed());
  EXPECT_EQ(batch.listing_id(), "l");
  EXPECT_EQ(batch.resource(), "things");
  EXPECT_EQ(batch.changes_size(), 3);
  EXPECT_EQ(batch.cursor_after(), "listed");
}

TEST_F(RunnerTest, AListingThatIsNotDurableIsNotAnswered) {
  engine_.SetAcknowledging(false);
  Start();
  ASSERT_TRUE(engine_.AwaitSessions(1));

  engine_.SendOperations({Make(7, v1::Operation::START_LISTING), Make(8, v1::Operation::READ)});
  v1::OperationResult result;
  ASSERT_TRUE(engine_.AwaitResult(8, &result));
  ASSERT_TRUE(engine_.Await([&] { return engine_.batches.size() == 1; }));

  EXPECT_EQ(engine_.results.size(), 1U);
}

TEST_F(RunnerTest, ABrokenListingEndsWithTheMarkOfFailure) {
  connector_.on_list = [&](ChangeSink& sink) {
    v1::ReportChangesRequest batch;
    *batch.add_changes() = ScriptedConnector::Record("a", connector_.sequence);
    batch.set_cursor_after("never");
    EXPECT_TRUE(sink.Send(batch).ok());
    return absl::UnavailableError("gone");
  };
  Start();
  ASSERT_TRUE(engine_.AwaitSessions(1));

  engine_.SendOperations({Make(7, v1::Operation::START_LISTING)});
  v1::OperationResult result;
  ASSERT_TRUE(engine_.AwaitResult(7, &result));

  EXPECT_EQ(result.failure().class_(), v1::Failure::AGAIN);
  EXPECT_EQ(result.failure().reason(), "LISTING_FAILED");
  EXPECT_TRUE(engine_.batches.back().listing_ends());
  EXPECT_TRUE(engine_.batches.back().listing_failed());
  EXPECT_TRUE(engine_.batches.back().cursor_after().empty());
}

TEST_F(RunnerTest, BatchesLargerThanTheCreditsAreCutAndTheCursorTravelsLast) {
  auto opening = Opening();
  opening.set_credits(2);
  engine_.SetOpening(opening);
  Start();
  ASSERT_TRUE(engine_.AwaitSessions(1));

  engine_.SendOperations({Make(7, v1::Operation::START_LISTING)});
  v1::OperationResult result;
  ASSERT_TRUE(engine_.AwaitResult(7, &result));

  ASSERT_EQ(engine_.batches.size(), 2U);
  EXPECT_EQ(engine_.batches[0].changes_size(), 2);
  EXPECT_TRUE(engine_.batches[0].listing_begins());
  EXPECT_FALSE(engine_.batches[0].listing_ends());
  EXPECT_TRUE(engine_.batches[0].cursor_after().empty());
  EXPECT_FALSE(engine_.batches[1].listing_begins());
  EXPECT_TRUE(engine_.batches[1].listing_ends());
  EXPECT_EQ(engine_.batches[1].cursor_after(), "listed");
}

TEST_F(RunnerTest, APollOnRequestReportsFromTheCursorAndIsAnswered) {
  auto opening = Opening();
  auto* feed = opening.add_feeds();
  feed->set_resource("things");
  feed->set_cursor("c1");
  feed->set_interval_millis(3600000);
  engine_.SetOpening(opening);
  std::mutex mutex;
  std::vector<std::string> cursors;
  connector_.on_poll = [&](const std::string& cursor, ChangeSink& sink) {
    v1::ReportChangesRequest batch;
    {
      const std::lock_guard lock(mutex);
      cursors.push_back(cursor);
      batch.set_cursor_after("c" + std::to_string(cursors.size() + 1));
    }
    return sink.Send(batch);
  };
  Start();
  ASSERT_TRUE(engine_.Await([&] { return engine_.batches.size() == 1; }));

  engine_.SendOperations({Make(9, v1::Operation::POLL)});
  v1::OperationResult result;
  ASSERT_TRUE(engine_.AwaitResult(9, &result));

  EXPECT_TRUE(result.has_receipt());
  const std::lock_guard lock(mutex);
  EXPECT_THAT(cursors, ::testing::ElementsAre("c1", "c2"));
  EXPECT_TRUE(engine_.batches.back().poll_ends());
  EXPECT_EQ(engine_.batches.back().cursor_after(), "c3");
}

TEST_F(RunnerTest, R07_AFeedWithoutAnIntervalIsPolledOnRequestOnly) {
  auto opening = Opening();
  auto* feed = opening.add_feeds();
  feed->set_resource("things");
  feed->set_cursor("c1");
  engine_.SetOpening(opening);
  std::atomic<int> polls{0};
  connector_.on_poll = [&](const std::string&, ChangeSink&) {
    ++polls;
    return absl::OkStatus();
  };
  Start();
  ASSERT_TRUE(engine_.AwaitSessions(1));
  // A listing is made after polls that are due.
  engine_.SendOperations({Make(7, v1::Operation::START_LISTING)});
  v1::OperationResult result;
  ASSERT_TRUE(engine_.AwaitResult(7, &result));
  EXPECT_EQ(polls, 0);

  engine_.SendOperations({Make(9, v1::Operation::POLL)});
  ASSERT_TRUE(engine_.AwaitResult(9, &result));
  EXPECT_EQ(polls, 1);
}

TEST_F(RunnerTest, PollsThatAreAlwaysLateDoNotKeepListingsWaiting) {
  auto opening = Opening();
  auto* feed = opening.add_feeds();
  feed->set_resource("things");
  feed->set_cursor("c");
  feed->set_interval_millis(1);
  engine_.SetOpening(opening);
  std::atomic<int> polls{0};
  connector_.on_poll = [&](const std::string&, ChangeSink&) {
    // Each poll takes longer than its interval.
    const absl::Time end = timer_->Now() + absl::Milliseconds(5);
    while (timer_->Now() < end) std::this_thread::yield();
    ++polls;
    return absl::OkStatus();
  };
  Start();
  ASSERT_TRUE(engine_.AwaitSessions(1));
  while (polls < 3) std::this_thread::yield();

  std::vector<v1::Operation> listings;
  for (std::uint64_t id = 1; id <= 5; ++id) listings.push_back(Make(id, v1::Operation::START_LISTING));
  engine_.SendOperations(listings);
  v1::OperationResult result;
  ASSERT_TRUE(engine_.AwaitResult(5, &result));

  EXPECT_TRUE(result.has_receipt());
}

TEST_F(RunnerTest, ALostCursorIsReported) {
  connector_.on_poll = [](const std::string&, ChangeSink&) { return absl::OutOfRangeError("unknown"); };
  auto opening = Opening();
  auto* feed = opening.add_feeds();
  feed->set_resource("things");
  feed->set_cursor("old");
  feed->set_interval_millis(1000);
  engine_.SetOpening(opening);
  Start();

  ASSERT_TRUE(engine_.Await([&] { return !engine_.batches.empty(); }));

  EXPECT_TRUE(engine_.batches[0].cursor_lost());
  EXPECT_FALSE(engine_.batches[0].poll_ends());
}

TEST_F(RunnerTest, AnOperationTheConnectorForgetsIsUncertainWhenItWrites) {
  connector_.on_perform = [](std::vector<v1::Operation>, const std::function<bool()>&, const std::function<void(v1::OperationResult)>&) {};
  Start();
  ASSERT_TRUE(engine_.AwaitSessions(1));

  engine_.SendOperations({Make(1, v1::Operation::CREATE), Make(2, v1::Operation::READ)});
  v1::OperationResult created;
  v1::OperationResult read;
  ASSERT_TRUE(engine_.AwaitResult(1, &created));
  ASSERT_TRUE(engine_.AwaitResult(2, &read));

  EXPECT_EQ(created.failure().class_(), v1::Failure::UNCERTAIN);
  EXPECT_EQ(read.failure().class_(), v1::Failure::AGAIN);
}

TEST_F(RunnerTest, ASecondAnswerIsDropped) {
  connector_.on_perform = [&](std::vector<v1::Operation> operations, const std::function<bool()>&, const std::function<void(v1::OperationResult)>& done) {
    for (const auto& operation : operations) {
      done(ScriptedConnector::Done(operation, 1));
      done(ScriptedConnector::Done(operation, 2));
    }
  };
  Start();
  ASSERT_TRUE(engine_.AwaitSessions(1));

  engine_.SendOperations({Make(1, v1::Operation::UPDATE)});
  engine_.SendOperations({Make(2, v1::Operation::UPDATE)});
  v1::OperationResult result;
  ASSERT_TRUE(engine_.AwaitResult(2, &result));

  EXPECT_EQ(engine_.results.size(), 2U);
}

TEST_F(RunnerTest, TheWriteDelayHoldsWritesAndLetsReadsPass) {
  auto opening = Opening();
  opening.set_write_delay_millis(3600000);
  engine_.SetOpening(opening);
  Start();
  ASSERT_TRUE(engine_.AwaitSessions(1));

  engine_.SendOperations({Make(1, v1::Operation::CREATE), Make(2, v1::Operation::READ)});
  v1::OperationResult result;
  ASSERT_TRUE(engine_.AwaitResult(2, &result));

  EXPECT_EQ(engine_.results.size(), 1U);
}

TEST_F(RunnerTest, WithoutWordFromTheEngineTheLeaseEnds) {
  auto opening = Opening();
  opening.set_lease_millis(1);
  engine_.SetOpening(opening);
  engine_.SetAcknowledging(false);
  std::mutex mutex;
  std::condition_variable ended;
  bool saw_end = false;
  connector_.on_perform = [&](std::vector<v1::Operation> operations, const std::function<bool()>& may_start,
                              const std::function<void(v1::OperationResult)>& done) {
    while (may_start()) std::this_thread::yield();
    for (const auto& operation : operations) done(ScriptedConnector::Done(operation, 1));
    const std::lock_guard lock(mutex);
    saw_end = true;
    ended.notify_all();
  };
  Start();
  ASSERT_TRUE(engine_.AwaitSessions(1));
  engine_.SendOperations({Make(1, v1::Operation::UPDATE)});

  std::unique_lock lock(mutex);
  EXPECT_TRUE(ended.wait_for(lock, std::chrono::seconds(20), [&] { return saw_end; }));
}

TEST_F(RunnerTest, AfterABrokenStreamItDescribesAnewOnceOperationsAreFinished) {
  std::atomic<bool> began{false};
  connector_.on_perform = [&](std::vector<v1::Operation> operations, const std::function<bool()>& may_start,
                              const std::function<void(v1::OperationResult)>& done) {
    began = true;
    while (may_start()) std::this_thread::yield();
    EXPECT_EQ(connector_.described, 1);  // the next session waits for this operation
    for (const auto& operation : operations) done(ScriptedConnector::Done(operation, 1));
  };
  Start();
  ASSERT_TRUE(engine_.AwaitSessions(1));
  engine_.SendOperations({Make(1, v1::Operation::CREATE)});
  while (!began) std::this_thread::yield();

  engine_.EndStreams(grpc::Status(grpc::StatusCode::UNAVAILABLE, "restarting"));
  ASSERT_TRUE(engine_.AwaitSessions(2));

  EXPECT_GE(connector_.described, 2);
  EXPECT_TRUE(engine_.results.empty());  // its result died with its session
}

TEST_F(RunnerTest, AStaleSessionIsTriedAgain) {
  Start();
  ASSERT_TRUE(engine_.AwaitSessions(1));

  engine_.EndStreams(grpc::Status(grpc::StatusCode::ABORTED, "SESSION_STALE: a newer session was opened"));

  EXPECT_TRUE(engine_.AwaitSessions(2));
}

TEST_F(RunnerTest, ARefusalIsShownAndTriedAgain) {
  engine_.Refuse(grpc::Status(grpc::StatusCode::FAILED_PRECONDITION, "VERSION_NOT_SUPPORTED: the pack takes version 11"));
  Start();
  ASSERT_TRUE(engine_.Await([&] { return engine_.refused >= 2; }));

  EXPECT_EQ(runner_->state().reason, "VERSION_NOT_SUPPORTED");
  EXPECT_THAT(runner_->state().sentence, HasSubstr("takes version 11"));

  engine_.Refuse(grpc::Status::OK);
  EXPECT_TRUE(engine_.AwaitSessions(1));
}

TEST_F(RunnerTest, ASystemThatCannotBeDescribedIsTriedAgain) {
  connector_.on_describe = [&] { return connector_.described < 3 ? absl::UnavailableError("no database") : absl::OkStatus(); };
  Start();

  EXPECT_TRUE(engine_.AwaitSessions(1));
  EXPECT_EQ(connector_.described, 3);
}

TEST_F(RunnerTest, TheEngineIsToldWhyASystemCannotBeDescribed) {
  connector_.on_describe = [] { return MakeError(absl::StatusCode::kUnauthenticated, "LOGIN_REFUSED", "the database refused the login"); };
  Start();

  ASSERT_TRUE(engine_.Await([&] { return !engine_.troubles.empty(); }));
  EXPECT_EQ(engine_.troubles[0].side(), "left");
  EXPECT_EQ(engine_.troubles[0].trouble_code(), "LOGIN_REFUSED");
  EXPECT_EQ(engine_.troubles[0].trouble_text(), "the database refused the login");
  EXPECT_EQ(runner_->state().reason, "LOGIN_REFUSED");
}

TEST_F(RunnerTest, StoppingEndsItWhileItWaitsForCredits) {
  engine_.SetAcknowledging(false);
  auto opening = Opening();
  opening.set_credits(1);
  engine_.SetOpening(opening);
  Start();
  ASSERT_TRUE(engine_.AwaitSessions(1));
  engine_.SendOperations({Make(7, v1::Operation::START_LISTING)});
  ASSERT_TRUE(engine_.Await([&] { return !engine_.batches.empty(); }));

  runner_->Stop();
  thread_.join();

  EXPECT_EQ(runner_->state().phase, RunnerState::Phase::kStopped);
}

TEST(Check, NamesWhatDoesNotAnswer) {
  ScriptedConnector connector;
  connector.on_describe = [] { return absl::UnavailableError("the database does not answer"); };
  RunnerOptions options;
  options.address = "10.0.0.1:1";

  const auto lines = Check(connector, options);

  ASSERT_EQ(lines.size(), 3U);
  EXPECT_FALSE(lines[0].is_ok);
  EXPECT_EQ(lines[0].reason, "SYSTEM_UNREACHABLE");
  EXPECT_EQ(lines[0].sentence, "the database does not answer");
  EXPECT_FALSE(lines[2].is_ok);
  EXPECT_EQ(lines[2].reason, "TLS_REQUIRED");
  EXPECT_THAT(lines[2].sentence, HasSubstr("tls_root_file"));
}

TEST(Check, AsksTheEngineAndOpensNothing) {
  FakeEngine engine;
  ScriptedConnector connector;
  RunnerOptions options;
  options.side = "left";
  options.address = engine.address();
  options.token = "secret";

  for (const CheckLine& line : Check(connector, options)) EXPECT_TRUE(line.is_ok) << line.what << ": " << line.sentence;
  engine.Refuse(grpc::Status(grpc::StatusCode::UNAUTHENTICATED, "TOKEN_WRONG: The token is not the one of this instance."));
  const auto refused = Check(connector, options);

  EXPECT_TRUE(engine.openings.empty());
  ASSERT_EQ(engine.asked.size(), 1U);
  EXPECT_EQ(engine.asked[0].catalogue().resources(0).name(), "things");
  EXPECT_EQ(refused.back().reason, "TOKEN_WRONG");
  EXPECT_EQ(refused.back().sentence, "The token is not the one of this instance.");
}

TEST(Check, ASystemThatFailsDoesNotHideThatTheEngineAnswers) {
  FakeEngine engine;
  ScriptedConnector connector;
  connector.on_describe = [] { return MakeError(absl::StatusCode::kNotFound, "DATA_SOURCE_UNKNOWN", "there is no such data source"); };
  RunnerOptions options;
  options.address = engine.address();
  options.token = "secret";

  const auto lines = Check(connector, options);

  EXPECT_EQ(lines.front().reason, "DATA_SOURCE_UNKNOWN");
  EXPECT_TRUE(lines.back().is_ok) << lines.back().sentence;
}

TEST(Explained, SaysWhyNoEngineAnswered) {
  RunnerOptions options;
  options.address = "engine.example:7443";
  options.tls_root_file = "root.pem";
  const auto reason = [&](const char* text) { return ReasonOf(Explained(absl::UnavailableError(text), options)); };

  EXPECT_EQ(reason("failed to connect to all addresses; last error: UNKNOWN: ipv4:10.0.0.1:1: Failed to connect to remote host: Connection refused"), "ENGINE_UNREACHABLE");
  EXPECT_EQ(reason("Ssl handshake failed: SSL_ERROR_SSL: error:0A000086:SSL routines::certificate verify failed"), "TLS_CERTIFICATE_REFUSED");
  EXPECT_EQ(reason("Ssl handshake failed: SSL_ERROR_SSL: error:0A00010B:SSL routines::wrong version number"), "TLS_NOT_SPOKEN");
  EXPECT_EQ(reason("Trying to connect an http1.x server"), "NOT_AN_ENGINE");
  EXPECT_EQ(reason("ENGINE_STOPPING: The engine is stopping."), "ENGINE_STOPPING");
}

}  // namespace
}  // namespace entente::sdk
