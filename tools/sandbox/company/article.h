#pragma once

#include <string>

#include "tools/sandbox/company/parameters.h"

// Articles, stock and price rules of the sample company. Members carry Sage's column names; see parameters.h.
namespace entente::sandbox {

// F_FAMILLE.
struct Family {
  std::string FA_CodeFamille;
  int FA_Type = 0;  // 0 detail, 1 total, 2 central
  std::string FA_Intitule;
  std::string cbCreation;
};

// F_FAMCOMPTA (sale side): tax code of a family in an accounting category.
struct FamilyTax {
  std::string FA_CodeFamille;
  int FCP_Champ = 1;        // N_CatCompta
  int FCP_TypeFacture = 0;  // 0 invoice, 1 return, 2 credit note
  std::string FCP_ComptaCPT_CompteG;
  Text FCP_ComptaCPT_Taxe1;
};

// F_ARTICLE. Unique: AR_Ref.
struct Article {
  std::string AR_Ref;
  std::string AR_Design;
  Text AR_Langue1;
  std::string FA_CodeFamille;
  int AR_Sommeil = 0;
  int AR_Publie = 1;
  Decimal AR_PrixVen;
  int AR_PrixTTC = 0;
  Decimal AR_PrixAch;
  Decimal AR_Coef;
  Decimal AR_CoutStd;
  Decimal AR_PUNet;
  int AR_UniteVen = 1;
  Decimal AR_PoidsNet;
  Decimal AR_PoidsBrut;
  int AR_UnitePoids = 2;
  int AR_SuiviStock = 2;
  int AR_Nomencl = 0;
  int AR_Type = 0;  // 1 = variants
  int AR_Gamme1 = 0;
  int AR_Gamme2 = 0;
  Text AR_CodeBarre;
  int AR_Escompte = 0;
  int AR_FactPoids = 0;
  Text AR_Photo;
  Day AR_DateApplication;
  std::string cbCreation;
};

// F_ARTCOMPTA (sale side): overrides the family's tax for one article.
struct ArticleTax {
  std::string AR_Ref;
  int ACP_Champ = 1;
  int ACP_TypeFacture = 0;
  std::string ACP_ComptaCPT_CompteG;
  Text ACP_ComptaCPT_Taxe1;
};

// F_ARTGAMME. Unique: AG_No.
struct VariantValue {
  std::string AR_Ref;
  int AG_No = 0;
  std::string EG_Enumere;
  int AG_Type = 0;  // 0 axis 1, 1 axis 2
};

// F_ARTENUMREF. Unique: (AR_Ref, AG_No1, AG_No2); AG_No2 is 0 with one axis.
struct VariantReference {
  std::string AR_Ref;
  int AG_No1 = 0;
  int AG_No2 = 0;
  Text AE_Ref;
  Text AE_CodeBarre;
  int AE_Sommeil = 0;
};

// F_ARTSTOCK (AG_No1 = AG_No2 = 0) and F_GAMSTOCK (a variant's stock in a warehouse).
struct Stock {
  std::string AR_Ref;
  int AG_No1 = 0;
  int AG_No2 = 0;
  int DE_No = 1;
  Decimal QteSto;
  Decimal QteRes;
  Decimal QteCom;
  Decimal QtePrepa;
  int AS_Principal = 0;
};

// F_ARTCLIENT: one article × category (CT_Num blank) or article × client (AC_Categorie 0).
struct PriceRule {
  std::string AR_Ref;
  int AC_Categorie = 0;
  Text CT_Num;
  Decimal AC_PrixVen;
  Decimal AC_Coef;
  int AC_PrixTTC = 0;
  Decimal AC_Remise;
  int AC_TypeRem = 0;
  int AC_QteMont = 0;
  int EG_Champ = 0;
  Day AC_DateApplication;
};

// F_TARIFQTE and F_FAMTARIFQTE. `owner` is the client's code, or "a" + two-digit category.
struct PriceBreak {
  std::string AR_Ref;          // F_TARIFQTE; blank for a family break
  std::string FA_CodeFamille;  // F_FAMTARIFQTE; blank for an article break
  std::string owner;           // TQ_RefCF, FQ_RefCF
  Decimal BorneSup;
  Decimal Remise01_Valeur;
  int Remise01_Type = 1;
  Decimal PrixNet;
};

// F_TARIFGAM.
struct VariantPrice {
  std::string AR_Ref;
  int AG_No1 = 0;
  int AG_No2 = 0;
  std::string TG_RefCF;
  Decimal TG_Prix;
};

// F_FAMTARIF.
struct FamilyPriceRule {
  std::string FA_CodeFamille;
  int FT_Categorie = 1;
  Decimal FT_Coef;
  int FT_PrixTTC = 0;
  Decimal FT_Remise;
  int FT_TypeRem = 0;
  int FT_QteMont = 0;
};

// F_FAMCLIENT.
struct FamilyClientDiscount {
  std::string FA_CodeFamille;
  std::string CT_Num;
  Decimal FC_Remise;
};

}  // namespace entente::sandbox
