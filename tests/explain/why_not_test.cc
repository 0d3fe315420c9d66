// Every reason for which a record can be held is named, with what holds it.
#include <gmock/gmock.h>

#include "tests/explain/explain_world.h"
#include "tests/support/pack_copy.h"

namespace entente::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

// A company in agreement: a customer, a prospect with a contact, an article.
class WhyNotWorld : public ExplainWorld {
 public:
  explicit WhyNotWorld(Parameters parameters = {}, const std::string& pack = "") : ExplainWorld(std::move(parameters), pack) {
    SageParty("ACME", "Acme", false, {{"CT_Ville", "Vannes"}, {"CT_Identifiant", "FR12345678901"}});
    SageParty("PROS", "Prospère", true, {{"CT_Ville", "Nantes"}});
    contact = SageContact("PROS", "Durand", "Anne");
    SageArticle("A1", "Chaise", "10.00");
    FirstLoad();
    RunFor(absl::Minutes(10));
  }
  std::string Account(const std::string& code) { return CrmByExtId("accounts", code); }
  // Whatever is written to the CRM is answered so.
  void FailWrites(FailureClass failure, const std::string& code) {
    crm().fail = [failure, code](const OperationOut& operation) -> std::optional<OperationResult> {
      if (operation.kind != OperationKind::kWrite) return std::nullopt;
      return OperationResult{.id = operation.id, .kind = OperationResult::Kind::kFailure, .failure = failure, .code = code, .text = "the system says no"};
    };
  }
  std::string contact;
};

// ------------------------------------------------------------------------------------------------ conditions

TEST(WhyNot, NamesTheConditionThatLeavesARecordOut) {
  WhyNotWorld world;
  const std::string key = world.SageCollaborator("7", "Luc", "Moreau", "luc@example.com", {{"CO_Vendeur", 0}});
  world.Settle();
  const auto cause = world.Cause(Side::kLeft, "collaborator", key, "OUT_OF_SCOPE");
  EXPECT_THAT(cause.condition(), HasSubstr("CO_Vendeur == 1"));
  EXPECT_EQ(cause.rule(), "user.sage.in_scope");
  EXPECT_THAT(cause.rule_source(), StartsWith("ssm/users.yaml:"));
  EXPECT_EQ(cause.read().at("CO_Vendeur").text(), "0");
}

TEST(WhyNot, NamesTheConditionsOfARecordThatWasNeverTaken) {
  WhyNotWorld world;
  InstanceStatus status;
  status.machine = world.status();
  v1::WhyNotResponse answer;
  ExplainUnknown(world.pack(), Side::kLeft, "invoice", status, &answer);
  ASSERT_EQ(answer.causes_size(), 2);
  EXPECT_EQ(answer.causes(0).reason(), "RECORD_UNKNOWN");
  EXPECT_EQ(answer.causes(1).reason(), "NOT_RELEVANT");
  EXPECT_EQ(answer.causes(1).rule(), "invoice.sage.relevant");
  EXPECT_THAT(answer.causes(1).rule_source(), StartsWith("ssm/invoices.yaml:"));
  EXPECT_FALSE(answer.causes(1).condition().empty());
}

TEST(WhyNot, NamesTheCheckThatDoesNotHold) {
  ExplainWorld world;
  const std::string key = world.SageCollaborator("7", "Luc", "Moreau", "");
  world.FirstLoad();
  const auto cause = world.Cause(Side::kLeft, "collaborator", key, "EMAIL_MISSING");
  EXPECT_EQ(cause.rule(), "user.check.email_missing");
  EXPECT_THAT(cause.rule_source(), StartsWith("ssm/users.yaml:"));
  EXPECT_THAT(cause.condition(), HasSubstr("blank("));
  EXPECT_NE(cause.work_item(), 0u);
}

TEST(WhyNot, NamesTheRuleOfARecordBornOnTheSideThatMayNotCreate) {
  WhyNotWorld world;
  const std::string account = world.CrmAccount("Né ici", "Client");
  world.Settle();
  const auto cause = world.Cause(Side::kRight, "accounts", account, "CREATE_NOT_ALLOWED_HERE");
  EXPECT_EQ(cause.rule(), "party.life.ssm.create");
  EXPECT_THAT(cause.rule_source(), StartsWith("ssm/party.yaml:"));
  EXPECT_NE(cause.work_item(), 0u);
}

