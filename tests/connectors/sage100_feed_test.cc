#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "tests/connectors/sage100_company_file.h"
#include "tests/connectors/sage100_harness.h"

namespace entente::sage100::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Sage100Feed : public ::testing::Test {
 protected:
  void Party(const std::string& code, const std::string& name, const std::string& modified) {
    company_.Run(absl::StrCat(R"(INSERT INTO "F_COMPTET" ("CT_Num", "CT_Intitule", "cbModification") VALUES (')", code, "', '", name, "', ",
                              modified.empty() ? "NULL" : "'" + modified + "'", ")"));
  }

  CompanyFile company_;
  Harness sage_{ConfigFor(company_.connection_string())};
};

TEST_F(Sage100Feed, DescribesWhatTheCompanyHas) {
  company_.Run(R"(INSERT INTO "cbSysLibre" VALUES ('F_COMPTET', 'Code promo', 1, 9, 21);
                  ALTER TABLE "F_COMPTET" ADD COLUMN "Code promo" varchar(21))");
  sage_.Open();

  EXPECT_EQ(sage_.opened().company_id(), CompanyFile::kGuid);
  EXPECT_EQ(sage_.opened().company_name(), "Bijou");
  EXPECT_EQ(sage_.opened().version(), "11.02");
  EXPECT_EQ(sage_.opened().edition(), "on_premise");
  const sdk::CatalogueView catalogue(sage_.opened().catalogue());
  const v1::Resource* party = catalogue.Find("party");
  EXPECT_EQ(catalogue.FindField(party->number(), "CT_Intitule")->length_max(), 69u);
  EXPECT_EQ(catalogue.FindField(party->number(), "CT_Intitule")->charset(), "CP1252");
  EXPECT_TRUE(catalogue.FindField(party->number(), "Code promo")->custom());
  EXPECT_EQ(catalogue.FindField(party->number(), "CT_Statistique02"), nullptr) << "a column the company lacks";
  EXPECT_EQ(catalogue.FindField(catalogue.Find("collaborator")->number(), "CO_Sommeil"), nullptr);
  EXPECT_THAT(catalogue.FindField(catalogue.Find("contact")->number(), "N_Service")->labels(), ElementsAre("Direction", "Achats"));
  EXPECT_TRUE(party->capabilities().can_create());
  EXPECT_FALSE(party->capabilities().can_delete());
}

