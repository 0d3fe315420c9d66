// entente-bench-company: one of the two systems of the sandbox, with as many records as are asked for. What entente-bench-connectors measures
// the connectors on; a process of its own, so that its memory is not mistaken for a connector's.
#include <pthread.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "tools/sandbox/company/company.h"
#include "tools/sandbox/sage/sage_sandbox.h"
#include "tools/sandbox/ssm/ssm_sandbox.h"

namespace entente::benchmark {
namespace {

using nlohmann::json;

struct Options {
  std::string system;
  std::string folder;
  std::int64_t contacts = 0;
  std::int64_t invoices = 0;
  int page_max = 500;
};

// What is there at the start was not made a moment ago, nor all of it at one time: a feed would look at it again.
constexpr std::int64_t kAgeMillis = std::int64_t{60} * 24 * 3600 * 1000;
constexpr std::int64_t kBetweenMillis = 10'000;
constexpr std::int64_t kRowsAStatement = 50'000;

constexpr const char* kLastNames[] = {"Lefèvre", "Moreau", "Garnier", "Rousseau", "Fontaine", "Chevalier", "Marchand", "Perrin"};
constexpr const char* kFirstNames[] = {"Amélie", "Julien", "Béatrice", "Étienne", "Hélène", "Gaël", "Sophie", "Benoît"};

// Contacts spread over the third parties that are there, filled as contacts are. Every 250th has no date of change, as in a sandbox company.
constexpr char kInsert[] = R"sql(
WITH RECURSIVE numbers(n) AS (SELECT ?1 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < ?2),
     parties(place, CT_Num) AS (SELECT ROW_NUMBER() OVER (ORDER BY "cbMarq") - 1, "CT_Num" FROM "F_COMPTET" WHERE "CT_Type" = 0)
INSERT INTO "F_CONTACTT" ("CT_No", "CT_Num", "CT_Nom", "CT_Prenom", "CT_Civilite", "N_Service", "N_Contact", "CT_Fonction", "CT_Telephone",
                          "CT_TelPortable", "CT_EMail", "cbCreation", "cbModification")
SELECT 1000000 + n, parties.CT_Num, 'Marchand-' || n, CASE n % 3 WHEN 0 THEN 'Amélie' WHEN 1 THEN 'Étienne' ELSE 'Sophie' END, n % 2, n % 7, n % 4,
       'Responsable des achats, agence ' || (n % 90), PRINTF('02 %02d %02d %02d %02d', n % 97, n % 89, n % 83, n % 79),
       PRINTF('06 %02d %02d %02d %02d', n % 79, n % 83, n % 89, n % 97), PRINTF('contact.%d@societe%d.example', n, n % 997),
       DATETIME('2021-01-04 08:00:00', '+' || (n * 97) || ' seconds'),
       CASE WHEN n % 250 = 249 THEN NULL ELSE DATETIME('2021-01-04 08:00:00', '+' || (n * 97 % 150000000) || ' seconds') END
FROM numbers JOIN parties ON parties.place = numbers.n % (SELECT COUNT(*) FROM "F_COMPTET" WHERE "CT_Type" = 0)
)sql";

// What the program serves, and what it says of it.
struct Served {
  std::unique_ptr<sandbox::System> system;
  json connection;
};

absl::StatusOr<Served> ServeSage(const Options& options, const sandbox::Company& company) {
  sandbox::SageOptions sage;
  sage.directory = options.folder;
  absl::StatusOr<std::unique_ptr<sandbox::SageSandbox>> started = sandbox::SageSandbox::Start(sage, company);
  if (!started.ok()) return started.status();
  const auto run = [&](const char* sql, json parameters) { return (*started)->Act("sql", {{"sql", sql}, {"parameters", std::move(parameters)}}); };
  // What the bench fills in is not for the log of changes.
  if (auto off = run("UPDATE \"cbChangeVersion\" SET \"is_on\" = 0", json::array()); !off.ok()) return off.status();
  for (std::int64_t from = 0; from < options.contacts; from += kRowsAStatement) {
    const std::int64_t to = std::min(options.contacts, from + kRowsAStatement);
    if (auto filled = run(kInsert, json::array({from, to})); !filled.ok()) return filled.status();
  }
  // A server knows how its columns are filled; SQLite only when it is told to look, and would go through all contacts for every key.
  if (auto looked = run("ANALYZE", json::array()); !looked.ok()) return looked.status();
  const auto counted = run("SELECT COUNT(*) AS n FROM \"F_CONTACTT\"", json::array());
  if (!counted.ok()) return counted.status();
  json connection = (*started)->Connection();
  connection["contacts"] = counted->at(0).at("n");
  return Served{*std::move(started), std::move(connection)};
}

// Each a head, a line and a row of turnover, in the order the engine writes them: a bulk of heads, their lines, their turnover.
absl::Status FillInvoices(std::int64_t count, const json& account, sandbox::SsmSandbox& ssm) {
  constexpr std::int64_t kBulk = 100;
  const auto make = [&](const char* resource, json fields) { return ssm.Act("create", {{"resource", resource}, {"fields", std::move(fields)}}); };
  if (count == 0) return absl::OkStatus();
  const auto product = make("products", {{"model", "Serrure à larder"}, {"price", "12.5"}});
  if (!product.ok()) return product.status();
  for (std::int64_t from = 0; from < count; from += kBulk) {
    const std::int64_t to = std::min(count, from + kBulk);
    std::vector<json> heads;
    for (std::int64_t n = from; n < to; ++n) {
      const auto head = make("salesorders", {{"reference", absl::StrCat("FA", n)}, {"extId", absl::StrCat("I:FA", n)}, {"statusId", "Facture"}, {"accountId", account},
                                             {"total", "125.5"}, {"comment", "Livraison par transporteur, franco de port."}});
      if (!head.ok()) return head.status();
      heads.push_back(head->at("id"));
    }
    for (const json& head : heads) {
      const auto line = make("salesordersLines", {{"salesOrderId", head}, {"productId", product->at("id")}, {"quantity", 10}, {"price", "12.55"}, {"total", "125.5"}, {"order", 1}});
      if (!line.ok()) return line.status();
    }
    for (std::int64_t n = from; n < to; ++n) {
      const auto row = make("sales", {{"extId", absl::StrCat("FA", n)}, {"accountId", account}, {"accountExtId", "C1"}, {"date", "2024-05-01T00:00:00Z"}, {"total", "125.5"},
                                      {"salesRepExtId", "R1"}});
      if (!row.ok()) return row.status();
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<Served> ServeSsm(const Options& options, const sandbox::Company& company) {
  auto age = std::make_shared<std::atomic<std::int64_t>>(kAgeMillis);
  sandbox::SsmOptions ssm;
  ssm.directory = options.folder;
  ssm.rate_per_minute = 0;
  ssm.switches = absl::StrCat("page-max=", options.page_max);
  ssm.now_ms = [age] {
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count() - *age;
  };
  absl::StatusOr<std::unique_ptr<sandbox::SsmSandbox>> started = sandbox::SsmSandbox::Start(ssm, company);
  if (!started.ok()) return started.status();
  const auto accounts = (*started)->Act("list", {{"resource", "accounts"}});
  if (!accounts.ok()) return accounts.status();
  for (std::int64_t n = 0; n < options.contacts; ++n) {
    *age = kAgeMillis + (options.contacts - n) * kBetweenMillis;
    const auto at = static_cast<std::size_t>(n);
    const json fields = {{"firstName", kFirstNames[at % std::size(kFirstNames)]},
                         {"lastName", absl::StrCat(kLastNames[at % std::size(kLastNames)], "-", n)},
                         {"accountId", accounts->at(at % accounts->size()).at("id")},
                         {"phone1", absl::StrFormat("02 %02d %02d %02d %02d", n % 97, n % 89, n % 83, n % 79)},
                         {"phone2", absl::StrFormat("06 %02d %02d %02d %02d", n % 79, n % 83, n % 89, n % 97)},
                         {"email", absl::StrCat("contact.", n, "@societe", n % 997, ".example")},
                         {"city", "Nantes"},
                         {"postcode", "44000"},
                         {"comment", "Met at the trade fair, asked for samples and a call back."},
                         {"extId", absl::StrCat(1'000'000 + n)}};
    const auto made = (*started)->Act("create", {{"resource", "contacts"}, {"fields", fields}});
    if (!made.ok()) return made.status();
  }
  if (absl::Status filled = FillInvoices(options.invoices, accounts->at(0).at("id"), **started); !filled.ok()) return filled;
  *age = 0;
  const auto counts = (*started)->Act("counts", json::object());
  if (!counts.ok()) return counts.status();
  if (const auto reset = (*started)->Act("reset-counts", json::object()); !reset.ok()) return reset.status();
  json connection = (*started)->Connection();
  for (const auto& [name, table] : {std::pair<const char*, const char*>{"contacts", "contacts"}, std::pair<const char*, const char*>{"invoices", "sales"}}) {
    connection[name] = counts->at("live_records").at(table);
  }
  return Served{*std::move(started), std::move(connection)};
}

// Whole or not at all: whoever waits for the file can read it at once.
bool WriteWhole(const std::string& file, const json& content) {
  std::ofstream out(file + ".part", std::ios::trunc);
  out << content.dump() << '\n';
  out.close();
  return out && std::rename((file + ".part").c_str(), file.c_str()) == 0;
}

int Run(const Options& options) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  const sandbox::Company company = sandbox::GenerateCompany(1, sandbox::CompanySize::kSmall);
  absl::StatusOr<Served> served = options.system == "sage" ? ServeSage(options, company) : ServeSsm(options, company);
  if (!served.ok() || !WriteWhole(options.folder + "/company.json", served->connection)) {
    std::fprintf(stderr, "entente-bench-company: %s\n", served.ok() ? "the folder cannot be written" : std::string(served.status().message()).c_str());
    return 1;
  }
  int signal = 0;
  sigwait(&signals, &signal);
  const auto counts = served->system->Act("counts", json::object());
  if (counts.ok()) WriteWhole(options.folder + "/counts.json", *counts);
  return 0;
}

}  // namespace
}  // namespace entente::benchmark

int main(int argc, char** argv) {
  CLI::App app{"One system of the sandbox with many records, until SIGTERM or SIGINT.", "entente-bench-company"};
  entente::benchmark::Options options;
  app.add_option("system", options.system, "sage or ssm")->required()->check(CLI::IsMember({"sage", "ssm"}));
  app.add_option("--dir", options.folder, "Folder; company.json appears there once it serves")->required();
  app.add_option("--contacts", options.contacts, "Contacts beyond those of the small company")->check(CLI::Range(0, 10'000'000));
  app.add_option("--invoices", options.invoices, "Invoices of SSM, each with a line and its turnover")->check(CLI::Range(0, 10'000'000));
  app.add_option("--page-max", options.page_max, "Rows SSM gives in a page at most")->check(CLI::Range(1, 100'000));
  CLI11_PARSE(app, argc, argv);
  return entente::benchmark::Run(options);
}
