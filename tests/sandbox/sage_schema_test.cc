#include <gmock/gmock.h>

#include <set>

#include "tests/sandbox/sage_fixture.h"

// The fidelity checklist of the reference, section 11.
namespace entente::sandbox {
namespace {

class SageSchemaTest : public SageFixture {
 protected:
  void RestartAs(const std::string& preset, bool is_minute = false) {
    SageOptions options = OptionsIn(directory_);
    options.preset = preset;
    options.minute_precision = is_minute;
    Restart(options, TinyCompany());
    Act("clock", {{"at", "2026-11-22T08:30:45Z"}});
  }
  std::set<std::string> Columns(const std::string& table) {
    std::set<std::string> names;
    for (const Json& row : Sql("PRAGMA table_info(\"" + table + "\")")) names.insert(row["name"].get<std::string>());
    return names;
  }
  std::string TypeOf(const std::string& table, const std::string& column) {
    return Cell("SELECT type FROM pragma_table_info('" + table + "') WHERE name = '" + column + "'").get<std::string>();
  }
  std::string ModificationOf(const std::string& code) {
    const Json cell = Cell("SELECT cbModification FROM F_COMPTET WHERE CT_Num = '" + code + "'");
    return cell.is_null() ? "" : cell.get<std::string>();
  }
};

TEST_F(SageSchemaTest, RowIdsAreNeverReused) {
  const Json first = Act("create", {{"what", "contact"}, {"fields", {{"CT_Num", "CLI"}, {"CT_Nom", "Un"}}}});
  Act("delete", {{"what", "contact"}, {"key", first["CT_No"]}});

  const Json second = Act("create", {{"what", "contact"}, {"fields", {{"CT_Num", "CLI"}, {"CT_Nom", "Un"}}}});

  EXPECT_GT(second["cbMarq"].get<int>(), first["cbMarq"].get<int>());
  EXPECT_GT(second["CT_No"].get<int>(), first["CT_No"].get<int>());
}

TEST_F(SageSchemaTest, CodesAreUniqueOverAllTypesWithoutCaseAndTrailingSpaces) {
  EXPECT_EQ(Refusal("create", {{"what", "customer"}, {"fields", {{"CT_Num", "FOU"}, {"CT_Intitule", "x"}}}}), "DUPLICATE_KEY");
  EXPECT_EQ(Refusal("sql", {{"sql", "INSERT INTO F_COMPTET (CT_Num) VALUES ('cli')"}}), "DUPLICATE_KEY");
  EXPECT_EQ(Refusal("sql", {{"sql", "INSERT INTO F_COMPTET (CT_Num) VALUES ('CLI  ')"}}), "DUPLICATE_KEY");
  EXPECT_EQ(Refusal("sql", {{"sql", "INSERT INTO F_COMPTET (CT_Intitule) VALUES ('no code')"}}), "VALUE_DOES_NOT_FIT");
  EXPECT_EQ(Act("get", {{"what", "party"}, {"key", "cli "}})["CT_Num"], "CLI");
}

TEST_F(SageSchemaTest, ContactNamesAreUniqueByTheirBytes) {
  Act("create", {{"what", "contact"}, {"fields", {{"CT_Num", "CLI"}, {"CT_Nom", "Dupont"}, {"CT_Prenom", "Luc"}}}});

  EXPECT_EQ(Refusal("create", {{"what", "contact"}, {"fields", {{"CT_Num", "CLI"}, {"CT_Nom", "Dupont"}, {"CT_Prenom", "Luc"}}}}),
            "DUPLICATE_KEY");
  Act("create", {{"what", "contact"}, {"fields", {{"CT_Num", "CLI"}, {"CT_Nom", "DUPONT"}, {"CT_Prenom", "Luc"}}}});
  Act("create", {{"what", "contact"}, {"fields", {{"CT_Num", "CEN"}, {"CT_Nom", "Dupont"}, {"CT_Prenom", "Luc"}}}});
}

TEST_F(SageSchemaTest, BinaryTwinsHaveTheShapesOfTheReference) {
  EXPECT_EQ(Cell("SELECT HEX(cbCT_Num) FROM F_COMPTET WHERE CT_Num = 'CLI'"), "434C49");
  EXPECT_EQ(Cell("SELECT HEX(cbFA_CodeFamille) FROM F_FAMILLE"), "46414D7A");  // suffixed with z
  Act("create", {{"what", "quote"}, {"fields", {{"DO_Tiers", "CLI"}, {"lines", {{{"AR_Ref", "A"}, {"DL_Qte", "1"}}}}}}});
  EXPECT_EQ(Cell("SELECT CAST(cbDO_Piece AS TEXT) FROM F_DOCENTETE"), "      DE00001");  // right-justified in 13
  EXPECT_EQ(Cell("SELECT cbCO_No FROM F_DOCENTETE"), nullptr);  // 0 is no reference
  EXPECT_EQ(Cell("SELECT CO_No FROM F_DOCENTETE"), 0);
}

TEST_F(SageSchemaTest, DecimalsAreTextAndTypesShowTheirPrecision) {
  EXPECT_EQ(TypeOf("F_ARTICLE", "AR_PrixVen"), "NUMERICTEXT(24,6)");
  EXPECT_EQ(TypeOf("F_COMPTET", "CT_Intitule"), "VARCHAR(69)");
  EXPECT_EQ(Cell("SELECT typeof(AR_PrixVen) || ' ' || AR_PrixVen FROM F_ARTICLE WHERE AR_Ref = 'A'"), "text 100.000000");
  Act("set-price", {{"ref", "A"}, {"price", "0.1"}});
  EXPECT_EQ(Cell("SELECT AR_PrixVen FROM F_ARTICLE WHERE AR_Ref = 'A'"), "0.100000");
}

TEST_F(SageSchemaTest, UnsetIsBlankZeroOrTheDate1753AndNullWhereAKeyStands) {
  const Json row = Sql("SELECT CT_Telephone, CO_No, CT_SvDateCreate, CT_Encours, CT_NumCentrale FROM F_COMPTET WHERE CT_Num = 'CLI'")[0];
  EXPECT_EQ(row["CO_No"], 0);
  EXPECT_EQ(row["CT_SvDateCreate"], "1753-01-01 00:00:00");
  EXPECT_EQ(row["CT_NumCentrale"], nullptr);
  Act("create", {{"what", "prospect"}, {"fields", {{"CT_Num", "NEW"}, {"CT_Intitule", "x"}}}});
  EXPECT_EQ(Cell("SELECT CT_Telephone FROM F_COMPTET WHERE CT_Num = 'NEW'"), "");
  EXPECT_EQ(Cell("SELECT CT_Encours FROM F_COMPTET WHERE CT_Num = 'NEW'"), "0.000000");
}

TEST_F(SageSchemaTest, ModificationIsCutToTheSecondOrRoundedToTheMinute) {
  Act("edit", {{"what", "party"}, {"key", "CLI"}, {"fields", {{"CT_Ville", "Nantes"}}}});
  EXPECT_EQ(ModificationOf("CLI"), "2026-11-22 09:30:15");  // server local time: Paris, winter
  EXPECT_EQ(TypeOf("F_COMPTET", "cbModification"), "DATETIMETEXT");

  RestartAs("v3", true);
  Act("edit", {{"what", "party"}, {"key", "CLI"}, {"fields", {{"CT_Ville", "Nantes"}}}});
  EXPECT_EQ(ModificationOf("CLI"), "2026-11-22 09:31:00");  // up to 30 s in the future
  EXPECT_EQ(TypeOf("F_COMPTET", "cbModification"), "SMALLDATETIMETEXT");
}

TEST_F(SageSchemaTest, LateTransactionBringsAnOlderModification) {
  Act("edit", {{"what", "party"}, {"key", "CEN"}, {"fields", {{"CT_Ville", "Brest"}}}});

  Act("late-write", {{"action", "edit"},
                     {"seconds", 40},
                     {"arguments", {{"what", "party"}, {"key", "CLI"}, {"fields", {{"CT_Ville", "Nantes"}}}}}});

  EXPECT_EQ(ModificationOf("CEN"), "2026-11-22 09:30:15");
  EXPECT_EQ(ModificationOf("CLI"), "2026-11-22 09:29:35");
}

TEST_F(SageSchemaTest, RowsMayHaveNoModification) {
  Act("forget-modification", {{"what", "party"}, {"key", "CLI"}});
  EXPECT_EQ(ModificationOf("CLI"), "");

  Company company = TinyCompany();
  for (int i = 0; i < 300; ++i) {
    company.contacts.push_back({.CT_No = i + 1, .CT_Num = "CLI", .CT_Nom = std::to_string(i), .cbCreation = "2025-01-02 08:00:00"});
  }
  Restart(OptionsIn(directory_), company);
  EXPECT_EQ(Cell("SELECT COUNT(*) FROM F_CONTACTT WHERE cbModification IS NULL"), 1);
}

TEST_F(SageSchemaTest, DocumentOfASupplierIsRejectedByTheTrigger) {
  const auto answer = sage_->Act("sql", {{"sql", "INSERT INTO F_DOCENTETE (DO_Domaine, DO_Type, DO_Piece, DO_Tiers) VALUES (0, 0, 'X1', 'FOU')"}});
  ASSERT_FALSE(answer.ok());
  EXPECT_THAT(std::string(answer.status().message()), testing::HasSubstr("82019"));
}

TEST_F(SageSchemaTest, DeleteLeavesNoTraceButTheChangeLogKnows) {
  const Json row = Act("create", {{"what", "contact"}, {"fields", {{"CT_Num", "CLI"}, {"CT_Nom", "Un"}}}});
  const int before = Act("changes", {{"table", "F_CONTACTT"}})["current_version"].get<int>();
  Act("delete", {{"what", "contact"}, {"key", row["CT_No"]}});

  EXPECT_EQ(Cell("SELECT COUNT(*) FROM F_CONTACTT"), 0);
  const Json changes = Act("changes", {{"table", "F_CONTACTT"}, {"since", before}})["changes"];
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0]["operation"], "D");
  EXPECT_EQ(changes[0]["cbMarq"], row["cbMarq"]);
}

