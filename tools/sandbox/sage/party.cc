#include "tools/sandbox/sage/party.h"

#include <array>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "tools/sandbox/sage/refusal.h"

namespace entente::sandbox::sage {
namespace {

constexpr std::size_t kSortNameLength = 17;

// The first `count` characters of a UTF-8 text.
std::string Prefix(const std::string& text, std::size_t count) {
  std::size_t at = 0;
  for (std::size_t seen = 0; at < text.size(); ++at) {
    if ((static_cast<unsigned char>(text[at]) & 0xC0U) != 0x80U && ++seen > count) break;
  }
  return text.substr(0, at);
}

absl::Status ReadOnly(const char* field) {
  return Refuse({.code = "VALUE_DOES_NOT_FIT", .text = absl::StrCat(field, " cannot be changed here"), .field = field});
}

absl::Status RequireExists(CompanyDatabase& database, const std::string& table, const Row& key, const Refusal& refusal) {
  SAGE_ASSIGN(const std::optional<Row> row, database.Find(table, key));
  return row.has_value() ? absl::OkStatus() : Refuse(refusal);
}

absl::Status CheckReferences(CompanyDatabase& database, const Row& fields) {
  if (fields.Int("CO_No") != 0) {
    SAGE_RETURN_IF_ERROR(RequireExists(database, "F_COLLABORATEUR", {{"CO_No", fields.Int("CO_No")}},
                                       {.code = "VALUE_DOES_NOT_FIT",
                                        .text = absl::StrCat("there is no collaborator ", fields.Int("CO_No")),
                                        .sage_code = 81248,
                                        .field = "CO_No"}));
  }
  const std::string account = fields.Text("CG_NumPrinc");
  if (!account.empty()) {
    SAGE_RETURN_IF_ERROR(RequireExists(database, "F_COMPTEG", {{"CG_Num", account}},
                                       {.code = "MISSING_ACCOUNT",
                                        .text = absl::StrCat("the account ", account, " does not exist; create it in accounting"),
                                        .sage_code = 81035,
                                        .field = "CG_NumPrinc"}));
  }
  const std::string payer = fields.Text("CT_NumPayeur");
  if (!payer.empty() && payer != fields.Text("CT_Num")) {
    SAGE_RETURN_IF_ERROR(RequireExists(
        database, "F_COMPTET", {{"CT_Num", payer}},
        {.code = "UNKNOWN_PARTY", .text = absl::StrCat("there is no payer ", payer), .sage_code = 81058, .field = "CT_NumPayeur"}));
  }
  return absl::OkStatus();
}

// What Sage fills in when a person leaves it blank.
absl::StatusOr<Row> WithDefaults(CompanyDatabase& database, Row fields) {
  const auto otherwise = [&](const char* column, const Value& value) {
    if (!fields.Has(column) || fields.At(column).is_null() || fields.At(column).text().empty()) fields.Set(column, value);
  };
  otherwise("CT_Type", 0);
  SAGE_ASSIGN(const std::optional<Row> kind, database.Find("P_TIERS", {{"cbIndice", fields.Int("CT_Type") + 1}}));
  const std::string code = fields.Text("CT_Num");
  otherwise("CG_NumPrinc", kind.has_value() ? kind->Text("T_Val01T_Compte") : "4110000");
  otherwise("CT_NumPayeur", code);
  otherwise("CT_Classement", absl::AsciiStrToUpper(Prefix(fields.Text("CT_Intitule"), kSortNameLength)));
  for (const char* column : {"N_CatTarif", "N_CatCompta", "N_Period", "N_Expedition", "N_Condition", "CT_Lettrage", "CT_ValidEch"}) {
    otherwise(column, 1);
  }
  otherwise("N_Devise", 0);
  return fields;
}

// Every column that carries a party's code, besides F_COMPTET.CT_Num.
constexpr std::array<std::pair<const char*, const char*>, 9> kPartyReferences = {{{"F_CONTACTT", "CT_Num"},
                                                                                  {"F_LIVRAISON", "CT_Num"},
                                                                                  {"F_ARTCLIENT", "CT_Num"},
                                                                                  {"F_FAMCLIENT", "CT_Num"},
                                                                                  {"F_COMPTET", "CT_NumPayeur"},
                                                                                  {"F_COMPTET", "CT_NumCentrale"},
                                                                                  {"F_DOCENTETE", "DO_Tiers"},
                                                                                  {"F_DOCENTETE", "CT_NumPayeur"},
                                                                                  {"F_DOCLIGNE", "CT_Num"}}};

absl::Status RepointReferences(CompanyDatabase& database, const std::string& from, const std::string& to) {
  for (const auto& [table, column] : kPartyReferences) {
    SAGE_ASSIGN(const std::vector<Row> rows, database.List(table, {{column, from}}));
    for (const Row& row : rows) SAGE_RETURN_IF_ERROR(database.Update(table, row.Int("cbMarq"), {{column, to}}).status());
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> FreeCustomerCode(CompanyDatabase& database, const std::string& prospect_code) {
  std::string code = Prefix(absl::StrCat("C", prospect_code), kSortNameLength);
  for (int attempt = 1;; ++attempt) {
    SAGE_ASSIGN(const std::optional<Row> found, database.Find("F_COMPTET", {{"CT_Num", code}}));
    if (!found.has_value()) return code;
    const std::string suffix = std::to_string(attempt);
    code = absl::StrCat(Prefix("C" + prospect_code, kSortNameLength - suffix.size()), suffix);
  }
}

absl::Status DeleteChildren(CompanyDatabase& database, const std::string& code) {
  for (const char* table : {"F_CONTACTT", "F_LIVRAISON", "F_ARTCLIENT", "F_FAMCLIENT"}) {
    SAGE_ASSIGN(const std::vector<Row> rows, database.List(table, {{"CT_Num", code}}));
    for (const Row& row : rows) SAGE_RETURN_IF_ERROR(database.Delete(table, row.Int("cbMarq")));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ConversionMode> ParseConversionMode(std::string_view text) {
  if (text == "same_code") return ConversionMode::kSameCode;
  if (text == "new_code_same_row") return ConversionMode::kNewCodeSameRow;
  if (text == "new_code_new_row") return ConversionMode::kNewCodeNewRow;
  return Refuse({.code = "INVALID_REQUEST",
                 .text = absl::StrCat("there is no conversion mode \"", std::string(text), "\"; say same_code, new_code_same_row or new_code_new_row")});
}

absl::StatusOr<Row> FindParty(CompanyDatabase& database, const std::string& code) {
  SAGE_ASSIGN(const std::optional<Row> row, database.Find("F_COMPTET", {{"CT_Num", code}}));
  if (code.empty() || !row.has_value()) return Refuse({.code = "NOT_FOUND", .text = absl::StrCat("there is no third party ", code), .field = "CT_Num"});
  return *row;
}

absl::StatusOr<Row> CreateParty(CompanyDatabase& database, const Row& fields, bool is_prospect) {
  Row party = fields;
  party.Set("CT_Num", absl::AsciiStrToUpper(fields.Text("CT_Num"))).Set("CT_Prospect", is_prospect ? 1 : 0);
  for (const char* required : {"CT_Num", "CT_Intitule"}) {
    if (party.Text(required).empty()) {
      return Refuse({.code = "VALUE_DOES_NOT_FIT", .text = absl::StrCat(required, " is required"), .field = required});
    }
  }
  SAGE_ASSIGN(const std::optional<Row> existing, database.Find("F_COMPTET", {{"CT_Num", party.Text("CT_Num")}}));
  if (existing.has_value()) {
    return Refuse({.code = "DUPLICATE_KEY", .text = absl::StrCat("the code ", party.Text("CT_Num"), " is used already"), .field = "CT_Num"});
  }
  SAGE_ASSIGN(party, WithDefaults(database, std::move(party)));
  SAGE_RETURN_IF_ERROR(CheckReferences(database, party));
  return database.Insert("F_COMPTET", party);
}

absl::StatusOr<Row> EditParty(CompanyDatabase& database, const std::string& code, const Row& fields) {
  for (const char* column : {"CT_Num", "CT_Type", "CT_Prospect", "cbMarq", "cbModification", "cbCreation"}) {
    if (fields.Has(column)) return ReadOnly(column);
  }
  SAGE_ASSIGN(const Row party, FindParty(database, code));
  if (fields.Has("CT_Intitule") && fields.Text("CT_Intitule").empty()) {
    return Refuse({.code = "VALUE_DOES_NOT_FIT", .text = "CT_Intitule is required", .field = "CT_Intitule"});
  }
  Row references = fields;
  SAGE_RETURN_IF_ERROR(CheckReferences(database, references.Set("CT_Num", party.Text("CT_Num"))));
  return database.Update("F_COMPTET", party.Int("cbMarq"), fields);
}

absl::Status DeleteParty(CompanyDatabase& database, const std::string& code) {
  SAGE_ASSIGN(const Row party, FindParty(database, code));
  SAGE_ASSIGN(const std::optional<Row> document, database.Find("F_DOCENTETE", {{"DO_Tiers", code}}));
  if (document.has_value()) {
    return Refuse({.code = "IN_USE",
                   .text = absl::StrCat("the third party ", code, " has documents, ", document->Text("DO_Piece"), " for one; put it to sleep instead"),
                   .field = "CT_Num"});
  }
  SAGE_RETURN_IF_ERROR(DeleteChildren(database, code));
  return database.Delete("F_COMPTET", party.Int("cbMarq"));
}

absl::StatusOr<Row> ConvertProspect(CompanyDatabase& database, const std::string& code, ConversionMode mode, const std::string& new_code) {
  SAGE_ASSIGN(Row party, FindParty(database, code));
  if (party.Int("CT_Type") != 0 || party.Int("CT_Prospect") != 1) {
    return Refuse({.code = "INVALID_REQUEST", .text = absl::StrCat(code, " is no prospect"), .field = "CT_Num"});
  }
  if (mode == ConversionMode::kSameCode) return database.Update("F_COMPTET", party.Int("cbMarq"), {{"CT_Prospect", 0}});
  std::string customer_code = absl::AsciiStrToUpper(new_code);
  if (customer_code.empty()) {
    SAGE_ASSIGN(customer_code, FreeCustomerCode(database, code));
  }
  if (mode == ConversionMode::kNewCodeSameRow) {
    SAGE_ASSIGN(const Row converted,
                database.Update("F_COMPTET", party.Int("cbMarq"), {{"CT_Num", customer_code}, {"CT_Prospect", 0}}));
    SAGE_RETURN_IF_ERROR(RepointReferences(database, code, customer_code));
    return FindParty(database, converted.Text("CT_Num"));
  }
  const std::int64_t old_row = party.Int("cbMarq");
  for (const char* column : {"cbMarq", "cbModification", "cbCreation", "cbCreateur"}) party.Erase(column);
  // The shortcut must not collide, so the old row gives it up first.
  SAGE_RETURN_IF_ERROR(database.Update("F_COMPTET", old_row, {{"CT_Raccourci", ""}}).status());
  party.Set("CT_Num", customer_code).Set("CT_Prospect", 0);
  SAGE_RETURN_IF_ERROR(database.Insert("F_COMPTET", party).status());
  SAGE_RETURN_IF_ERROR(RepointReferences(database, code, customer_code));
  SAGE_RETURN_IF_ERROR(database.Delete("F_COMPTET", old_row));
  return FindParty(database, customer_code);
}

absl::StatusOr<Row> MergeParties(CompanyDatabase& database, const std::string& from, const std::string& into) {
  SAGE_ASSIGN(const Row loser, FindParty(database, from));
  SAGE_ASSIGN(const Row winner, FindParty(database, into));
  if (loser.Int("cbMarq") == winner.Int("cbMarq")) return Refuse({.code = "INVALID_REQUEST", .text = "a party cannot be merged with itself"});
  SAGE_ASSIGN(const std::vector<Row> contacts, database.List("F_CONTACTT", {{"CT_Num", from}}));
  for (const Row& contact : contacts) {
    SAGE_ASSIGN(const std::optional<Row> twin, FindHomonym(database, into, contact));
    if (twin.has_value()) SAGE_RETURN_IF_ERROR(database.Delete("F_CONTACTT", contact.Int("cbMarq")));
  }
  // Price rules of both would collide: the winner keeps its own.
  for (const char* table : {"F_ARTCLIENT", "F_FAMCLIENT"}) {
    SAGE_ASSIGN(const std::vector<Row> rules, database.List(table, {{"CT_Num", from}}));
    for (const Row& rule : rules) SAGE_RETURN_IF_ERROR(database.Delete(table, rule.Int("cbMarq")));
  }
  SAGE_RETURN_IF_ERROR(RepointReferences(database, from, winner.Text("CT_Num")));
  SAGE_RETURN_IF_ERROR(database.Delete("F_COMPTET", loser.Int("cbMarq")));
  return FindParty(database, into);
}

}  // namespace entente::sandbox::sage
