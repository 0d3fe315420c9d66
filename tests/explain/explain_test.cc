// What explain says of a value: the observation, its side and time, the rule with pack version and line, and who lost.
#include <gmock/gmock.h>

#include "tests/explain/explain_world.h"

namespace entente::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::StartsWith;

class PairWorld : public ExplainWorld {
 public:
  explicit PairWorld(Parameters parameters = {}) : ExplainWorld(std::move(parameters)) {
    SageParty("ACME", "Acme", false, {{"CT_Ville", "Vannes"}});
    SageParty("PROS", "Prospère", true, {{"CT_Ville", "Nantes"}});
    SageArticle("A1", "Chaise", "10.00");
    FirstLoad();
    RunFor(absl::Minutes(10));
  }
  std::string Account(const std::string& code) { return CrmByExtId("accounts", code); }
  std::string Quote() {
    return CrmQuote(Account("ACME"), {{{"productId", Ref("products", CrmByExtId("products", "A1"))}, {"quantity", Decimal::FromInt(2)}}});
  }
};

TEST(Explain, NamesTheObservationItsSideAndTimeTheRuleItsVersionAndItsLine) {
  PairWorld world;
  world.sage().Edit("party", "PROS", {{"CT_Ville", "Brest"}});
  const std::int64_t edited = absl::ToUnixMicros(world.now());
  world.Settle();
  const auto field = world.ExplainField(Side::kLeft, "party", "PROS", "city");
  const v1::ValueOrigin& origin = field.right_origin();
  EXPECT_EQ(origin.origin(), "written");
  EXPECT_EQ(origin.held().text(), "Brest");
  EXPECT_EQ(origin.again().text(), "Brest");
  EXPECT_EQ(origin.agreement(), "same");
  EXPECT_EQ(origin.rule(), "party.city");
  EXPECT_THAT(origin.rule_source(), MatchesRegex("ssm/party\\.yaml:[0-9]+"));
  EXPECT_EQ(origin.pack_version(), world.pack().version);
  const v1::Observation& seen = origin.observation();
  EXPECT_EQ(seen.side(), "sage");
  EXPECT_EQ(seen.resource(), "party");
  EXPECT_EQ(seen.key(), "PROS");
  EXPECT_EQ(seen.read().at("CT_Ville").text(), "Brest");
  EXPECT_GE(seen.seen_micros(), edited);
  EXPECT_EQ(seen.changed_from_micros(), edited);
  EXPECT_FALSE(seen.is_past());
  const auto history = world.History(world.LinkOf(Side::kLeft, "party", "PROS")->id);
  ASSERT_NE(seen.entry(), 0u);
  EXPECT_EQ(history[seen.entry() - 1].kind, "observed");
  EXPECT_EQ(history[seen.entry() - 1].at_micros, seen.seen_micros());
  EXPECT_EQ(field.left_origin().origin(), "own");
  EXPECT_EQ(field.left_origin().agreement(), "same");
}

TEST(Explain, TheObservationOfAFieldStaysWhenAnotherFieldIsEdited) {
  PairWorld world;
  world.sage().Edit("party", "PROS", {{"CT_Ville", "Brest"}});
  world.Settle();
  const std::int64_t seen = world.ExplainField(Side::kLeft, "party", "PROS", "city").right_origin().observation().seen_micros();
  world.Advance(absl::Hours(1));
  world.sage().Edit("party", "PROS", {{"CT_Telephone", "0611111111"}});
  world.Settle();
  EXPECT_EQ(world.ExplainField(Side::kLeft, "party", "PROS", "city").right_origin().observation().seen_micros(), seen);
}

TEST(Explain, SaysWhoLostAConflict) {
  PairWorld world;
  world.sage().Edit("party", "PROS", {{"CT_Ville", "Brest"}});
  world.crm().Edit("accounts", world.Account("PROS"), {{"city", "Lorient"}});
  world.Settle();
  const auto field = world.ExplainField(Side::kLeft, "party", "PROS", "city");
  EXPECT_EQ(field.lost().text(), "Lorient");
  EXPECT_EQ(field.lost_side(), "ssm");
  EXPECT_EQ(field.lost_reason(), "both_edited");
  EXPECT_THAT(field.sentence(), AllOf(HasSubstr("came from sage"), HasSubstr("A value of ssm lost"), HasSubstr("party.yaml:")));
}

TEST(Explain, SaysWhichEditWasReverted) {
  PairWorld world;
  world.crm().Edit("accounts", world.Account("ACME"), {{"city", "Lorient"}});
  world.Settle();
  const auto field = world.ExplainField(Side::kLeft, "party", "ACME", "city");
  EXPECT_EQ(field.lost().text(), "Lorient");
  EXPECT_EQ(field.lost_side(), "ssm");
  EXPECT_EQ(field.lost_reason(), "reverted");
}

