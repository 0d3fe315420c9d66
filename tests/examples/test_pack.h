#pragma once

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "engine/examples/examples.h"

namespace entente {

inline std::string ReadText(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

inline std::string HouseRules() { return std::string(ENTENTE_SOURCE_DIR) + "/rules"; }

// A pack of a test: files held in memory, and behind them those of the house.
class TestPack {
 public:
  TestPack& File(const std::string& path, std::string text) {
    files_["/packs/" + path] = std::move(text);
    return *this;
  }
  TestPack& Set(const std::string& parameter, std::string value) {
    parameters_[parameter] = std::move(value);
    return *this;
  }
  LoadOptions Options() {
    LoadOptions options;
    options.search_path = {HouseRules()};
    options.parameters = parameters_;
    options.problems = &problems;
    options.read_file = [this](const std::string& given) -> absl::StatusOr<std::string> {
      const std::string path = std::filesystem::path(given).lexically_normal().string();
      if (const auto held = files_.find(path); held != files_.end()) return held->second;
      if (path.rfind("/packs/", 0) == 0 || !std::filesystem::exists(path)) return absl::NotFoundError(path);
      return ReadText(path);
    };
    return options;
  }
  // Everything that is wrong, one a line: what keeps the pack from loading, else what does not hold of its examples.
  std::string Wrong(const std::string& pack = "try") {
    const auto reports = RunExamples("/packs/" + pack, Options());
    if (!reports.ok()) return std::string(reports.status().message());
    std::string text;
    for (const ExampleReport& report : *reports) {
      for (const Problem& problem : report.problems) text += (text.empty() ? "" : "\n") + problem.ToString();
    }
    return text;
  }
  std::vector<std::string> Names(const std::string& pack = "try") {
    std::vector<std::string> names;
    const auto reports = RunExamples("/packs/" + pack, Options());
    if (!reports.ok()) return {std::string(reports.status().message())};
    for (const ExampleReport& report : *reports) names.push_back(report.name);
    return names;
  }

  std::vector<Problem> problems;

 private:
  std::map<std::string, std::string> files_, parameters_;
};

}  // namespace entente