TEST_F(SageSchemaTest, ChangeLogIsNetAndForgetsWhatIsOlderThanItsRetention) {
  Act("edit", {{"what", "party"}, {"key", "CLI"}, {"fields", {{"CT_Ville", "A"}}}});
  Act("edit", {{"what", "party"}, {"key", "CLI"}, {"fields", {{"CT_Ville", "B"}}}});
  const Json created = Act("create", {{"what", "prospect"}, {"fields", {{"CT_Num", "N"}, {"CT_Intitule", "x"}}}});
  Act("edit", {{"what", "party"}, {"key", "N"}, {"fields", {{"CT_Ville", "B"}}}});

  const Json all = Act("changes", {{"table", "F_COMPTET"}});
  ASSERT_EQ(all["changes"].size(), 2U);
  EXPECT_EQ(all["changes"][0]["operation"], "U");
  EXPECT_EQ(all["changes"][1]["operation"], "I");
  EXPECT_EQ(all["current_version"], 4);
  EXPECT_EQ(all["min_valid_version"], 0);

  Act("retain-changes", {{"versions", 1}});
  EXPECT_EQ(Act("changes", {{"table", "F_COMPTET"}})["min_valid_version"], 3);
  EXPECT_EQ(Act("changes", {{"table", "F_COMPTET"}})["changes"].size(), 1U);
}

