#include <set>
#include <tuple>

#include "tools/sandbox/company/generate.h"
#include "tools/sandbox/company/words.h"

namespace entente::sandbox {
namespace {

void FillTelecom(Dice& dice, Contact& contact) {
  contact.CT_Telephone = dice.Percent(60) ? Text(Phone(dice, "02")) : Blank(dice);
  contact.CT_TelPortable = dice.Percent(55) ? Text(Phone(dice, "06")) : Blank(dice);
  contact.CT_Telecopie = dice.Percent(10) ? Text(Phone(dice, "02")) : Blank(dice);
  contact.CT_LinkedIn = dice.Percent(10) ? Text(CutTo("in/" + Plain(*contact.CT_Prenom) + Plain(*contact.CT_Nom), 35)) : Blank(dice);
  contact.CT_Skype = Blank(dice);
}

Text EmailOf(Dice& dice, const Contact& contact, const std::string& party_name) {
  if (dice.Percent(25)) return Blank(dice);
  const std::string domain = CutTo(Plain(party_name), 24) + ".example";
  // A shared mailbox: several contacts of one party with one address.
  if (dice.Percent(6)) return "contact@" + domain;
  std::string text = Plain(*contact.CT_Prenom) + "." + Plain(*contact.CT_Nom) + "@" + domain;
  if (dice.Percent(5)) text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

}  // namespace

// Most parties have one to four contacts; some have none. Homonyms across parties are common, inside one impossible.
void GenerateContacts(std::uint64_t seed, const Counts& counts, Company& company) {
  Dice dice(seed, "contacts");
  std::set<std::tuple<std::string, std::string, std::string>> taken;
  const int parties = counts.customers + counts.prospects;
  while (static_cast<int>(company.contacts.size()) < counts.contacts) {
    const Party& party = company.parties[static_cast<std::size_t>(dice.Between(0, parties - 1))];
    const bool woman = dice.Percent(48);
    Contact contact;
    contact.CT_Num = party.CT_Num;
    contact.CT_Nom = std::string(dice.Pick(words::LastNames()));
    contact.CT_Prenom = std::string(woman ? dice.Pick(words::FemaleFirstNames()) : dice.Pick(words::MaleFirstNames()));
    if (dice.Percent(4)) contact.CT_Nom = FoldUpper(*contact.CT_Nom);
    if (!taken.insert({contact.CT_Num, *contact.CT_Nom, *contact.CT_Prenom}).second) continue;
    contact.CT_No = static_cast<int>(company.contacts.size()) + 1;
    contact.CT_Civilite = woman ? (dice.Percent(5) ? 2 : 1) : 0;
    contact.N_Service = dice.Percent(80) ? dice.Between(1, 6) : 0;
    contact.N_Contact = dice.Percent(30) ? dice.Between(1, 3) : 0;
    contact.CT_Fonction = dice.Percent(55) ? Text(std::string(dice.Pick(words::JobTitles()))) : Blank(dice);
    FillTelecom(dice, contact);
    contact.CT_EMail = EmailOf(dice, contact, party.CT_Intitule);
    contact.cbCreation = MomentOf(dice, DaysOf("2019-03-01") + dice.Between(0, 1900));
    // A person known by the family name only.
    if (dice.Percent(2) && taken.insert({contact.CT_Num, *contact.CT_Nom, ""}).second) contact.CT_Prenom = "";
    company.contacts.push_back(std::move(contact));
  }
}

void GenerateDeliveryAddresses(std::uint64_t seed, Company& company) {
  Dice dice(seed, "delivery addresses");
  for (const Party& party : company.parties) {
    if (!party.IsCustomer() || !dice.Percent(35)) continue;
    const int count = dice.Between(1, 3);
    for (int i = 0; i < count; ++i) {
      const auto& city = dice.Pick(words::Cities());
      DeliveryAddress address;
      address.LI_No = static_cast<int>(company.delivery_addresses.size()) + 1;
      address.CT_Num = party.CT_Num;
      address.LI_Intitule = i == 0 ? Text(party.CT_Intitule) : dice.Percent(80) ? Text("Chantier " + std::string(city.name)) : Blank(dice);
      address.LI_Adresse = std::to_string(dice.Between(1, 99)) + " " + CutTo(dice.Pick(words::Streets()), 30);
      address.LI_Complement = Blank(dice);
      address.LI_CodePostal = std::string(city.postcode);
      address.LI_Ville = std::string(city.name);
      address.LI_CodeRegion = Blank(dice);
      address.LI_Pays = dice.Percent(50) ? Text("France") : Blank(dice);
      address.LI_Contact = Blank(dice);
      address.LI_Telephone = Blank(dice);
      address.LI_Principal = i == 0 ? 1 : 0;
      address.cbCreation = party.cbCreation;
      company.delivery_addresses.push_back(std::move(address));
    }
  }
}

}  // namespace entente::sandbox
