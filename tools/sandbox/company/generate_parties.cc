#include <cstdio>
#include <set>

#include "tools/sandbox/company/generate.h"
#include "tools/sandbox/company/words.h"

namespace entente::sandbox {
namespace {

// Makes the check digit by Luhn, as a SIREN and a SIRET have one.
std::string WithLuhn(const std::string& digits) {
  int sum = 0;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    int value = digits[digits.size() - 1 - i] - '0';
    if (i % 2 == 0) value = value * 2 > 9 ? value * 2 - 9 : value * 2;
    sum += value;
  }
  return digits + std::to_string((10 - sum % 10) % 10);
}

std::string FrenchVat(const std::string& siren) {
  const int key = static_cast<int>((12 + 3 * (std::stoll(siren) % 97)) % 97);
  return "FR" + Code("", key, 2) + siren;
}

// Names that occur more than once are homonyms in different cities; a name and a postcode together stay unique.
class Naming {
 public:
  explicit Naming(Dice& dice) : dice_(dice) {}

  std::string Next(const std::string& postcode) {
    for (int attempt = 0;; ++attempt) {
      std::string name = Make(attempt);
      if (taken_.insert(Plain(name) + "|" + postcode).second) return name;
    }
  }

 private:
  std::string Make(int attempt) {
    const std::string trade(dice_.Pick(words::Trades()));
    const std::string last(dice_.Pick(words::LastNames()));
    const std::string suffix(dice_.Pick(words::TradeSuffixes()));
    if (attempt > 3) return trade + " " + last + " " + suffix + " " + std::to_string(attempt);
    switch (dice_.Between(0, 4)) {
      case 0:
        return trade + " " + last;
      case 1:
        return trade + " " + last + " " + suffix;
      case 2:
        return "ETS " + last + " " + suffix;
      case 3:
        return last + " " + suffix;
      default:
        return std::string(dice_.Percent(50) ? dice_.Pick(words::MaleFirstNames()) : dice_.Pick(words::FemaleFirstNames())) + " " + last;
    }
  }

