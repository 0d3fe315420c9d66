#include "tools/sandbox/sage/bulk_insert.h"
#include "tools/sandbox/sage/load.h"
#include "tools/sandbox/sage/refusal.h"

namespace entente::sandbox::sage {
namespace {

absl::Status LoadFamilies(CompanyDatabase& database, const Company& company, const Value& stamp) {
  SAGE_ASSIGN(BulkInsert families, BulkInsert::Into(database, "F_FAMILLE",
                                                    {"FA_CodeFamille", "FA_Type", "FA_Intitule", "FA_UniteVen", "FA_SuiviStock", "FA_UnitePoids",
                                                     "cbCreation", "cbModification"}));
  for (const Family& f : company.families) {
    SAGE_RETURN_IF_ERROR(
        families.Add({f.FA_CodeFamille, f.FA_Type, f.FA_Intitule, 1, 2, 2, Midnight(f.cbCreation), Midnight(f.cbCreation)}));
  }
  SAGE_ASSIGN(BulkInsert taxes,
              BulkInsert::Into(database, "F_FAMCOMPTA",
                               {"FA_CodeFamille", "FCP_Type", "FCP_Champ", "FCP_TypeFacture", "FCP_ComptaCPT_CompteG", "FCP_ComptaCPT_Taxe1",
                                "cbModification"}));
  for (const FamilyTax& t : company.family_taxes) {
    SAGE_RETURN_IF_ERROR(taxes.Add(
        {t.FA_CodeFamille, 0, t.FCP_Champ, t.FCP_TypeFacture, t.FCP_ComptaCPT_CompteG, Cell(t.FCP_ComptaCPT_Taxe1), stamp}));
  }
  return absl::OkStatus();
}

absl::Status LoadArticles(CompanyDatabase& database, const Company& company, const Value& stamp) {
  SAGE_ASSIGN(BulkInsert articles,
              BulkInsert::Into(database, "F_ARTICLE",
                               {"AR_Ref", "AR_Design", "AR_Langue1", "FA_CodeFamille", "AR_Sommeil", "AR_Publie", "AR_PrixVen", "AR_PrixTTC",
                                "AR_PrixAch", "AR_Coef", "AR_CoutStd", "AR_PUNet", "AR_UniteVen", "AR_PoidsNet", "AR_PoidsBrut", "AR_UnitePoids",
                                "AR_SuiviStock", "AR_Nomencl", "AR_Type", "AR_Gamme1", "AR_Gamme2", "AR_CodeBarre", "AR_Escompte", "AR_FactPoids",
                                "AR_Photo", "AR_DateApplication", "AR_DateModif", "cbCreation", "cbModification"}));
  for (std::size_t i = 0; i < company.articles.size(); ++i) {
    const Article& a = company.articles[i];
    SAGE_RETURN_IF_ERROR(articles.Add({a.AR_Ref, a.AR_Design, Cell(a.AR_Langue1), a.FA_CodeFamille, a.AR_Sommeil, a.AR_Publie, a.AR_PrixVen,
                                       a.AR_PrixTTC, a.AR_PrixAch, a.AR_Coef, a.AR_CoutStd, a.AR_PUNet, a.AR_UniteVen, a.AR_PoidsNet,
                                       a.AR_PoidsBrut, a.AR_UnitePoids, a.AR_SuiviStock, a.AR_Nomencl, a.AR_Type, a.AR_Gamme1, a.AR_Gamme2,
                                       Cell(a.AR_CodeBarre), a.AR_Escompte, a.AR_FactPoids, Cell(a.AR_Photo), DayCell(a.AR_DateApplication),
                                       Midnight(a.cbCreation.substr(0, 10)), Midnight(a.cbCreation), ModificationCell(a.cbCreation, i)}));
  }
  SAGE_ASSIGN(BulkInsert taxes, BulkInsert::Into(database, "F_ARTCOMPTA",
                                                 {"AR_Ref", "ACP_Type", "ACP_Champ", "ACP_TypeFacture", "ACP_ComptaCPT_CompteG",
                                                  "ACP_ComptaCPT_Taxe1", "cbModification"}));
  for (const ArticleTax& t : company.article_taxes) {
    SAGE_RETURN_IF_ERROR(
        taxes.Add({t.AR_Ref, 0, t.ACP_Champ, t.ACP_TypeFacture, t.ACP_ComptaCPT_CompteG, Cell(t.ACP_ComptaCPT_Taxe1), stamp}));
  }
  return absl::OkStatus();
}

absl::Status LoadVariants(CompanyDatabase& database, const Company& company, const Value& stamp) {
  SAGE_ASSIGN(BulkInsert values,
              BulkInsert::Into(database, "F_ARTGAMME", {"AR_Ref", "AG_No", "EG_Enumere", "AG_Type", "cbModification"}));
  for (const VariantValue& v : company.variant_values) {
    SAGE_RETURN_IF_ERROR(values.Add({v.AR_Ref, v.AG_No, v.EG_Enumere, v.AG_Type, stamp}));
  }
  SAGE_ASSIGN(BulkInsert references,
              BulkInsert::Into(database, "F_ARTENUMREF",
                               {"AR_Ref", "AG_No1", "AG_No2", "AE_Ref", "AE_CodeBarre", "AE_Sommeil", "cbModification"}));
  for (const VariantReference& v : company.variant_references) {
    SAGE_RETURN_IF_ERROR(
        references.Add({v.AR_Ref, v.AG_No1, v.AG_No2, Cell(v.AE_Ref), Cell(v.AE_CodeBarre), v.AE_Sommeil, stamp}));
  }
  return absl::OkStatus();
}

absl::Status LoadStocks(CompanyDatabase& database, const Company& company, const Value& stamp) {
  SAGE_ASSIGN(BulkInsert articles,
              BulkInsert::Into(database, "F_ARTSTOCK",
                               {"AR_Ref", "DE_No", "AS_QteSto", "AS_QteRes", "AS_QteCom", "AS_QtePrepa", "AS_Principal", "AS_Mouvemente",
                                "cbCreation", "cbModification"}));
  SAGE_ASSIGN(BulkInsert variants, BulkInsert::Into(database, "F_GAMSTOCK",
                                                    {"AR_Ref", "AG_No1", "AG_No2", "DE_No", "GS_QteSto", "GS_QteRes", "GS_QteCom",
                                                     "GS_QtePrepa", "GS_Principal", "cbModification"}));
  for (const Stock& s : company.stocks) {
    if (s.AG_No1 == 0) {
      SAGE_RETURN_IF_ERROR(
          articles.Add({s.AR_Ref, s.DE_No, s.QteSto, s.QteRes, s.QteCom, s.QtePrepa, s.AS_Principal, 1, stamp, stamp}));
    } else {
      SAGE_RETURN_IF_ERROR(variants.Add(
          {s.AR_Ref, s.AG_No1, s.AG_No2, s.DE_No, s.QteSto, s.QteRes, s.QteCom, s.QtePrepa, s.AS_Principal, stamp}));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status LoadItems(CompanyDatabase& database, const Company& company) {
  const Value stamp(database.Stamp());
  SAGE_RETURN_IF_ERROR(LoadFamilies(database, company, stamp));
  SAGE_RETURN_IF_ERROR(LoadArticles(database, company, stamp));
  SAGE_RETURN_IF_ERROR(LoadVariants(database, company, stamp));
  return LoadStocks(database, company, stamp);
}

absl::Status LoadPrices(CompanyDatabase& database, const Company& company) {
  const Value stamp(database.Stamp());
  SAGE_ASSIGN(BulkInsert rules, BulkInsert::Into(database, "F_ARTCLIENT",
                                                 {"AR_Ref", "AC_Categorie", "CT_Num", "AC_PrixVen", "AC_Coef", "AC_PrixTTC", "AC_Remise",
                                                  "AC_TypeRem", "AC_QteMont", "EG_Champ", "AC_DateApplication", "cbCreation", "cbModification"}));
  for (const PriceRule& r : company.price_rules) {
    SAGE_RETURN_IF_ERROR(rules.Add({r.AR_Ref, r.AC_Categorie, Cell(r.CT_Num), r.AC_PrixVen, r.AC_Coef, r.AC_PrixTTC, r.AC_Remise, r.AC_TypeRem,
                                    r.AC_QteMont, r.EG_Champ, DayCell(r.AC_DateApplication), stamp, stamp}));
  }
  SAGE_ASSIGN(BulkInsert item_breaks, BulkInsert::Into(database, "F_TARIFQTE",
                                                       {"AR_Ref", "TQ_RefCF", "TQ_BorneSup", "TQ_Remise01REM_Valeur", "TQ_Remise01REM_Type",
                                                        "TQ_PrixNet", "cbModification"}));
  SAGE_ASSIGN(BulkInsert family_breaks, BulkInsert::Into(database, "F_FAMTARIFQTE",
                                                         {"FA_CodeFamille", "FQ_RefCF", "FQ_BorneSup", "FQ_Remise01REM_Valeur",
                                                          "FQ_Remise01REM_Type", "FQ_PrixNet", "cbModification"}));
  for (const PriceBreak& b : company.price_breaks) {
    BulkInsert& breaks = b.AR_Ref.empty() ? family_breaks : item_breaks;
    SAGE_RETURN_IF_ERROR(breaks.Add({b.AR_Ref.empty() ? b.FA_CodeFamille : b.AR_Ref, b.owner, b.BorneSup, b.Remise01_Valeur, b.Remise01_Type,
                                     b.PrixNet, stamp}));
  }
  SAGE_ASSIGN(BulkInsert variants,
              BulkInsert::Into(database, "F_TARIFGAM", {"AR_Ref", "AG_No1", "AG_No2", "TG_RefCF", "TG_Prix", "cbModification"}));
  for (const VariantPrice& v : company.variant_prices) {
    SAGE_RETURN_IF_ERROR(variants.Add({v.AR_Ref, v.AG_No1, v.AG_No2, v.TG_RefCF, v.TG_Prix, stamp}));
  }
  SAGE_ASSIGN(BulkInsert families, BulkInsert::Into(database, "F_FAMTARIF",
                                                    {"FA_CodeFamille", "FT_Categorie", "FT_Coef", "FT_PrixTTC", "FT_Remise", "FT_TypeRem",
                                                     "FT_QteMont", "cbModification"}));
  for (const FamilyPriceRule& r : company.family_price_rules) {
    SAGE_RETURN_IF_ERROR(
        families.Add({r.FA_CodeFamille, r.FT_Categorie, r.FT_Coef, r.FT_PrixTTC, r.FT_Remise, r.FT_TypeRem, r.FT_QteMont, stamp}));
  }
  SAGE_ASSIGN(BulkInsert clients, BulkInsert::Into(database, "F_FAMCLIENT", {"FA_CodeFamille", "CT_Num", "FC_Remise", "cbModification"}));
  for (const FamilyClientDiscount& d : company.family_client_discounts) {
    SAGE_RETURN_IF_ERROR(clients.Add({d.FA_CodeFamille, d.CT_Num, d.FC_Remise, stamp}));
  }
  return absl::OkStatus();
}

}  // namespace entente::sandbox::sage
