// Sessions of connectors over real gRPC on loopback.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/runtime/error.h"
#include "entente/connector/v1/connector.grpc.pb.h"
#include "tests/rpc/calls.h"
#include "tests/support/await.h"
#include "tests/support/fake_clock.h"

namespace entente {
namespace {

namespace v1 = ::entente::connector::v1;

v1::OpenSessionRequest LeftSession() {
  v1::OpenSessionRequest request;
  request.set_side("sage");
  request.set_system("sage100");
  request.set_version("11.02");
  request.set_companies(1);
  v1::Resource* party = request.mutable_catalogue()->add_resources();
  party->set_number(1);
  party->set_name("party");
  std::uint32_t number = 0;
  for (const char* name : {"CT_Num", "CT_Intitule", "CT_Unmapped"}) {
    v1::Field* field = party->add_fields();
    field->set_number(++number);
    field->set_name(name);
    field->set_type(v1::Field::TEXT);
    field->set_writable(true);
  }
  return request;
}

// A connector's end of one session.
class Peer {
 public:
  explicit Peer(Served& served) : stub_(v1::ConnectorService::NewStub(served.channel)) {}

  grpc::Status Open(const v1::OpenSessionRequest& request = LeftSession(), const std::string& token = "left") {
    grpc::ClientContext context;
    Authorise(context, token);
    return stub_->OpenSession(&context, request, &opened);
  }
  void Connect(const std::string& token = "left") {
    Authorise(changes_context_, token);
    Authorise(operations_context_, token);
    changes = stub_->ReportChanges(&changes_context_);
    operations = stub_->PerformOperations(&operations_context_);
    v1::ReportChangesRequest beat;
    beat.set_session_id(opened.session_id());
    changes->Write(beat);
    v1::PerformOperationsRequest greeting;
    greeting.set_session_id(opened.session_id());
    greeting.set_ready(40);
    operations->Write(greeting);
  }
  v1::ReportChangesRequest Batch(std::uint64_t number, int changes_count) const {
    v1::ReportChangesRequest batch;
    batch.set_session_id(opened.session_id());
    batch.set_batch(number);
    batch.set_mode(v1::LIVE);
    batch.set_resource("party");
    batch.set_cursor_after("cursor-2");
    for (int i = 0; i < changes_count; ++i) {
      v1::Change* change = batch.add_changes();
      change->set_resource(1);
      change->set_key("C" + std::to_string(i));
      change->set_kind(v1::Change::CONTENT);
      change->set_read_seq(5);
      for (std::uint32_t field = 1; field <= 3; ++field) {
        change->add_fields()->set_field(field);
        change->mutable_fields()->rbegin()->mutable_value()->set_text_value("v" + std::to_string(field));
      }
    }
    return batch;
  }
  // Reads on until the engine ends the stream.
  template <typename Stream, typename Response>
  static grpc::Status End(Stream& stream, Response* last) {
    while (stream->Read(last)) {
    }
    return stream->Finish();
  }

  v1::OpenSessionResponse opened;
  std::unique_ptr<grpc::ClientReaderWriter<v1::ReportChangesRequest, v1::ReportChangesResponse>> changes;
  std::unique_ptr<grpc::ClientReaderWriter<v1::PerformOperationsRequest, v1::PerformOperationsResponse>> operations;

