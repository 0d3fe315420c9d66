#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "tests/support/world.h"

namespace entente::testing {
namespace {

class Run : public ::testing::Test {
 protected:
  Run() {
    world.crm().Create("users", {{"name", "Admin"}, {"lastName", "Admin"}, {"email", "admin@example.com"}, {"nic", "admin"}}, "1");
    world.sage().Create("price_category", {{"cbIndice", "1"}, {"label", "Détail"}}, "1");
    for (const Side side : kSides) world.system(side).listing_page = 5;
  }
  void CreateParties(int from, int to) {
    for (int i = from; i < to; ++i) {
      const std::string code = absl::StrCat("P", 1000 + i);
      world.sage().Create("party", {{"CT_Num", code}, {"CT_Intitule", absl::StrCat("Parti ", i)}, {"CT_Prospect", 0}, {"CT_Type", 0}, {"CT_Pays", "France"}}, code);
    }
  }
  int WritesOfAReconcile() {
    world.ResetCounts();
    world.Reconcile();
    return world.state_writes();
  }
  World world;
};

TEST_F(Run, InWhichNothingChangedWritesAsOftenForManyRecordsAsForFew) {
  CreateParties(0, 2);
  world.FirstLoad();
  const int few = WritesOfAReconcile();
  CreateParties(2, 60);
  world.Poll();
  ASSERT_TRUE(world.Settle());
  const int many = WritesOfAReconcile();
  EXPECT_EQ(few, many) << "its beginning, the end of each listing, its end";
  const RunState run = world.status().runs.front();
  EXPECT_EQ(run.state, "done");
  EXPECT_EQ(run.counts.at("read.sage.party"), 60);
  EXPECT_EQ(run.counts.at("total.sage.party"), 60);
}

TEST_F(Run, ThatEndedIsKeptWithEverythingItCounted) {
  CreateParties(0, 20);
  world.FirstLoad();
  world.Reconcile();
  const RunState before = world.status().runs.front();
  world.Restart();
  EXPECT_EQ(world.status().runs.front(), before);
  world.ConnectBoth();
  world.Settle();
}

TEST_F(Run, AfterWhichPollsBringNothingNewWritesNothing) {
  CreateParties(0, 3);
  world.FirstLoad();
  world.Poll();
  world.Settle();
  world.ResetCounts();
  for (int i = 0; i < 3; ++i) {
    world.Poll();
    ASSERT_TRUE(world.Settle());
  }
  EXPECT_EQ(world.state_writes(), 0);
}

}  // namespace
}  // namespace entente::testing
