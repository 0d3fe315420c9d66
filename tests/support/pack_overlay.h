#pragma once

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace entente::testing {

// A customer's pack over `ssm` with the content given, in files of its own beside a copy of the rules.
class PackOverlay {
 public:
  explicit PackOverlay(const std::string& content, const std::string& extends = "ssm") {
    static int count = 0;
    root_ = std::filesystem::temp_directory_path() / ("entente-overlay-" + std::to_string(::getpid()) + "-" + std::to_string(++count));
    std::filesystem::copy(std::string(ENTENTE_SOURCE_DIR) + "/rules", root_, std::filesystem::copy_options::recursive);
    std::filesystem::create_directory(root_ / "customer");
    std::ofstream(root_ / "customer" / "pack.yaml") << "name: customer\nversion: \"1\"\nextends: " << extends << "\n" << content;
  }
  PackOverlay(const PackOverlay&) = delete;
  PackOverlay& operator=(const PackOverlay&) = delete;
  ~PackOverlay() { std::filesystem::remove_all(root_); }
  std::string path() const { return (root_ / "customer").string(); }

 private:
  std::filesystem::path root_;
};

}  // namespace entente::testing