TEST(WhyNot, SaysOfAQuoteNobodyPushedThatItGoesOnDemandOnly) {
  WhyNotWorld world;
  const std::string quote = world.CrmQuote(world.Account("ACME"), {{{"productId", Ref("products", world.CrmByExtId("products", "A1"))}, {"quantity", Decimal::FromInt(2)}}});
  world.Settle();
  const auto cause = world.Cause(Side::kRight, "quotes", quote, "ON_DEMAND_ONLY");
  EXPECT_EQ(cause.rule(), "quote.life.ssm.create");
  EXPECT_THAT(cause.rule_source(), StartsWith("ssm/quotes.yaml:"));
  EXPECT_THAT(cause.remedy(), HasSubstr("entente quote push " + quote));
}

TEST(WhyNot, SaysOfADocumentTypedInSageThatItIsNotOurs) {
  WhyNotWorld world;
  const std::string quote = world.sage().Create("quote", {{"DO_Tiers", Ref("party", "ACME")}, {"lines", List{}}});
  world.Settle();
  EXPECT_EQ(world.Cause(Side::kLeft, "quote", quote, "NOT_OURS").rule(), "quote.life.sage.create");
}

// ------------------------------------------------------------------------------------------------ parents, matches

TEST(WhyNot, NamesTheMissingParent) {
  WhyNotWorld world;
  const std::string account = world.CrmAccount("Né ici", "Client");
  const std::string child = world.CrmContact(account, "Roux", "Zoé");
  world.Settle();
  const auto cause = world.Cause(Side::kRight, "contacts", child, "PARENT_MISSING");
  EXPECT_EQ(cause.link(), world.LinkOf(Side::kRight, "accounts", account)->id);
  EXPECT_THAT(cause.sentence(), AllOf(HasSubstr("ssm/accounts/" + account), HasSubstr("sage")));
}

TEST(WhyNot, SaysThatAMatchIsAmbiguous) {
  WhyNotWorld world;
  world.SageCollaborator("8", "Luc", "Petit", "vente@example.com");
  world.SageCollaborator("9", "Anne", "Durand", "vente@example.com");
  const std::string user = world.crm().Create("users", {{"name", "Vente"}, {"lastName", "Vente"}, {"email", "vente@example.com"}, {"nic", "vente"}});
  world.Settle();
  EXPECT_NE(world.Cause(Side::kRight, "users", user, "AMBIGUOUS_MATCH").work_item(), 0u);
}

// ------------------------------------------------------------------------------------------------ holds, budgets, approvals

TEST(WhyNot, SaysUntilWhenADeletionIsHeld) {
  WhyNotWorld world;
  const std::string there = world.Partner(Side::kLeft, "contact", world.contact);
  world.tuning.delete_hold = absl::Hours(1);
  world.Restart();
  world.ConnectBoth();
  world.sage().Delete("contact", world.contact);
  world.Reconcile();
  const auto cause = world.Cause(Side::kRight, "contacts", there, "DELETE_HELD");
  EXPECT_GT(cause.until_micros(), absl::ToUnixMicros(world.now()));
  EXPECT_THAT(cause.rule_source(), StartsWith("ssm/contacts.yaml:"));
}

TEST(WhyNot, NamesTheBudgetOfDeletions) {
  WhyNotWorld world;
  std::vector<std::string> contacts;
  for (int i = 0; i < 8; ++i) contacts.push_back(world.SageContact("PROS", "Nom" + std::string(1, static_cast<char>('A' + i)), "X"));
  world.Settle();
  world.RunFor(absl::Minutes(10));
  const std::string there = world.Partner(Side::kLeft, "contact", contacts.front());
  for (const std::string& contact : contacts) world.sage().Delete("contact", contact);
  world.Reconcile();
  world.RunFor(absl::Minutes(10));
  const auto cause = world.Cause(Side::kRight, "contacts", there, "MASS_DELETE");
  EXPECT_THAT(cause.sentence(), AllOf(HasSubstr("8 contact"), HasSubstr("5 are allowed")));
  EXPECT_EQ(cause.work_item(), world.Items("mass_delete").front().id);
  EXPECT_THAT(cause.remedy(), HasSubstr("approve|reject"));
}