TEST_F(Sage100Feed, AnotherCompanyIsRefused) {
  Sage100Config config = ConfigFor(company_.connection_string());
  config.expected_company_guid = "00000000-0000-0000-0000-000000000000";
  Harness sage(config);
  EXPECT_EQ(sage.Describe().status().code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(Sage100Feed, ListingReadsSagesConventions) {
  company_.Run(R"(INSERT INTO "F_COLLABORATEUR" ("CO_No", "CO_Nom") VALUES (7, 'Durand');
    INSERT INTO "F_COMPTET" ("CT_Num", "CT_Intitule", "CT_Prospect", "CT_Adresse", "CT_EMail", "CT_Encours", "N_CatTarif", "N_Devise", "CO_No",
      "cbModification") VALUES ('C1', 'Étoile  ', 1, '', NULL, '1500.500000', 2, 2, 7, '2026-07-01 12:00:00'),
      ('F1', 'Fournisseur', 0, 'x', 'x', '0', 1, 0, 0, '2026-07-01 12:00:00');
    UPDATE "F_COMPTET" SET "CT_Type" = 1 WHERE "CT_Num" = 'F1')");
  sage_.Open();

  const KeepingSink listed = sage_.List("party");

  ASSERT_THAT(listed.keys(), ElementsAre("C1"));
  const v1::Change party = listed.changes().front();
  EXPECT_EQ(sage_.Text(party, "CT_Intitule"), "Étoile");
  EXPECT_EQ(sage_.Text(party, "CT_Prospect"), "1");
  EXPECT_EQ(sage_.Text(party, "CT_Adresse"), "null");
  EXPECT_EQ(sage_.Text(party, "CT_Encours"), "1500.5");
  EXPECT_EQ(sage_.Text(party, "N_CatTarif"), "price_category:2");
  EXPECT_EQ(sage_.Text(party, "N_Devise"), "USD");
  EXPECT_EQ(sage_.Text(party, "CO_No"), "collaborator:7");
  EXPECT_EQ(party.row().incarnation(), CompanyFile::kGuid);
  EXPECT_EQ(party.row().number(), 1);
  EXPECT_EQ(party.changed_to_micros() - party.changed_from_micros(), 1'000'000);
  EXPECT_EQ(listed.batches.front().listing_total(), 1);
  EXPECT_FALSE(listed.cursor().empty());
}

TEST_F(Sage100Feed, KeysAreListedInOrderWithoutContent) {
  for (int i = 0; i < 1200; ++i) Party(absl::StrCat("C", 10000 + i), "Nom", "2026-07-01 12:00:00");
  sage_.Open();

  const KeepingSink keys = sage_.List("party", v1::KEYS);

  EXPECT_EQ(keys.keys().size(), 1200u);
  std::vector<std::int64_t> rows;
  for (const v1::Change& change : keys.changes()) rows.push_back(change.row().number());
  EXPECT_TRUE(std::is_sorted(rows.begin(), rows.end()));
  EXPECT_EQ(keys.changes().front().kind(), v1::Change::KEY_ONLY);
  EXPECT_EQ(keys.changes().front().fields_size(), 0);
  EXPECT_TRUE(keys.cursor().empty()) << "keys tell nothing of changes";
}

TEST_F(Sage100Feed, APollBringsWhatChangedAndNothingTwice) {
  Party("C1", "Un", "2026-07-01 12:00:00");
  Party("C2", "Deux", "2026-07-01 12:00:00");
  sage_.Open();
  const std::string listed = sage_.List("party").cursor();

  const KeepingSink again = sage_.Poll("party", listed);
  company_.Run(R"(UPDATE "F_COMPTET" SET "CT_Intitule" = 'Deux bis', "cbModification" = '2026-07-01 12:30:00' WHERE "CT_Num" = 'C2')");
  const KeepingSink changed = sage_.Poll("party", again.cursor());
  const KeepingSink quiet = sage_.Poll("party", changed.cursor());

  EXPECT_THAT(changed.keys(), ElementsAre("C2"));
  EXPECT_THAT(quiet.keys(), IsEmpty());
  EXPECT_EQ(quiet.cursor(), changed.cursor()) << "a quiet poll leaves nothing to store";
  EXPECT_GT(changed.changes().front().read_seq(), 0u);
}

TEST_F(Sage100Feed, ATransactionThatCommitsLateIsSeen) {
  Party("C1", "Un", "2026-07-01 12:00:00");
  sage_.Open();
  const std::string cursor = sage_.Poll("party", sage_.List("party").cursor()).cursor();

  Party("C2", "Tard", "2026-07-01 11:57:00");

  EXPECT_THAT(sage_.Poll("party", cursor).keys(), ElementsAre("C2"));
}

TEST_F(Sage100Feed, TwoChangesWithinOneSecondAreBothSeen) {
  Party("C1", "Un", "2026-07-01 12:00:00");
  sage_.Open();
  const std::string cursor = sage_.Poll("party", sage_.List("party").cursor()).cursor();

  company_.Run(R"(UPDATE "F_COMPTET" SET "CT_Ville" = 'Lyon')");

  const KeepingSink poll = sage_.Poll("party", cursor);
  ASSERT_THAT(poll.keys(), ElementsAre("C1"));
  EXPECT_EQ(sage_.Text(poll.changes().front(), "CT_Ville"), "Lyon");
}

TEST_F(Sage100Feed, RowsWithoutADateAreNeverForgotten) {
  sage_.Open();
  const std::string cursor = sage_.List("party").cursor();
  Party("C1", "Sans date", "");

  const KeepingSink first = sage_.Poll("party", cursor);
  const KeepingSink second = sage_.Poll("party", first.cursor());

  EXPECT_THAT(first.keys(), ElementsAre("C1"));
  EXPECT_EQ(first.changes().front().changed_to_micros(), 0);
  EXPECT_THAT(second.keys(), IsEmpty());
}

TEST_F(Sage100Feed, AMassChangeIsReportedOnce) {
  for (int i = 0; i < 3000; ++i) Party(absl::StrCat("C", 10000 + i), "Nom", "2026-07-01 12:00:00");
  sage_.Open();

  const KeepingSink first = sage_.Poll("party", sage_.List("party").cursor());
  company_.Run(R"(UPDATE "F_COMPTET" SET "cbModification" = '2026-07-02 09:00:00')");
  const KeepingSink second = sage_.Poll("party", first.cursor());
  const KeepingSink third = sage_.Poll("party", second.cursor());

  EXPECT_THAT(first.keys(), IsEmpty()) << "the listing has just brought them";
  EXPECT_EQ(second.keys().size(), 3000u);
  EXPECT_THAT(third.keys(), IsEmpty());
}

TEST_F(Sage100Feed, ARestoredBackupLosesTheCursor) {
  Party("C1", "Un", "2026-07-01 12:00:00");
  Party("C2", "Deux", "2026-07-01 12:00:00");
  sage_.Open();
  const std::string cursor = sage_.List("party").cursor();

  company_.Run(R"(DELETE FROM "F_COMPTET" WHERE "CT_Num" = 'C2')");
  EXPECT_TRUE(sage_.PollStatus("party", cursor).ok()) << "a delete alone is no restore";
  company_.Run("UPDATE sqlite_sequence SET seq = 1 WHERE name = 'F_COMPTET'");

  EXPECT_EQ(sage_.PollStatus("party", cursor).code(), absl::StatusCode::kOutOfRange);
}

TEST_F(Sage100Feed, AnUnknownCursorIsLost) {
  sage_.Open();
  EXPECT_EQ(sage_.PollStatus("party", "of another version").code(), absl::StatusCode::kOutOfRange);
}

TEST_F(Sage100Feed, ALabelThatChangesBringsTheRecordsThatShowIt) {
  Party("C1", "Un", "2026-07-01 12:00:00");
  company_.Run(R"(INSERT INTO "F_CONTACTT" ("CT_No", "CT_Num", "CT_Nom", "N_Service", "cbModification") VALUES (5, 'C1', 'Petit', 1, '2026-07-01 12:00:00'))");
  sage_.Open();
  const std::string cursor = sage_.Poll("contact", sage_.List("contact").cursor()).cursor();

  company_.Run(R"(UPDATE "P_SERVICECPTA" SET "S_Intitule" = 'Direction générale' WHERE "cbIndice" = 1)");

  const KeepingSink poll = sage_.Poll("contact", cursor);
  ASSERT_THAT(poll.keys(), ElementsAre("5"));
  EXPECT_EQ(sage_.Text(poll.changes().front(), "N_Service"), "Direction générale");
  EXPECT_EQ(sage_.Text(poll.changes().front(), "CT_Num"), "party:C1");
}

TEST_F(Sage100Feed, ContactsOfSuppliersStayOut) {
  Party("C1", "Client", "2026-07-01 12:00:00");
  Party("F1", "Fournisseur", "2026-07-01 12:00:00");
  company_.Run(R"(UPDATE "F_COMPTET" SET "CT_Type" = 1 WHERE "CT_Num" = 'F1';
    INSERT INTO "F_CONTACTT" ("CT_No", "CT_Num", "CT_Nom") VALUES (1, 'C1', 'A'), (2, 'F1', 'B'))");
  sage_.Open();
  EXPECT_THAT(sage_.List("contact").keys(), ElementsAre("1"));
}

TEST_F(Sage100Feed, ThePackDecidesWhichPricesAreReported) {
  Party("C1", "Un", "2026-07-01 12:00:00");
  company_.Run(R"(INSERT INTO "F_ARTICLE" ("AR_Ref", "AR_PrixVen") VALUES ('BAG', '10'))");
  sage_.Open();
  EXPECT_THAT(sage_.List("price").keys(), ElementsAre("BAG|1"));
  sage_.Open({.options = {{"price_rows", "all"}}});
  EXPECT_THAT(sage_.List("price").keys(), ElementsAre("BAG|1", "BAG|2"));
}

TEST_F(Sage100Feed, ReadAndFindAnswerFromTheDatabase) {
  Party("C1", "Un", "2026-07-01 12:00:00");
  Party("C2", "Deux", "2026-07-01 12:00:00");
  sage_.Open();

  const v1::OperationResult read = sage_.Do(sage_.Operation(v1::Operation::READ, "party", "C2"));
  const v1::OperationResult missing = sage_.Do(sage_.Operation(v1::Operation::READ, "party", "C9"));
  v1::Operation find = sage_.Operation(v1::Operation::FIND, "party", "");
  find.set_find_field("CT_Intitule");
  find.mutable_find_value()->set_text_value("Un");
  const v1::OperationResult found = sage_.Do(find);
  find.set_find_field("CT_Encours");
  const v1::OperationResult refused = sage_.Do(find);

  ASSERT_EQ(read.found().changes_size(), 1);
  EXPECT_EQ(sage_.Text(read.found().changes(0), "CT_Intitule"), "Deux");
  EXPECT_TRUE(missing.has_found());
  EXPECT_EQ(missing.found().changes_size(), 0);
  ASSERT_EQ(found.found().changes_size(), 1);
  EXPECT_EQ(found.found().changes(0).key(), "C1");
  EXPECT_EQ(refused.failure().class_(), v1::Failure::NEVER);
}

}  // namespace
}  // namespace entente::sage100::testing
