#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace entente::testing {

// A copy of the rules in which one text was replaced: another pack, the same program.
class PackCopy {
 public:
  PackCopy(const std::string& file, const std::string& from, const std::string& to) {
    static int count = 0;
    root_ = std::filesystem::temp_directory_path() / ("entente-pack-" + std::to_string(::getpid()) + "-" + std::to_string(++count));
    std::filesystem::copy(std::string(ENTENTE_SOURCE_DIR) + "/rules", root_, std::filesystem::copy_options::recursive);
    const std::filesystem::path path = root_ / "ssm" / file;
    std::stringstream text;
    text << std::ifstream(path).rdbuf();
    std::string changed = text.str();
    const std::size_t at = changed.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    if (at != std::string::npos) changed.replace(at, from.size(), to);
    std::ofstream(path) << changed;
  }
  ~PackCopy() { std::filesystem::remove_all(root_); }
  std::string path() const { return (root_ / "ssm").string(); }

 private:
  std::filesystem::path root_;
};

}  // namespace entente::testing
