#include "tools/sandbox/company/crm_start.h"

#include <algorithm>
#include <map>
#include <set>

#include "tools/sandbox/company/generate.h"

namespace entente::sandbox {
namespace {

std::string Lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

std::string Trimmed(const Text& text) {
  std::string out = text.value_or("");
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

// "FR 12 345…": spaces in groups of three, as people type numbers.
std::string Spaced(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i > 0 && i % 3 == 0) out += ' ';
    out += text[i];
  }
  return out;
}

// The same name in letters that CP1252 does not have.
std::string Foreign(std::string text) {
  for (const auto& [from, to] : {std::pair<std::string_view, std::string_view>{"l", "ł"}, {"s", "ș"}, {"t", "ț"}}) {
    if (const auto at = text.find(from); at != std::string::npos) return text.replace(at, from.size(), to);
  }
  return text;
}

class CrmStartMaker {
 public:
  CrmStartMaker(const Company& company, std::uint64_t seed) : company_(company), dice_(seed, "crm start") {
    for (const Party& party : company.parties) {
      if (!Trimmed(party.CT_Identifiant).empty()) ++vat_count_[*party.CT_Identifiant];
      ++name_count_[Plain(party.CT_Intitule) + "|" + Trimmed(party.CT_CodePostal)];
    }
    for (const Contact& contact : company.contacts) contacts_[contact.CT_Num].push_back(&contact);
  }

  CrmStart Make() {
    const bool is_demo = company_.parties.size() > 1000;
    MakeUsers();
    MakeAccounts(is_demo ? 200 : 8, is_demo ? 90 : 4);
    AddAmbiguousAccounts(is_demo ? 10 : 1);
    MakeContacts(is_demo ? 492 : 14);
    AddAmbiguousContacts(is_demo ? 8 : 1);
    return std::move(start_);
  }

 private:
  // Every second seller with an e-mail of his own.
  void MakeUsers() {
    std::map<std::string, int> mailboxes;
    for (const Collaborator& one : company_.collaborators) ++mailboxes[Lower(Trimmed(one.CO_EMail))];
    bool take = true;
    for (const Collaborator& one : company_.collaborators) {
      const std::string email = Lower(Trimmed(one.CO_EMail));
      if (email.empty() || mailboxes[email] > 1 || one.CO_Vendeur == 0) continue;
      if (take) {
        const std::string written = dice_.Percent(30) ? FoldUpper(email.substr(0, 1)) + email.substr(1) : email;
        start_.users.push_back({one.CO_No, one.CO_Prenom, one.CO_Nom, written, email.substr(0, email.find('@')), Phone(dice_, "06")});
        users_.insert(one.CO_No);
      }
      take = !take;
    }
  }

  void MakeAccounts(int customers, int prospects) {
    const bool skips = company_.parties.size() > 1000;
    std::size_t next = 0;
    while (next < company_.parties.size() && (customers > 0 || prospects > 0)) {
      const Party& party = company_.parties[next];
      next += skips ? static_cast<std::size_t>(dice_.Between(1, 6)) : 1;
      int& left = party.IsProspect() ? prospects : customers;
      if (party.CT_Type != 0 || left == 0 || !contacts_.contains(party.CT_Num)) continue;
      if (Plain(party.CT_Intitule).empty() || name_count_[NameKey(party)] > 1) continue;
      start_.accounts.push_back(MakeAccount(party));
      --left;
    }
  }

  std::string NameKey(const Party& party) const { return Plain(party.CT_Intitule) + "|" + Trimmed(party.CT_CodePostal); }

  CrmAccount MakeAccount(const Party& party) {
    CrmAccount account;
    account.CT_Num = party.CT_Num;
    account.is_prospect = party.IsProspect();
    account.name = party.CT_Intitule;
    account.address1 = Trimmed(party.CT_Adresse);
    account.postcode = Trimmed(party.CT_CodePostal);
    account.city = Trimmed(party.CT_Ville);
    account.country = party.CT_Pays == "Belgique" ? "BE" : party.CT_Pays == "Suisse" ? "CH" : "FR";
    account.phone = dice_.Percent(60) ? Trimmed(party.CT_Telephone) : dice_.Percent(50) ? Phone(dice_, "02") : "";
    account.email = dice_.Percent(50) ? Trimmed(party.CT_EMail) : "";
    account.CO_No = users_.contains(party.CO_No) ? party.CO_No : 0;
    if (dice_.Percent(20)) account.comment = "Rencontré au salon 🙂, rappeler en mars";
    ChooseEvidence(party, account);
    return account;
  }