TEST(WhyNot, NamesTheBudgetOfChanges) {
  const PackCopy copy("party.yaml", "    triggers: [continuous]\n", "    triggers: [continuous]\n    guards: {changes_min: 1, changes_percent: \"1\"}\n");
  WhyNotWorld world({}, copy.path());
  world.Advance(absl::Hours(2));
  world.sage().Edit("party", "ACME", {{"CT_Ville", "Brest"}});
  world.Settle();
  world.sage().Edit("party", "PROS", {{"CT_Ville", "Brest"}});
  world.Settle();
  const auto cause = world.Cause(Side::kLeft, "party", "PROS", "MASS_CHANGE");
  EXPECT_THAT(cause.sentence(), AllOf(HasSubstr("1 party were changed"), HasSubstr("1 are allowed")));
  EXPECT_EQ(cause.work_item(), world.Items("mass_change").front().id);
}

TEST(WhyNot, SaysThatCreatesWaitForAnApproval) {
  ExplainWorld world;
  world.EndsInUnrest();
  const std::string key = world.SageCollaborator("7", "Luc", "Moreau", "luc@example.com");
  world.FirstLoad(false);
  const auto cause = world.Cause(Side::kLeft, "collaborator", key, "APPROVE_CREATES");
  EXPECT_EQ(cause.rule(), "user.life.sage.create");
  EXPECT_NE(cause.work_item(), 0u);
}

TEST(WhyNot, SaysThatANewcomerIsInvitedByHand) {
  WhyNotWorld world;
  const std::string key = world.SageCollaborator("7", "Luc", "Moreau", "luc@example.com");
  world.Settle();
  EXPECT_EQ(world.Cause(Side::kLeft, "collaborator", key, "AWAITING_INVITE").rule(), "user.life.sage.create");
}

// ------------------------------------------------------------------------------------------------ fields

TEST(WhyNot, NamesTheConflictAndItsField) {
  WhyNotWorld world;
  const std::string account = world.Account("PROS");
  world.sage().Edit("party", "PROS", {{"CT_Identifiant", "FR11111111111"}});
  world.crm().Edit("accounts", account, {{"vatNumber", "FR22222222222"}});
  world.Settle();
  const auto cause = world.Cause(Side::kLeft, "party", "PROS", "CONFLICT");
  EXPECT_THAT(cause.sentence(), HasSubstr("vat_number"));
  EXPECT_EQ(cause.rule(), "party.vat_number");
  EXPECT_THAT(cause.rule_source(), StartsWith("ssm/party.yaml:"));
  EXPECT_THAT(cause.remedy(), HasSubstr("sage|ssm"));
}

TEST(WhyNot, NamesTheFieldWhoseValueDoesNotFit) {
  WhyNotWorld world;
  world.crm().Edit("accounts", world.Account("PROS"), {{"postcode", "12345678901234"}});
  world.Settle();
  EXPECT_EQ(world.Cause(Side::kLeft, "party", "PROS", "VALUE_DOES_NOT_FIT").rule(), "party.postcode");
}

TEST(WhyNot, NamesAForeignEditThatThePolicyKeeps) {
  WhyNotWorld world(ExplainWorld::Parameters{{"customers_foreign_edits", "keep_and_flag"}});
  world.crm().Edit("accounts", world.Account("ACME"), {{"city", "Quimper"}});
  world.Settle();
  EXPECT_EQ(world.Cause(Side::kLeft, "party", "ACME", "DRIFT").rule(), "party.city");
}

TEST(WhyNot, SaysThatAnUndoHoldsAField) {
  WhyNotWorld world;
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
  EXPECT_NE(world.Cause(Side::kLeft, "party", "ACME", "UNDONE").work_item(), 0u);
}

TEST(WhyNot, SaysUntilWhenAPacedFieldWaits) {
  WhyNotWorld world;
  const std::string product = world.CrmByExtId("products", "A1");
  world.sage().Edit("article", "A1", {{"stock_physical", Dec("5")}});
  world.Settle();
  world.RunFor(absl::Minutes(5));
  world.sage().Edit("article", "A1", {{"stock_physical", Dec("6")}});
  world.Settle();
  EXPECT_GT(world.Cause(Side::kRight, "products", product, "PACED").until_micros(), absl::ToUnixMicros(world.now())) << world.Story();
}

