#include "tests/connectors/sage100_company_file.h"

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <stdlib.h>

namespace entente::sage100::testing {
namespace {

constexpr char kTables[] = R"sql(
PRAGMA journal_mode = WAL;
PRAGMA synchronous = OFF;
BEGIN;
CREATE TABLE "cbSysTable" ("CB_Type" varchar(5), "CB_Version" varchar(20), "CB_LocalGUID" varchar(38));
INSERT INTO "cbSysTable" VALUES ('CPTA', '11.02', '{4F1C2A00-0000-4000-8000-000000000001}');
CREATE TABLE "cbSysLibre" ("CB_File" varchar(128), "CB_Name" varchar(128), "CB_Pos" smallint, "CB_Type" smallint, "CB_Len" smallint);
CREATE TABLE "P_DOSSIERCIAL" ("D_RaisonS" varchar(35), "N_DeviseCompte" smallint);
INSERT INTO "P_DOSSIERCIAL" VALUES ('Bijou', 1);
CREATE TABLE "P_DEVISE" ("cbIndice" smallint, "D_CodeISO" varchar(3));
INSERT INTO "P_DEVISE" VALUES (1, 'EUR'), (2, 'USD'), (3, '');
CREATE TABLE "P_CATTARIF" ("cbIndice" smallint, "CT_Intitule" varchar(35), "CT_PrixTTC" smallint);
INSERT INTO "P_CATTARIF" VALUES (1, 'Grossistes', 0), (2, 'Détaillants', 1), (3, '', 0);
CREATE TABLE "P_SERVICECPTA" ("cbIndice" smallint, "S_Intitule" varchar(35));
INSERT INTO "P_SERVICECPTA" VALUES (1, 'Direction'), (2, 'Achats'), (3, '');
CREATE TABLE "P_CONTACT" ("cbIndice" smallint, "C_Intitule" varchar(35));
INSERT INTO "P_CONTACT" VALUES (1, 'Décideur');
CREATE TABLE "P_UNITE" ("cbIndice" smallint, "U_Intitule" varchar(21));
INSERT INTO "P_UNITE" VALUES (1, 'Pièce');
CREATE TABLE "P_ARRONDI" ("cbIndice" smallint, "AR_Type" smallint, "AR_Valeur" varchar(30));
INSERT INTO "P_ARRONDI" VALUES (1, 1, '0.05');
CREATE TABLE "F_COLLABORATEUR" ("cbMarq" INTEGER PRIMARY KEY AUTOINCREMENT, "cbModification" datetime, "CO_No" int, "CO_Nom" varchar(35),
  "CO_Prenom" varchar(35), "CO_EMail" varchar(69), "CO_Telephone" varchar(21), "CO_TelPortable" varchar(21), "CO_Pays" varchar(35),
  "CO_Fonction" varchar(35), "CO_Service" varchar(35), "CO_Vendeur" smallint);
CREATE TABLE "F_COMPTET" ("cbMarq" INTEGER PRIMARY KEY AUTOINCREMENT, "cbModification" datetime, "CT_Num" varchar(17) UNIQUE,
  "CT_Intitule" varchar(69), "CT_Type" smallint DEFAULT 0, "CT_Prospect" smallint DEFAULT 0, "CT_Sommeil" smallint DEFAULT 0,
  "CT_Qualite" varchar(17), "CT_Adresse" varchar(35), "CT_Complement" varchar(35), "CT_CodePostal" varchar(9), "CT_Ville" varchar(35),
  "CT_CodeRegion" varchar(25), "CT_Pays" varchar(35), "CT_Telephone" varchar(21), "CT_Telecopie" varchar(21), "CT_EMail" varchar(69),
  "CT_Site" varchar(69), "CT_Siret" varchar(15), "CT_Ape" varchar(7), "CT_Identifiant" varchar(25), "CT_Encours" varchar(30),
  "CT_ControlEnc" smallint, "CT_NumPayeur" varchar(17), "CT_Commentaire" varchar(35), "CT_Statistique01" varchar(21),
  "N_CatTarif" smallint DEFAULT 1, "N_Devise" smallint DEFAULT 0, "CO_No" int DEFAULT 0);
CREATE TABLE "F_CONTACTT" ("cbMarq" INTEGER PRIMARY KEY AUTOINCREMENT, "cbModification" datetime, "CT_No" int, "CT_Num" varchar(17),
  "CT_Nom" varchar(35), "CT_Prenom" varchar(35), "CT_Civilite" smallint, "N_Service" smallint DEFAULT 0, "N_Contact" smallint DEFAULT 0,
  "CT_Fonction" varchar(35), "CT_Telephone" varchar(21), "CT_TelPortable" varchar(21), "CT_Telecopie" varchar(21), "CT_EMail" varchar(69),
  "CT_LinkedIn" varchar(35), "CT_Skype" varchar(35));
CREATE TABLE "F_FAMILLE" ("cbMarq" INTEGER PRIMARY KEY AUTOINCREMENT, "cbModification" datetime, "FA_CodeFamille" varchar(11),
  "FA_Type" smallint DEFAULT 0, "FA_Intitule" varchar(69));
CREATE TABLE "F_ARTICLE" ("cbMarq" INTEGER PRIMARY KEY AUTOINCREMENT, "cbModification" datetime, "AR_Ref" varchar(19), "AR_Design" varchar(69),
  "AR_Langue1" varchar(69), "AR_CodeBarre" varchar(19), "AR_UniteVen" smallint DEFAULT 0, "AR_PrixVen" varchar(30) DEFAULT '0',
  "AR_PrixTTC" smallint DEFAULT 0, "AR_PrixAch" varchar(30) DEFAULT '0', "AR_CoutStd" varchar(30), "AR_PUNet" varchar(30),
  "AR_Sommeil" smallint DEFAULT 0, "AR_Publie" smallint DEFAULT 1, "FA_CodeFamille" varchar(11), "AR_SuiviStock" smallint DEFAULT 0,
  "AR_Nomencl" smallint DEFAULT 0, "AR_Type" smallint DEFAULT 0);
CREATE TABLE "F_ARTGAMME" ("cbMarq" INTEGER PRIMARY KEY AUTOINCREMENT, "cbModification" datetime, "AR_Ref" varchar(19), "AG_No" int,
  "EG_Enumere" varchar(21), "AG_Type" smallint);
CREATE TABLE "F_ARTENUMREF" ("cbMarq" INTEGER PRIMARY KEY AUTOINCREMENT, "cbModification" datetime, "AR_Ref" varchar(19), "AG_No1" int,
  "AG_No2" int, "AE_Ref" varchar(19), "AE_CodeBarre" varchar(19), "AE_Sommeil" smallint);
CREATE TABLE "F_ARTSTOCK" ("cbMarq" INTEGER PRIMARY KEY AUTOINCREMENT, "cbModification" datetime, "AR_Ref" varchar(19), "DE_No" int,
  "AS_QteSto" varchar(30), "AS_QteRes" varchar(30), "AS_QtePrepa" varchar(30), "AS_QteCom" varchar(30));
CREATE TABLE "F_DEPOT" ("cbMarq" INTEGER PRIMARY KEY AUTOINCREMENT, "cbModification" datetime, "DE_No" int, "DE_Exclure" smallint);
CREATE TABLE "F_ARTCLIENT" ("cbMarq" INTEGER PRIMARY KEY AUTOINCREMENT, "cbModification" datetime, "AR_Ref" varchar(19),
  "AC_Categorie" smallint, "CT_Num" varchar(17), "AC_PrixVen" varchar(30) DEFAULT '0', "AC_Coef" varchar(30) DEFAULT '0',
  "AC_PrixTTC" smallint DEFAULT 0, "AC_Remise" varchar(30) DEFAULT '0', "AC_TypeRem" smallint DEFAULT 0, "AC_QteMont" smallint DEFAULT 0,
  "AC_Arrondi" smallint DEFAULT 0);
CREATE TABLE "F_TARIFQTE" ("cbMarq" INTEGER PRIMARY KEY AUTOINCREMENT, "cbModification" datetime, "AR_Ref" varchar(19), "TQ_RefCF" varchar(17),
  "TQ_BorneSup" varchar(30), "TQ_Remise01REM_Valeur" varchar(30) DEFAULT '0', "TQ_Remise01REM_Type" smallint DEFAULT 1,
  "TQ_PrixNet" varchar(30) DEFAULT '0');
CREATE TABLE "F_FAMTARIF" ("cbMarq" INTEGER PRIMARY KEY AUTOINCREMENT, "cbModification" datetime, "FA_CodeFamille" varchar(11),
  "FT_Categorie" smallint, "FT_Remise" varchar(30), "FT_TypeRem" smallint DEFAULT 0, "FT_QteMont" smallint DEFAULT 0);
CREATE TABLE "F_ARTCOMPTA" ("cbMarq" INTEGER PRIMARY KEY AUTOINCREMENT, "cbModification" datetime, "AR_Ref" varchar(19), "ACP_Type" smallint,
  "ACP_Champ" smallint, "ACP_TypeFacture" smallint, "ACP_ComptaCPT_Taxe1" varchar(5));
CREATE TABLE "F_FAMCOMPTA" ("cbMarq" INTEGER PRIMARY KEY AUTOINCREMENT, "cbModification" datetime, "FA_CodeFamille" varchar(11),
  "FCP_Type" smallint, "FCP_Champ" smallint, "FCP_TypeFacture" smallint, "FCP_ComptaCPT_Taxe1" varchar(5));
CREATE TABLE "F_TAXE" ("cbMarq" INTEGER PRIMARY KEY AUTOINCREMENT, "cbModification" datetime, "TA_Code" varchar(5), "TA_Taux" varchar(30),
  "TA_TTaux" smallint, "TA_Type" smallint);
INSERT INTO "F_TAXE" ("TA_Code", "TA_Taux", "TA_TTaux", "TA_Type") VALUES ('C20', '20.000000', 0, 0), ('C55', '5.500000', 0, 0);
CREATE TABLE "F_DOCENTETE" ("cbMarq" INTEGER PRIMARY KEY AUTOINCREMENT, "cbModification" datetime, "DO_Domaine" smallint DEFAULT 0,
  "DO_Type" smallint, "DO_Piece" varchar(13), "DO_Provenance" smallint DEFAULT 0, "DO_Date" datetime, "DO_Ref" varchar(17),
  "DO_RefExterne" varchar(69), "DO_NoWeb" varchar(17), "DO_Tiers" varchar(17), "CT_NumPayeur" varchar(17), "CO_No" int DEFAULT 0,
  "DO_Statut" smallint DEFAULT 0, "DO_MotifDevis" smallint DEFAULT 0, "DO_Contact" varchar(35), "DO_Souche" smallint DEFAULT 0,
  "LI_No" int DEFAULT 0, "DO_Devise" smallint DEFAULT 0, "DO_Cours" varchar(30) DEFAULT '0', "DO_Tarif" smallint DEFAULT 1,
  "DO_TotalHT" varchar(30), "DO_TotalHTNet" varchar(30), "DO_TotalTTC" varchar(30), "DO_NetAPayer" varchar(30),
  "DO_MontantRegle" varchar(30) DEFAULT '0', "DO_TxEscompte" varchar(30) DEFAULT '0', "DO_ValFrais" varchar(30) DEFAULT '0');
CREATE TABLE "F_DOCLIGNE" ("cbMarq" INTEGER PRIMARY KEY AUTOINCREMENT, "cbModification" datetime, "DL_No" int, "DO_Domaine" smallint DEFAULT 0,
  "DO_Type" smallint, "DO_Piece" varchar(13), "DL_Ligne" int, "AR_Ref" varchar(19), "AG_No1" int DEFAULT 0, "AG_No2" int DEFAULT 0,
  "DL_Design" varchar(69), "DT_No" int DEFAULT 0, "DL_Qte" varchar(30), "DL_PrixUnitaire" varchar(30),
  "DL_Remise01REM_Valeur" varchar(30) DEFAULT '0', "DL_Remise01REM_Type" smallint DEFAULT 0, "DL_MontantHT" varchar(30),
  "DL_MontantTTC" varchar(30), "DL_Valorise" smallint DEFAULT 1, "DL_TRemPied" smallint DEFAULT 0, "DL_PieceDE" varchar(13) DEFAULT '',
  "DL_DateDE" datetime DEFAULT '1753-01-01 00:00:00', "DL_Escompte" smallint DEFAULT 0, "DL_Taxe1" varchar(30), "DL_CodeTaxe1" varchar(5),
  "DL_TypeTaux1" smallint DEFAULT 0);
CREATE TABLE "F_DOCREGL" ("cbMarq" INTEGER PRIMARY KEY AUTOINCREMENT, "cbModification" datetime, "DR_No" int, "DO_Domaine" smallint DEFAULT 0,
  "DO_Type" smallint, "DO_Piece" varchar(13), "DR_TypeRegl" smallint DEFAULT 2, "DR_Date" datetime, "DR_Montant" varchar(30),
  "DR_Pourcent" varchar(30) DEFAULT '0', "DR_Equil" smallint DEFAULT 0, "DR_Regle" smallint DEFAULT 0, "DR_Libelle" varchar(35));
COMMIT;
)sql";

}  // namespace

