#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/world.h"

namespace entente::testing {
namespace {

Fields Party(const std::string& code, const std::string& name, bool prospect) {
  return {{"CT_Num", code}, {"CT_Intitule", name}, {"CT_Prospect", prospect ? 1 : 0}, {"CT_Type", 0}, {"CT_CodePostal", "69003"}, {"CT_Ville", "Lyon"}, {"CT_Pays", "France"}};
}

class PartyFlow : public ::testing::Test {
 protected:
  PartyFlow() {
    world.crm().Create("users", {{"name", "Admin"}, {"lastName", "Admin"}, {"email", "admin@example.com"}, {"nic", "admin"}}, "1");
    world.sage().Create("price_category", {{"cbIndice", "1"}, {"label", "Détail"}}, "1");
    for (const char* resource : {"party", "contact", "collaborator"}) world.sage().at(resource).feeds_deletes = false;
  }
  World world;
};

TEST_F(PartyFlow, FirstLoadCreatesWhatTheOtherSideLacksAndASecondPassWritesNothing) {
  world.sage().at("party").key_field = "CT_Num";
  world.sage().Create("party", Party("CARAT", "Carat S.A.", false), "CARAT");
  world.sage().Create("party", Party("PROS1", "Prospect Un", true), "PROS1");

  world.FirstLoad();

  const auto accounts = world.crm().Where("accounts", "extId", Value("CARAT"));
  ASSERT_EQ(accounts.size(), 1u) << world.Story();
  EXPECT_EQ(world.crm().Field("accounts", accounts[0], "name"), Value("Carat S.A."));
  EXPECT_EQ(world.crm().CountLive("accounts"), 2u);
  world.ResetCounts();
  world.Reconcile();
  EXPECT_EQ(world.writes(), 0);
  EXPECT_TRUE(world.status().quiet);
}

}  // namespace
}  // namespace entente::testing
