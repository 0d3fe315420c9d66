#include "tools/benchmark/report.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

#include "absl/strings/numbers.h"

namespace entente::benchmark {
namespace {

template <typename Read>
std::vector<double> Collect(const std::vector<Samples>& runs, const std::string& work, Read read) {
  std::vector<double> out;
  for (const Samples& run : runs) {
    const auto sample = run.find(work);
    if (sample != run.end()) out.push_back(static_cast<double>(read(sample->second)));
  }
  return out;
}

double Highest(const std::vector<double>& values) { return values.empty() ? 0 : *std::max_element(values.begin(), values.end()); }

// Value of a work in run `run`; 0 when it has none.
double ValueIn(const std::vector<Samples>& runs, std::size_t run, const char* work) {
  const auto sample = runs[run].find(work);
  return sample == runs[run].end() ? 0 : sample->second.value;
}

// What a record costs at the larger size beyond the smaller one, in percent; the work is a rate.
double Growth(const std::vector<Samples>& smaller, const std::vector<Samples>& larger, std::size_t run) {
  const double rate = ValueIn(larger, run, "first_load");
  return rate > 0 ? 100 * (ValueIn(smaller, run, "first_load") / rate - 1) : 0;
}

Row RowBetween(const char* work, const char* unit, const Measured& smaller, const Measured& larger, int batch, std::size_t runs) {
  Row row;
  row.work = work;
  row.unit = unit;
  row.n = larger.count;
  row.from_n = smaller.count;
  row.runs = static_cast<int>(runs);
  row.batch = batch;
  return row;
}

Row CostGrowth(const Measured& smaller, const Measured& larger, int batch, std::size_t runs) {
  Row row = RowBetween("cost_growth", "% a record", smaller, larger, batch, runs);
  std::vector<double> ours, floor, beyond;
  for (std::size_t run = 0; run < runs; ++run) {
    ours.push_back(Growth(smaller.ours, larger.ours, run));
    floor.push_back(Growth(smaller.floor, larger.floor, run));
    beyond.push_back(ours.back() - floor.back());
  }
  row.ours = Median(ours);
  row.floor = Median(floor);
  row.margin = Median(beyond);
  return row;
}

Row MemoryGrowth(const Measured& smaller, const Measured& larger, int batch, std::size_t runs) {
  Row row = RowBetween("memory_growth", "x", smaller, larger, batch, runs);
  std::vector<double> ours, floor;
  for (std::size_t run = 0; run < runs; ++run) {
    ours.push_back(ValueIn(larger.ours, run, "memory") / std::max(1.0, ValueIn(smaller.ours, run, "memory")));
    floor.push_back(ValueIn(larger.floor, run, "memory") / std::max(1.0, ValueIn(smaller.floor, run, "memory")));
  }
  row.ours = Median(ours);
  row.floor = Median(floor);
  row.spread = SpreadOf(ours);
  row.floor_spread = SpreadOf(floor);
  row.margin = row.ours - row.floor;
  return row;
}

}  // namespace

double Median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

double SpreadOf(const std::vector<double>& values) {
  const double median = Median(values);
  if (values.empty() || median == 0) return 0;
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  return (*high - *low) / median;
}

std::uint64_t ReadSize(std::string text) {
  std::uint64_t factor = 1;
  if (!text.empty() && (text.back() == 'k' || text.back() == 'M')) {
    factor = text.back() == 'k' ? 1'000 : 1'000'000;
    text.pop_back();
  }
  std::uint64_t number = 0;
  return absl::SimpleAtoi(text, &number) ? number * factor : 0;
}

std::string LoadNow() {
  std::ifstream load("/proc/loadavg");
  std::string now;
  std::getline(load, now);
  return now.substr(0, now.find('/'));
}

std::vector<Row> Compare(const std::vector<Measured>& sizes, int batch) {
  std::vector<Row> rows;
  if (sizes.empty()) return rows;
  const auto by_count = [](const Measured& a, const Measured& b) { return a.count < b.count; };
  const auto [smallest, largest] = std::minmax_element(sizes.begin(), sizes.end(), by_count);
  for (const Measured& smaller : sizes) {
    const std::size_t runs = std::min({smaller.ours.size(), largest->ours.size(), smaller.floor.size(), largest->floor.size()});
    if (&smaller == &*smallest && smallest->count < largest->count) rows.push_back(CostGrowth(smaller, *largest, batch, runs));
    if (smaller.count * 10 == largest->count) rows.push_back(MemoryGrowth(smaller, *largest, batch, runs));
  }
  return rows;
}

std::vector<Row> Summarise(const Measured& measured, int batch) {
  const auto& [count, ours, floor] = measured;
  const auto value = [](const Sample& sample) { return sample.value; };
  const auto cpu = [](const Sample& sample) { return sample.cpu_seconds; };
  const auto rss = [](const Sample& sample) { return sample.rss_bytes; };
  const auto disk = [](const Sample& sample) { return sample.disk_bytes; };
  std::vector<Row> rows;
  for (const Work& work : kWorks) {
    const std::vector<double> values = Collect(ours, work.name, value);
    const std::vector<double> limits = Collect(floor, work.name, value);
    if (values.empty()) continue;
    Row row;
    row.work = work.name;
    row.unit = work.unit;
    row.n = count;
    row.ours = Median(values);
    row.floor = Median(limits);
    row.ratio = row.floor > 0 ? row.ours / row.floor : 0;
    row.spread = SpreadOf(values);
    row.floor_spread = SpreadOf(limits);
    row.runs = static_cast<int>(values.size());
    row.batch = batch;
    row.cpu_seconds = Median(Collect(ours, work.name, cpu));
    row.floor_cpu_seconds = Median(Collect(floor, work.name, cpu));
    row.rss_bytes = static_cast<std::uint64_t>(Highest(Collect(ours, work.name, rss)));
    row.floor_rss_bytes = static_cast<std::uint64_t>(Highest(Collect(floor, work.name, rss)));
    row.disk_bytes = static_cast<std::uint64_t>(Median(Collect(ours, work.name, disk)));
    rows.push_back(row);
  }
  return rows;
}

void PrintTable(const std::vector<Row>& rows) {
  std::printf("%-17s %9s  %-11s %12s %12s %7s %7s %8s %9s %9s\n", "work", "n", "unit", "ours", "floor", "ratio", "spread", "cpu s", "peak MiB", "disk MiB");
  for (const Row& row : rows) {
    char ratio[16] = "-";
    if (row.from_n > 0) {
      std::snprintf(ratio, sizeof ratio, "%+.1f", row.margin);
    } else if (row.floor > 0) {
      std::snprintf(ratio, sizeof ratio, "%.2f", row.ratio);
    }
    std::printf("%-17s %9llu  %-11s %12.*f %12.*f %7s %6.0f%% %8.2f %9.1f %9.1f\n", row.work.c_str(), static_cast<unsigned long long>(row.n), row.unit.c_str(),
                row.ours < 100 ? 3 : 0, row.ours, row.floor < 100 ? 3 : 0, row.floor, ratio, 100 * row.spread, row.cpu_seconds,
                static_cast<double>(row.rss_bytes) / (1 << 20), static_cast<double>(row.disk_bytes) / (1 << 20));
  }
}

std::string ToJson(const std::vector<Row>& rows) {
  const std::string load = LoadNow();
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  for (const Row& row : rows) {
    nlohmann::ordered_json object;
    object["work"] = row.work;
    object["n"] = row.n;
    object["unit"] = row.unit;
    object["ours"] = row.ours;
    object["floor"] = row.floor;
    object["ratio"] = row.floor > 0 && row.from_n == 0 ? nlohmann::ordered_json(row.ratio) : nlohmann::ordered_json(nullptr);
    object["spread"] = row.spread;
    object["runs"] = row.runs;
    object["batch"] = row.batch;
    object["rss_bytes"] = row.rss_bytes;
    object["disk_bytes"] = row.disk_bytes;
    object["cpu_seconds"] = row.cpu_seconds;
    object["floor_spread"] = row.floor_spread;
    object["floor_cpu_seconds"] = row.floor_cpu_seconds;
    object["floor_rss_bytes"] = row.floor_rss_bytes;
    object["from_n"] = row.from_n;
    object["margin"] = row.margin;
    object["cores"] = std::thread::hardware_concurrency();
    object["load"] = load;
    all.push_back(object);
  }
  return all.dump(2) + "\n";
}

}  // namespace entente::benchmark
