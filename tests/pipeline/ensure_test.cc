#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/ssm_world.h"

namespace entente::testing {
namespace {

TEST(EnsuredRecord, IsMadeOnceAfterTheListingAndNeverParkedNorSentToTheOtherSide) {
  SsmWorld world;
  world.FirstLoad();

  const std::string product = world.CrmByExtId("products", "SAGE-TEXTE");
  ASSERT_NE(product, "") << world.Story();
  ASSERT_NE(product, "?") << world.Story();
  EXPECT_EQ(world.crm().Field("products", product, "notAvailable"), Value(true));
  EXPECT_EQ(world.sage().CountLive("article"), 0u);
  EXPECT_TRUE(world.Items("create_not_allowed_here", false).empty()) << world.Story();
  EXPECT_FALSE(world.LinkOf(Side::kRight, "products", product)->parked.has_value());

  world.Restart();
  world.ConnectBoth();
  world.Settle();
  world.ResetCounts();
  world.Reconcile();
  EXPECT_EQ(world.writes(), 0) << world.Story();
  EXPECT_EQ(world.crm().CountLive("products"), 1u);
}

TEST(EnsuredRecord, ThatIsThereAlreadyIsTakenAsItIs) {
  SsmWorld world;
  world.crm().Create("products", {{"extId", "SAGE-TEXTE"}, {"model", "Texte libre"}}, "7");
  world.FirstLoad();
  EXPECT_EQ(world.CrmByExtId("products", "SAGE-TEXTE"), "7") << world.Story();
  EXPECT_EQ(world.crm().Field("products", "7", "model"), Value("Texte libre"));
  EXPECT_EQ(world.crm().CountLive("products"), 1u) << world.Story();
}

TEST(EnsuredRecord, IsMadeAgainWhenAUserDeletesIt) {
  SsmWorld world;
  world.FirstLoad();
  world.crm().Delete("products", world.CrmByExtId("products", "SAGE-TEXTE"));
  world.Settle();
  EXPECT_EQ(world.crm().Where("products", "extId", Value("SAGE-TEXTE")).size(), 1u) << world.Story();
  world.ResetCounts();
  world.Reconcile();
  EXPECT_EQ(world.writes(), 0) << world.Story();
}

TEST(EnsuredRecord, SurvivesALostAnswerWithoutATwin) {
  SsmWorld world;
  int lost = 1;
  world.crm().fail = [&lost](const OperationOut& operation) -> std::optional<OperationResult> {
    if (operation.kind != OperationKind::kWrite || operation.resource != "products" || lost-- <= 0) return std::nullopt;
    OperationResult result;
    result.kind = OperationResult::Kind::kFailure;
    result.failure = FailureClass::kUncertain;
    return result;
  };
  world.FirstLoad();
  world.Settle();
  EXPECT_EQ(world.crm().Where("products", "extId", Value("SAGE-TEXTE")).size(), 1u) << world.Story();
}

}  // namespace
}  // namespace entente::testing
