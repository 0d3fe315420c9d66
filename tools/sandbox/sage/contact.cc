#include "absl/strings/str_cat.h"
#include "tools/sandbox/sage/party.h"
#include "tools/sandbox/sage/refusal.h"

namespace entente::sandbox::sage {
namespace {

absl::Status RefuseHomonym(const std::string& party) {
  return Refuse({.code = "DUPLICATE_KEY",
                 .text = absl::StrCat("the party ", party, " has a contact with this last and first name already"),
                 .field = "CT_Nom"});
}

}  // namespace

absl::StatusOr<Row> FindContact(CompanyDatabase& database, std::int64_t number) {
  SAGE_ASSIGN(const std::optional<Row> row, database.Find("F_CONTACTT", {{"CT_No", number}}));
  if (!row.has_value()) return Refuse({.code = "NOT_FOUND", .text = absl::StrCat("there is no contact ", number), .field = "CT_No"});
  return *row;
}

absl::StatusOr<std::optional<Row>> FindHomonym(CompanyDatabase& database, const std::string& party, const Row& names) {
  SAGE_ASSIGN(const std::vector<Row> contacts, database.List("F_CONTACTT", {{"CT_Num", party}}));
  for (const Row& contact : contacts) {
    const bool is_same_name = contact.At("CT_Nom").text() == names.At("CT_Nom").text() &&
                              contact.At("CT_Prenom").text() == names.At("CT_Prenom").text();
    if (is_same_name) return std::optional<Row>(contact);
  }
  return std::optional<Row>();
}

absl::StatusOr<Row> CreateContact(CompanyDatabase& database, const std::string& party, const Row& fields) {
  SAGE_ASSIGN(const Row owner, FindParty(database, party));
  if (fields.Text("CT_Nom").empty()) return Refuse({.code = "VALUE_DOES_NOT_FIT", .text = "CT_Nom is required", .field = "CT_Nom"});
  SAGE_ASSIGN(const std::optional<Row> homonym, FindHomonym(database, owner.Text("CT_Num"), fields));
  if (homonym.has_value()) return RefuseHomonym(owner.Text("CT_Num"));
  SAGE_ASSIGN(const std::int64_t highest, database.NextNumber("F_CONTACTT", "CT_No"));
  // The counter of contact numbers never goes back, even when the newest contact was deleted.
  SAGE_ASSIGN(const std::string last, database.Setting("last_contact_number", "0"));
  const std::int64_t number = std::max(highest, Row{{"n", last}}.Int("n") + 1);
  SAGE_RETURN_IF_ERROR(database.SetSetting("last_contact_number", std::to_string(number)));
  Row contact = fields;
  return database.Insert("F_CONTACTT", contact.Set("CT_Num", owner.Text("CT_Num")).Set("CT_No", number));
}

absl::StatusOr<Row> EditContact(CompanyDatabase& database, std::int64_t number, const Row& fields) {
  SAGE_ASSIGN(const Row contact, FindContact(database, number));
  for (const char* column : {"CT_Num", "CT_No", "cbMarq", "cbModification", "cbCreation"}) {
    if (fields.Has(column)) return Refuse({.code = "VALUE_DOES_NOT_FIT", .text = absl::StrCat(column, " cannot be changed here"), .field = column});
  }
  if (fields.Has("CT_Nom") && fields.Text("CT_Nom").empty()) {
    return Refuse({.code = "VALUE_DOES_NOT_FIT", .text = "CT_Nom is required", .field = "CT_Nom"});
  }
  return database.Update("F_CONTACTT", contact.Int("cbMarq"), fields);
}

absl::StatusOr<Row> MoveContact(CompanyDatabase& database, std::int64_t number, const std::string& party) {
  SAGE_ASSIGN(const Row contact, FindContact(database, number));
  SAGE_ASSIGN(const Row owner, FindParty(database, party));
  SAGE_ASSIGN(const std::optional<Row> homonym, FindHomonym(database, owner.Text("CT_Num"), contact));
  if (homonym.has_value()) return RefuseHomonym(owner.Text("CT_Num"));
  return database.Update("F_CONTACTT", contact.Int("cbMarq"), {{"CT_Num", owner.Text("CT_Num")}});
}

absl::Status DeleteContact(CompanyDatabase& database, std::int64_t number) {
  SAGE_ASSIGN(const Row contact, FindContact(database, number));
  return database.Delete("F_CONTACTT", contact.Int("cbMarq"));
}

}  // namespace entente::sandbox::sage
