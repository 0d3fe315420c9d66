#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "tools/sandbox/sage/bulk_insert.h"
#include "tools/sandbox/sage/load.h"
#include "tools/sandbox/sage/refusal.h"

namespace entente::sandbox::sage {
namespace {

constexpr int kDiscountCascade = 4;

absl::Status LoadLabels(CompanyDatabase& database, const std::string& table, const std::string& column, const std::vector<Label>& labels,
                        int rows_min = 0) {
  SAGE_ASSIGN(BulkInsert rows, BulkInsert::Into(database, table, {"cbIndice", column}));
  std::set<int> used;
  for (const Label& label : labels) {
    used.insert(label.cbIndice);
    SAGE_RETURN_IF_ERROR(rows.Add({label.cbIndice, label.Intitule}));
  }
  // P_ tables have a fixed number of rows; the unused ones are blank.
  for (int index = 1; index <= rows_min; ++index) {
    if (!used.contains(index)) SAGE_RETURN_IF_ERROR(rows.Add({index, ""}));
  }
  return absl::OkStatus();
}

absl::Status LoadCompanyRows(CompanyDatabase& database, const CompanyIdentity& identity) {
  for (const char* module : {"CPTA", "CIAL"}) {
    SAGE_RETURN_IF_ERROR(database
                             .Insert("cbSysTable", {{"CB_Type", module},
                                                    {"CB_Version", identity.product_version},
                                                    {"CB_CBaseVersion", identity.product_version},
                                                    {"CB_TrigVersion", identity.product_version},
                                                    {"CB_LocalGUID", identity.CB_LocalGUID}})
                             .status());
  }
  SAGE_RETURN_IF_ERROR(database.SetSetting("product_version", identity.product_version));
  SAGE_RETURN_IF_ERROR(database.SetSetting("edition", identity.edition));
  SAGE_RETURN_IF_ERROR(database
                           .Insert("P_DOSSIER", {{"D_RaisonSoc", identity.D_RaisonSoc},
                                                 {"D_Siret", identity.D_Siret},
                                                 {"D_Identifiant", identity.D_Identifiant},
                                                 {"D_LgCg", 7},
                                                 {"D_FormatQtes", "# ##0,00"}})
                           .status());
  SAGE_RETURN_IF_ERROR(database
                           .Insert("P_DOSSIERCIAL", {{"D_RaisonS", identity.D_RaisonSoc},
                                                     {"D_FormatPrix", "# ##0,0000"},
                                                     {"D_FormatQte", "# ##0,00"}})
                           .status());
  return database
      .Insert("P_PREFERENCES", {{"CG_NumCli", "4110000"},
                                {"CG_NumFrs", "4010000"},
                                {"DE_No", 1},
                                {"PR_ChoixRemise", kDiscountCascade},
                                {"PR_StockNeg", 1}})
      .status();
}

absl::Status LoadAccounts(CompanyDatabase& database, const Company& company) {
  std::set<std::string> accounts = {"4010000", "4110000", "7070000"};
  for (const Tax& tax : company.parameters.taxes) accounts.insert(tax.CG_Num);
  for (const FamilyTax& tax : company.family_taxes) accounts.insert(tax.FCP_ComptaCPT_CompteG);
  for (const ArticleTax& tax : company.article_taxes) accounts.insert(tax.ACP_ComptaCPT_CompteG);
  for (const Party& party : company.parties) accounts.insert(party.CG_NumPrinc);
  const std::string stamp = database.Stamp();
  SAGE_ASSIGN(BulkInsert rows, BulkInsert::Into(database, "F_COMPTEG", {"CG_Num", "CG_Intitule", "CG_Tiers", "cbCreation", "cbModification"}));
  for (const std::string& account : accounts) {
    if (account.empty()) continue;
    SAGE_RETURN_IF_ERROR(rows.Add({account, absl::StrCat("Compte ", account), account.starts_with("4") ? 1 : 0, stamp, stamp}));
  }
  return absl::OkStatus();
}

absl::Status LoadTaxesAndPlaces(CompanyDatabase& database, const Parameters& parameters) {
  const std::string stamp = database.Stamp();
  SAGE_ASSIGN(BulkInsert taxes, BulkInsert::Into(database, "F_TAXE", {"TA_No", "TA_Code", "TA_Intitule", "TA_Taux", "CG_Num", "TA_Sens",
                                                                      "TA_Assujet", "cbCreation", "cbModification"}));
  for (const Tax& t : parameters.taxes) {
    SAGE_RETURN_IF_ERROR(
        taxes.Add({t.TA_No, t.TA_Code, t.TA_Intitule, t.TA_Taux, t.CG_Num, 1, Decimal::FromInt(100), stamp, stamp}));
  }
  SAGE_ASSIGN(BulkInsert depots, BulkInsert::Into(database, "F_DEPOT", {"DE_No", "DE_Intitule", "DE_Code", "DE_Principal", "DE_Exclure",
                                                                        "cbCreation", "cbModification"}));
  for (const Warehouse& w : parameters.warehouses) {
    SAGE_RETURN_IF_ERROR(depots.Add({w.DE_No, w.DE_Intitule, w.DE_Code, w.DE_Principal, w.DE_Exclure, stamp, stamp}));
  }
  SAGE_ASSIGN(BulkInsert countries,
              BulkInsert::Into(database, "F_PAYS", {"PA_Intitule", "PA_Code", "PA_No", "cbCreation", "cbModification"}));
  int number = 0;
  for (const Country& c : parameters.countries) {
    SAGE_RETURN_IF_ERROR(countries.Add({c.PA_Intitule, c.PA_Code, ++number, stamp, stamp}));
  }
  return absl::OkStatus();
}

absl::Status LoadTariffTables(CompanyDatabase& database, const Parameters& parameters) {
  SAGE_ASSIGN(BulkInsert categories, BulkInsert::Into(database, "P_CATTARIF", {"cbIndice", "CT_Intitule", "CT_PrixTTC"}));
  std::set<int> used;
  for (const PriceCategory& c : parameters.price_categories) {
    used.insert(c.cbIndice);
    SAGE_RETURN_IF_ERROR(categories.Add({c.cbIndice, c.CT_Intitule, c.CT_PrixTTC}));
  }
  for (int index = 1; index <= 32; ++index) {
    if (!used.contains(index)) SAGE_RETURN_IF_ERROR(categories.Add({index, "", 0}));
  }
  Row accounting;
  for (const Label& label : parameters.accounting_categories) {
    accounting.Set(absl::StrFormat("CA_ComptaVen%02d", label.cbIndice), label.Intitule);
  }
  accounting.Set("CA_ComptaAch01", "Achats France");
  SAGE_RETURN_IF_ERROR(database.Insert("P_CATCOMPTA", accounting).status());
  SAGE_ASSIGN(BulkInsert currencies,
              BulkInsert::Into(database, "P_DEVISE", {"cbIndice", "D_Intitule", "D_CodeISO", "D_Cours", "D_Monnaie"}));
  for (const Currency& c : parameters.currencies) {
    SAGE_RETURN_IF_ERROR(currencies.Add({c.cbIndice, c.D_Intitule, c.D_CodeISO, c.D_Cours, c.D_Intitule}));
  }
  SAGE_ASSIGN(BulkInsert axes, BulkInsert::Into(database, "P_GAMME", {"cbIndice", "G_Intitule", "G_Type"}));
  for (const VariantAxis& a : parameters.variant_axes) SAGE_RETURN_IF_ERROR(axes.Add({a.cbIndice, a.G_Intitule, a.G_Type}));
  // 1: to the cent; 2: to five cents; 3: up to a whole euro; 4: ending in 0.99, nearest.
  SAGE_ASSIGN(BulkInsert roundings, BulkInsert::Into(database, "P_ARRONDI", {"cbIndice", "AR_Type", "AR_Valeur"}));
  SAGE_RETURN_IF_ERROR(roundings.Add({1, 0, "0.010000"}));
  SAGE_RETURN_IF_ERROR(roundings.Add({2, 0, "0.050000"}));
  SAGE_RETURN_IF_ERROR(roundings.Add({3, 1, "1.000000"}));
  return roundings.Add({4, 3, "0.990000"});
}

absl::Status LoadThirdPartyTypes(CompanyDatabase& database) {
  static const char* const kAccounts[] = {"4110000", "4010000", "4210000", "4670000"};
  for (int type = 0; type < 4; ++type) {
    SAGE_RETURN_IF_ERROR(database
                             .Insert("P_TIERS", {{"cbIndice", type + 1},
                                                 {"T_Lg", 17},
                                                 {"T_Principal", 1},
                                                 {"T_Val01T_Intitule", "Principal"},
                                                 {"T_Val01T_TCompte", 1},
                                                 {"T_Val01T_Compte", kAccounts[type]}})
                             .status());
  }
  return absl::OkStatus();
}

// The next number of each kind of sale document in each series.
absl::Status LoadNumbers(CompanyDatabase& database, const Company& company) {
  static const char* const kPrefixes[] = {"DE", "BC", "PL", "BL", "BR", "BA", "FA", "FR", "AV"};
  std::size_t series_count = std::max<std::size_t>(1, company.parameters.series.size());
  for (std::size_t series = 0; series < series_count; ++series) {
    for (int kind = 0; kind < 9; ++kind) {
      std::string next = absl::StrFormat("%s%05d", kPrefixes[kind], series * 10000 + 1);
      if (series == 0 && kind == 6 && !company.next_invoice_piece.empty()) next = company.next_invoice_piece;
      if (series == 0 && kind == 8 && !company.next_credit_note_piece.empty()) next = company.next_credit_note_piece;
      SAGE_RETURN_IF_ERROR(database
                               .Insert("F_DOCCURRENTPIECE", {{"DC_Domaine", 0},
                                                             {"DC_IdCol", kind},
                                                             {"DC_Souche", static_cast<std::int64_t>(series)},
                                                             {"DC_Piece", next}})
                               .status());
    }
  }
  return database.connection().Run("UPDATE \"P_SOUCHEVENTE\" SET \"S_Valide\" = 1 WHERE \"S_Intitule\" <> ''");
}

}  // namespace

absl::Status LoadParameters(CompanyDatabase& database, const Company& company) {
  const Parameters& parameters = company.parameters;
  SAGE_RETURN_IF_ERROR(LoadCompanyRows(database, parameters.identity));
  SAGE_RETURN_IF_ERROR(LoadAccounts(database, company));
  SAGE_RETURN_IF_ERROR(LoadTaxesAndPlaces(database, parameters));
  SAGE_RETURN_IF_ERROR(LoadTariffTables(database, parameters));
  SAGE_RETURN_IF_ERROR(LoadThirdPartyTypes(database));
  SAGE_RETURN_IF_ERROR(LoadLabels(database, "P_SERVICECPTA", "S_Intitule", parameters.departments, 30));
  SAGE_RETURN_IF_ERROR(LoadLabels(database, "P_CONTACT", "C_Intitule", parameters.contact_types, 30));
  SAGE_RETURN_IF_ERROR(LoadLabels(database, "P_UNITE", "U_Intitule", parameters.units, 30));
  SAGE_RETURN_IF_ERROR(LoadLabels(database, "P_SOUCHEVENTE", "S_Intitule", parameters.series));
  SAGE_RETURN_IF_ERROR(LoadLabels(database, "P_REGLEMENT", "R_Intitule", parameters.payment_modes, 30));
  SAGE_RETURN_IF_ERROR(LoadLabels(database, "P_EXPEDITION", "E_Intitule", parameters.shipping_modes, 10));
  SAGE_RETURN_IF_ERROR(LoadLabels(database, "P_STATISTIQUE", "S_Intitule", {{1, "Secteur"}, {2, "Origine"}}, 10));
  SAGE_RETURN_IF_ERROR(LoadLabels(database, "P_PERIOD", "P_Period", {{1, "Mensuelle"}}, 10));
  SAGE_RETURN_IF_ERROR(LoadLabels(database, "P_CONDLIVR", "C_Intitule", {{1, "Franco"}, {2, "Départ usine"}}, 10));
  SAGE_RETURN_IF_ERROR(
      LoadLabels(database, "P_MOTIFDEVIS", "M_Intitule", {{1, "Prix trop élevé"}, {2, "Délai trop long"}, {3, "Concurrence"}}, 10));
  return LoadNumbers(database, company);
}

}  // namespace entente::sandbox::sage
