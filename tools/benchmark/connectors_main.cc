// entente-bench-connectors: what the connectors cost on large tables of the sandbox. tools/bench --connectors starts it.
#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

#include "tools/benchmark/connector_run.h"
#include "tools/benchmark/report.h"

namespace entente::benchmark {
namespace {

// Calls of a minute that operations keep for themselves (sdk/rate_budget.h).
constexpr int kReservePercent = 10;
// Looked up before the pages of a listing: the latest date of each kind. And the empty page that ends it.
constexpr std::uint64_t kCallsBeside = 4;

// Calls a minute of the API's plans.
struct ApiPlan {
  const char* name;
  int calls_a_minute;
};
constexpr ApiPlan kPlans[] = {{"50 a minute", 50}, {"4 a second", 240}, {"13 a second", 780}};

void PrintHead() {
  std::printf("%-8s %-15s %9s %9s %9s %7s %10s %8s %9s %10s %11s %7s %9s\n", "system", "work", "there", "reported", "seconds", "spread", "records/s", "cpu s", "peak MiB", "sandbox s",
              "sandbox MiB", "calls", "calls/min");
}

void Print(const ConnectorRow& row) {
  std::printf("%-8s %-15s %9llu %9llu %9.3f %6.0f%% %10.0f %8.2f %9.1f %10.2f %11.1f %7llu %9d\n", row.system.c_str(), row.work.c_str(),
              static_cast<unsigned long long>(row.records_there), static_cast<unsigned long long>(row.records), row.seconds, 100 * row.spread, row.records_per_second, row.cpu_seconds,
              static_cast<double>(row.rss_bytes) / (1 << 20), row.sandbox_cpu_seconds, static_cast<double>(row.sandbox_rss_bytes) / (1 << 20),
              static_cast<unsigned long long>(row.calls), row.calls_a_minute_max);
  std::fflush(stdout);
}

// What the limits of the API's plans permit, from the page and the reserve alone: computed, not measured.
void PrintPermitted(const ConnectorPlan& plan, const std::vector<std::uint64_t>& sizes) {
  std::printf("\nwhat the limit permits a full listing (computed: %d rows a page, %d %% of the calls kept for operations)\n", plan.page, kReservePercent);
  for (const auto& [name, calls] : kPlans) {
    const double permitted = calls * (100 - kReservePercent) / 100.0;
    std::printf("  %-12s %8.0f rows/min", name, permitted * plan.page);
    for (const std::uint64_t size : sizes) {
      const double pages = static_cast<double>(kCallsBeside) + static_cast<double>((size + static_cast<std::uint64_t>(plan.page) - 1) / static_cast<std::uint64_t>(plan.page));
      std::printf("   %llu rows in %.1f min", static_cast<unsigned long long>(size), pages / permitted);
    }
    std::printf("\n");
  }
}

nlohmann::ordered_json ToJson(const std::vector<ConnectorRow>& rows) {
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  for (const ConnectorRow& row : rows) {
    all.push_back({{"work", row.system + "_" + row.work}, {"n", row.records_there}, {"records", row.records}, {"seconds", row.seconds}, {"spread", row.spread},
                   {"records_per_second", row.records_per_second}, {"cpu_seconds", row.cpu_seconds}, {"rss_bytes", row.rss_bytes},
                   {"sandbox_cpu_seconds", row.sandbox_cpu_seconds}, {"sandbox_rss_bytes", row.sandbox_rss_bytes}, {"calls", row.calls},
                   {"calls_a_minute_max", row.calls_a_minute_max}, {"message_bytes", row.message_bytes}, {"runs", row.runs}});
  }
  return all;
}

int Run(const ConnectorPlan& plan, const std::vector<std::uint64_t>& sizes, const std::string& system, const std::string& json) {
  std::printf("machine   %u cores, load %s\n", std::thread::hardware_concurrency(), LoadNow().c_str());
  std::printf("each      the connector's own program against the sandbox in a process of its own and an engine's end that acknowledges everything; %d runs, medians\n\n", plan.runs);
  PrintHead();
  std::vector<ConnectorRow> rows;
  const auto add = [&](absl::StatusOr<std::vector<ConnectorRow>> measured) {
    if (!measured.ok()) {
      std::fprintf(stderr, "entente-bench-connectors: %s\n", std::string(measured.status().message()).c_str());
      return false;
    }
    for (const ConnectorRow& row : *measured) Print(row);
    rows.insert(rows.end(), measured->begin(), measured->end());
    return true;
  };
  for (const std::uint64_t size : sizes) {
    std::fprintf(stderr, "%llu contacts\n", static_cast<unsigned long long>(size));
    if (system != "ssm" && !add(MeasureSage(plan, size))) return 1;
    if (system != "sage" && !add(MeasureSsm(plan, size))) return 1;
  }
  if (system != "sage" && plan.throttled > 0 && !add(MeasureSsmThrottled(plan))) return 1;
  if (system != "sage") PrintPermitted(plan, sizes);
  if (json.empty()) return 0;
  std::ofstream out(json);
  out << ToJson(rows).dump(2) << '\n';
  out.close();
  if (out) return 0;
  std::fprintf(stderr, "entente-bench-connectors: %s cannot be written\n", json.c_str());
  return 1;
}

}  // namespace
}  // namespace entente::benchmark

int main(int argc, char** argv) {
  using namespace entente::benchmark;
  CLI::App app{"Measures the connectors on large tables of the sandbox.", "entente-bench-connectors"};
  ConnectorPlan plan;
  plan.programs = std::filesystem::canonical("/proc/self/exe").parent_path().string();
  plan.folder = std::filesystem::temp_directory_path().string();
  std::vector<std::string> words = {"100k", "1M"};
  std::string system = "both";
  std::string json;
  app.add_option("--sizes", words, "Contacts, separated by commas: 100k,1M")->delimiter(',');
  app.add_option("--runs", plan.runs, "Runs a size; the median counts")->check(CLI::Range(1, 1000));
  app.add_option("--system", system, "sage, ssm or both")->check(CLI::IsMember({"sage", "ssm", "both"}));
  app.add_option("--page", plan.page, "Rows of a page of SSM, asked for and given")->check(CLI::Range(1, 100'000));
  app.add_option("--throttled", plan.throttled, "Contacts of the listing that keeps to the limit of calls, by the clock; 0: none")->check(CLI::Range(0, 1'000'000));
  app.add_option("--calls-per-minute", plan.calls_per_minute, "That limit")->check(CLI::Range(1, 10'000));
  app.add_option("--json", json, "Write one object a row to this file");
  app.add_option("--folder", plan.folder, "Where databases are made");
  CLI11_PARSE(app, argc, argv);
  plan.folder = std::filesystem::absolute(plan.folder).string();
  std::vector<std::uint64_t> sizes;
  for (const std::string& word : words) {
    sizes.push_back(ReadSize(word));
    if (sizes.back() > 0) continue;
    std::fprintf(stderr, "entente-bench-connectors: %s is no size: write a number, as 100k or 1M\n", word.c_str());
    return 2;
  }
  std::signal(SIGPIPE, SIG_IGN);
  return Run(plan, sizes, system, json);
}
