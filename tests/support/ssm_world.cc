#include "tests/support/ssm_world.h"

#include "engine/pipeline/project.h"

namespace entente::testing {
namespace {

Fields With(Fields fields, const Fields& more) {
  for (const auto& [name, value] : more) fields[name] = value;
  return fields;
}

// 10.00 a unit, 10 % off, as one rule of Sage would.
Fields PriceDocument(const Fields& document, std::vector<DocumentProblem>& problems) {
  Fields priced = document;
  List lines;
  Decimal net;
  int number = 0;
  if (const auto* asked = FieldOf(document, "lines").As<List>()) {
    for (const Value& element : *asked) {
      Map line = *element.As<Map>();
      ++number;
      if (FieldOf(line, "AR_Ref").IsNull() && FieldOf(line, "DL_Design").IsBlank()) {
        problems.push_back({"error", "UNKNOWN_ARTICLE", "article inconnu", "AR_Ref", number});
      }
      const auto* quantity = FieldOf(line, "DL_Qte").As<Decimal>();
      const Decimal count = quantity ? *quantity : Decimal::FromInt(1);
      const Decimal amount = Decimal::Multiply(count, Decimal::FromInt(9))->Rounded(2);
      line["DL_PrixUnitaire"] = Decimal::FromInt(10);
      line["DL_Remise01REM_Valeur"] = Decimal::FromInt(10);
      line["DL_Remise01REM_Type"] = 1;
      line["DL_MontantHT"] = amount;
      net = *Decimal::Add(net, amount);
      lines.push_back(std::move(line));
    }
  }
  priced["lines"] = std::move(lines);
  priced["DO_TotalHT"] = net;
  priced["DO_TotalHTNet"] = net;
  priced["DO_TotalTTC"] = Decimal::Multiply(net, *Decimal::Parse("1.2"))->Rounded(2);
  priced["DO_NetAPayer"] = priced["DO_TotalTTC"];
  return priced;
}

}  // namespace

Value Ref(const std::string& resource, const std::string& key) { return Reference{resource, key}; }
Value Dec(const std::string& text) { return *Decimal::Parse(text); }

SsmWorld::SsmWorld(std::map<std::string, std::string> parameters, const std::string& pack) : World(std::move(parameters), pack) {
  for (const std::string& resource : sage().ResourceNames()) sage().at(resource).feeds_deletes = false;
  for (const std::string& resource : crm().ResourceNames()) {
    crm().at(resource).lists_deleted = true;
    crm().at(resource).returns_record = false;
    crm().at(resource).lock_field = "readOnly";
  }
  sage().at("party").key_field = "CT_Num";
  sage().at("party").can_delete = false;
  sage().at("contact").key_field = "CT_No";
  sage().at("contact").unique = {"CT_Num", "CT_Nom", "CT_Prenom"};
  sage().at("collaborator").key_field = "CO_No";
  sage().at("article").key_field = "AR_Ref";
  sage().at("quote").key_field = "DO_Piece";
  sage().at("quote").can_price = true;
  sage().at("invoice").key_field = "DO_Piece";
  for (const char* resource : {"collaborator", "family", "article", "price_category", "price", "invoice"}) {
    sage().at(resource).can_create = sage().at(resource).can_update = sage().at(resource).can_delete = false;
  }
  sage().price = PriceDocument;
  sage().defaults = [](const std::string& resource, const std::string& key, Fields& fields) {
    if (resource == "contact") fields["CT_No"] = std::int64_t{std::stoll(key)};
    if (resource == "party" && !fields.contains("CT_Prospect")) fields["CT_Prospect"] = 1;
    if (resource == "quote") {
      std::vector<DocumentProblem> none;
      fields = PriceDocument(fields, none);
      fields["DO_Piece"] = "DE" + std::string(key.size() < 5 ? 5 - key.size() : 0, '0') + key;
      fields["DO_Statut"] = 0;
      fields["outcome"] = "open";
      fields["successors"] = List{};
    }
  };
  crm().defaults = [](const std::string&, const std::string& key, Fields& fields) { fields["id"] = std::int64_t{std::stoll(key)}; };
  crm().Create("users", {{"name", "Admin"}, {"lastName", "Admin"}, {"email", "admin@example.com"}, {"nic", "admin"}}, "1");
  sage().Create("price_category", {{"cbIndice", 1}, {"CT_Intitule", "Détail"}}, "1");
}

std::string SsmWorld::SageParty(const std::string& code, const std::string& name, bool prospect, Fields more) {
  return sage().Create("party", With({{"CT_Num", code}, {"CT_Intitule", name}, {"CT_Prospect", prospect ? 1 : 0}, {"CT_Sommeil", 0}}, more), code);
}

std::string SsmWorld::SageContact(const std::string& party, const std::string& last, const std::string& first, Fields more) {
  return sage().Create("contact", With({{"CT_Num", Ref("party", party)}, {"CT_Nom", last}, {"CT_Prenom", first}, {"CT_Civilite", 0}}, more));
}

std::string SsmWorld::SageCollaborator(const std::string& number, const std::string& first, const std::string& last, const std::string& email, Fields more) {
  return sage().Create("collaborator",
                       With({{"CO_No", std::int64_t{std::stoll(number)}}, {"CO_Prenom", first}, {"CO_Nom", last}, {"CO_EMail", email}, {"CO_Vendeur", 1}}, more),
                       number);
}

std::string SsmWorld::SageArticle(const std::string& ref, const std::string& name, const std::string& price, Fields more) {
  return sage().Create("article", With({{"AR_Ref", ref}, {"AR_Design", name}, {"AR_PrixVen", Dec(price)}, {"AR_PrixTTC", 0}, {"AR_Sommeil", 0}}, more), ref);
}

std::string SsmWorld::CrmAccount(const std::string& name, const std::string& status, Fields more) {
  Fields fields{{"name", name}, {"branchId", "Siège"}, {"salesRepId1", Ref("users", "1")}};
  if (!status.empty()) fields["statusId"] = status;
  return crm().Create("accounts", With(std::move(fields), more));
}

std::string SsmWorld::CrmContact(const std::string& account, const std::string& last, const std::string& first, Fields more) {
  return crm().Create("contacts", With({{"accountId", Ref("accounts", account)}, {"lastName", last}, {"firstName", first}, {"salesRepId", Ref("users", "1")}}, more));
}

std::string SsmWorld::CrmQuote(const std::string& account, std::vector<Map> lines, Fields more) {
  List list;
  for (Map& line : lines) list.push_back(std::move(line));
  return crm().Create("quotes", With({{"accountId", Ref("accounts", account)}, {"reference", "Devis"}, {"branchId", "Siège"},
                                      {"salesRepId", Ref("users", "1")}, {"statusId", "Brouillon – En attente"}, {"lines", std::move(list)}}, more));
}

std::string SsmWorld::CrmByExtId(const std::string& resource, const std::string& ext_id) const {
  const auto keys = const_cast<SsmWorld*>(this)->crm().Where(resource, "extId", Value(ext_id));
  return keys.empty() ? "" : keys.size() > 1 ? "?" : keys.front();
}

std::string SsmWorld::Partner(Side side, const std::string& resource, const std::string& key) {
  const auto link = LinkOf(side, resource, key);
  if (!link || !link->Has(Other(side))) return "";
  return link->members[Other(side)].key;
}

}  // namespace entente::testing
