#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace entente {

class ConfigTable;

// A configuration file in TOML, read by asking for each key once.
//
// Keys nobody asked for are problems, with file, line and the nearest key that exists; so are wrong types and values out of range.
// Problems are collected: Check() names them all. One thread.
class ConfigFile {
 public:
  // NOT_FOUND CONFIG_FILE_MISSING; INVALID_ARGUMENT CONFIG_UNREADABLE with line and column for text that is not TOML.
  static absl::StatusOr<ConfigFile> Read(const std::string& path);
  // The same from text; `name` stands for the file in messages.
  static absl::StatusOr<ConfigFile> Parse(std::string_view text, const std::string& name);

  ConfigTable Root() const;
  // Call after every key was asked for. INVALID_ARGUMENT, reason CONFIG_INVALID, one problem a line.
  absl::Status Check() const;

 private:
  friend class ConfigTable;
  struct Content;
  std::shared_ptr<Content> content_;
};

// One table of the file. A plain view; the file stays alive with it.
class ConfigTable {
 public:
  bool Has(std::string_view key) const;
  std::string Text(std::string_view key, std::string_view otherwise);
  // A problem when the key is missing.
  std::string RequiredText(std::string_view key);
  std::int64_t Integer(std::string_view key, std::int64_t otherwise, std::int64_t least, std::int64_t most);
  bool Truth(std::string_view key, bool otherwise);
  // Text such as "90d", "24h", "2m", "30s", "500ms".
  absl::Duration Length(std::string_view key, absl::Duration otherwise);
  // A number such as 0.05 or 1, kept as its text: the caller makes of it what it needs.
  std::string NumberText(std::string_view key, std::string_view otherwise);
  // The secret in the file that `KEY_file` names (mode 0600), or in the environment variable that `KEY_env` names; empty when
  // neither stands there. A plain `KEY` is refused: secrets do not stand in configuration files.
  std::string Secret(std::string_view key);
  // Every entry of a sub-table as text (numbers and truths as TOML writes them), in order of name.
  std::map<std::string, std::string> Entries(std::string_view key);
  // An empty table when there is none.
  ConfigTable Table(std::string_view key);
  // [[key]] tables in the order of the file.
  std::vector<ConfigTable> Tables(std::string_view key);
  // "FILE:LINE: " of the key, or of the table when the key is missing; for problems the caller finds.
  void AddProblem(std::string_view key, std::string_view sentence);

 private:
  friend class ConfigFile;
  ConfigTable(std::shared_ptr<ConfigFile::Content> content, const void* table) : content_(std::move(content)), table_(table) {}
  void Ask(std::string_view key);

  std::shared_ptr<ConfigFile::Content> content_;
  // A toml::table, or null for one that is not there.
  const void* table_ = nullptr;
};

}  // namespace entente