// ------------------------------------------------------------------------------------------------ deliveries

TEST(WhyNot, NamesADeadLetterWithItsCode) {
  WhyNotWorld world;
  world.FailWrites(FailureClass::kNever, "VALUE_REFUSED");
  world.sage().Edit("party", "ACME", {{"CT_Ville", "Brest"}});
  world.Settle();
  const auto cause = world.Cause(Side::kLeft, "party", "ACME", "DEAD_LETTER");
  EXPECT_THAT(cause.sentence(), HasSubstr("VALUE_REFUSED"));
  EXPECT_EQ(cause.rule(), "party.city");
  EXPECT_NE(cause.work_item(), 0u);
  EXPECT_THAT(cause.remedy(), HasSubstr("entente dead-letters retry"));
}

TEST(WhyNot, SaysWhenADeliveryIsTriedAgain) {
  WhyNotWorld world;
  world.FailWrites(FailureClass::kAgain, "BUSY");
  world.sage().Edit("party", "ACME", {{"CT_Ville", "Brest"}});
  world.Poll();
  world.Drain();
  const auto cause = world.Cause(Side::kLeft, "party", "ACME", "BACKING_OFF");
  EXPECT_GT(cause.until_micros(), 0);
  EXPECT_THAT(cause.sentence(), HasSubstr("BUSY"));
}

TEST(WhyNot, SaysThatAnAnswerWasLost) {
  WhyNotWorld world;
  world.FailWrites(FailureClass::kUncertain, "NO_ANSWER");
  world.sage().Edit("party", "ACME", {{"CT_Ville", "Brest"}});
  world.Poll();
  world.Drain();
  EXPECT_EQ(world.Cause(Side::kLeft, "party", "ACME", "UNCERTAIN").rule(), "party.city");
}

TEST(WhyNot, SaysThatADeletedRecordIsGone) {
  WhyNotWorld world;
  const std::string there = world.Partner(Side::kLeft, "contact", world.contact);
  world.sage().Delete("contact", world.contact);
  world.Reconcile();
  world.RunFor(absl::Minutes(10));
  EXPECT_THAT(world.Cause(Side::kRight, "contacts", there, "DELETED").sentence(), HasSubstr("deleted in"));
}

// ------------------------------------------------------------------------------------------------ the engine itself

TEST(WhyNot, SaysThatTheEngineIsPausedOrObserves) {
  WhyNotWorld world;
  world.Ask(SetPaused{.paused = true});
  world.Cause(Side::kLeft, "party", "ACME", "PAUSED");
  world.Ask(SetPaused{.paused = true, .observing = true});
  EXPECT_EQ(world.Cause(Side::kLeft, "party", "ACME", "OBSERVING").remedy(), "entente resume");
  world.Ask(SetPaused{.paused = false});
}

TEST(WhyNot, SaysThatAConnectorIsNotThere) {
  WhyNotWorld world;
  world.Disconnect(Side::kRight);
  EXPECT_THAT(world.Cause(Side::kLeft, "party", "ACME", "SESSION_MISSING").sentence(), HasSubstr("ssm"));
  ASSERT_TRUE(world.Connect(Side::kRight).ok());
}

TEST(WhyNot, SaysWhichListingIsMissing) {
  ExplainWorld world;
  world.EndsInUnrest();
  world.SageParty("ACME", "Acme", false);
  world.ConnectBoth();
  world.crm().reachable = false;
  world.Ask(StartRun{"first_load", {}});
  world.Drain();
  EXPECT_THAT(world.Cause(Side::kLeft, "party", "ACME", "LISTING_INCOMPLETE").sentence(), HasSubstr("ssm/accounts"));
}

TEST(WhyNot, SaysThatNothingIsInTheWay) {
  WhyNotWorld world;
  const auto link = world.LinkOf(Side::kLeft, "party", "ACME");
  const v1::WhyNotResponse answer = world.WhyNot(*link);
  ASSERT_EQ(answer.causes_size(), 1) << answer.DebugString();
  EXPECT_EQ(answer.causes(0).reason(), "NOTHING_IN_THE_WAY");
}

}  // namespace
}  // namespace entente::testing
