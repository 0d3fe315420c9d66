#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tools/benchmark/works.h"

namespace entente::benchmark {

// The middle value, the mean of the two middle ones; 0 of none.
double Median(std::vector<double> values);
// (highest - lowest) / median.
double SpreadOf(const std::vector<double>& values);
// "10k" is 10000; 0 when it is no size.
std::uint64_t ReadSize(std::string text);
// Load of the machine: "1.20 1.75 2.02".
std::string LoadNow();

// All runs of one size.
struct Measured {
  std::uint64_t count = 0;
  std::vector<Samples> ours;
  std::vector<Samples> floor;
};

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
  // Where two sizes are compared, the smaller one; and, where there is no ratio, ours - floor.
  std::uint64_t from_n = 0;
  double margin = 0;
};

// One row a work, in the order of kWorks. `ours` and `floor` hold one entry a run.
std::vector<Row> Summarise(const Measured& measured, int batch);
// How the smallest and the largest size compare: what a record of a first load costs more (points beyond the floor's own), and memory, where a
// tenth of the largest size was measured too. Runs are paired. Empty for one size.
std::vector<Row> Compare(const std::vector<Measured>& sizes, int batch);

void PrintTable(const std::vector<Row>& rows);

// An array with one object a row.
std::string ToJson(const std::vector<Row>& rows);

}  // namespace entente::benchmark
