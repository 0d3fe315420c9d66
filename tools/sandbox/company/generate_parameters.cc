#include "tools/sandbox/company/generate.h"

namespace entente::sandbox {
namespace {

std::vector<Label> Labels(std::initializer_list<const char*> texts) {
  std::vector<Label> out;
  for (const char* text : texts) out.push_back(Label{static_cast<int>(out.size()) + 1, text});
  return out;
}

}  // namespace

void GenerateParameters(Company& company) {
  Parameters& p = company.parameters;
  p.identity = {"Quincaillerie de l'Estuaire",          "73282932000074", "FR44732829320",
                "6f1c8a52-3d0e-4b7a-9c55-2a7e41d0b6f3", "11.02",          "on_premise"};
  p.countries = {{"France", "FR"},    {"Belgique", "BE"}, {"Suisse", "CH"},  {"Luxembourg", "LU"}, {"Allemagne", "DE"},
                 {"Espagne", "ES"},   {"Italie", "IT"},   {"Portugal", "PT"}, {"Royaume-Uni", "GB"}, {"Pays-Bas", "NL"},
                 {"Pologne", "PL"},   {"Roumanie", "RO"}, {"Maroc", "MA"},   {"Algérie", "DZ"},    {"Tunisie", "TN"}};
  p.currencies = {{1, "Euro", "EUR", Decimal::FromInt(1)},
                  {2, "Dollar US", "USD", *Decimal::Parse("1.08")},
                  {3, "Franc suisse", "CHF", *Decimal::Parse("0.96")},
                  {4, "Livre sterling", "GBP", *Decimal::Parse("0.85")}};
  p.price_categories = {{1, "Détaillants", 0}, {2, "Grossistes", 0}, {3, "Grands comptes", 0}, {4, "Particuliers TTC", 1}, {5, "", 0}};
  p.accounting_categories = Labels({"Ventes nationales", "Ventes intracommunautaires", "Ventes export"});
  p.departments = Labels({"Direction", "Achats", "Comptabilité", "Technique", "Qualité", "Secrétariat"});
  p.contact_types = Labels({"Décideur", "Prescripteur", "Utilisateur"});
  p.units = Labels({"Pièce", "Mètre", "Boîte", "Litre", "Heure", "Kilo"});
  p.series = Labels({"Ventes siège", "Ventes agence"});
  p.payment_modes = Labels({"Chèque", "Virement", "Traite acceptée", "Prélèvement", "Carte bancaire"});
  p.shipping_modes = Labels({"Transporteur", "Enlèvement", "Nos soins"});
  p.variant_axes = {{1, "Taille", 0}, {2, "Coloris", 0}, {3, "Paliers de quantité", 1}, {4, "Paliers de montant", 2}, {5, "Prix nets", 3}};
  p.taxes = {{1, "C20", "TVA collectée 20 %", Decimal::FromInt(20), "4457120"},
             {2, "C10", "TVA collectée 10 %", Decimal::FromInt(10), "4457110"},
             {3, "C55", "TVA collectée 5,5 %", *Decimal::Parse("5.5"), "4457105"},
             {4, "EXO", "Exonéré", Decimal(), "4457100"}};
  p.warehouses = {{1, "Dépôt principal", "SIEGE", 1, 0}, {2, "Dépôt agence", "AGENCE", 0, 0}, {3, "Rebut", "REBUT", 0, 1}};
}

}  // namespace entente::sandbox
