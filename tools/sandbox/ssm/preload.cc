#include "tools/sandbox/ssm/preload.h"

#include <algorithm>
#include <map>

#include "tools/sandbox/company/dice.h"
#include "tools/sandbox/exact_json.h"

namespace entente::sandbox::ssm {
namespace {

constexpr Instant kFirstDay = 1704096000000;  // 2024-01-01T08:00:00Z
constexpr Instant kHour = 3600000;

struct ListRow {
  std::string english;
  std::string french;
  std::vector<std::pair<const char*, Cell>> more;
};

class Preloader {
 public:
  Preloader(Store& store, std::uint64_t seed) : store_(store), dice_(seed, "preload") {}

  void Lists(const Company& company) {
    branch_ = List("branches", {{"Head office", "Siège", {}}});
    Countries();
    List("currencies", {{"Euro", "Euro", {{"isoCode", "EUR"}, {"symbol", "€"}}},
                        {"US dollar", "Dollar US", {{"isoCode", "USD"}, {"symbol", "$"}}},
                        {"Swiss franc", "Franc suisse", {{"isoCode", "CHF"}, {"symbol", "CHF"}}},
                        {"Pound sterling", "Livre sterling", {{"isoCode", "GBP"}, {"symbol", "£"}}}});
    List("accountStatuses", {{"Prospect", "Prospect", Outcome(false, false)},
                             {"Hot prospect", "Prospect chaud", Outcome(false, false)},
                             {"Customer", "Client", Outcome(true, false)},
                             {"Other", "Autre", Outcome(false, false)}});
    List("accountTypes", {{"Reseller", "Revendeur", {}}, {"Industry", "Industriel", {}}, {"Public body", "Collectivité", {}}});
    List("accountSegments", {{"A", "A", {}}, {"B", "B", {}}, {"C", "C", {}}});
    std::vector<ListRow> departments;
    for (const Label& label : company.parameters.departments) departments.push_back({label.Intitule, label.Intitule, {}});
    List("contactTypes", departments);
    List("salesorderStatuses", {{"Draft – Waiting", "Brouillon – En attente", Outcome(false, false)},
                                {"Draft – Validated", "Brouillon – Validé", Outcome(false, false)},
                                {"Waiting for synchronisation", "En attente de synchronisation", Outcome(false, false)},
                                {"Synchronised", "Synchronisé", Outcome(false, false)},
                                {"Confirmed", "Confirmé", Outcome(false, false)},
                                {"Accepted", "Accepté", Outcome(false, false)},
                                {"Lost", "Perdu", Outcome(false, true)},
                                {"Archived", "Archivé", Outcome(false, false)},
                                {"Ordered", "Commandé", Outcome(true, false)},
                                {"Invoice", "Facture", Outcome(false, false)},
                                {"Credit note", "Avoir", Outcome(false, false)}});
    List("orderTypes", {{"Quote", "Devis", {}}, {"Invoice", "Facture", {}}, {"Credit note", "Avoir", {}}});
  }

  void Users(const CrmStart& start) {
    CrmUser admin{0, "Admin", "Estuaire", "admin@quincaillerie-estuaire.example", "admin", "02 40 00 00 00"};
    store_.admin_user = User(admin);
    for (const CrmUser& user : start.users) users_[user.CO_No] = User(user);
  }

  void Accounts(const CrmStart& start) {
    for (const CrmAccount& account : start.accounts) {
      const auto rep = users_.find(account.CO_No);
      accounts_.push_back(
          Add("accounts", {{"name", account.name},
                           {"branchId", branch_},
                           {"salesRepId1", rep == users_.end() ? store_.admin_user : rep->second},
                           {"statusId", Listed("accountStatuses", account.is_prospect ? (dice_.Percent(15) ? "Prospect chaud" : "Prospect") : "Client")},
                           {"extId", account.ext_id},
                           {"vatNumber", account.vat_number},
                           {"address1", account.address1},
                           {"postcode", account.postcode},
                           {"city", account.city},
                           {"countryId", countries_[account.country]},
                           {"phone", account.phone},
                           {"email", account.email},
                           {"comment", account.comment},
                           {"Z_secteur", dice_.Percent(30) ? Cell(std::int64_t{dice_.Between(1, 3)}) : Cell()}}));
    }
  }

  void Contacts(const CrmStart& start) {
    for (const CrmContact& contact : start.contacts) {
      Add("contacts", {{"firstName", contact.first_name},
                       {"lastName", contact.last_name},
                       {"accountId", accounts_[contact.account]},
                       {"salesRepId", store_.admin_user},
                       {"typeId", contact.department.empty() ? Cell() : Cell(Listed("contactTypes", contact.department))},
                       {"phone1", contact.phone1},
                       {"email", contact.email},
                       {"gender", std::int64_t{contact.gender}},
                       {"UseCompanyAddress", true},
                       {"comment", contact.comment}});
    }
  }

 private:
  using Values = std::vector<std::pair<const char*, Cell>>;

  static std::vector<std::pair<const char*, Cell>> Outcome(bool won, bool lost) { return {{"won", won}, {"lost", lost}}; }

  // A blank text is null in some records and '' in others.
  Cell Mixed(Cell cell) {
    const auto* text = std::get_if<std::string>(&cell);
    return text != nullptr && text->empty() && dice_.Percent(60) ? Cell() : cell;
  }

