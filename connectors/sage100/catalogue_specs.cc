#include <algorithm>

#include "connectors/sage100/catalogue.h"

namespace entente::sage100 {
namespace {

constexpr Access W = Access::kWritable;
constexpr Access C = Access::kSetOnce;

FieldSpec Text(const char* name, Access access = Access::kReadOnly, const char* table = "") {
  return {.name = name, .rendering = Rendering::kText, .table = table, .access = access};
}
FieldSpec Int(const char* name, Access access = Access::kReadOnly, const char* table = "") {
  return {.name = name, .rendering = Rendering::kInt, .table = table, .access = access};
}
FieldSpec FilledInt(const char* name) { return {.name = name, .rendering = Rendering::kFilledInt}; }
FieldSpec Decimal(const char* name, const char* table = "") {
  return {.name = name, .rendering = Rendering::kDecimal, .table = table};
}
FieldSpec Date(const char* name, Access access = Access::kReadOnly) {
  return {.name = name, .rendering = Rendering::kDate, .access = access};
}
FieldSpec Code(const char* name, const char* target, Access access = Access::kReadOnly) {
  return {.name = name, .rendering = Rendering::kTextReference, .access = access, .target = target};
}
FieldSpec Number(const char* name, const char* target, Access access = Access::kReadOnly) {
  return {.name = name, .rendering = Rendering::kNumberReference, .access = access, .target = target};
}
FieldSpec Label(const char* name, LabelTable labels, Access access = Access::kReadOnly) {
  return {.name = name, .rendering = Rendering::kLabel, .access = access, .labels = labels};
}
FieldSpec Currency(const char* name) { return {.name = name, .rendering = Rendering::kCurrency}; }
FieldSpec Made(const char* name, v1::Field::Type type, Access access = Access::kReadOnly, const char* target = "") {
  return {.name = name, .rendering = Rendering::kMade, .access = access, .target = target, .type = type};
}
FieldSpec Required(FieldSpec field) {
  field.required_on_create = true;
  return field;
}

ResourceSpec Collaborator() {
  return {1, "collaborator", "F_COLLABORATEUR", "CO_No",
          {Int("CO_No"), Text("CO_Nom"), Text("CO_Prenom"), Text("CO_EMail"), Text("CO_Telephone"), Text("CO_TelPortable"),
           Text("CO_Pays"), Text("CO_Fonction"), Text("CO_Service"), Int("CO_Vendeur"), Int("CO_Sommeil")}};
}

ResourceSpec Party() {
  return {.number = 2, .name = "party", .table = "F_COMPTET", .key_column = "CT_Num",
          .fields = {Required(Text("CT_Num", C)), Required(Text("CT_Intitule", W)), Int("CT_Prospect"), Int("CT_Sommeil", W),
                     Text("CT_Qualite", W), Text("CT_Adresse", W), Text("CT_Complement", W), Text("CT_CodePostal", W),
                     Text("CT_Ville", W), Text("CT_CodeRegion", W), Text("CT_Pays", W), Text("CT_Telephone", W),
                     Text("CT_Telecopie", W), Text("CT_EMail", W), Text("CT_Site", W), Text("CT_Siret", W), Text("CT_Ape", W),
                     Text("CT_Identifiant", W), Decimal("CT_Encours"), Int("CT_ControlEnc"), Text("CT_NumPayeur"),
                     Text("CT_Commentaire", W), Text("CT_Statistique01", W), Text("CT_Statistique02", W),
                     Text("CT_Statistique03", W), Text("CT_Statistique04", W), Text("CT_Statistique05", W),
                     Text("CT_Statistique06", W), Text("CT_Statistique07", W), Text("CT_Statistique08", W),
                     Text("CT_Statistique09", W), Text("CT_Statistique10", W), Number("N_CatTarif", "price_category"),
                     Currency("N_Devise"), Number("CO_No", "collaborator", W)},
          .can_create = true, .can_update = true};
}

ResourceSpec Contact() {
  return {.number = 3, .name = "contact", .table = "F_CONTACTT", .key_column = "CT_No",
          .fields = {Int("CT_No"), Required(Code("CT_Num", "party", C)), Required(Text("CT_Nom", W)), Text("CT_Prenom", W),
                     Int("CT_Civilite", W), Label("N_Service", LabelTable::kService, W),
                     Label("N_Contact", LabelTable::kContactType, W), Text("CT_Fonction", W), Text("CT_Telephone", W),
                     Text("CT_TelPortable", W), Text("CT_Telecopie", W), Text("CT_EMail", W), Text("CT_LinkedIn", W),
                     Text("CT_Skype", W)},
          .can_create = true, .can_update = true, .can_delete = true};
}

ResourceSpec Family() {
  return {4, "family", "F_FAMILLE", "FA_CodeFamille", {Text("FA_CodeFamille"), Text("FA_Intitule")}};
}

ResourceSpec Article() {
  return {5, "article", "F_ARTICLE", "AR_Ref",
          {Text("AR_Ref"), Made("AG_No1", v1::Field::INT), Made("AG_No2", v1::Field::INT), Made("AE_Ref", v1::Field::TEXT),
           Text("AR_Design"), Text("AR_Langue1"), Text("AR_CodeBarre"), Made("variant_label1", v1::Field::TEXT),
           Made("variant_label2", v1::Field::TEXT), Label("AR_UniteVen", LabelTable::kUnit), Decimal("AR_PrixVen"),
           Int("AR_PrixTTC"), Made("vat_rate", v1::Field::DECIMAL), Decimal("AR_PrixAch"), Decimal("AR_CoutStd"),
           Decimal("AR_PUNet"), Int("AR_Sommeil"), Made("AE_Sommeil", v1::Field::INT), Int("AR_Publie"),
           Code("FA_CodeFamille", "family"), Int("AR_SuiviStock"), Int("AR_Nomencl"), Int("AR_Type"),
           Made("stock_physical", v1::Field::DECIMAL), Made("stock_reserved", v1::Field::DECIMAL),
           Made("stock_prepared", v1::Field::DECIMAL), Made("stock_ordered", v1::Field::DECIMAL)}};
}

ResourceSpec PriceCategory() {
  return {6, "price_category", "P_CATTARIF", "cbIndice",
          {Int("cbIndice"), Text("CT_Intitule"), Int("CT_PrixTTC"), Made("currency", v1::Field::TEXT)}};
}

ResourceSpec Price() {
  return {7, "price", "F_ARTICLE", "AR_Ref",
          {Made("AR_Ref", v1::Field::REFERENCE, Access::kReadOnly, "article"),
           Made("AC_Categorie", v1::Field::REFERENCE, Access::kReadOnly, "price_category"),
           Made("sale_price", v1::Field::DECIMAL), Made("discount", v1::Field::DECIMAL)}};
}

ResourceSpec Quote() {
  return {.number = 8, .name = "quote", .table = "F_DOCENTETE", .key_column = "DO_Piece",
          .fields = {Text("DO_Piece"), Int("DO_Type"), Required(Code("DO_Tiers", "party", C)), Text("DO_Ref", C),
                     Text("DO_RefExterne", C), Text("DO_NoWeb", C), Date("DO_Date", C), Int("DO_Statut"),
                     Label("DO_MotifDevis", LabelTable::kQuoteReason), Number("CO_No", "collaborator", C), Text("DO_Contact", C),
                     Int("DO_Souche", C), FilledInt("LI_No"), Currency("DO_Devise"), Made("currency", v1::Field::TEXT),
                     Decimal("DO_Cours"), Number("DO_Tarif", "price_category"), Decimal("DO_TotalHT"), Decimal("DO_TotalHTNet"),
                     Decimal("DO_TotalTTC"), Decimal("DO_NetAPayer"), Decimal("DO_MontantRegle"), Decimal("DO_TxEscompte"),
                     Decimal("DO_ValFrais"), Made("taxes", v1::Field::LIST), Required(Made("lines", v1::Field::LIST, C)),
                     Made("outcome", v1::Field::TEXT), Made("successors", v1::Field::LIST),
                     Made("priced_at", v1::Field::TIMESTAMP), Made("comment", v1::Field::TEXT, C), Made("comment_text", v1::Field::TEXT, C)},
          .can_create = true, .can_price = true};
}

ResourceSpec Invoice() {
  return {9, "invoice", "F_DOCENTETE", "DO_Piece",
          {Text("DO_Piece"), Int("DO_Type"), Int("DO_Provenance"), Made("posted", v1::Field::BOOL), Code("DO_Tiers", "party"),
           Text("CT_NumPayeur"), Text("DO_Ref"), Date("DO_Date"), Int("DO_Statut"), Number("CO_No", "collaborator"), FilledInt("LI_No"),
           Currency("DO_Devise"), Made("currency", v1::Field::TEXT), Decimal("DO_Cours"), Number("DO_Tarif", "price_category"),
           Decimal("DO_TotalHT"), Decimal("DO_TotalHTNet"), Decimal("DO_TotalTTC"), Decimal("DO_NetAPayer"),
           Decimal("DO_MontantRegle"), Decimal("DO_TxEscompte"), Decimal("DO_ValFrais"), Made("taxes", v1::Field::LIST),
           Made("instalments", v1::Field::LIST), Made("lines", v1::Field::LIST), Made("origins", v1::Field::LIST)}};
}

}  // namespace

const std::vector<ResourceSpec>& Resources() {
  static const auto* const resources = new std::vector<ResourceSpec>{
      Collaborator(), Party(), Contact(), Family(), Article(), PriceCategory(), Price(), Quote(), Invoice()};
  return *resources;
}

const ResourceSpec* FindResource(std::string_view name) {
  for (const ResourceSpec& resource : Resources()) {
    if (name == resource.name) return &resource;
  }
  return nullptr;
}

const ResourceSpec* FindResource(std::uint32_t number) {
  const auto& all = Resources();
  return number >= 1 && number <= all.size() ? &all[number - 1] : nullptr;
}

const ResourceSpec& ResourceNamed(std::string_view name) { return *FindResource(name); }

const FieldSpec* FindField(const ResourceSpec& resource, std::string_view name) {
  const auto found = std::find_if(resource.fields.begin(), resource.fields.end(), [&](const FieldSpec& f) { return name == f.name; });
  return found == resource.fields.end() ? nullptr : &*found;
}

}  // namespace entente::sage100
