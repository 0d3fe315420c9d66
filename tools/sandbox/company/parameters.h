#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/core/decimal.h"

// The parameter tables (P_…) and small reference tables of the sample company.
//
// Members carry the names of Sage's own columns, as the reference gives them: they are the words of the outside system, and
// whoever reads the generated company beside the database finds one spelling. Plain values: copy freely.
namespace entente::sandbox {

// A text column: empty optional is SQL NULL, an empty string is ''. Real databases mix both, so does the generator.
using Text = std::optional<std::string>;

// A date column: "YYYY-MM-DD", NULL when empty. "1753-01-01" is Sage's unset date.
using Day = std::optional<std::string>;

inline constexpr const char* kUnsetDay = "1753-01-01";

// A row of a P_ table that is only an index and a label: departments (P_SERVICECPTA), contact types (P_CONTACT), units (P_UNITE),
// number series (P_SOUCHEVENTE), payment modes (P_REGLEMENT), shipping modes (P_EXPEDITION), accounting categories (P_CATCOMPTA).
struct Label {
  int cbIndice = 0;
  std::string Intitule;
};

// F_PAYS.
struct Country {
  std::string PA_Intitule;  // the spelling this company uses: "France", "Belgique"
  std::string PA_Code;      // ISO 3166 alpha-2
};

// P_DEVISE. Index 0 is not a row: it means the bookkeeping currency (euro).
struct Currency {
  int cbIndice = 0;
  std::string D_Intitule;
  std::string D_CodeISO;
  Decimal D_Cours;
};

// P_CATTARIF.
struct PriceCategory {
  int cbIndice = 0;
  std::string CT_Intitule;  // blank = unused category
  int CT_PrixTTC = 0;       // 1 = prices entered incl. tax
};

// P_GAMME.
struct VariantAxis {
  int cbIndice = 0;
  std::string G_Intitule;
  int G_Type = 0;  // 0 product axis, 1 quantity breaks, 2 amount breaks, 3 net price
};

// F_TAXE, percentages only.
struct Tax {
  int TA_No = 0;
  std::string TA_Code;
  std::string TA_Intitule;
  Decimal TA_Taux;
  std::string CG_Num;
};

// F_DEPOT.
struct Warehouse {
  int DE_No = 0;
  std::string DE_Intitule;
  std::string DE_Code;
  int DE_Principal = 0;
  int DE_Exclure = 0;  // 1 = left out of stock totals
};

// The identity of the company file.
struct CompanyIdentity {
  std::string D_RaisonSoc;
  std::string D_Siret;
  std::string D_Identifiant;
  std::string CB_LocalGUID;  // lower case, with dashes, no braces
  std::string product_version = "11.02";
  std::string edition = "on_premise";
};

struct Parameters {
  CompanyIdentity identity;
  std::vector<Country> countries;
  std::vector<Currency> currencies;
  std::vector<PriceCategory> price_categories;
  std::vector<Label> accounting_categories;  // N_CatCompta: 1 national, 2 intra-EU, 3 export
  std::vector<Label> departments;            // N_Service
  std::vector<Label> contact_types;          // N_Contact
  std::vector<Label> units;                  // AR_UniteVen
  std::vector<Label> series;                 // DO_Souche = cbIndice - 1
  std::vector<Label> payment_modes;          // N_Reglement
  std::vector<Label> shipping_modes;         // N_Expedition
  std::vector<VariantAxis> variant_axes;     // AR_Gamme1, AR_Gamme2, EG_Champ
  std::vector<Tax> taxes;
  std::vector<Warehouse> warehouses;
};

}  // namespace entente::sandbox