TEST_F(SageSchemaTest, PresetsDifferInColumnsAndLengths) {
  EXPECT_EQ(Columns("F_DOCENTETE").count("DO_RefExterne"), 1U);
  EXPECT_EQ(Columns("F_COLLABORATEUR").count("CO_Sommeil"), 1U);

  RestartAs("v7");
  EXPECT_EQ(Columns("F_DOCENTETE").count("DO_RefExterne"), 0U);
  EXPECT_EQ(Columns("F_DOCENTETE").count("DO_TotalTTC"), 1U);

  RestartAs("v3", true);
  EXPECT_EQ(TypeOf("F_COMPTET", "CT_Intitule"), "VARCHAR(35)");
  EXPECT_EQ(Columns("F_DOCENTETE").count("DO_TotalTTC"), 0U);
  EXPECT_EQ(Columns("F_COLLABORATEUR").count("CO_Sommeil"), 0U);
  EXPECT_EQ(Columns("F_COMPTET").count("cbCreation"), 0U);
  Act("create", {{"what", "quote"}, {"fields", {{"DO_Tiers", "CLI"}, {"DO_RefExterne", "x"}, {"lines", {{{"AR_Ref", "A"}, {"DL_Qte", "1"}}}}}}});
}

TEST_F(SageSchemaTest, UserColumnsAreListedAndWritable) {
  Act("add-user-columns");
  EXPECT_EQ(Sql("SELECT CB_Name FROM cbSysLibre WHERE CB_File = 'F_COMPTET'").size(), 3U);
  Act("edit", {{"what", "party"}, {"key", "CLI"}, {"fields", {{"Zone de tournée", "Ouest"}, {"Potentiel", "1500.5"}}}});
  EXPECT_EQ(Cell("SELECT \"Potentiel\" FROM F_COMPTET WHERE CT_Num = 'CLI'"), "1500.500000");
}

