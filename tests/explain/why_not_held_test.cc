// Hours, states, locks and seals that hold a record or a field: each is named, with its rule and when it ends.
#include <gmock/gmock.h>

#include "engine/core/calendar.h"
#include "tests/explain/explain_world.h"
#include "tests/support/pack_overlay.h"

namespace entente::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

Fields Invoice(bool posted) {
  return {{"DO_Piece", "F1"}, {"DO_Type", posted ? 7 : 6}, {"posted", posted}, {"DO_Tiers", Ref("party", "ACME")}, {"DO_TotalHTNet", Dec("100.00")}, {"DO_TotalTTC", Dec("120.00")},
          {"DO_NetAPayer", Dec("120.00")}, {"DO_MontantRegle", Dec("0")}, {"DO_Date", Date{20'000}}, {"lines", List{}}};
}

TEST(WhyNotHeld, SaysWhenTheHoursOfAWriteOpen) {
  PackOverlay pack("sides:\n  ssm:\n    window: {from: \"20:00\", to: \"06:00\", zone: Europe/Paris}\n");
  ExplainWorld world({}, pack.path());
  const auto clock = [&] { return FormatTimestamp(TimeZone::Named("Europe/Paris")->ToLocal({absl::ToUnixMicros(world.now())})).substr(11, 5); };
  for (int minute = 0; minute < 24 * 60 && clock() != "21:00"; ++minute) world.RunFor(absl::Minutes(1));
  world.SageParty("ACME", "Acme", false);
  world.FirstLoad();
  for (int minute = 0; minute < 24 * 60 && clock() != "10:00"; ++minute) world.RunFor(absl::Minutes(1));
  world.sage().Edit("party", "ACME", {{"CT_Intitule", "Acme SA"}});
  world.RunFor(absl::Minutes(10));
  const auto cause = world.Cause(Side::kLeft, "party", "ACME", "WINDOW_CLOSED");
  world.EndsInUnrest();
  EXPECT_GT(cause.until_micros(), absl::ToUnixMicros(world.now()));
  EXPECT_THAT(cause.sentence(), HasSubstr("from 20:00 to 06:00"));
  EXPECT_EQ(world.WhyNot(*world.LinkOf(Side::kLeft, "party", "ACME")).causes_size(), 1) << "told once";
}

TEST(WhyNotHeld, NamesTheStateThatARecordWaitsFor) {
  PackOverlay pack("entities:\n  invoice:\n    triggers: [continuous, {kind: on_state, when: sage.posted == true}]\n");
  ExplainWorld world({}, pack.path());
  world.SageParty("ACME", "Acme", false);
  world.FirstLoad();
  world.sage().Create("invoice", Invoice(false), "F1");
  world.Settle();
  const auto cause = world.Cause(Side::kLeft, "invoice", "F1", "AWAITING_STATE");
  EXPECT_EQ(cause.condition(), "sage.posted == true");
  EXPECT_EQ(cause.rule(), "invoice.triggers.on_state");
  EXPECT_EQ(cause.read().at("posted").text(), "false");
}

TEST(WhyNotHeld, NamesTheSealThatAChangeMet) {
  ExplainWorld world;
  world.SageParty("ACME", "Acme", false);
  world.sage().Create("invoice", Invoice(true), "F1");
  world.FirstLoad();
  world.sage().Edit("invoice", "F1", {{"DO_TotalHTNet", Dec("90.00")}});
  world.Settle();
  const auto cause = world.Cause(Side::kLeft, "invoice", "F1", "IMMUTABLE_CHANGED");
  EXPECT_EQ(cause.rule(), "invoice.seal");
  EXPECT_THAT(cause.rule_source(), StartsWith("ssm/invoices.yaml:"));
  EXPECT_NE(cause.work_item(), 0u);
  // What the system shows now, and what still counts.
  const auto net = world.ExplainField(Side::kLeft, "invoice", "F1", "net");
  EXPECT_EQ(net.left_origin().agreement(), "sealed");
  EXPECT_EQ(net.left_origin().held().text(), "90");
}

TEST(WhyNotHeld, SaysThatSomebodyHasTheRecordOpen) {
  ExplainWorld world;
  world.SageParty("PROS", "Prospère", true);
  world.FirstLoad();
  world.sage().fail = [](const OperationOut& operation) -> std::optional<OperationResult> {
    if (operation.kind != OperationKind::kWrite) return std::nullopt;
    return OperationResult{.id = operation.id, .kind = OperationResult::Kind::kFailure, .failure = FailureClass::kAgain, .code = "RECORD_LOCKED", .text = "open on POSTE-3"};
  };
  world.crm().Edit("accounts", world.CrmByExtId("accounts", "PROS"), {{"city", "Brest"}});
  world.Poll();
  world.Drain();
  const auto cause = world.Cause(Side::kLeft, "party", "PROS", "BACKING_OFF");
  EXPECT_THAT(cause.sentence(), HasSubstr("RECORD_LOCKED"));
  EXPECT_GT(cause.until_micros(), absl::ToUnixMicros(world.now()));
}

}  // namespace
}  // namespace entente::testing
