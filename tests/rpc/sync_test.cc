// What people ask, over real gRPC on loopback and a store in memory.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/pipeline/erasing.h"
#include "engine/runtime/error.h"
#include "entente/sync/v1/sync.grpc.pb.h"
#include "tests/rpc/calls.h"

namespace entente {
namespace {

namespace v1 = ::entente::sync::v1;
using ::testing::HasSubstr;

Link Party(LinkId id) {
  Link link;
  link.id = id;
  link.entity = "party";
  for (const Side side : kSides) {
    link.members[side].presence = Presence::kPresent;
    link.members[side].resource = side == Side::kLeft ? "party" : "accounts";
    link.members[side].key = "K" + std::to_string(id);
    link.members[side].shadow = {{side == Side::kLeft ? "CT_Intitule" : "name", side == Side::kLeft ? "DUPONT" : "Dupont"}};
  }
  BaseField& name = link.base["name"];
  name.held[Side::kLeft] = "DUPONT";
  name.held[Side::kRight] = "Dupont";
  name.rule = "party.name";
  name.pack_version = "1.0";
  name.source_side = 1;
  name.since_micros = 1'000'000;
  return link;
}

class SyncServiceTest : public ::testing::Test {
 protected:
  SyncServiceTest() : stub_(v1::SyncService::NewStub(served_.channel)) {}

  void Put(const Link& link) {
    Batch batch;
    batch.links[link.id] = link;
    for (const Side side : kSides) {
      if (link.Has(side)) batch.records[{side, link.members[side].resource, link.members[side].key}] = RecordEntry{link.id, {}, 0, false, false};
    }
    ASSERT_TRUE(served_.instance.store().Commit(batch).ok());
  }
  template <typename Method, typename Request, typename Response>
  grpc::Status Call(Method method, const Request& request, Response* response) {
    grpc::ClientContext context;
    Authorise(context, "op");
    return (stub_.get()->*method)(&context, request, response);
  }

