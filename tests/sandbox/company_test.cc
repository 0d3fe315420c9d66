#include "tools/sandbox/company/company.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tools/sandbox/company/crm_start.h"

namespace entente::sandbox {
namespace {

const Company& Demo() {
  static const Company company = GenerateCompany(7, CompanySize::kDemo);
  return company;
}

std::size_t CharacterCount(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

TEST(SampleCompany, HasTheSizeOfTheDemo) {
  const Company& c = Demo();
  EXPECT_GE(c.collaborators.size(), 20u);
  EXPECT_EQ(std::count_if(c.parties.begin(), c.parties.end(), [](const Party& p) { return p.IsCustomer(); }), 2000);
  EXPECT_EQ(std::count_if(c.parties.begin(), c.parties.end(), [](const Party& p) { return p.IsProspect(); }), 600);
  EXPECT_EQ(c.contacts.size(), 5000u);
  EXPECT_EQ(c.articles.size(), 3000u);
  EXPECT_EQ(c.invoices.size(), 8000u);
}

TEST(SampleCompany, IsTheSameForASeed) {
  const Company a = GenerateCompany(3, CompanySize::kSmall);
  const Company b = GenerateCompany(3, CompanySize::kSmall);
  const Company other = GenerateCompany(4, CompanySize::kSmall);
  ASSERT_EQ(a.parties.size(), b.parties.size());
  bool differs = false;
  for (std::size_t i = 0; i < a.parties.size(); ++i) {
    EXPECT_EQ(a.parties[i].CT_Intitule, b.parties[i].CT_Intitule);
    EXPECT_EQ(a.parties[i].CT_EMail, b.parties[i].CT_EMail);
    differs = differs || a.parties[i].CT_Intitule != other.parties[i].CT_Intitule;
  }
  for (std::size_t i = 0; i < a.invoices.size(); ++i) EXPECT_EQ(a.invoices[i].DO_TotalTTC, b.invoices[i].DO_TotalTTC);
  EXPECT_TRUE(differs);
}

TEST(SampleCompany, KeepsTheUniqueKeysOfSage) {
  const Company& c = Demo();
  std::set<std::string> parties, articles, pieces;
  std::set<std::tuple<std::string, std::string, std::string>> contacts;
  std::set<std::pair<std::string, std::string>> collaborators;
  for (const auto& p : c.parties) EXPECT_TRUE(parties.insert(p.CT_Num).second) << p.CT_Num;
  for (const auto& a : c.articles) EXPECT_TRUE(articles.insert(a.AR_Ref).second) << a.AR_Ref;
  for (const auto& i : c.invoices) EXPECT_TRUE(pieces.insert(i.DO_Piece).second) << i.DO_Piece;
  for (const auto& k : c.contacts) EXPECT_TRUE(contacts.insert({k.CT_Num, k.CT_Nom.value_or(""), k.CT_Prenom.value_or("")}).second);
  for (const auto& k : c.collaborators) EXPECT_TRUE(collaborators.insert({k.CO_Nom, k.CO_Prenom}).second);
  EXPECT_FALSE(pieces.contains(c.next_invoice_piece));
  EXPECT_FALSE(pieces.contains(c.next_credit_note_piece));
}

TEST(SampleCompany, FitsTheColumnsOfSage) {
  const auto fits = [](const Text& text, std::size_t width) { return CharacterCount(text.value_or("")) <= width; };
  for (const auto& p : Demo().parties) {
    EXPECT_TRUE(fits(p.CT_Intitule, 69) && fits(p.CT_Adresse, 35) && fits(p.CT_Complement, 35) && fits(p.CT_CodePostal, 9) && fits(p.CT_Ville, 35) &&
                fits(p.CT_CodeRegion, 25) && fits(p.CT_Telephone, 21) && fits(p.CT_EMail, 69) && fits(p.CT_Site, 69) && fits(p.CT_Siret, 15) &&
                fits(p.CT_Identifiant, 25) && fits(p.CT_Commentaire, 35) && fits(p.CT_Qualite, 17) && fits(p.CT_Classement, 17))
        << p.CT_Num << " " << p.CT_Intitule;
  }
  for (const auto& k : Demo().contacts) {
    EXPECT_TRUE(fits(k.CT_Nom, 35) && fits(k.CT_Prenom, 35) && fits(k.CT_EMail, 69) && fits(k.CT_Fonction, 35) && fits(k.CT_LinkedIn, 35)) << k.CT_No;
  }
  for (const auto& a : Demo().articles) EXPECT_TRUE(fits(a.AR_Ref, 18) && fits(a.AR_Design, 69) && fits(a.FA_CodeFamille, 11)) << a.AR_Design;
}

TEST(SampleCompany, IsAsDirtyAsARealOne) {
  const Company& c = Demo();
  std::map<std::string, int> names;
  std::map<std::string, int> mailboxes;
  int cut = 0, null_email = 0, empty_email = 0, dormant = 0, unset_days = 0, trailing = 0;
  for (const auto& p : c.parties) {
    ++names[p.CT_Intitule];
    ++mailboxes[p.CT_EMail.value_or("")];
    cut += CharacterCount(p.CT_Intitule) == 35 ? 1 : 0;
    null_email += p.CT_EMail ? 0 : 1;
    empty_email += p.CT_EMail == "" ? 1 : 0;
    dormant += p.CT_Sommeil;
    unset_days += p.CT_DateFermeDebut == kUnsetDay ? 1 : 0;
    trailing += p.CT_Ville && !p.CT_Ville->empty() && p.CT_Ville->back() == ' ' ? 1 : 0;
  }
  EXPECT_GT(cut, 20);
  EXPECT_GT(null_email, 50);
  EXPECT_GT(empty_email, 50);
  EXPECT_GT(dormant, 30);
  EXPECT_GT(unset_days, 500);
  EXPECT_GT(trailing, 50);
  EXPECT_GT(std::count_if(names.begin(), names.end(), [](const auto& n) { return n.second > 1; }), 20) << "homonyms";
  EXPECT_GT(mailboxes["contact@groupement-achats.example"], 20);
}

TEST(SampleCompany, InvoicesAddUpAndCreditNotesHaveBothSigns) {
  int negative = 0, positive = 0, textual = 0;
  for (const auto& invoice : Demo().invoices) {
    Decimal sum;
    for (const auto& line : invoice.lines) {
      sum = *Decimal::Add(sum, line.DL_MontantHT);
      textual += line.AR_Ref ? 0 : 1;
    }
    EXPECT_EQ(sum, invoice.DO_TotalHT) << invoice.DO_Piece;
    EXPECT_LE(invoice.DO_TotalTTC.scale(), 2);
    EXPECT_GE(invoice.lines.size(), 1u);
    EXPECT_LE(invoice.lines.size(), 6u);
    if (invoice.IsCreditNote()) ++(invoice.DO_TotalHTNet.IsNegative() ? negative : positive);
  }
  EXPECT_GT(negative, 50);
  EXPECT_GT(positive, 50);
  EXPECT_GT(textual, 500);
}

TEST(CrmStart, HoldsWhatSageHoldsToo) {
  const CrmStart start = GenerateCrmStart(Demo(), 7);
  EXPECT_EQ(start.accounts.size(), 300u);
  EXPECT_EQ(start.contacts.size(), 500u);
  std::set<std::string> codes;
  for (const auto& p : Demo().parties) codes.insert(p.CT_Num);
  int ambiguous = 0;
  std::map<Evidence, int> evidence;
  for (const auto& account : start.accounts) {
    EXPECT_TRUE(codes.contains(account.CT_Num));
    ambiguous += account.is_ambiguous ? 1 : 0;
    ++evidence[account.evidence];
  }
  EXPECT_GE(ambiguous, 20) << "ten pairs";
  EXPECT_LE(ambiguous, 30);
  for (const Evidence kind : {Evidence::kExtId, Evidence::kVatNumber, Evidence::kSiret, Evidence::kNameAndPostcode}) EXPECT_GT(evidence[kind], 5);
  EXPECT_EQ(std::count_if(start.contacts.begin(), start.contacts.end(), [](const CrmContact& k) { return k.is_ambiguous; }), 16);
}

TEST(CrmStart, IsEmptyForAnEmptyCompany) {
  const CrmStart start = GenerateCrmStart(GenerateCompany(1, CompanySize::kEmpty), 1);
  EXPECT_TRUE(start.accounts.empty() && start.contacts.empty() && start.users.empty());
}

}  // namespace
}  // namespace entente::sandbox