  void ChooseEvidence(const Party& party, CrmAccount& account) {
    const std::string vat = Trimmed(party.CT_Identifiant);
    const std::string siret = Trimmed(party.CT_Siret);
    if (dice_.Percent(8)) {
      account.evidence = Evidence::kExtId;
      account.ext_id = party.CT_Num;
    } else if (!vat.empty() && dice_.Percent(60)) {
      account.evidence = Evidence::kVatNumber;
      account.is_ambiguous = vat_count_[vat] > 1;
      account.vat_number = dice_.Percent(40) ? Spaced(vat) : dice_.Percent(30) ? Lower(vat) : vat;
      if (dice_.Percent(15)) account.name = Foreign(account.name);
    } else if (!siret.empty() && dice_.Percent(20)) {
      account.evidence = Evidence::kSiret;
      account.vat_number = Spaced(siret);
    } else {
      account.evidence = Evidence::kNameAndPostcode;
      if (dice_.Percent(40)) account.name = FoldUpper(account.name);
      else if (dice_.Percent(30)) account.name = "  " + account.name;
    }
  }

  // A second account for a party that has one: nobody but a person can tell which is meant.
  void AddAmbiguousAccounts(int count) {
    const std::size_t size = start_.accounts.size();
    for (std::size_t i = 3; i < size && count > 0; i += size > 100 ? 17 : 2) {
      CrmAccount& first = start_.accounts[i];
      if (first.is_ambiguous || first.evidence == Evidence::kExtId) continue;
      first.is_ambiguous = true;
      CrmAccount twin = first;
      twin.phone = Phone(dice_, "02");
      twin.comment = "Doublon ?";
      start_.accounts.push_back(std::move(twin));
      --count;
    }
  }

  void MakeContacts(int count) {
    for (std::size_t i = 0; i < start_.accounts.size(); ++i) {
      const CrmAccount& account = start_.accounts[i];
      if (account.is_ambiguous) continue;
      for (const Contact* contact : contacts_[account.CT_Num]) {
        if (count-- <= 0) return;
        start_.contacts.push_back(MakeContact(*contact, i));
      }
    }
  }

  CrmContact MakeContact(const Contact& contact, std::size_t account) {
    CrmContact made;
    made.CT_No = contact.CT_No;
    made.account = account;
    made.first_name = Trimmed(contact.CT_Prenom).empty() ? "-" : Trimmed(contact.CT_Prenom);
    made.last_name = Trimmed(contact.CT_Nom);
    made.phone1 = dice_.Percent(60) ? Trimmed(contact.CT_Telephone) : "";
    made.gender = contact.CT_Civilite == 0 ? 0 : 1;
    if (contact.N_Service > 0 && dice_.Percent(60)) {
      made.department = company_.parameters.departments[static_cast<std::size_t>(contact.N_Service - 1)].Intitule;
    }
    if (dice_.Percent(15)) made.comment = "Préfère le courriel ☕";
    const std::string email = Lower(Trimmed(contact.CT_EMail));
    const auto& siblings = contacts_[contact.CT_Num];
    const auto with_same_email = std::count_if(siblings.begin(), siblings.end(), [&](const Contact* other) { return Lower(Trimmed(other->CT_EMail)) == email; });
    if (email.empty() || with_same_email > 1) {
      made.evidence = Evidence::kName;
    } else {
      made.email = dice_.Percent(25) ? FoldUpper(email) : email;
      if (dice_.Percent(10)) made.last_name = Foreign(made.last_name);
    }
    return made;
  }

  void AddAmbiguousContacts(int count) {
    const std::size_t size = start_.contacts.size();
    for (std::size_t i = 2; i < size && count > 0; i += size > 100 ? 31 : 3, --count) {
      CrmContact& first = start_.contacts[i];
      first.is_ambiguous = true;
      CrmContact twin = first;
      twin.phone1 = Phone(dice_, "06");
      twin.comment = "Saisi deux fois";
      start_.contacts.push_back(std::move(twin));
    }
  }

  const Company& company_;
  Dice dice_;
  std::map<std::string, int> vat_count_;
  std::map<std::string, int> name_count_;
  std::map<std::string, std::vector<const Contact*>> contacts_;
  std::set<int> users_;
  CrmStart start_;
};

}  // namespace

CrmStart GenerateCrmStart(const Company& company, std::uint64_t seed) {
  return company.parties.empty() ? CrmStart() : CrmStartMaker(company, seed).Make();
}

}  // namespace entente::sandbox