  Served served_;
  std::unique_ptr<v1::SyncService::Stub> stub_;
};

TEST_F(SyncServiceTest, StatusSaysWhyTheEngineHoldsStill) {
  served_.instance.status = [](InstanceStatus* status) {
    status->problem_reason = "DISK_FULL";
    status->problem = "The disk is full.";
    status->machine.open_items = {{"ambiguous_match", 3}};
  };
  v1::Status status;

  ASSERT_TRUE(Call(&v1::SyncService::Stub::GetStatus, v1::GetStatusRequest(), &status).ok());

  EXPECT_EQ(status.state(), v1::Status::DEGRADED);
  EXPECT_EQ(status.problem_reason(), "DISK_FULL");
  EXPECT_EQ(status.open_items().at("ambiguous_match"), 3u);
  EXPECT_EQ(status.sides(0).name(), "sage");
}

TEST_F(SyncServiceTest, StatusNamesTheCertificateAndWhatIsForced) {
  served_.instance.status = [](InstanceStatus* status) { status->certification = {"0123abcd", "forced"}; };
  v1::Status status;

  ASSERT_TRUE(Call(&v1::SyncService::Stub::GetStatus, v1::GetStatusRequest(), &status).ok());

  EXPECT_EQ(status.certificate_hash(), "0123abcd");
  EXPECT_EQ(status.uncertified(), "forced");
}

TEST_F(SyncServiceTest, ACheckedPackComesWithItsCertificate) {
  v1::CheckPackRequest request;
  request.set_directory(ENTENTE_SOURCE_DIR "/rules/ssm");
  v1::CheckPackResponse response;

  ASSERT_TRUE(Call(&v1::SyncService::Stub::CheckPack, request, &response).ok());

  EXPECT_TRUE(response.ok());
  EXPECT_EQ(response.certificate_hash().size(), 32u);
  EXPECT_NE(response.certificate_json().find(response.certificate_hash()), std::string::npos);
}

TEST_F(SyncServiceTest, LinksComeInPages) {
  for (LinkId id = 1; id <= 5; ++id) Put(Party(id));
  v1::ListLinksRequest request;
  request.set_page_size(2);
  std::vector<std::uint64_t> seen;
  do {
    v1::ListLinksResponse response;
    ASSERT_TRUE(Call(&v1::SyncService::Stub::ListLinks, request, &response).ok());
    for (const v1::Link& link : response.links()) seen.push_back(link.id());
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());

  EXPECT_THAT(seen, ::testing::ElementsAre(1, 2, 3, 4, 5));
}

TEST_F(SyncServiceTest, LinksAreFilteredByState) {
  Put(Party(1));
  Link parked = Party(2);
  parked.parked = Parking{"parent_missing", "link:1:1", 0, 0};
  Put(parked);
  v1::ListLinksRequest request;
  request.set_state("parked");
  v1::ListLinksResponse response;

  ASSERT_TRUE(Call(&v1::SyncService::Stub::ListLinks, request, &response).ok());

  ASSERT_EQ(response.links_size(), 1);
  EXPECT_EQ(response.links(0).id(), 2u);
}

TEST_F(SyncServiceTest, ARecordIsFoundByItsKeyAlone) {
  Put(Party(1));
  v1::GetRecordRequest request;
  request.set_side("ssm");
  request.set_key("K1");
  v1::Record record;

  ASSERT_TRUE(Call(&v1::SyncService::Stub::GetRecord, request, &record).ok());

  EXPECT_EQ(record.resource(), "accounts");
  EXPECT_EQ(record.fields().at("name").text(), "Dupont");
  request.set_key("K9");
  EXPECT_EQ(ReasonIn(Call(&v1::SyncService::Stub::GetRecord, request, &record)), "RECORD_UNKNOWN");
}

TEST_F(SyncServiceTest, ExplainNamesRuleSourceAndLoser) {
  Put(Party(1));
  JournalEntry conflict;
  conflict.link = 1;
  conflict.seq = 1;
  conflict.at_micros = 5;
  conflict.kind = "conflict";
  conflict.rule = "party.name";
  conflict.details = {{"left", "DUPONT"}, {"right", "Durand"}, {"winner", "sage"}, {"why", "both_edited"}};
  Batch batch;
  batch.journal = {conflict};
  ASSERT_TRUE(served_.instance.store().Commit(batch).ok());
  v1::ExplainRequest request;
  request.set_link(1);
  v1::Explanation explanation;

  ASSERT_TRUE(Call(&v1::SyncService::Stub::Explain, request, &explanation).ok());

  ASSERT_EQ(explanation.fields_size(), 1);
  const v1::FieldExplanation& name = explanation.fields(0);
  EXPECT_EQ(name.left().text(), "DUPONT");
  EXPECT_EQ(name.right().text(), "Dupont");
  EXPECT_EQ(name.base_right().text(), "Dupont");
  EXPECT_EQ(name.source_side(), "ssm");
  EXPECT_EQ(name.rule(), "party.name");
  EXPECT_EQ(name.rule_source(), "party.yaml:41");
  EXPECT_EQ(name.lost().text(), "Durand");
  EXPECT_EQ(name.lost_reason(), "both_edited");
  EXPECT_EQ(name.flow(), "both");
}

TEST_F(SyncServiceTest, WhyNotNamesTheFirstCauseFirst) {
  Link link = Party(1);
  link.members[Side::kRight] = {};
  link.parked = Parking{"parent_missing", "link:42:1", 7, 0};
  Put(link);
  served_.instance.status = [](InstanceStatus* status) {
    for (const Side side : kSides) status->machine.sides[side].connected = true;
    status->machine.paused = true;
  };
  v1::WhyNotRequest request;
  request.set_link(1);
  v1::WhyNotResponse response;

  ASSERT_TRUE(Call(&v1::SyncService::Stub::WhyNot, request, &response).ok());

  ASSERT_EQ(response.causes_size(), 2);
  EXPECT_EQ(response.causes(0).reason(), "PAUSED");
  EXPECT_EQ(response.causes(1).reason(), "PARENT_MISSING");
  EXPECT_EQ(response.causes(1).work_item(), 7u);
  EXPECT_EQ(response.causes(1).link(), 42u);
}

TEST_F(SyncServiceTest, WhyNotOfARecordNobodySawSaysSo) {
  v1::WhyNotRequest request;
  request.mutable_record()->set_side("sage");
  request.mutable_record()->set_key("C9");
  v1::WhyNotResponse response;

  ASSERT_TRUE(Call(&v1::SyncService::Stub::WhyNot, request, &response).ok());

  EXPECT_EQ(response.causes().rbegin()->reason(), "RECORD_UNKNOWN");
}

TEST_F(SyncServiceTest, ARunIsStartedAndWatchedToItsEnd) {
  int looks = 0;
  served_.instance.answer = [](const Instance::What&) { return Fields{{"run", 4}}; };
  served_.instance.status = [&looks](InstanceStatus* status) {
    RunState run;
    run.id = 4;
    run.kind = "reconcile";
    run.state = ++looks < 4 ? "running" : "done";
    run.pending = {"0:party"};
    status->machine.runs = {run};
  };
  v1::StartRunRequest request;
  request.set_kind("reconcile");
  v1::Run run;
  ASSERT_TRUE(Call(&v1::SyncService::Stub::StartRun, request, &run).ok());
  EXPECT_EQ(run.pending(0), "sage:party");

  grpc::ClientContext context;
  Authorise(context, "op");
  v1::GetRunRequest watched;
  watched.set_id(4);
  const auto reader = stub_->WatchRun(&context, watched);
  while (reader->Read(&run)) {
  }
  EXPECT_TRUE(reader->Finish().ok());
  EXPECT_EQ(run.state(), "done");
}

TEST_F(SyncServiceTest, ARunOfAnUnknownEntityIsRefusedBeforeTheMachineIsAsked) {
  v1::StartRunRequest request;
  request.set_kind("reconcile");
  request.add_entities("nobody");
  v1::Run run;

  EXPECT_EQ(ReasonIn(Call(&v1::SyncService::Stub::StartRun, request, &run)), "ENTITY_UNKNOWN");
}

TEST_F(SyncServiceTest, TheMachinesRefusalReachesTheCaller) {
  served_.instance.answer = [](const Instance::What&) -> absl::StatusOr<Fields> { return absl::FailedPreconditionError("CHANGED_SINCE_SEND: the quote was edited after it was sent."); };
  v1::QuoteRequest request;
  request.set_quote("12");
  v1::Push push;

  const grpc::Status status = Call(&v1::SyncService::Stub::PushQuote, request, &push);

  EXPECT_EQ(status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(ReasonIn(status), "CHANGED_SINCE_SEND");
  EXPECT_EQ(status.error_message(), "the quote was edited after it was sent.");
}

TEST_F(SyncServiceTest, WorkItemsAreOpenOnesUnlessAsked) {
  Batch batch;
  for (WorkItemId id = 1; id <= 3; ++id) {
    WorkItem item;
    item.id = id;
    item.kind = id == 2 ? WorkItem::Kind::kConflict : WorkItem::Kind::kWorkItem;
    item.state = id == 3 ? WorkItem::State::kResolved : WorkItem::State::kOpen;
    item.reason = "r";
    batch.work[id] = item;
  }
  ASSERT_TRUE(served_.instance.store().Commit(batch).ok());
  v1::ListWorkItemsRequest request;
  v1::ListWorkItemsResponse response;

  ASSERT_TRUE(Call(&v1::SyncService::Stub::ListWorkItems, request, &response).ok());
  EXPECT_EQ(response.items_size(), 2);
  request.set_kind("conflict");
  response.Clear();
  ASSERT_TRUE(Call(&v1::SyncService::Stub::ListWorkItems, request, &response).ok());
  EXPECT_EQ(response.items_size(), 1);
}

TEST_F(SyncServiceTest, WatchGivesStatusAndNotices) {
  grpc::ClientContext context;
  Authorise(context, "op");
  const auto reader = stub_->Watch(&context, v1::WatchRequest());
  v1::WatchResponse response;
  std::string notice;
  bool has_status = false;
  while ((notice.empty() || !has_status) && reader->Read(&response)) {
    has_status |= response.has_status();
    if (response.notices_size() > 0) notice = response.notices(0).text();
  }

  EXPECT_EQ(notice, "something happened");
  context.TryCancel();
}

TEST_F(SyncServiceTest, APageTokenOfNobodyIsRefused) {
  v1::ListLinksRequest request;
  request.set_page_token("abc");
  v1::ListLinksResponse response;

  EXPECT_EQ(ReasonIn(Call(&v1::SyncService::Stub::ListLinks, request, &response)), "PAGE_TOKEN_INVALID");
}

// What is left of somebody who was erased, found by its number and by what its record was called.
class ErasedTest : public SyncServiceTest {
 protected:
  ErasedTest() {
    Link link;
    link.id = 42;
    link.entity = "party";
    link.erased = Erasure{.at_micros = 5'000'000, .clean_micros = 6'000'000, .request_id = "r-1", .held = {{true, true}}, .reported = {{false, true}}};
    link.journal_seq = 1;
    Batch batch;
    batch.links[42] = link;
    batch.meta[BarMeta(42)] = EncodeBars({KeyBar(served_.instance.tuning().match_key, Side::kLeft, "party", "C0042")});
    batch.journal.push_back({.link = 42, .seq = 1, .at_micros = 5'000'000, .kind = "erased", .rule = {}, .pack_version = "1.0", .details = {}});
    EXPECT_TRUE(served_.instance.store().Commit(batch).ok());
  }
};

TEST_F(ErasedTest, ExplainAnswersErasedAndWhenAndNothingElse) {
  for (const bool is_by_record : {false, true}) {
    v1::ExplainRequest request;
    if (is_by_record) {
      request.mutable_record()->set_side("sage");
      request.mutable_record()->set_key("C0042");
    } else {
      request.set_link(42);
    }
    v1::Explanation explanation;

    ASSERT_TRUE(Call(&v1::SyncService::Stub::Explain, request, &explanation).ok());

    EXPECT_EQ(explanation.link().id(), 42u);
    EXPECT_EQ(explanation.link().state(), "erased");
    EXPECT_EQ(explanation.link().erasure().erase_micros(), 5'000'000);
    EXPECT_EQ(explanation.link().erasure().reported_by(0), "ssm");
    EXPECT_EQ(explanation.link().members_size(), 0);
    EXPECT_EQ(explanation.fields_size(), 0);
  }
}

TEST_F(ErasedTest, WhyNotRecordsAndHistoryAnswerErased) {
  v1::GetRecordRequest record;
  record.set_side("sage");
  record.set_key("C0042");
  v1::WhyNotRequest why;
  *why.mutable_record() = record;
  v1::WhyNotResponse causes;
  v1::Record found;
  v1::ListHistoryRequest history;
  *history.mutable_record() = record;
  v1::ListHistoryResponse entries;

  ASSERT_TRUE(Call(&v1::SyncService::Stub::WhyNot, why, &causes).ok());
  ASSERT_TRUE(Call(&v1::SyncService::Stub::GetRecord, record, &found).ok());
  ASSERT_TRUE(Call(&v1::SyncService::Stub::ListHistory, history, &entries).ok());

  EXPECT_EQ(causes.causes(0).reason(), "ERASED");
  EXPECT_THAT(causes.causes(0).remedy(), HasSubstr("erased_reported"));
  EXPECT_EQ(found.presence(), "erased");
  EXPECT_EQ(found.key(), "");
  ASSERT_EQ(entries.entries_size(), 1);
  EXPECT_EQ(entries.entries(0).kind(), "erased");
}

TEST_F(ErasedTest, AnotherKeyIsStillUnknown) {
  v1::ExplainRequest request;
  request.mutable_record()->set_side("sage");
  request.mutable_record()->set_key("C0043");
  v1::Explanation explanation;

  EXPECT_EQ(ReasonIn(Call(&v1::SyncService::Stub::Explain, request, &explanation)), "RECORD_UNKNOWN");
}

TEST_F(SyncServiceTest, EraseNamesWhatItCannotReach) {
  Put(Party(7));
  served_.instance.erasure = EraseReport{.link = 7, .entity = "party", .erasure = {.at_micros = 5, .clean_micros = 9, .held = {{true, false}}}, .referring = {{"contact", 3}},
                                         .backups = {{4, "/var/backups/monday"}}};
  v1::EraseRequest request;
  request.mutable_record()->set_side("sage");
  request.mutable_record()->set_key("K7");
  request.set_request_id("r-7");
  v1::Erasure erasure;

  ASSERT_TRUE(Call(&v1::SyncService::Stub::Erase, request, &erasure).ok());

  ASSERT_EQ(served_.instance.erased.size(), 1u);
  EXPECT_EQ(served_.instance.erased.front().link, 7u);
  EXPECT_EQ(served_.instance.erased.front().request_id, "r-7");
  EXPECT_FALSE(served_.instance.erased.front().validate_only);
  EXPECT_EQ(erasure.held_by_size(), 1);
  EXPECT_EQ(erasure.held_by(0), "sage");
  EXPECT_EQ(erasure.referring().at("contact"), 3);
  EXPECT_EQ(erasure.backups(0).directory(), "/var/backups/monday");
}

TEST_F(SyncServiceTest, EraseOfNobodyIsRefusedBeforeAnythingIsAsked) {
  v1::EraseRequest request;
  request.set_link(999);
  v1::Erasure erasure;

  EXPECT_EQ(ReasonIn(Call(&v1::SyncService::Stub::Erase, request, &erasure)), "LINK_UNKNOWN");
  request.set_request_id(std::string(65, 'x'));
  EXPECT_EQ(ReasonIn(Call(&v1::SyncService::Stub::Erase, request, &erasure)), "REQUEST_ID_TOO_LONG");
  EXPECT_TRUE(served_.instance.erased.empty());
}

}  // namespace
}  // namespace entente