CompanyFile::CompanyFile() {
  std::string pattern = (std::filesystem::temp_directory_path() / "sage100-XXXXXX").string();
  const char* made = mkdtemp(pattern.data());
  EXPECT_NE(made, nullptr);
  folder_ = pattern;
  EXPECT_EQ(sqlite3_open((folder_ / "company.db").c_str(), &database_), SQLITE_OK);
  Run(kTables);
}

CompanyFile::~CompanyFile() {
  sqlite3_close(database_);
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void CompanyFile::Run(const std::string& sql) {
  char* message = nullptr;
  if (sqlite3_exec(database_, sql.c_str(), nullptr, nullptr, &message) != SQLITE_OK) {
    ADD_FAILURE() << (message == nullptr ? "" : message) << " in " << sql.substr(0, 200);
    sqlite3_free(message);
  }
}

std::string CompanyFile::Ask(const std::string& sql) {
  sqlite3_stmt* statement = nullptr;
  std::string out;
  if (sqlite3_prepare_v2(database_, sql.c_str(), -1, &statement, nullptr) == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW) {
    const unsigned char* text = sqlite3_column_text(statement, 0);
    if (text != nullptr) out = reinterpret_cast<const char*>(text);
  }
  sqlite3_finalize(statement);
  return out;
}

std::string CompanyFile::connection_string() const { return "Driver=SQLite3;Database=" + (folder_ / "company.db").string(); }

}  // namespace entente::sage100::testing
