#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace entente::benchmark {

// How the works are run; the same for the engine and its floor.
struct Plan {
  std::string engine_program;
  std::string floor_program;
  // Folder of the benchmark's packs, and the one with the packs they extend.
  std::string packs;
  std::string rules;
  // Records a message, unacknowledged records a side, operations a side.
  int batch = 1000;
  int window = 4000;
  int operations = 400;
  int memory_mib = 96;
  // Further settings of the engine, as lines of [instance.tuning]: what one of them is worth.
  std::vector<std::string> tuning;
  // Edits the latency is taken from, and how long idleness is watched.
  int edits = 300;
  // Quotes pushed to an idle engine, and as many during a first load.
  int pushes = 200;
  int idle_seconds = 3;
};

struct Sample {
  double value = 0;
  double cpu_seconds = 0;
  // Highest resident memory while the work was done; `disk_bytes` at the end of the run.
  std::uint64_t rss_bytes = 0;
  std::uint64_t disk_bytes = 0;
};
using Samples = std::map<std::string, Sample>;

// Adds what is known at the end of a run: the highest memory of all its works, and the bytes on disk against those of the records.
void NoteEnd(std::uint64_t disk_bytes, std::uint64_t raw_bytes, Samples* samples);

// What a work is measured in, in the order it is shown. A rate is better when higher.
struct Work {
  const char* name;
  const char* unit;
  bool is_rate;
};
inline constexpr Work kWorks[] = {{"first_load", "records/s", true},      {"incremental", "changes/s", true}, {"conflicts", "records/s", true},
                                  {"reconcile_full", "s", false},         {"reconcile_cursor", "ms", false},  {"edit_p50", "ms", false},
                                  {"edit_p99", "ms", false},              {"explain_p50", "ms", false},       {"explain_p99", "ms", false},       {"push_p99", "ms", false},          {"push_idle_p99", "ms", false},
                                  {"restart", "s", false},                {"idle", "% of a core", false},     {"reconcile_rss", "MiB", false},
                                  {"reconcile_batches", "batches", false}, {"reconcile_entries", "entries", false}, {"memory", "MiB", false},
                                  {"disk", "x raw", false}};

// Each runs all works once with `count` records in `folder`, which is empty.
absl::StatusOr<Samples> RunEngine(const Plan& plan, std::uint64_t count, const std::string& folder);
// Its pushes, with an engine and a pack of their own.
absl::StatusOr<Samples> RunPushes(const Plan& plan, std::uint64_t count, const std::string& folder);
absl::StatusOr<Samples> RunFloor(const Plan& plan, std::uint64_t count, const std::string& folder);

// The records an incremental change or a conflict touches: one in a hundred, spread, at least one a side.
std::vector<std::size_t> Touched(std::uint64_t count, std::uint64_t first);

// The value at `share` (0.5, 0.99) of `values`.
double Quantile(std::vector<double> values, double share);

}  // namespace entente::benchmark
