#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/ssm_world.h"

// Edits of single fields, as users make them on one side.
namespace entente::testing {
namespace {

TEST(FieldEditTest, AReferenceEditedOnOneSideAloneIsNoConflict) {
  SsmWorld world;
  world.SageCollaborator("7", "Ada", "Lovelace", "ada@example.com");
  world.SageCollaborator("8", "Bob", "Morane", "bob@example.com");
  world.FirstLoad();
  world.SageParty("PROS1", "Prospect Un", true, {{"CO_No", Ref("collaborator", "7")}});
  world.Settle();
  const std::string account = world.CrmByExtId("accounts", "PROS1");
  const std::string bob = world.CrmByExtId("users", "8");

  world.crm().Edit("accounts", account, {{"salesRepId1", Ref("users", bob)}});
  world.Settle();

  EXPECT_TRUE(world.sage().Field("party", "PROS1", "CO_No") == Ref("collaborator", "8")) << world.Story();
  EXPECT_TRUE(world.crm().Field("accounts", account, "salesRepId1") == Ref("users", bob)) << world.Story();
  EXPECT_TRUE(world.Items("conflict", false).empty());
}

TEST(FieldEditTest, AWordNoTableKnowsIsShownAndTakesNothingAway) {
  SsmWorld world;
  world.FirstLoad();
  world.SageParty("PROS1", "Prospect Un", true, {{"CT_Pays", "Belgique"}});
  world.Settle();
  const std::string account = world.CrmByExtId("accounts", "PROS1");

  world.sage().Edit("party", "PROS1", {{"CT_Pays", "Syldavie"}, {"CT_Ville", "Klow"}});
  world.Settle();

  EXPECT_EQ(world.sage().Field("party", "PROS1", "CT_Pays").ToDisplay(), "Syldavie");
  EXPECT_EQ(world.crm().Field("accounts", account, "countryId").ToDisplay(), "BE");
  EXPECT_EQ(world.crm().Field("accounts", account, "city").ToDisplay(), "Klow");
  EXPECT_EQ(world.Items("country_unknown").size(), 1u) << world.Story();
}

TEST(FieldEditTest, AWordNoTableKnowsStaysOutOfANewRecord) {
  SsmWorld world;
  world.FirstLoad();

  world.SageParty("PROS1", "Prospect Un", true, {{"CT_Pays", "Syldavie"}});
  world.Settle();

  const std::string account = world.CrmByExtId("accounts", "PROS1");
  EXPECT_TRUE(world.crm().Field("accounts", account, "countryId").IsNull()) << world.Story();
  EXPECT_EQ(world.Items("country_unknown").size(), 1u) << world.Story();
}

// A record made anew in place of a deleted one holds what that one held: also what the other side could not hold whole, and what is the
// deleting side's own. Only what the other side changed since is the other side's.
TEST(FieldEditTest, WhatIsRestoredIsAsItWasButForWhatTheOtherSideChangedSince) {
  SsmWorld world;
  world.FirstLoad();
  const std::string first = "Rappeler avant midi\n\nVu au salon, veut un devis pour le printemps.";
  world.SageParty("PROS1", "Prospect Un", true);
  world.Settle();
  const std::string account = world.CrmByExtId("accounts", "PROS1");
  world.crm().Edit("accounts", account, {{"comment", first}, {"city", "Lyon"}, {"branchId", "Nord"}});
  world.Settle();
  ASSERT_EQ(world.sage().Field("party", "PROS1", "CT_Commentaire").ToDisplay(), "Rappeler avant midi");

  world.crm().Delete("accounts", account);
  world.sage().Edit("party", "PROS1", {{"CT_Ville", "Paris"}});
  world.Settle();

  const std::string again = world.CrmByExtId("accounts", "PROS1");
  EXPECT_NE(again, account);
  EXPECT_EQ(world.crm().Field("accounts", again, "comment").ToDisplay(), first) << world.Story();
  EXPECT_EQ(world.crm().Field("accounts", again, "branchId").ToDisplay(), "Nord");
  EXPECT_EQ(world.crm().Field("accounts", again, "city").ToDisplay(), "Paris");
  EXPECT_EQ(world.sage().Field("party", "PROS1", "CT_Commentaire").ToDisplay(), "Rappeler avant midi");
  world.ResetCounts();
  world.Reconcile();
  EXPECT_EQ(world.writes(), 0) << world.Story();
}

// A write of Sage's waits for the CRM; meanwhile a user edits what it would overwrite. That edit is undone like any other, and told.
TEST(FieldEditTest, AForbiddenEditMadeWhileAWriteWaitsIsTold) {
  SsmWorld world;
  world.FirstLoad();
  world.SageParty("CLI1", "Client Un", false, {{"CT_Ville", "Lyon"}});
  world.Settle();
  const std::string account = world.CrmByExtId("accounts", "CLI1");
  bool is_down = true;
  world.crm().fail = [&](const OperationOut& operation) -> std::optional<OperationResult> {
    if (!is_down || operation.kind != OperationKind::kWrite) return std::nullopt;
    OperationResult result;
    result.id = operation.id;
    result.kind = OperationResult::Kind::kFailure;
    result.failure = FailureClass::kAgain;
    result.code = "UNAVAILABLE";
    return result;
  };
  world.sage().Edit("party", "CLI1", {{"CT_Ville", "Paris"}});
  world.Poll();
  world.Drain();

  world.crm().Edit("accounts", account, {{"city", "Nantes"}});
  world.Poll();
  world.Drain();
  is_down = false;
  world.Settle();

  EXPECT_EQ(world.crm().Field("accounts", account, "city").ToDisplay(), "Paris") << world.Story();
  EXPECT_EQ(world.status().counters["reverted.party"], 1) << world.Story();
}

// Whom a record refers to is not there yet, and somebody stands in. Other edits pass meanwhile; the stand-in leaves once the other comes.
TEST(FieldEditTest, AStandInLeavesWhenItsTargetComesWhateverWasEditedMeanwhile) {
  for (const bool is_prospect : {true, false}) {
    SsmWorld world;
    world.FirstLoad();
    world.SageCollaborator("13", "Grace", "Hopper", "grace@example.com");
    world.Settle();
    world.SageParty("PARTY", "Compte", is_prospect, {{"CO_No", Ref("collaborator", "13")}});
    world.Settle();
    const std::string account = world.CrmByExtId("accounts", "PARTY");
    ASSERT_EQ(world.crm().Field("accounts", account, "salesRepId1"), Ref("users", "1")) << world.Story();
    world.sage().Edit("party", "PARTY", {{"CT_Telephone", "0999999999"}});
    world.Settle();

    const std::string grace = world.crm().Create("users", {{"name", "Grace"}, {"lastName", "Hopper"}, {"email", "grace@example.com"}, {"nic", "gh"}});
    world.Settle();

    EXPECT_EQ(world.crm().Field("accounts", account, "salesRepId1"), Ref("users", grace)) << world.Story();
  }
}

TEST(FieldEditTest, AStandInLeavesWhenItsTargetIsOfUseAgainThoughThatWasEditedBefore) {
  for (const bool is_prospect : {true, false}) {
    SsmWorld world;
    world.SageCollaborator("7", "Ada", "Lovelace", "ada@example.com");
    world.FirstLoad();
    const std::string ada = world.Partner(Side::kLeft, "collaborator", "7");
    world.crm().Edit("users", ada, {{"isActive", false}});
    world.Settle();
    world.SageParty("PARTY", "Compte", is_prospect, {{"CO_No", Ref("collaborator", "7")}});
    world.Settle();
    const std::string account = world.CrmByExtId("accounts", "PARTY");
    ASSERT_EQ(world.crm().Field("accounts", account, "salesRepId1"), Ref("users", "1")) << world.Story();
    world.sage().Edit("collaborator", "7", {{"CO_Nom", "King"}});
    world.Settle();

    world.crm().Edit("users", ada, {{"isActive", true}});
    world.Settle();

    EXPECT_EQ(world.crm().Field("accounts", account, "salesRepId1"), Ref("users", ada)) << world.Story();
  }
}

TEST(FieldEditTest, WhatBothSidesHeldAtTheirFirstMeetingNamesItsRule) {
  SsmWorld world;
  world.SageParty("PARTY", "Compte", true, {{"CT_Ville", "Lyon"}});
  world.crm().Create("accounts", {{"name", "Compte"}, {"extId", "PARTY"}, {"city", "Lyon"}, {"statusId", "Prospect"}});

  world.FirstLoad();

  const auto link = world.LinkOf(Side::kLeft, "party", "PARTY");
  ASSERT_TRUE(link && link->linked() && link->base.contains("city")) << world.Story();
  EXPECT_EQ(link->base.at("city").rule, "party.city");
}

}  // namespace
}  // namespace entente::testing
