#include "tests/sandbox/sage_fixture.h"

// Parties and contacts as people work with them: conversion in three ways, moves, merges, deletes.
namespace entente::sandbox {
namespace {

class SagePartyTest : public SageFixture {
 protected:
  void SetUp() override {
    SageFixture::SetUp();
    contact_ = Act("create", {{"what", "contact"}, {"fields", {{"CT_Num", "PRO"}, {"CT_Nom", "Martin"}, {"CT_Prenom", "Zoé"}}}});
    row_ = Act("get", {{"what", "party"}, {"key", "PRO"}})["cbMarq"];
  }
  Json Contact() { return Act("get", {{"what", "contact"}, {"key", contact_["CT_No"]}}); }

  Json contact_;
  Json row_;
};

TEST_F(SagePartyTest, ConversionKeepsCodeAndRow) {
  const Json customer = Act("convert", {{"key", "PRO"}});
  EXPECT_EQ(customer["CT_Num"], "PRO");
  EXPECT_EQ(customer["CT_Prospect"], 0);
  EXPECT_EQ(customer["cbMarq"], row_);
  EXPECT_EQ(Refusal("convert", {{"key", "PRO"}}), "INVALID_REQUEST");
}

TEST_F(SagePartyTest, ConversionGivesANewCodeToTheSameRow) {
  Act("conversion-mode", {{"mode", "new_code_same_row"}});
  const Json customer = Act("convert", {{"key", "PRO"}, {"new_code", "C0001"}});
  EXPECT_EQ(customer["CT_Num"], "C0001");
  EXPECT_EQ(customer["CT_NumPayeur"], "C0001");
  EXPECT_EQ(customer["cbMarq"], row_);
  EXPECT_EQ(Contact()["CT_Num"], "C0001");
  EXPECT_EQ(Contact()["cbMarq"], contact_["cbMarq"]);
}

TEST_F(SagePartyTest, ConversionMakesANewRowAndTheOldOneIsGone) {
  Act("conversion-mode", {{"mode", "new_code_new_row"}});
  const Json customer = Act("convert", {{"key", "PRO"}});
  EXPECT_EQ(customer["CT_Num"], "CPRO");
  EXPECT_EQ(customer["CT_Intitule"], "Prospect un");
  EXPECT_GT(customer["cbMarq"].get<int>(), row_.get<int>());
  EXPECT_EQ(Refusal("get", {{"what", "party"}, {"key", "PRO"}}), "NOT_FOUND");
  EXPECT_EQ(Contact()["CT_Num"], "CPRO");
}

TEST_F(SagePartyTest, ContactMovesUnlessAHomonymIsThere) {
  Act("move-contact", {{"key", contact_["CT_No"]}, {"party", "CLI"}});
  EXPECT_EQ(Contact()["CT_Num"], "CLI");
  Act("create", {{"what", "contact"}, {"fields", {{"CT_Num", "CEN"}, {"CT_Nom", "Martin"}, {"CT_Prenom", "Zoé"}}}});
  EXPECT_EQ(Refusal("move-contact", {{"key", contact_["CT_No"]}, {"party", "CEN"}}), "DUPLICATE_KEY");
}

TEST_F(SagePartyTest, MergeLeavesOnePartyAndNoHomonyms) {
  Act("create", {{"what", "contact"}, {"fields", {{"CT_Num", "CLI"}, {"CT_Nom", "Martin"}, {"CT_Prenom", "Zoé"}}}});
  Act("create", {{"what", "contact"}, {"fields", {{"CT_Num", "PRO"}, {"CT_Nom", "Petit"}}}});
  Act("merge", {{"from", "PRO"}, {"into", "CLI"}});
  EXPECT_EQ(Refusal("get", {{"what", "party"}, {"key", "PRO"}}), "NOT_FOUND");
  EXPECT_EQ(Act("list", {{"what", "contact"}, {"CT_Num", "CLI"}}).size(), 2U);
}

TEST_F(SagePartyTest, PartyWithDocumentsIsNotDeleted) {
  Act("create", {{"what", "quote"}, {"fields", {{"DO_Tiers", "CLI"}, {"lines", {{{"AR_Ref", "A"}, {"DL_Qte", "1"}}}}}}});
  EXPECT_EQ(Refusal("delete", {{"what", "party"}, {"key", "CLI"}}), "IN_USE");
  Act("delete", {{"what", "party"}, {"key", "PRO"}});
  EXPECT_EQ(Cell("SELECT COUNT(*) FROM F_CONTACTT"), 0);
}

TEST_F(SagePartyTest, SleepingIsAStateOfItsOwn) {
  EXPECT_EQ(Act("sleep", {{"what", "party"}, {"key", "CLI"}})["CT_Sommeil"], 1);
  EXPECT_EQ(Act("sleep", {{"what", "party"}, {"key", "CLI"}, {"asleep", 0}})["CT_Sommeil"], 0);
  EXPECT_EQ(Act("sleep", {{"what", "article"}, {"key", "A"}})["AR_Sommeil"], 1);
  EXPECT_EQ(Refusal("create", {{"what", "quote"}, {"fields", {{"DO_Tiers", "CLI"}, {"lines", {{{"AR_Ref", "A"}, {"DL_Qte", "1"}}}}}}}),
            "DORMANT");
}

TEST_F(SagePartyTest, WordsOfACommandLineWorkAsArguments) {
  Act("edit", {{"args", {"party", "CLI"}}, {"CT_Ville", "Nantes"}, {"N_CatTarif", "2"}});
  EXPECT_EQ(Act("get", {{"args", {"party", "CLI"}}})["CT_Ville"], "Nantes");
  EXPECT_EQ(Act("list", {{"args", {"customer"}}, {"CT_Ville", "nantes"}}).size(), 1U);
  EXPECT_EQ(Refusal("nonsense", Json::object()), "INVALID_REQUEST");
}

TEST_F(SagePartyTest, CollaboratorsAndArticlesAreBornAndEdited) {
  const Json rep = Act("create", {{"args", {"collaborator"}}, {"CO_Nom", "Le Gall"}, {"CO_Prenom", "Anne"}});
  EXPECT_EQ(Refusal("create", {{"args", {"collaborator"}}, {"CO_Nom", "Le Gall"}, {"CO_Prenom", "Anne"}}), "DUPLICATE_KEY");
  Act("edit", {{"what", "party"}, {"key", "CLI"}, {"fields", {{"CO_No", rep["CO_No"]}}}});
  EXPECT_EQ(Refusal("edit", {{"what", "party"}, {"key", "CLI"}, {"fields", {{"CO_No", 999}}}}), "VALUE_DOES_NOT_FIT");
  const Json article = Act("create", {{"args", {"article"}}, {"AR_Ref", "B"}, {"AR_Design", "B"}, {"AR_PrixVen", "5"}});
  EXPECT_EQ(article["FA_CodeFamille"], "FAM");
  EXPECT_EQ(Refusal("edit", {{"what", "article"}, {"key", "B"}, {"fields", {{"AR_Ref", "C"}}}}), "VALUE_DOES_NOT_FIT");
  Act("delete", {{"what", "article"}, {"key", "B"}});
}

}  // namespace
}  // namespace entente::sandbox
