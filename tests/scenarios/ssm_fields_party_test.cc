#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/scenarios/rows.h"

// The field map of customers and prospects, where it says more than "this field is that one".
namespace entente::testing {
namespace {

using ::testing::HasSubstr;

// A party on both sides; its account.
std::string Known(SsmWorld& world, bool is_prospect, Fields more = {}) {
  world.SageParty("PARTY", "Martin SARL", is_prospect, std::move(more));
  world.FirstLoad();
  world.Settle();
  world.ResetCounts();
  return world.CrmByExtId("accounts", "PARTY");
}

TEST(SsmFields, ALinkedAccountWhoseStatusLeavesTheKnownOnesGetsItsStatusBack) {
  for (const bool is_prospect : {true, false}) {
    SCOPED_TRACE(is_prospect);
    SsmWorld world;
    const std::string account = Known(world, is_prospect, {{"CT_Ville", "Lyon"}});
    world.crm().Edit("accounts", account, {{"statusId", "Fournisseur"}, {"city", "Grenoble"}});
    ASSERT_TRUE(world.Settle());
    EXPECT_EQ(world.crm().Field("accounts", account, "statusId"), Value(is_prospect ? "Prospect" : "Client")) << world.Story();
    EXPECT_EQ(world.crm().Field("accounts", account, "city"), Value(is_prospect ? "Grenoble" : "Lyon"));
    EXPECT_EQ(world.sage().Field("party", "PARTY", "CT_Ville"), Value(is_prospect ? "Grenoble" : "Lyon"));
    EXPECT_EQ(world.Items("convert_in_sage").size(), is_prospect ? 1u : 0u) << "nobody converts a customer";
  }
}

TEST(SsmFields, AnAccountBornWithAnotherStatusIsNotOurs) {
  SsmWorld world;
  world.FirstLoad();
  const std::string account = world.CrmAccount("Fournitures", "Fournisseur");
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.sage().CountLive("party"), 0u) << world.Story();
  EXPECT_EQ(world.LinkOf(Side::kRight, "accounts", account)->members[Side::kRight].presence, Presence::kOutOfScope);
  // Until somebody says that it is a prospect.
  world.crm().Edit("accounts", account, {{"statusId", "Prospect"}});
  ASSERT_TRUE(world.Settle());
  EXPECT_EQ(world.sage().CountLive("party"), 1u) << world.Story();
}

}  // namespace
}  // namespace entente::testing
