#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tools/benchmark/works.h"

namespace entente::benchmark {

// One work at one size over all runs.
struct Row {
  std::string work;
  std::string unit;
  std::uint64_t n = 0;
  // Medians; ratio is ours / floor, 0 where the floor is 0.
  double ours = 0;
  double floor = 0;
  double ratio = 0;
  // (highest - lowest) / median over the runs.
  double spread = 0;
  double floor_spread = 0;
  int runs = 0;
  int batch = 0;
  // Of the engine: medians, the peak the highest.
  double cpu_seconds = 0;
  double floor_cpu_seconds = 0;
  std::uint64_t rss_bytes = 0;
  std::uint64_t floor_rss_bytes = 0;
  std::uint64_t disk_bytes = 0;
};

// One row a work, in the order of kWorks. `ours` and `floor` hold one entry a run.
std::vector<Row> Summarise(std::uint64_t count, int batch, const std::vector<Samples>& ours, const std::vector<Samples>& floor);

void PrintTable(const std::vector<Row>& rows);

// An array with one object a row.
std::string ToJson(const std::vector<Row>& rows);

}  // namespace entente::benchmark
