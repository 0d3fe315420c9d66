#pragma once

#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "engine/language/pack.h"

namespace entente {

// Packs of a test: files held in memory before those of the house.
class PackLoading {
 public:
  static std::string Rules() { return std::string(ENTENTE_SOURCE_DIR) + "/rules"; }

  PackLoading& File(const std::string& path, std::string text) {
    files_["/packs/" + path] = std::move(text);
    return *this;
  }
  PackLoading& Set(const std::string& parameter, std::string value) {
    parameters_[parameter] = std::move(value);
    return *this;
  }
  // A pack `try` that extends ssm with this content; it begins on line 4.
  PackLoading& Overlay(const std::string& content) { return File("try/pack.yaml", "name: try\nversion: \"1\"\nextends: ssm\n" + content); }

  absl::StatusOr<PackPtr> Load(const std::string& path) {
    LoadOptions options;
    options.search_path = {Rules()};
    options.parameters = parameters_;
    options.problems = &problems;
    options.warnings = &warnings;
    options.read_file = [this](const std::string& file) { return Read(file); };
    return LoadPack(path, options);
  }
  absl::StatusOr<PackPtr> LoadOverlay() { return Load("/packs/try"); }
  absl::StatusOr<PackPtr> LoadSsm() { return Load(Rules() + "/ssm"); }

  std::vector<Problem> problems, warnings;

 private:
  absl::StatusOr<std::string> Read(const std::string& path) const {
    if (auto held = files_.find(path); held != files_.end()) return held->second;
    std::ifstream file(path);
    std::ostringstream text;
    if (!file || !(text << file.rdbuf())) return absl::NotFoundError(path);
    return text.str();
  }

  std::map<std::string, std::string> files_, parameters_;
};

}  // namespace entente