  std::int64_t Add(const char* table, const Values& values) {
    Table& target = *store_.Find(table);
    std::vector<Cell> cells(target.resource().fields.size());
    for (const auto& [field, cell] : values) cells[static_cast<std::size_t>(target.resource().Index(field))] = Mixed(cell);
    const std::int64_t id = store_.Create(target, std::move(cells), Writer::kPreload, store_.admin_user);
    Age(target, id);
    return id;
  }

  // Records of a tenant in use are older than today, and some were changed since. Times have 0 to 3 digits of a second.
  void Age(Table& table, std::int64_t id) {
    static const Instant kSteps[] = {1000, 100, 10, 1};
    const Instant step = kSteps[dice_.Between(0, 3)];
    Row row = *table.Find(id);
    row.date_created = (kFirstDay + dice_.Between(0, 8000) * kHour + dice_.Between(0, 3599999)) / step * step;
    if (dice_.Percent(40)) {
      row.date_updated = row.date_created + dice_.Between(1, 900) * kHour;
      row.updated_by = store_.admin_user;
    }
    table.Replace(std::move(row));
  }

  std::int64_t User(const CrmUser& user) {
    return Add("users", {{"name", user.name},
                         {"lastName", user.last_name},
                         {"email", user.email},
                         {"nic", user.nic},
                         {"phone", user.phone},
                         {"idPrefix", countries_["FR"]},
                         {"branches", std::vector<std::int64_t>{branch_}},
                         {"dbLanguage", "EN"},
                         {"uiLanguage", "EN"},
                         {"isActive", true},
                         {"billable", true},
                         {"level", std::int64_t{user.CO_No == 0 ? 1 : 3}}});
  }

  // Makes a value list in an order of its own; answers with the id of its first entry.
  std::int64_t List(const char* table, std::vector<ListRow> rows) {
    std::int64_t first = 0;
    std::vector<std::size_t> turns(rows.size());
    for (std::size_t i = 0; i < turns.size(); ++i) turns[i] = i;
    for (std::size_t i = turns.size(); i > 1; --i) std::swap(turns[i - 1], turns[static_cast<std::size_t>(dice_.Between(0, static_cast<int>(i) - 1))]);
    for (const std::size_t turn : turns) {
      Values values = rows[turn].more;
      static const char* const kOthers[] = {"descriptionES", "descriptionEN", "descriptionIT", "descriptionDE", "descriptionPT", "descriptionRU"};
      for (const char* other : kOthers) values.emplace_back(other, rows[turn].english);
      values.emplace_back("descriptionFR", rows[turn].french);
      values.emplace_back("order", static_cast<std::int64_t>(turn) + 1);
      const std::int64_t id = Add(table, values);
      if (turn == 0) first = id;
    }
    return first;
  }

  std::int64_t Listed(const char* table, const std::string& label) const { return store_.FindByLabel(table, label); }

  void Countries() {
    static const struct { const char *iso2, *iso3, *english, *french, *prefix; } kCountries[] = {
        {"FR", "FRA", "France", "France", "33"},          {"BE", "BEL", "Belgium", "Belgique", "32"},
        {"CH", "CHE", "Switzerland", "Suisse", "41"},     {"LU", "LUX", "Luxembourg", "Luxembourg", "352"},
        {"DE", "DEU", "Germany", "Allemagne", "49"},      {"ES", "ESP", "Spain", "Espagne", "34"},
        {"IT", "ITA", "Italy", "Italie", "39"},           {"PT", "PRT", "Portugal", "Portugal", "351"},
        {"GB", "GBR", "United Kingdom", "Royaume-Uni", "44"}, {"NL", "NLD", "Netherlands", "Pays-Bas", "31"},
        {"PL", "POL", "Poland", "Pologne", "48"},         {"RO", "ROU", "Romania", "Roumanie", "40"},
        {"MA", "MAR", "Morocco", "Maroc", "212"},         {"DZ", "DZA", "Algeria", "Algérie", "213"},
        {"TN", "TUN", "Tunisia", "Tunisie", "216"},       {"US", "USA", "United States", "États-Unis", "1"},
        {"CA", "CAN", "Canada", "Canada", "1"},           {"MC", "MCO", "Monaco", "Monaco", "377"}};
    std::vector<ListRow> rows;
    for (const auto& one : kCountries) {
      rows.push_back({one.english, one.french, {{"isoCode2", one.iso2}, {"isoCode3", one.iso3}, {"phonePrefix", one.prefix}}});
    }
    List("countries", rows);
    for (const auto& one : kCountries) countries_[one.iso2] = Listed("countries", one.french);
  }

  Store& store_;
  Dice dice_;
  std::int64_t branch_ = 0;
  std::map<std::string, std::int64_t> countries_;
  std::map<int, std::int64_t> users_;
  std::vector<std::int64_t> accounts_;
};

}  // namespace

void Preload(Store& store, const Company& company, const CrmStart& start, std::uint64_t seed) {
  Preloader preloader(store, seed);
  preloader.Lists(company);
  preloader.Users(start);
  preloader.Accounts(start);
  preloader.Contacts(start);
}

}  // namespace entente::sandbox::ssm
