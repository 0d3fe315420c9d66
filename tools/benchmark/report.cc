#include "tools/benchmark/report.h"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

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

double Median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

double Highest(const std::vector<double>& values) { return values.empty() ? 0 : *std::max_element(values.begin(), values.end()); }

double SpreadOf(const std::vector<double>& values) {
  const double median = Median(values);
  if (values.empty() || median == 0) return 0;
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  return (*high - *low) / median;
}

}  // namespace

std::vector<Row> Summarise(std::uint64_t count, int batch, const std::vector<Samples>& ours, const std::vector<Samples>& floor) {
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
    if (row.floor > 0) std::snprintf(ratio, sizeof ratio, "%.2f", row.ratio);
    std::printf("%-17s %9llu  %-11s %12.*f %12.*f %7s %6.0f%% %8.2f %9.1f %9.1f\n", row.work.c_str(), static_cast<unsigned long long>(row.n), row.unit.c_str(),
                row.ours < 100 ? 3 : 0, row.ours, row.floor < 100 ? 3 : 0, row.floor, ratio, 100 * row.spread, row.cpu_seconds,
                static_cast<double>(row.rss_bytes) / (1 << 20), static_cast<double>(row.disk_bytes) / (1 << 20));
  }
}

std::string ToJson(const std::vector<Row>& rows) {
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  for (const Row& row : rows) {
    nlohmann::ordered_json object;
    object["work"] = row.work;
    object["n"] = row.n;
    object["unit"] = row.unit;
    object["ours"] = row.ours;
    object["floor"] = row.floor;
    object["ratio"] = row.floor > 0 ? nlohmann::ordered_json(row.ratio) : nlohmann::ordered_json(nullptr);
    object["spread"] = row.spread;
    object["runs"] = row.runs;
    object["batch"] = row.batch;
    object["rss_bytes"] = row.rss_bytes;
    object["disk_bytes"] = row.disk_bytes;
    object["cpu_seconds"] = row.cpu_seconds;
    object["floor_spread"] = row.floor_spread;
    object["floor_cpu_seconds"] = row.floor_cpu_seconds;
    object["floor_rss_bytes"] = row.floor_rss_bytes;
    all.push_back(object);
  }
  return all.dump(2) + "\n";
}

}  // namespace entente::benchmark
