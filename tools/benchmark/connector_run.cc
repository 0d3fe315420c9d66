#include "tools/benchmark/connector_run.h"

#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tools/benchmark/process.h"
#include "tools/benchmark/receiver.h"
#include "tools/benchmark/report.h"

namespace entente::benchmark {
namespace {

using nlohmann::json;

constexpr absl::Duration kLongest = absl::Minutes(60);
// The engine's default (pipeline/tuning.h).
constexpr std::uint32_t kCredits = 4000;
constexpr std::uint64_t kContactsAnInvoice = 10;
// Polls that find nothing, of which the median counts.
constexpr int kPolls = 5;

void WriteSecret(const std::string& file, const std::string& secret) {
  std::ofstream(file) << secret << '\n';
  chmod(file.c_str(), S_IRUSR | S_IWUSR);
}

// One system of the sandbox in a process of its own.
class Company {
 public:
  Company(const ConnectorPlan& plan, std::string system, std::uint64_t contacts, std::uint64_t invoices = 0)
      : plan_(plan), system_(std::move(system)), contacts_(contacts), invoices_(invoices), folder_(plan.folder) {}

  absl::Status Start() {
    const absl::Status started = process_.Start({plan_.programs + "/entente-bench-company", system_, "--dir", folder(), "--contacts", absl::StrCat(contacts_), "--invoices",
                                                 absl::StrCat(invoices_), "--page-max", absl::StrCat(plan_.page)}, folder() + "/company.log");
    if (!started.ok()) return started;
    const absl::StatusOr<std::string> line = AwaitLine(folder() + "/company.json", process_, kLongest);
    if (!line.ok()) return line.status();
    connection_ = json::parse(*line);
    return absl::OkStatus();
  }
  // Ends it; what it counted.
  json Stop() {
    process_.Stop();
    std::ifstream in(folder() + "/counts.json");
    return in ? json::parse(in) : json::object();
  }

  const json& connection() const { return connection_; }
  // Records of a kind: "contacts", "invoices".
  std::uint64_t Count(const char* kind) const { return connection_.at(kind).get<std::uint64_t>(); }
  Process& process() { return process_; }
  const std::string& folder() const { return folder_.path(); }

 private:
  const ConnectorPlan& plan_;
  const std::string system_;
  const std::uint64_t contacts_;
  const std::uint64_t invoices_;
  const TemporaryFolder folder_;
  Process process_;
  json connection_;
};

// A connector's program with its configuration, and the engine's end it dials.
class Dialled {
 public:
  Dialled(const ConnectorPlan& plan, std::string program, std::string configuration)
      : plan_(plan), program_(std::move(program)), configuration_(std::move(configuration)), folder_(plan.folder), receiver_(kCredits) {}

  absl::Status Start() {
    WriteSecret(folder_.path() + "/token", "bench");
    std::ofstream(folder_.path() + "/connector.toml")
        << "[engine]\naddress = \"" << receiver_.address() << "\"\ntoken_file = \"token\"\n[log]\nlevel = \"warn\"\n" << configuration_;
    if (absl::Status started = process_.Start({absl::StrCat(plan_.programs, "/", program_), "--config", folder_.path() + "/connector.toml"}, Log()); !started.ok()) return started;
    return receiver_.AwaitSession([this] { return process_.IsRunning(); }, absl::Minutes(5));
  }

  // What one listing or poll cost, and the connector's highest memory meanwhile.
  struct Cost {
    Intake intake;
    double cpu_seconds = 0;
    double sandbox_cpu_seconds = 0;
    std::uint64_t rss_bytes = 0;
  };
  template <typename Ask>
  absl::StatusOr<Cost> Measure(Process& sandbox, Ask ask) {
    process_.ForgetPeak();
    const double cpu = process_.CpuSeconds();
    const double sandbox_cpu = sandbox.CpuSeconds();
    absl::StatusOr<Intake> intake = ask(receiver_, [this] { return process_.IsRunning(); });
    if (!intake.ok()) return absl::Status(intake.status().code(), absl::StrCat(intake.status().message(), Tail()));
    return Cost{*intake, process_.CpuSeconds() - cpu, sandbox.CpuSeconds() - sandbox_cpu, process_.PeakBytes()};
  }

 private:
  std::string Log() const { return folder_.path() + "/connector.log"; }
  // The last the connector said.
  std::string Tail() const {
    std::ifstream in(Log());
    std::string last;
    for (std::string line; std::getline(in, line);) last = line;
    return last.empty() ? "" : absl::StrCat(" (the connector: ", last, ")");
  }

