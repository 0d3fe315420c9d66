// entente-bench: the engine end to end and, in the same run, the limit it is measured against. tools/bench starts it.
#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tools/benchmark/people.h"
#include "tools/benchmark/process.h"
#include "tools/benchmark/report.h"
#include "tools/benchmark/works.h"

namespace entente::benchmark {
namespace {

// The machine and all settings that matter, printed with the figures.
void Introduce(const Plan& plan, int runs) {
  People sample('S');
  sample.Seed(1000);
  std::printf("machine   %u cores, load %s\n", std::thread::hardware_concurrency(), LoadNow().c_str());
  std::printf("records   12 fields, %llu bytes on the wire; 1 %% touched a side by incremental, 1 %% by conflicts\n", static_cast<unsigned long long>(sample.bytes() / 1000));
  std::printf("both      %d records a message, %d unacknowledged a side, %d MiB for block cache and memtables, RocksDB opened by engine/store/database.cc,\n"
              "          one synced batch a message or turn; %d runs, medians\n", plan.batch, plan.window, plan.memory_mib, runs);
  std::printf("engine    operations_in_flight_max %d%s%s, everything else as by default; connectors on the SDK\n", plan.operations, plan.tuning.empty() ? "" : ", ",
              absl::StrJoin(plan.tuning, ", ").c_str());
  std::printf("floor     bare gRPC ends, one value (digest and bytes) a record, no decision\n");
  std::printf("push_p99  %d quotes of five lines, one after the other while a first load runs (push_idle_p99: while nothing does);\n"
              "          on the floor three edits one after the other, idle, for both\n\n", plan.pushes);
}

absl::Status EngineFailed(const absl::Status& status, const std::string& folder) {
  std::ifstream log(folder + "/entented.log");
  for (std::string line; std::getline(log, line);) std::fprintf(stderr, "  %s\n", line.c_str());
  return absl::Status(status.code(), absl::StrCat("engine: ", status.message()));
}

absl::StatusOr<Measured> Measure(const Plan& plan, std::uint64_t count, int runs, const std::string& parent) {
  Measured out{count, {}, {}};
  for (int run = 0; run < runs; ++run) {
    std::fprintf(stderr, "n %llu: run %d of %d\n", static_cast<unsigned long long>(count), run + 1, runs);
    // Each in a folder of its own, one after the other, so that a noisy moment meets both.
    {
      const TemporaryFolder folder(parent);
      absl::StatusOr<Samples> samples = RunFloor(plan, count, folder.path());
      if (!samples.ok()) return absl::Status(samples.status().code(), absl::StrCat("floor: ", samples.status().message()));
      out.floor.push_back(*std::move(samples));
    }
    const TemporaryFolder folder(parent);
    absl::StatusOr<Samples> samples = RunEngine(plan, count, folder.path());
    if (!samples.ok()) return EngineFailed(samples.status(), folder.path());
    const TemporaryFolder push_folder(parent);
    absl::StatusOr<Samples> pushes = RunPushes(plan, count, push_folder.path());
    if (!pushes.ok()) return EngineFailed(pushes.status(), push_folder.path());
    samples->merge(*pushes);
    out.ours.push_back(*std::move(samples));
  }
  return out;
}

int Run(const Plan& plan, const std::vector<std::uint64_t>& sizes, int runs, const std::string& json, const std::string& parent) {
  Introduce(plan, runs);
  std::vector<Row> rows;
  std::vector<Measured> all;
  for (const std::uint64_t count : sizes) {
    absl::StatusOr<Measured> measured = Measure(plan, count, runs, parent);
    if (!measured.ok()) {
      std::fprintf(stderr, "entente-bench: n %llu: %s\n", static_cast<unsigned long long>(count), measured.status().ToString().c_str());
      return 1;
    }
    const std::vector<Row> more = Summarise(*measured, plan.batch);
    rows.insert(rows.end(), more.begin(), more.end());
    all.push_back(*std::move(measured));
  }
  const std::vector<Row> between = Compare(all, plan.batch);
  rows.insert(rows.end(), between.begin(), between.end());
  PrintTable(rows);
  if (json.empty()) return 0;
  std::ofstream out(json);
  out << ToJson(rows);
  out.close();
  if (out) return 0;
  std::fprintf(stderr, "entente-bench: %s cannot be written\n", json.c_str());
  return 1;
}

}  // namespace
}  // namespace entente::benchmark

int main(int argc, char** argv) {
  using namespace entente::benchmark;
  CLI::App app{"Measures the engine end to end and its floor in the same run.", "entente-bench"};
  const std::string here = std::filesystem::canonical("/proc/self/exe").parent_path().string();
  Plan plan;
  plan.engine_program = here + "/entented";
  plan.floor_program = here + "/entente-bench-floor";
  std::vector<std::string> words = {"10k", "100k"};
  std::string json;
  std::string parent = std::filesystem::temp_directory_path().string();
  int runs = 5;
  app.add_option("--sizes", words, "Records, separated by commas: 10k,100k,1M")->delimiter(',');
  app.add_option("--runs", runs, "Runs a size; the median counts")->check(CLI::Range(1, 1000));
  app.add_option("--json", json, "Write one object a row to this file");
  app.add_option("--packs", plan.packs, "Folder of the benchmark's packs")->required();
  app.add_option("--rules", plan.rules, "Folder with the packs it extends")->required();
  app.add_option("--folder", parent, "Where state directories are made; on the disk to be measured");
  app.add_option("--batch", plan.batch, "Records a message")->check(CLI::Range(1, 1000));
  app.add_option("--window", plan.window, "Unacknowledged records a side")->check(CLI::Range(1, 1000000));
  app.add_option("--tuning", plan.tuning, "Another setting of the engine, as a line of its [instance.tuning]: 'cached_links_max = 2500'");
  app.add_option("--operations", plan.operations, "Operations under way a side")->check(CLI::Range(1, 10000));
  app.add_option("--edits", plan.edits, "Edits the latency is taken from")->check(CLI::Range(1, 100000));
  app.add_option("--pushes", plan.pushes, "Quotes pushed to an idle engine, and as many during a first load")->check(CLI::Range(1, 100000));
  app.add_option("--idle-seconds", plan.idle_seconds, "How long idleness is watched")->check(CLI::Range(1, 600));
  CLI11_PARSE(app, argc, argv);
  // The engine runs in a folder of its own.
  for (std::string* path : {&plan.packs, &plan.rules, &parent}) *path = std::filesystem::absolute(*path).string();

  std::vector<std::uint64_t> sizes;
  for (const std::string& word : words) {
    sizes.push_back(ReadSize(word));
    if (sizes.back() >= 100) continue;
    std::fprintf(stderr, "entente-bench: %s is no size: write a number of at least 100, as 10k or 1M\n", word.c_str());
    return 2;
  }
  std::signal(SIGPIPE, SIG_IGN);
  spdlog::set_level(spdlog::level::off);
  return Run(plan, sizes, runs, json, parent);
}
