#pragma once

#include <string>

#include "tests/support/world.h"

namespace entente::testing {

// A World with the pack `ssm` whose two systems behave as Sage 100 and SSM do:
//
//   Sage  gives CT_No, DO_Piece and row numbers itself; refuses a second contact of one name in a party by answering the first; shows no
//         deletions in its feed; receipts carry the record (the gateway returns what Sage holds); prices quotes (10.00 a unit, -10 %).
//   CRM   gives integer ids; receipts carry nothing (records are seen at the next poll); deletions are soft, in feed and listings.
//
// Holds an admin user ("1"), one price category ("1") and nothing else at the start.
class SsmWorld : public World {
 public:
  explicit SsmWorld(std::map<std::string, std::string> parameters = {}, const std::string& pack = "");

  // ---- records as their users type them; `more` overrides. Each returns the key.
  std::string SageParty(const std::string& code, const std::string& name, bool prospect, Fields more = {});
  std::string SageContact(const std::string& party, const std::string& last, const std::string& first, Fields more = {});
  std::string SageCollaborator(const std::string& number, const std::string& first, const std::string& last, const std::string& email, Fields more = {});
  std::string SageArticle(const std::string& ref, const std::string& name, const std::string& price, Fields more = {});
  std::string CrmAccount(const std::string& name, const std::string& status, Fields more = {});
  std::string CrmContact(const std::string& account, const std::string& last, const std::string& first, Fields more = {});
  std::string CrmQuote(const std::string& account, std::vector<Map> lines, Fields more = {});

  // Key of the one live CRM record with this extId; empty when there is none, "?" when there are several.
  std::string CrmByExtId(const std::string& resource, const std::string& ext_id) const;
  // The record on the other side of the link, empty when there is none.
  std::string Partner(Side side, const std::string& resource, const std::string& key);
};

// Reference to an account, contact, product … as native field value.
Value Ref(const std::string& resource, const std::string& key);
Value Dec(const std::string& text);

}  // namespace entente::testing
