#pragma once

#include <string>
#include <vector>

#include "tools/sandbox/company/company.h"

namespace entente::sandbox {

// What SSM holds before the first load: a part of the company, as salespeople typed it. Nothing carries a Sage key except where
// `ext_id` says so; each record is meant to be found by the match rules, and some cannot be.

struct CrmUser {
  int CO_No = 0;  // the collaborator behind it
  std::string name;
  std::string last_name;
  std::string email;
  std::string nic;
  std::string phone;
};

// How a match rule can find the Sage record.
enum class Evidence { kExtId, kVatNumber, kSiret, kNameAndPostcode, kEmail, kName };

struct CrmAccount {
  std::string CT_Num;  // the party behind it; for tests, not sent anywhere
  Evidence evidence = Evidence::kVatNumber;
  bool is_ambiguous = false;  // another account, or another party, has the same evidence
  bool is_prospect = false;
  std::string ext_id;
  std::string name;
  std::string vat_number;
  std::string address1;
  std::string postcode;
  std::string city;
  std::string country;  // ISO 3166 alpha-2
  std::string phone;
  std::string email;
  std::string comment;
  int CO_No = 0;  // the representative, if he is a user already; 0 = the admin user
};

struct CrmContact {
  int CT_No = 0;            // the contact behind it; for tests
  std::size_t account = 0;  // index into CrmStart::accounts
  Evidence evidence = Evidence::kEmail;
  bool is_ambiguous = false;
  std::string first_name;
  std::string last_name;
  std::string email;
  std::string phone1;
  std::string department;  // label of contactTypes, blank = none
  int gender = 0;
  std::string comment;
};

struct CrmStart {
  std::vector<CrmUser> users;
  std::vector<CrmAccount> accounts;
  std::vector<CrmContact> contacts;
};

// 300 accounts, 500 contacts and about half of the collaborators of a demo company; in proportion for a small one; nothing for an empty
// one. The same company and seed give the same start.
CrmStart GenerateCrmStart(const Company& company, std::uint64_t seed);

}  // namespace entente::sandbox