 private:
  std::unique_ptr<v1::ConnectorService::Stub> stub_;
  grpc::ClientContext changes_context_;
  grpc::ClientContext operations_context_;
};

TEST(ConnectorServiceTest, ASessionOpensWithWhatTheMachineSays) {
  Served served;
  Peer peer(served);

  const grpc::Status status = peer.Open();

  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(peer.opened.session_number(), 1u);
  EXPECT_EQ(peer.opened.epoch(), 77u);
  EXPECT_EQ(peer.opened.credits(), 100u);
  EXPECT_EQ(peer.opened.feeds(0).cursor(), "cursor-1");
  EXPECT_EQ(peer.opened.options().at("labels"), "draft");
  EXPECT_EQ(peer.opened.write_delay_millis(), 0);
  EXPECT_EQ(served.instance.last_session().version, "11.02");
  EXPECT_EQ(served.instance.last_session().resources.at("party").fields.size(), 3u);
}

TEST(ConnectorServiceTest, AGateRefusesWithItsReason) {
  Served served;
  served.instance.RefuseSessions(MakeError(absl::StatusCode::kFailedPrecondition, "VERSION_NOT_SUPPORTED", "Version 10 is not supported."));
  Peer peer(served);

  const grpc::Status status = peer.Open();

  EXPECT_EQ(status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(ReasonIn(status), "VERSION_NOT_SUPPORTED");
}

TEST(ConnectorServiceTest, AnUnknownSideIsRefused) {
  Served served;
  Peer peer(served);
  v1::OpenSessionRequest request = LeftSession();
  request.set_side("sap");

  EXPECT_EQ(ReasonIn(peer.Open(request)), "SIDE_UNKNOWN");
}

TEST(ConnectorServiceTest, AWrongTokenIsRefusedAndCounted) {
  Served served;
  Peer peer(served);

  EXPECT_EQ(ReasonIn(peer.Open(LeftSession(), "right")), "TOKEN_WRONG");
  EXPECT_EQ(ReasonIn(peer.Open(LeftSession(), "op")), "TOKEN_WRONG");
  EXPECT_EQ(served.server->tokens_refused(), 2u);
}

TEST(ConnectorServiceTest, ASessionOnlyAskedAboutIsNotOpened) {
  Served served;
  Peer running(served);
  ASSERT_TRUE(running.Open().ok());
  running.Connect();
  Peer asking(served);
  v1::OpenSessionRequest request = LeftSession();
  request.set_validate_only(true);

  EXPECT_TRUE(asking.Open(request).ok());
  served.instance.RefuseSessions(MakeError(absl::StatusCode::kFailedPrecondition, "VERSION_NOT_SUPPORTED", "Version 10 is not supported."));
  EXPECT_EQ(ReasonIn(asking.Open(request)), "VERSION_NOT_SUPPORTED");

  EXPECT_EQ(asking.opened.session_id(), "");
  // The session that runs does not notice: its changes are still taken.
  ASSERT_TRUE(running.changes->Write(running.Batch(1, 1)));
  EXPECT_TRUE(served.instance.Next<FeedBatch>().has_value());
}

TEST(ConnectorServiceTest, WhatAConnectorCannotReachIsHandedOnAndRefused) {
  Served served;
  Peer peer(served);
  v1::OpenSessionRequest request;
  request.set_side("sage");
  request.set_trouble_code("LOGIN_REFUSED");
  request.set_trouble_text("the database refused the login\nof entente");

  EXPECT_EQ(ReasonIn(peer.Open(request)), "LOGIN_REFUSED");
  EXPECT_EQ(served.instance.last_session().trouble_code, "LOGIN_REFUSED");
  EXPECT_EQ(served.instance.last_session().trouble, "the database refused the login of entente");

  request.set_trouble_code("no reason: at all");
  EXPECT_EQ(ReasonIn(peer.Open(request)), "CONNECTOR_TROUBLE");
  EXPECT_EQ(ReasonIn(peer.Open(request, "wrong")), "TOKEN_WRONG");
}

TEST(ConnectorServiceTest, ACatalogueThatNamesANumberTwiceIsRefused) {
  Served served;
  Peer peer(served);
  v1::OpenSessionRequest request = LeftSession();
  request.mutable_catalogue()->mutable_resources(0)->mutable_fields(1)->set_number(1);

  EXPECT_EQ(ReasonIn(peer.Open(request)), "CATALOGUE_INVALID");
}

TEST(ConnectorServiceTest, APackThatDoesNotFitTheCatalogueIsRefusedAndShown) {
  Served served;
  Peer peer(served);
  v1::OpenSessionRequest request = LeftSession();
  request.mutable_catalogue()->mutable_resources(0)->mutable_fields(1)->set_writable(false);

  const grpc::Status refused = peer.Open(request);
  EXPECT_EQ(ReasonIn(refused), "PACK_DOES_NOT_FIT");
  EXPECT_THAT(refused.error_message(), ::testing::HasSubstr("party.yaml:41: `name` is written to `CT_Intitule` on sage"));
  EXPECT_EQ(served.instance.last_session().trouble_code, "PACK_DOES_NOT_FIT");
  // What is wrong with the system as a whole is said first.
  served.instance.RefuseSessions(MakeError(absl::StatusCode::kFailedPrecondition, "VERSION_NOT_SUPPORTED", "Version 10 is not supported."));
  EXPECT_EQ(ReasonIn(peer.Open(request)), "VERSION_NOT_SUPPORTED");
}

TEST(ConnectorServiceTest, AColumnThatIsGoneIsNoReasonToRefuse) {
  Served served;
  Peer peer(served);
  v1::OpenSessionRequest request = LeftSession();
  request.mutable_catalogue()->mutable_resources(0)->mutable_fields()->DeleteSubrange(1, 1);

  EXPECT_TRUE(peer.Open(request).ok());
}

TEST(ConnectorServiceTest, ABatchArrivesWithItsMappedFieldsOnlyAndItsAcknowledgementComesBack) {
  Served served;
  Peer peer(served);
  ASSERT_TRUE(peer.Open().ok());
  peer.Connect();

  peer.changes->Write(peer.Batch(1, 2));
  const std::optional<FeedBatch> batch = served.instance.Next<FeedBatch>();

  ASSERT_TRUE(batch);
  EXPECT_EQ(batch->side, Side::kLeft);
  EXPECT_EQ(batch->session, 1u);
  EXPECT_EQ(batch->cursor_after, "cursor-2");
  EXPECT_EQ(batch->changes[1].key, "C1");
  EXPECT_EQ(batch->changes[1].fields, (Fields{{"CT_Num", "v1"}, {"CT_Intitule", "v2"}}));

  served.instance.outlet()->Acknowledge({Side::kLeft, 1, 1, 2});
  v1::ReportChangesResponse response;
  ASSERT_TRUE(peer.changes->Read(&response));
  EXPECT_EQ(response.batch_durable(), 1u);
  EXPECT_EQ(response.credits(), 2u);
}

TEST(ConnectorServiceTest, OperationsGoOutAndTheirResultsComeBack) {
  Served served;
  Peer peer(served);
  ASSERT_TRUE(peer.Open().ok());
  peer.Connect();
  EXPECT_EQ(served.instance.Next<OperationsReady>()->count, 40);

  OperationOut update;
  update.id = 9;
  update.verb = Verb::kUpdate;
  update.resource = "party";
  update.key = "C1";
  update.fields = {{"CT_Intitule", "Durand"}};
  served.instance.outlet()->Send({Side::kLeft, 1, {update}});
  v1::PerformOperationsResponse sent;
  while (peer.operations->Read(&sent) && sent.operations().empty()) {
  }
  ASSERT_EQ(sent.operations_size(), 1);
  EXPECT_EQ(sent.operations(0).verb(), v1::Operation::UPDATE);
  EXPECT_EQ(sent.operations(0).epoch(), 77u);
  EXPECT_EQ(sent.operations(0).fields(0).field(), 2u);

  v1::PerformOperationsRequest done;
  done.set_session_id(peer.opened.session_id());
  v1::OperationResult* result = done.add_results();
  result->set_id(9);
  result->set_seq(12);
  result->mutable_receipt()->set_observation(v1::Receipt::UNOBSERVED);
  result->mutable_receipt()->mutable_change()->set_key("C1");
  peer.operations->Write(done);
  const std::optional<ResultBatch> results = served.instance.Next<ResultBatch>();
  ASSERT_TRUE(results);
  EXPECT_EQ(results->results[0].id, 9u);
  EXPECT_EQ(results->results[0].observation, Observation::kUnobserved);
  EXPECT_EQ(results->results[0].change->key, "C1");
}

TEST(ConnectorServiceTest, AnOperationTheConnectorCannotTakeFailsForGood) {
  Served served;
  Peer peer(served);
  ASSERT_TRUE(peer.Open().ok());
  peer.Connect();
  ASSERT_TRUE(served.instance.Next<OperationsReady>());

  OperationOut update;
  update.id = 9;
  update.verb = Verb::kUpdate;
  update.resource = "party";
  update.fields = {{"CT_Gone", "x"}};
  served.instance.outlet()->Send({Side::kLeft, 1, {update}});

  const std::optional<ResultBatch> results = served.instance.Next<ResultBatch>();
  ASSERT_TRUE(results);
  EXPECT_EQ(results->results[0].failure, FailureClass::kNever);
  EXPECT_EQ(results->results[0].code, "FIELD_UNKNOWN");
}

TEST(ConnectorServiceTest, ANewerSessionMakesTheOlderOneStale) {
  Served served;
  Peer older(served);
  ASSERT_TRUE(older.Open().ok());
  older.Connect();
  ASSERT_TRUE(served.instance.Next<OperationsReady>());
  older.changes->Write(older.Batch(1, 1));
  ASSERT_TRUE(served.instance.Next<FeedBatch>());

  Peer newer(served);
  ASSERT_TRUE(newer.Open().ok());

  v1::ReportChangesResponse acknowledgement;
  const grpc::Status changes = Peer::End(older.changes, &acknowledgement);
  v1::PerformOperationsResponse operation;
  const grpc::Status operations = Peer::End(older.operations, &operation);
  EXPECT_EQ(changes.error_code(), grpc::StatusCode::ABORTED);
  EXPECT_EQ(ReasonIn(changes), "SESSION_STALE");
  EXPECT_EQ(ReasonIn(operations), "SESSION_STALE");
  EXPECT_EQ(served.instance.Next<SessionClosed>()->number, 1u);
  // The older one was still connected, and its system fences nothing.
  EXPECT_EQ(newer.opened.write_delay_millis(), absl::ToInt64Milliseconds(Tuning().lease));
}

TEST(ConnectorServiceTest, AStreamOfAnUnknownSessionEndsStale) {
  Served served;
  Peer peer(served);
  peer.opened.set_session_id("nobody");
  peer.Connect();

  v1::ReportChangesResponse response;
  EXPECT_EQ(ReasonIn(Peer::End(peer.changes, &response)), "SESSION_STALE");
}

TEST(ConnectorServiceTest, ASessionEndsWithEitherOfItsStreams) {
  Served served;
  Peer peer(served);
  ASSERT_TRUE(peer.Open().ok());
  peer.Connect();
  ASSERT_TRUE(served.instance.Next<OperationsReady>());

  peer.operations->WritesDone();

  v1::ReportChangesResponse response;
  EXPECT_EQ(ReasonIn(Peer::End(peer.changes, &response)), "SESSION_ENDED");
  EXPECT_TRUE(served.instance.Next<SessionClosed>());
}

TEST(ConnectorServiceTest, MoreChangesThanCreditsEndTheSession) {
  Served served;
  Peer peer(served);
  ASSERT_TRUE(peer.Open().ok());
  peer.Connect();

  for (std::uint64_t batch = 1; batch <= 3; ++batch) peer.changes->Write(peer.Batch(batch, 80));

  v1::ReportChangesResponse response;
  const grpc::Status status = Peer::End(peer.changes, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(ReasonIn(status), "CREDITS_EXCEEDED");
}

TEST(ConnectorServiceTest, AMalformedValueEndsTheSession) {
  Served served;
  Peer peer(served);
  ASSERT_TRUE(peer.Open().ok());
  peer.Connect();
  v1::ReportChangesRequest batch = peer.Batch(1, 1);
  batch.mutable_changes(0)->mutable_fields(0)->mutable_value()->set_decimal_value("1e5");

  peer.changes->Write(batch);

  v1::ReportChangesResponse response;
  EXPECT_EQ(ReasonIn(Peer::End(peer.changes, &response)), "VALUE_MALFORMED");
}

TEST(ConnectorServiceTest, StatisticsOfAHeartbeatArrive) {
  Served served;
  Peer peer(served);
  ASSERT_TRUE(peer.Open().ok());
  peer.Connect();
  v1::ReportChangesRequest beat;
  beat.set_session_id(peer.opened.session_id());
  beat.mutable_statistics()->set_calls(42);
  beat.mutable_statistics()->set_trouble_code("API_UNREACHABLE");

  peer.changes->Write(beat);

  const std::optional<StatisticsArrived> arrived = served.instance.Next<StatisticsArrived>();
  EXPECT_EQ(arrived->statistics.calls, 42u);
  EXPECT_EQ(arrived->statistics.trouble_code, "API_UNREACHABLE");
}

TEST(ConnectorServiceTest, TheEngineBeatsAndASilentConnectorExpires) {
  FakeClock clock;
  Tuning tuning;
  Served served(tuning, clock);
  Peer peer(served);
  ASSERT_TRUE(peer.Open().ok());
  peer.Connect();
  ASSERT_TRUE(served.instance.Next<OperationsReady>());
  clock.Advance(absl::Seconds(20));
  v1::PerformOperationsResponse beat;
  EXPECT_TRUE(peer.operations->Read(&beat));
  EXPECT_TRUE(beat.heartbeat());

  clock.Advance(absl::Seconds(61));
  v1::ReportChangesResponse response;
  EXPECT_EQ(ReasonIn(Peer::End(peer.changes, &response)), "SESSION_EXPIRED");
}

TEST(ConnectorServiceTest, AStoppingEngineSaysSo) {
  Served served;
  Peer peer(served);
  ASSERT_TRUE(peer.Open().ok());
  peer.Connect();
  ASSERT_TRUE(served.instance.Next<OperationsReady>());
  peer.changes->Write(peer.Batch(1, 1));
  ASSERT_TRUE(served.instance.Next<FeedBatch>());
  grpc::Status ended;
  std::thread reading([&] {
    v1::ReportChangesResponse response;
    ended = Peer::End(peer.changes, &response);
  });

  served.server.reset();
  reading.join();

  EXPECT_EQ(ReasonIn(ended), "ENGINE_STOPPING");
}

}  // namespace
}  // namespace entente