TEST(Explain, SaysThatAForeignEditIsKept) {
  PairWorld world(ExplainWorld::Parameters{{"customers_foreign_edits", "keep_and_flag"}});
  world.crm().Edit("accounts", world.Account("ACME"), {{"city", "Lorient"}});
  world.Settle();
  const auto field = world.ExplainField(Side::kLeft, "party", "ACME", "city");
  EXPECT_EQ(field.right_origin().agreement(), "drift");
  EXPECT_EQ(field.right_origin().held().text(), "Lorient");
  EXPECT_EQ(field.right_origin().again().text(), "Vannes");
}

TEST(Explain, SaysThatAnEditIsOnItsWay) {
  PairWorld world;
  world.crm().fail = [](const OperationOut& operation) -> std::optional<OperationResult> {
    if (operation.kind != OperationKind::kWrite) return std::nullopt;
    return OperationResult{.id = operation.id, .kind = OperationResult::Kind::kFailure, .failure = FailureClass::kAgain, .code = "BUSY"};
  };
  world.sage().Edit("party", "PROS", {{"CT_Ville", "Brest"}});
  world.Poll();
  world.Drain();
  const auto field = world.ExplainField(Side::kLeft, "party", "PROS", "city");
  EXPECT_EQ(field.left_origin().agreement(), "owed");
  EXPECT_EQ(field.right_origin().held().text(), "Nantes");
  EXPECT_EQ(field.right_origin().again().text(), "Nantes") << "what was agreed on before";
  EXPECT_TRUE(field.right_origin().observation().is_past());
}

TEST(Explain, SaysWhyAValueWasNotWritten) {
  PairWorld world;
  world.crm().Edit("accounts", world.Account("PROS"), {{"postcode", "12345678901234"}});
  world.Settle();
  EXPECT_EQ(world.ExplainField(Side::kLeft, "party", "PROS", "postcode").right_origin().agreement(), "refused:value_does_not_fit");
}

TEST(Explain, SaysThatAnUndoBroughtAValueBack) {
  PairWorld world;
  world.sage().Edit("party", "ACME", {{"CT_Ville", "Brest"}});
  world.Ask(StartRun{"reconcile", {}});
  world.Settle();
  PlanRequest request;
  request.undo = UndoRequest{.scope = {.run = world.status().runs.front().id}};
  const auto plan = world.MakePlan(request);
  ASSERT_TRUE(plan.ok()) << plan.status();
  world.Ask(SetPaused{.paused = true, .observing = true});
  ASSERT_TRUE(world.Apply(*plan).ok());
  world.Ask(SetPaused{.paused = false});
  world.Settle();
  const auto field = world.ExplainField(Side::kLeft, "party", "ACME", "city");
  EXPECT_EQ(field.right_origin().origin(), "undone");
  EXPECT_EQ(field.right_origin().agreement(), "same");
  EXPECT_EQ(field.right_origin().again().text(), "Vannes");
}

TEST(Explain, OfPricesNamesSagesAnswer) {
  PairWorld world;
  const std::string quote = world.Quote();
  world.Settle();
  const auto field = world.ExplainField(Side::kRight, "quotes", quote, "total");
  EXPECT_EQ(field.right_origin().origin(), "answered");
  EXPECT_EQ(field.right_origin().rule(), "quote.price");
  EXPECT_EQ(field.right_origin().observation().side(), "sage");
  EXPECT_EQ(field.right_origin().again().text(), field.right_origin().held().text());
  EXPECT_EQ(field.right_origin().agreement(), "same");
  EXPECT_EQ(field.right_origin().held().text(), "18");
}

TEST(Explain, OfASentQuotesStateNamesTheDocumentItFollows) {
  PairWorld world;
  const std::string quote = world.Quote();
  world.Settle();
  ASSERT_TRUE(world.Ask(PushQuote{quote, false, ""}).status.ok());
  world.Settle();
  const auto field = world.ExplainField(Side::kRight, "quotes", quote, "status");
  EXPECT_EQ(field.right_origin().origin(), "answered");
  EXPECT_EQ(field.right_origin().observation().resource(), "quote");
  EXPECT_EQ(field.right_origin().agreement(), "same");
}

TEST(Explain, OfThePacksOwnRecordNamesThePack) {
  PairWorld world;
  for (const Link& link : world.Links("product")) {
    if (!link.choices.contains("ensured")) continue;
    const v1::Explanation answer = world.Explain(link, "name");
    ASSERT_EQ(answer.fields_size(), 1);
    EXPECT_EQ(answer.fields(0).right_origin().origin(), "ensured");
    EXPECT_THAT(answer.fields(0).right_origin().rule(), StartsWith("product.ensure."));
    EXPECT_EQ(answer.fields(0).right_origin().agreement(), "same");
    return;
  }
  FAIL() << "no record of the pack's own\n" << world.Story();
}

TEST(Explain, AFieldIsNamedByThePacksNameOrASystems) {
  PairWorld world;
  for (const char* name : {"city", "CT_Ville"}) EXPECT_EQ(world.ExplainField(Side::kLeft, "party", "ACME", name).field(), "city");
  EXPECT_EQ(world.Explain(*world.LinkOf(Side::kLeft, "party", "ACME"), "colour").fields_size(), 0);
}

}  // namespace
}  // namespace entente::testing