  Dice& dice_;
  std::set<std::string> taken_;
};

void FillAddress(Dice& dice, const words::City& city, Party& party) {
  party.CT_Adresse = dice.Percent(93) ? Text(CutTo(std::to_string(dice.Between(1, 250)) + " " + std::string(dice.Pick(words::Streets())), 35))
                                      : Blank(dice);
  party.CT_Complement = dice.Percent(25) ? Text(dice.Percent(50) ? "Bâtiment " + std::string(1, static_cast<char>('A' + dice.Between(0, 7)))
                                                                 : "BP " + std::to_string(dice.Between(100, 9999)))
                                         : Blank(dice);
  party.CT_CodePostal = std::string(city.postcode);
  party.CT_Ville = dice.Percent(15) ? Text(std::string(city.name) + " ") : Text(std::string(city.name));
  party.CT_CodeRegion = dice.Percent(40) ? Text(CutTo(city.region, 25)) : Blank(dice);
  const int country = dice.Between(1, 100);
  if (country <= 60) party.CT_Pays = "France";
  else if (country <= 72) party.CT_Pays = "FRANCE";
  else if (country <= 94) party.CT_Pays = Blank(dice);
  else party.CT_Pays = dice.Percent(50) ? "Belgique" : "Suisse";
  if (dice.PerThousand(2)) party.CT_Pays = "Rép. de Syldavie";
}

void FillNumbers(Dice& dice, std::set<std::string>& sirens, Party& party) {
  std::string siren;
  do {
    siren = WithLuhn(Code("", dice.Between(30000000, 89999999), 8));
  } while (!sirens.insert(siren).second);
  if (party.CT_Pays == "Belgique") {
    party.CT_Identifiant = "BE0" + siren;
    party.CT_Siret = Blank(dice);
  } else if (dice.Percent(70)) {
    party.CT_Siret = WithLuhn(siren + Code("", dice.Between(1, 99), 4));
    party.CT_Identifiant = dice.Percent(85) ? Text(FrenchVat(siren)) : Blank(dice);
  } else {
    party.CT_Siret = Blank(dice);
    party.CT_Identifiant = Blank(dice);
  }
  party.CT_Ape = dice.Percent(50) ? Text(Code("", dice.Between(1000, 9900), 4) + "Z") : Blank(dice);
}

void FillTrade(Dice& dice, int collaborators, Party& party) {
  party.N_CatTarif = dice.Percent(4) ? 0 : dice.Between(1, 20) <= 11 ? 1 : dice.Between(2, 4);
  party.N_CatCompta = party.CT_Pays == "Belgique" ? 2 : party.CT_Pays == "Suisse" ? 3 : 1;
  party.N_Devise = 0;
  party.N_Expedition = dice.Between(1, 3);
  party.CT_Encours = dice.Percent(30) ? Decimal::FromInt(dice.Between(1, 60) * 500) : Decimal();
  party.CT_ControlEnc = dice.Percent(3) ? 2 : 0;
  party.CT_Taux01 = dice.Percent(12) ? Decimal::FromInt(dice.Between(2, 8)) : Decimal();
  party.CT_Taux02 = dice.Percent(6) ? *Decimal::Parse("1.5") : Decimal();
  party.CO_No = dice.Percent(10) ? 0 : dice.Between(1, collaborators);
  party.CT_Statistique01 = dice.Percent(50) ? Text(dice.Percent(50) ? "Artisan" : "Industrie") : Blank(dice);
  party.CT_DateFermeDebut = dice.Percent(60) ? Day(kUnsetDay) : dice.Percent(70) ? Day() : Day("1900-01-01");
}

void FillTelecom(Dice& dice, Party& party) {
  const std::string company = CutTo(Plain(party.CT_Intitule), 24);
  const std::string domain = company + ".example";
  party.CT_Telephone = dice.Percent(90) ? Text(Phone(dice, "02")) : Blank(dice);
  party.CT_Telecopie = dice.Percent(30) ? Text(Phone(dice, "02")) : Blank(dice);
  party.CT_EMail = dice.Percent(70) ? Text("contact@" + domain) : Blank(dice);
  if (dice.Percent(3)) party.CT_EMail = "contact@groupement-achats.example";
  if (dice.Percent(1)) party.CT_EMail = "contact@" + CutTo(company, 12) + ".example; compta@" + CutTo(company, 12) + ".example";
  party.CT_Site = dice.Percent(35) ? Text((dice.Percent(50) ? "https://www." : "www.") + domain) : Blank(dice);
}

Party MakeParty(Dice& dice, Naming& naming, std::set<std::string>& sirens, int collaborators) {
  Party party;
  const auto& city = dice.Pick(words::Cities());
  party.CT_Intitule = naming.Next(std::string(city.postcode));
  FillAddress(dice, city, party);
  // The habit of the old 35-character column: long names stand cut in mid-word.
  if (dice.Percent(4)) {
    party.CT_Intitule = CutTo(party.CT_Intitule + " Société coopérative d'approvisionnement", 35);
  }
  party.CT_Qualite = dice.Percent(60) ? Text(std::string(dice.Pick(words::LegalForms()))) : Blank(dice);
  party.CT_Classement = CutTo(party.CT_Intitule, 17);
  party.CT_Contact = dice.Percent(20) ? Text("M. " + std::string(dice.Pick(words::LastNames()))) : Blank(dice);
  party.CT_Commentaire = dice.Percent(15) ? Text("Livrer avant 10 h, portail vert") : Blank(dice);
  party.CT_Sommeil = dice.Percent(4) ? 1 : 0;
  FillNumbers(dice, sirens, party);
  FillTrade(dice, collaborators, party);
  FillTelecom(dice, party);
  party.cbCreation = MomentOf(dice, DaysOf("2019-02-01") + dice.Between(0, 1900));
  return party;
}

}  // namespace

void GenerateParties(std::uint64_t seed, const Counts& counts, Company& company) {
  Dice dice(seed, "parties");
  Naming naming(dice);
  std::set<std::string> sirens;
  for (int i = 1; i <= counts.customers; ++i) {
    Party party = MakeParty(dice, naming, sirens, counts.collaborators);
    party.CT_Num = Code("CL", i, 5);
    party.CG_NumPrinc = "4110000";
    party.CT_NumPayeur = i > 10 && dice.Percent(2) ? Code("CL", i - 7, 5) : party.CT_Num;
    company.parties.push_back(std::move(party));
  }
  for (int i = 1; i <= counts.prospects; ++i) {
    Party party = MakeParty(dice, naming, sirens, counts.collaborators);
    party.CT_Num = Code("PR", i, 5);
    party.CT_Prospect = 1;
    party.CG_NumPrinc = "4110000";
    party.CT_NumPayeur = party.CT_Num;
    company.parties.push_back(std::move(party));
  }
  for (int i = 1; i <= counts.suppliers; ++i) {
    Party party = MakeParty(dice, naming, sirens, counts.collaborators);
    party.CT_Num = Code("FO", i, 4);
    party.CT_Type = 1;
    party.CG_NumPrinc = "4010000";
    party.CT_NumPayeur = party.CT_Num;
    party.CO_No = 0;
    company.parties.push_back(std::move(party));
  }
  // Two establishments of one company: same VAT number, told apart by nothing else that a match rule reads.
  for (int i = 25; i + 1 < counts.customers; i += 400) {
    auto& twin = company.parties[static_cast<std::size_t>(i)];
    twin.CT_Identifiant = company.parties[static_cast<std::size_t>(i - 1)].CT_Identifiant;
  }
}

}  // namespace entente::sandbox
