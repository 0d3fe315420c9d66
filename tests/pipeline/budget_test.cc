#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/ssm_world.h"

// Invariant 10: deletes and changes of a window never exceed the budget, whatever happens in between.
namespace entente::testing {
namespace {

using ::testing::SizeIs;

std::string Article(int number) { return "A" + std::to_string(number); }

TEST(Budget, OfDeletesIsNotRenewedByARestart) {
  SsmWorld world;
  world.EndsInUnrest();
  for (int i = 0; i < 12; ++i) world.SageArticle(Article(i), "Chaise", "10.00");
  world.FirstLoad();
  for (int i = 0; i < 4; ++i) world.sage().Delete("article", Article(i));
  world.RunFor(absl::Minutes(30));
  const int deleted = world.crm().counts().deletes;
  EXPECT_EQ(deleted, 4);
  world.Restart();
  world.ConnectBoth();
  // Four more on the same day are more than five.
  for (int i = 4; i < 8; ++i) world.sage().Delete("article", Article(i));
  world.RunFor(absl::Minutes(30));
  EXPECT_EQ(world.crm().counts().deletes, deleted) << world.Story();
  EXPECT_THAT(world.Items("mass_delete"), SizeIs(1));
}

TEST(Budget, OfChangesHoldsWithinOneTurn) {
  constexpr int kArticles = 700;
  SsmWorld world;
  world.EndsInUnrest();
  for (int i = 0; i < kArticles; ++i) world.SageArticle(Article(i), "Chaise", "10.00");
  world.FirstLoad();
  world.ResetCounts();
  for (int i = 0; i < kArticles; ++i) world.sage().Edit("article", Article(i), {{"AR_Design", "Table"}});
  world.Settle();
  EXPECT_EQ(world.crm().counts().updates, 500);
  EXPECT_THAT(world.Items("mass_change"), SizeIs(1));
}

}  // namespace
}  // namespace entente::testing
