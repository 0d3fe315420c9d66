#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "connectors/ssm/api.h"

namespace entente::ssm {

// What one SSM implementation is like: its value lists and the schema of its resources.
//
// Ids of lists differ from tenant to tenant, so everything goes by label. A label or id that is not known is looked up again
// at most once a minute a list. Thread-safe. `api` outlives it.
class Tenant {
 public:
  struct SchemaField {
    std::string type;
    bool is_read_only = false;
    std::uint32_t length_max = 0;
  };
  // Names as the schema spells them.
  using Schema = std::map<std::string, SchemaField>;

  Tenant(const Settings& settings, Api& api) : settings_(settings), api_(api) {}

  // Reads schemas and lists unless they are younger than the settings allow.
  absl::Status Load();

  // Label of a list row; nothing when the list has no such row.
  std::optional<std::string> Label(std::string_view list, const std::string& id);
  // Id of a label, case and accents folded; nothing when there is none.
  std::optional<std::string> Id(std::string_view list, const std::string& label);
  // Labels in use (deleted rows left out), in the order of the list.
  std::vector<std::string> Labels(std::string_view list) const;

  // Null pointer when the resource gave no schema.
  const Schema* SchemaOf(std::string_view path) const;
  // The members that hold descriptions ("descriptionFR"), as rows and schema show them.
  std::vector<std::string> DescriptionNames(std::string_view path) const;
  // False once the system refused a search with OR: then one condition goes to a call.
  bool takes_or() const { return takes_or_; }
  void NoteOrRefused() { takes_or_ = false; }
  // The same for a range of ids (">= 1 AND <= 9"); only ">" and ">=" are documented.
  bool takes_ranges() const { return takes_ranges_; }
  void NoteRangeRefused() { takes_ranges_ = false; }
  // What an operator should know about this tenant.
  std::vector<std::string> Advice() const;

 private:
  struct List {
    std::map<std::string, std::string> labels;    // id to label
    std::map<std::string, std::string> by_exact;  // label to id
    std::map<std::string, std::string> by_folded;
    std::vector<std::string> in_use;
    std::set<std::string> doubled;
    absl::Time read_at = absl::InfinitePast();
  };

  absl::Status ReadList(std::string_view list, bool gives_up_early);
  void ReadSchema(const std::string& path);
  std::string LabelOf(std::string_view list, const Json& row) const;
  // Reads the list again when it is older than a minute; true when it was read.
  bool Refresh(std::string_view list);

  const Settings settings_;
  Api& api_;
  mutable std::mutex mutex_;
  std::map<std::string, List, std::less<>> lists_;
  std::map<std::string, Schema, std::less<>> schemas_;
  std::vector<std::string> advice_;
  std::atomic<bool> takes_or_{true};
  std::atomic<bool> takes_ranges_{true};
  absl::Time loaded_at_ = absl::InfinitePast();
};

// The text of a description member of a row in the language, else in any.
std::string DescriptionOf(const Json& row, const std::string& language);

}  // namespace entente::ssm
