#pragma once

#include <filesystem>
#include <string>

struct sqlite3;

namespace entente::sage100::testing {

// A Sage 100 company of a few rows in an SQLite file of its own, with the tables and columns this connector reads.
// The file goes with the object.
class CompanyFile {
 public:
  CompanyFile();
  ~CompanyFile();
  CompanyFile(const CompanyFile&) = delete;
  CompanyFile& operator=(const CompanyFile&) = delete;

  // Runs statements as a user of Sage would cause them; a failing one fails the test.
  void Run(const std::string& sql);
  // First cell of the first row.
  std::string Ask(const std::string& sql);

  // "Driver=SQLite3;Database=…"
  std::string connection_string() const;
  const std::filesystem::path& folder() const { return folder_; }

  static constexpr char kGuid[] = "4F1C2A00-0000-4000-8000-000000000001";

 private:
  std::filesystem::path folder_;
  sqlite3* database_ = nullptr;
};

}  // namespace entente::sage100::testing
