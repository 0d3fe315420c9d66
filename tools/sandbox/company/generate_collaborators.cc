#include <set>

#include "tools/sandbox/company/generate.h"
#include "tools/sandbox/company/words.h"

namespace entente::sandbox {

// One in eight has no e-mail, the last two share one, some are written in capitals; most are sellers.
void GenerateCollaborators(std::uint64_t seed, const Counts& counts, Company& company) {
  Dice dice(seed, "collaborators");
  static const std::vector<std::string_view> jobs = {"Commercial", "Commerciale", "Attaché commercial", "Technico-commercial", "Chef de secteur"};
  std::set<std::string> taken;
  while (static_cast<int>(company.collaborators.size()) < counts.collaborators) {
    const int number = static_cast<int>(company.collaborators.size()) + 1;
    Collaborator one;
    one.CO_No = number;
    one.CO_Nom = dice.Pick(words::LastNames());
    one.CO_Prenom = dice.Percent(50) ? dice.Pick(words::MaleFirstNames()) : dice.Pick(words::FemaleFirstNames());
    const std::string login = Plain(one.CO_Prenom) + "." + Plain(one.CO_Nom);
    if (!taken.insert(login).second) continue;
    const auto& city = dice.Pick(words::Cities());
    one.CO_Fonction = std::string(dice.Pick(jobs));
    one.CO_Service = dice.Percent(60) ? Text("Commercial") : Blank(dice);
    one.CO_Adresse = dice.Percent(40) ? Text(std::to_string(dice.Between(1, 120)) + " " + std::string(dice.Pick(words::Streets()))) : Blank(dice);
    one.CO_Complement = Blank(dice);
    one.CO_CodePostal = std::string(city.postcode);
    one.CO_Ville = std::string(city.name);
    one.CO_CodeRegion = Blank(dice);
    one.CO_Pays = dice.Percent(60) ? Text("France") : Blank(dice);
    one.CO_Telephone = dice.Percent(70) ? Text(Phone(dice, "02")) : Blank(dice);
    one.CO_TelPortable = dice.Percent(60) ? Text(Phone(dice, "06")) : Blank(dice);
    one.CO_Telecopie = Blank(dice);
    one.CO_EMail = login + "@quincaillerie-estuaire.example";
    if (number % 5 == 0) one.CO_EMail = Plain(one.CO_Prenom) + "." + Plain(one.CO_Nom) + "@Quincaillerie-Estuaire.EXAMPLE";
    if (number % 8 == 3) one.CO_EMail = Blank(dice);
    one.CO_Matricule = dice.Percent(50) ? Text(Code("M", number, 4)) : Blank(dice);
    one.CO_Vendeur = number % 12 == 7 ? 0 : 1;
    one.CO_Acheteur = one.CO_Vendeur == 0 ? 1 : 0;
    one.CO_ChefVentes = number == 1 ? 1 : 0;
    one.CO_Sommeil = number % 12 == 10 ? 1 : 0;
    one.cbCreation = MomentOf(dice, DaysOf("2019-01-07") + number * 11);
    company.collaborators.push_back(std::move(one));
  }
  // Two people, one mailbox.
  company.collaborators.back().CO_EMail = company.collaborators[company.collaborators.size() - 2].CO_EMail = "agence@quincaillerie-estuaire.example";
}

}  // namespace entente::sandbox