  const ConnectorPlan& plan_;
  const std::string program_;
  const std::string configuration_;
  const TemporaryFolder folder_;
  Receiver receiver_;
  Process process_;
};

// One work of a connector.
struct Asked {
  const char* name;
  const char* resource;
  const char* kind;   // of the records there
  bool is_poll;
  v1::FeedMode mode;
};

// One row of what the same work cost in every run.
ConnectorRow Summed(const std::string& system, const Asked& asked, Company& company, const std::vector<Dialled::Cost>& costs) {
  ConnectorRow row;
  row.system = system;
  row.work = asked.name;
  row.records_there = company.Count(asked.kind);
  std::vector<double> seconds, cpu, sandbox_cpu;
  for (const Dialled::Cost& cost : costs) {
    seconds.push_back(cost.intake.seconds);
    cpu.push_back(cost.cpu_seconds);
    sandbox_cpu.push_back(cost.sandbox_cpu_seconds);
    row.rss_bytes = std::max(row.rss_bytes, cost.rss_bytes);
    row.records = std::max(row.records, cost.intake.records);
    row.calls = std::max(row.calls, cost.intake.calls);
    row.message_bytes = std::max(row.message_bytes, cost.intake.bytes);
  }
  row.seconds = Median(seconds);
  row.spread = SpreadOf(seconds);
  row.records_per_second = row.seconds > 0 ? static_cast<double>(row.records) / row.seconds : 0;
  row.cpu_seconds = Median(cpu);
  row.sandbox_cpu_seconds = Median(sandbox_cpu);
  row.sandbox_rss_bytes = company.process().PeakBytes();
  row.runs = static_cast<int>(costs.size());
  return row;
}

absl::Status CheckWhole(const Intake& intake, std::uint64_t there) {
  if (intake.records == there) return absl::OkStatus();
  return absl::InternalError(absl::StrCat("a listing brought ", intake.records, " of ", there, " records"));
}

// Every work once a run, on a connector begun anew.
absl::StatusOr<std::vector<ConnectorRow>> MeasureAll(const ConnectorPlan& plan, const std::string& system, const std::string& program, const std::string& configuration,
                                                     const std::vector<Asked>& works, int runs, Company& company) {
  std::map<std::string, std::vector<Dialled::Cost>> costs;
  for (int run = 0; run < runs; ++run) {
    Dialled connector(plan, program, configuration);
    if (absl::Status started = connector.Start(); !started.ok()) return started;
    for (const Asked& work : works) {
      for (int i = 0; i < (work.is_poll ? kPolls : 1); ++i) {
        absl::StatusOr<Dialled::Cost> cost = connector.Measure(company.process(), [&](Receiver& receiver, const auto& is_alive) {
          return work.is_poll ? receiver.Poll(work.resource, is_alive, kLongest) : receiver.List(work.resource, work.mode, is_alive, kLongest);
        });
        if (!cost.ok()) return absl::Status(cost.status().code(), absl::StrCat(system, " ", work.name, ": ", cost.status().message()));
        if (!work.is_poll) {
          if (absl::Status whole = CheckWhole(cost->intake, company.Count(work.kind)); !whole.ok()) return whole;
        }
        costs[work.name].push_back(*cost);
      }
    }
  }
  std::vector<ConnectorRow> rows;
  for (const Asked& work : works) rows.push_back(Summed(system, work, company, costs[work.name]));
  return rows;
}

std::string SsmConfiguration(const ConnectorPlan& plan, const Company& company, int calls_per_minute) {
  WriteSecret(company.folder() + "/ssm-public.key", company.connection().at("public_key").get<std::string>());
  return absl::StrCat("[ssm]\nurl = \"", company.connection().at("url").get<std::string>(), "\"\npublic_key_file = \"", company.folder(), "/ssm-public.key\"\nprivate_key_file = \"",
                      company.connection().at("private_key_file").get<std::string>(), "\"\ncalls_per_minute = ", calls_per_minute, "\npage_size = ", plan.page, "\n");
}

}  // namespace

absl::StatusOr<std::vector<ConnectorRow>> MeasureSage(const ConnectorPlan& plan, std::uint64_t contacts) {
  Company company(plan, "sage", contacts);
  if (absl::Status started = company.Start(); !started.ok()) return started;
  const json& at = company.connection();
  const std::string configuration = absl::StrCat("[odbc]\nconnection = \"", at.at("odbc_connection_string").get<std::string>(), "\"\n[gateway]\nurl = \"",
                                                 at.at("gateway_url").get<std::string>(), "\"\ntoken_file = \"", at.at("gateway_token_file").get<std::string>(), "\"\n");
  const std::vector<Asked> works = {
      {"list", "contact", "contacts", false, v1::LISTING}, {"poll", "contact", "contacts", true, v1::LIVE}, {"keys", "contact", "contacts", false, v1::KEYS}};
  return MeasureAll(plan, "sage100", "entente-connector-sage100", configuration, works, plan.runs, company);
}

absl::StatusOr<std::vector<ConnectorRow>> MeasureSsm(const ConnectorPlan& plan, std::uint64_t contacts) {
  Company company(plan, "ssm", contacts, contacts / kContactsAnInvoice);
  if (absl::Status started = company.Start(); !started.ok()) return started;
  const std::vector<Asked> works = {
      {"list", "contacts", "contacts", false, v1::LISTING}, {"poll", "contacts", "contacts", true, v1::LIVE}, {"invoices", "invoices", "invoices", false, v1::LISTING}};
  return MeasureAll(plan, "ssm", "entente-connector-ssm", SsmConfiguration(plan, company, 0), works, plan.runs, company);
}

absl::StatusOr<std::vector<ConnectorRow>> MeasureSsmThrottled(const ConnectorPlan& plan) {
  Company company(plan, "ssm", plan.throttled);
  if (absl::Status started = company.Start(); !started.ok()) return started;
  absl::StatusOr<std::vector<ConnectorRow>> rows = MeasureAll(plan, "ssm", "entente-connector-ssm", SsmConfiguration(plan, company, plan.calls_per_minute),
                                                              {{"list_throttled", "contacts", "contacts", false, v1::LISTING}}, 1, company);
  if (!rows.ok()) return rows.status();
  const json counts = company.Stop();
  rows->front().calls_a_minute_max = counts.value("peak_per_minute", 0);
  return rows;
}

}  // namespace entente::benchmark