TEST_F(SageSchemaTest, BackupRestoredTakesValuesAndRowIdsBack) {
  Act("backup", {{"name", "before"}});
  Act("edit", {{"what", "party"}, {"key", "CLI"}, {"fields", {{"CT_Ville", "Nantes"}}}});
  const int row = Act("create", {{"what", "prospect"}, {"fields", {{"CT_Num", "N1"}, {"CT_Intitule", "x"}}}})["cbMarq"].get<int>();

  Act("restore-backup", {{"name", "before"}});

  EXPECT_NE(Act("get", {{"what", "party"}, {"key", "CLI"}})["CT_Ville"], "Nantes");
  EXPECT_EQ(Act("create", {{"what", "prospect"}, {"fields", {{"CT_Num", "N2"}, {"CT_Intitule", "x"}}}})["cbMarq"], row);
}

TEST_F(SageSchemaTest, CompanySaysWhatItIs) {
  EXPECT_EQ(Cell("SELECT COUNT(*) FROM cbSysTable WHERE CB_LocalGUID <> '' AND CB_Version = '11.02'"), 2);
  Act("product", {{"version", "10.05"}, {"edition", "spc"}});
  EXPECT_EQ(Cell("SELECT DISTINCT CB_Version FROM cbSysTable"), "10.05");
  const GatewayAnswer info = Call("GET", "/info");
  EXPECT_EQ(info.body["product_version"], "10.05");
  EXPECT_EQ(info.body["edition"], "spc");
  Act("company-guid", {{"guid", "00000000-0000-4000-8000-00000000abcd"}});
  EXPECT_EQ(Call("GET", "/info").body["company"]["guid"], "00000000-0000-4000-8000-00000000abcd");
}

TEST_F(SageSchemaTest, ResumedCompanyKeepsItsData) {
  Act("edit", {{"what", "party"}, {"key", "CLI"}, {"fields", {{"CT_Ville", "Nantes"}}}});
  SageOptions options = OptionsIn(directory_);
  options.resume = true;
  Restart(options, Company());
  EXPECT_EQ(Act("get", {{"what", "party"}, {"key", "CLI"}})["CT_Ville"], "Nantes");
}

}  // namespace
}  // namespace entente::sandbox
