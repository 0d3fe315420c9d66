// Rows of the rules language that a pack says in a line or two: keys, pauses, budgets, the catalogue.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/pack_overlay.h"
#include "tests/support/ssm_world.h"

namespace entente::testing {
namespace {

using ::testing::HasSubstr;

// ------------------------------------------------------------------------------------------------ R11, constraints on keys

constexpr char kSiretRequired[] = "entities:\n  party:\n    match:\n      siret: {unique: true, not_empty: [sage]}\n";

TEST(R11_Keys, ARecordWithoutARequiredKeyIsShownAndNotSent) {
  PackOverlay pack(kSiretRequired);
  SsmWorld world({}, pack.path());
  world.SageParty("ACME", "Acme", false);
  world.SageParty("BETA", "Beta", false, {{"CT_Siret", "552 100 554 00025"}});
  world.FirstLoad();

  EXPECT_EQ(world.CrmByExtId("accounts", "ACME"), "") << world.Story();
  EXPECT_NE(world.CrmByExtId("accounts", "BETA"), "");
  const auto items = world.Items("empty_match_key");
  ASSERT_EQ(items.size(), 1u) << world.Story();
  EXPECT_EQ(items[0].details.at("rule"), Value("siret"));
  EXPECT_THAT(items[0].message_fr, HasSubstr("Renseignez"));

  world.sage().Edit("party", "ACME", {{"CT_Siret", "732 829 320 00074"}});
  world.Settle();
  EXPECT_NE(world.CrmByExtId("accounts", "ACME"), "") << world.Story();
  EXPECT_TRUE(world.Items("empty_match_key").empty());
}

TEST(R11_Keys, TwoRecordsOfOneUniqueKeyAreShownAndNotSent) {
  PackOverlay pack(kSiretRequired);
  SsmWorld world({}, pack.path());
  for (const char* code : {"ACME", "BETA"}) world.SageParty(code, code, false, {{"CT_Siret", "55210055400025"}});
  world.FirstLoad();
  EXPECT_EQ(world.Items("doubled_match_key").size(), 2u) << world.Story();
  EXPECT_EQ(world.crm().CountLive("accounts"), 0u);
}

// ------------------------------------------------------------------------------------------------ R29, company scope

constexpr char kSageWinsAfterAPause[] = "on_resume: {shared_fields: sage}\n";

class R29_CompanyScope : public ::testing::Test {
 protected:
  static std::string Load(SsmWorld& world) {
    world.SageParty("P1", "Piste", true, {{"CT_Telephone", "0100000001"}, {"CT_Telecopie", "0200000001"}});
    world.FirstLoad();
    return world.CrmByExtId("accounts", "P1");
  }
  static Value Phone(SsmWorld& world) { return world.sage().Field("party", "P1", "CT_Telephone"); }
};

TEST_F(R29_CompanyScope, AfterAPauseSageWinsOnSharedFieldsAndTheLoserIsKept) {
  PackOverlay pack(kSageWinsAfterAPause);
  SsmWorld world({}, pack.path());
  const std::string account = Load(world);
  world.Ask(SetPaused{true, false});
  world.Advance(absl::Minutes(5));
  // The CRM alone edits one field, both edit another; the CRM's edit is the newer one.
  world.sage().Edit("party", "P1", {{"CT_Telecopie", "0200000002"}});
  world.Advance(absl::Minutes(5));
  world.crm().Edit("accounts", account, {{"phone", "0100000009"}, {"fax", "0200000009"}});
  world.Settle();
  world.Advance(absl::Minutes(5));
  world.Ask(SetPaused{false, false});
  world.Settle();

  EXPECT_EQ(Phone(world), Value("0100000001")) << world.Story();
  EXPECT_EQ(world.crm().Field("accounts", account, "phone"), Value("0100000001"));
  EXPECT_EQ(world.crm().Field("accounts", account, "fax"), Value("0200000002"));
  const auto conflicts = world.Items("conflict", false);
  ASSERT_EQ(conflicts.size(), 2u) << world.Story();
  for (const WorkItem& conflict : conflicts) EXPECT_EQ(conflict.details.at("why"), Value("after_pause"));
}

TEST_F(R29_CompanyScope, WhatIsEditedAfterItFollowsTheFieldsAgain) {
  PackOverlay pack(kSageWinsAfterAPause);
  SsmWorld world({}, pack.path());
  const std::string account = Load(world);
  world.Ask(SetPaused{true, false});
  world.Advance(absl::Minutes(5));
  world.Ask(SetPaused{false, false});
  world.Advance(absl::Minutes(1));
  world.crm().Edit("accounts", account, {{"phone", "0100000009"}});
  world.Settle();
  EXPECT_EQ(Phone(world), Value("0100000009")) << world.Story();
}

TEST_F(R29_CompanyScope, APackThatSaysNothingLosesNoEditOfAPause) {
  SsmWorld world;
  const std::string account = Load(world);
  world.Ask(SetPaused{true, false});
  world.Advance(absl::Minutes(5));
  world.crm().Edit("accounts", account, {{"phone", "0100000009"}});
  world.Settle();
  world.Ask(SetPaused{false, false});
  world.Settle();
  EXPECT_EQ(Phone(world), Value("0100000009")) << world.Story();
}

TEST_F(R29_CompanyScope, AtMostSoManyCompanies) {
  SsmWorld world;
  world.sage().companies = 2;
  EXPECT_THAT(std::string(world.Connect(Side::kLeft).message()), HasSubstr("COMPANY_LIMIT_REACHED"));
  world.EndsInUnrest();
}

TEST_F(R29_CompanyScope, AStreamIsLeftOutByAParameterOfTheCompany) {
  PackOverlay pack(
      "parameters:\n  with_invoices: {type: boolean, default: \"false\", scope: company, label: {fr: Factures, en: Invoices}}\n"
      "entities:\n  invoice: {enabled: param.with_invoices}\n");
  LoadOptions company{.parameters = {{"default_branch", "Siège"}}};
  const absl::StatusOr<PackPtr> without = LoadPack(pack.path(), company);
  company.parameters["with_invoices"] = "true";
  const absl::StatusOr<PackPtr> with = LoadPack(pack.path(), company);
  ASSERT_TRUE(without.ok() && with.ok()) << without.status() << with.status();
  EXPECT_EQ((*without)->Entity("invoice"), nullptr);
  EXPECT_EQ((*without)->parameters.at("with_invoices").scope, "company");
  EXPECT_NE((*with)->Entity("invoice"), nullptr);
}

// ------------------------------------------------------------------------------------------------ R31, budgets

TEST(R31_Budgets, SoManyOperationsAreUnderWayAtATime) {
  PackOverlay pack("limits: {ssm_operations_max: 3}\n");
  SsmWorld world({}, pack.path());
  for (int i = 0; i < 20; ++i) world.SageParty("C" + std::to_string(i), "Client " + std::to_string(i), false);
  int most = 0;
  world.on_send = [&](Side side, std::size_t) {
    if (side == Side::kRight) most = std::max(most, world.status().sides[side].operations_in_flight);
  };
  world.FirstLoad();
  EXPECT_EQ(world.crm().CountLive("accounts"), 20u) << world.Story();
  EXPECT_LE(most, 3);
  EXPECT_GE(most, 1);
}

TEST(R31_Budgets, SoManyOperationsAreInAMessage) {
  PackOverlay pack("limits: {ssm_batch_max: 7}\n");
  SsmWorld world({}, pack.path());
  for (int i = 0; i < 40; ++i) world.SageParty("C" + std::to_string(i), "Client " + std::to_string(i), false);
  std::size_t most = 0;
  world.on_send = [&](Side side, std::size_t operations) {
    if (side == Side::kRight) most = std::max(most, operations);
  };
  world.FirstLoad();
  EXPECT_EQ(world.crm().CountLive("accounts"), 40u) << world.Story();
  EXPECT_EQ(most, 7u);
}

// ------------------------------------------------------------------------------------------------ R01, catalogue version

TEST(R01_Catalogue, OfAnotherVersionThanThePackWasWrittenForIsRefused) {
  PackOverlay pack("sides: {ssm: {catalogue_version: \"2\"}}\n");
  SsmWorld world({}, pack.path());
  world.EndsInUnrest();
  world.crm().catalogue_version = "1.4";
  EXPECT_THAT(std::string(world.Connect(Side::kRight).message()), HasSubstr("CATALOGUE_NOT_SUPPORTED"));
  EXPECT_THAT(world.status().sides[Side::kRight].refused_reason, HasSubstr("the connector has 1.4"));
  world.crm().catalogue_version = "2.1";
  EXPECT_TRUE(world.Connect(Side::kRight).ok());
}

TEST(R01_Catalogue, AGateMayReadItsVersion) {
  PackOverlay pack("sides:\n  ssm:\n    gates:\n      catalogue_too_old: {holds: session.catalogue != '1', message: {fr: Trop ancien., en: Too old.}}\n");
  SsmWorld world({}, pack.path());
  world.EndsInUnrest();
  world.crm().catalogue_version = "1";
  EXPECT_THAT(std::string(world.Connect(Side::kRight).message()), HasSubstr("CATALOGUE_TOO_OLD: Too old."));
}

}  // namespace
}  // namespace entente::testing
