#include "tools/sandbox/sage/schema.h"

#include <algorithm>
#include <cstdlib>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace entente::sandbox::sage {
namespace {

std::vector<std::string> Words(const std::string& text) { return absl::StrSplit(text, ' ', absl::SkipEmpty()); }

// "X{01-03}Y{1-2}" becomes X01Y1, X01Y2, X02Y1, …
std::vector<std::string> Repeated(const std::string& pattern) {
  const auto open = pattern.find('{');
  if (open == std::string::npos) return {pattern};
  const auto close = pattern.find('}', open);
  const auto dash = pattern.find('-', open);
  const std::string from = pattern.substr(open + 1, dash - open - 1);
  const int last = std::atoi(pattern.substr(dash + 1, close - dash - 1).c_str());
  std::vector<std::string> names;
  for (int number = std::atoi(from.c_str()); number <= last; ++number) {
    std::string digits = std::to_string(number);
    digits.insert(0, from.size() - std::min(from.size(), digits.size()), '0');
    for (const std::string& rest : Repeated(pattern.substr(close + 1))) names.push_back(pattern.substr(0, open) + digits + rest);
  }
  return names;
}

Column ParseType(const std::string& text) {
  Column column;
  static const std::map<char, ColumnType> kTypes = {{'S', ColumnType::kSmall},   {'I', ColumnType::kInteger}, {'N', ColumnType::kNumeric},
                                                    {'D', ColumnType::kDate},    {'V', ColumnType::kText},    {'C', ColumnType::kChar},
                                                    {'G', ColumnType::kGuid}};
  column.type = kTypes.at(text.front());
  column.length = std::atoi(text.c_str() + 1);
  column.is_required = absl::StrContains(text, '!');
  column.is_blank_by_default = absl::StrContains(text, "!=");
  column.is_null_when_unset = absl::StrContains(text, '?') || column.type == ColumnType::kGuid;
  return column;
}

// The release limits stand behind the type: "V69@7", "D<7".
bool IsIn(Preset preset, const std::string& type) {
  const auto since = type.find('@');
  if (since != std::string::npos) return static_cast<int>(preset) >= std::atoi(type.c_str() + since + 1);
  const auto before = type.find('<');
  return before == std::string::npos || static_cast<int>(preset) < std::atoi(type.c_str() + before + 1);
}

Twin ParseTwin(const std::string& text) {
  const std::vector<std::string> parts = absl::StrSplit(text, absl::ByAnyChar("=:"));
  Twin twin{.name = parts[0], .source = parts[1]};
  const char shape = parts.size() > 2 ? parts[2].front() : 'p';
  static const std::map<char, Twin::Shape> kShapes = {{'p', Twin::Shape::kPlain},
                                                      {'e', Twin::Shape::kBlankForNull},
                                                      {'r', Twin::Shape::kRightJustified},
                                                      {'z', Twin::Shape::kSuffixed},
                                                      {'n', Twin::Shape::kReference}};
  twin.shape = kShapes.at(shape);
  return twin;
}

UniqueKey ParseKey(const std::string& text) {
  UniqueKey key;
  key.is_folded = text.front() != '~';
  key.columns = absl::StrSplit(key.is_folded ? text : text.substr(1), ',');
  return key;
}

std::vector<const TableText*> AllTables() {
  std::vector<const TableText*> all;
  for (const auto* group : {&PartyTables(), &ItemTables(), &DocumentTables(), &ParameterTables()}) {
    for (const TableText& table : *group) all.push_back(&table);
  }
  return all;
}

}  // namespace

absl::StatusOr<Preset> ParsePreset(std::string_view text) {
  if (text == "v3") return Preset::kV3;
  if (text == "v7") return Preset::kV7;
  if (text == "v10") return Preset::kV10;
  if (text == "v11") return Preset::kV11;
  return absl::InvalidArgumentError(absl::StrCat("there is no preset \"", std::string(text), "\"; say v3, v7, v10 or v11"));
}

const Column* Table::Find(std::string_view column) const {
  const auto found = std::find_if(columns.begin(), columns.end(), [&](const Column& c) { return c.name == column; });
  return found == columns.end() ? nullptr : &*found;
}

Schema::Schema(Preset preset) : preset_(preset) {
  for (const TableText* text : AllTables()) {
    Table& table = tables_[text->name];
    table.name = text->name;
    table.has_hash = text->has_hash;
    for (const std::string& word : Words(text->columns)) {
      const auto colon = word.find(':');
      const std::string type = word.substr(colon + 1);
      for (const std::string& name : Repeated(word.substr(0, colon))) {
        if (!IsIn(preset, type)) {
          columns_elsewhere_[table.name].push_back(name);
          continue;
        }
        Column column = ParseType(type);
        column.name = name;
        table.columns.push_back(std::move(column));
      }
    }
    for (const std::string& word : Words(text->twins)) table.twins.push_back(ParseTwin(word));
    for (const char* key : text->keys) table.keys.push_back(ParseKey(key));
  }
}

const Table* Schema::Find(std::string_view table) const {
  const auto found = tables_.find(table);
  return found == tables_.end() ? nullptr : &found->second;
}

void Schema::AddUserColumn(std::string_view table, Column column) { tables_.find(table)->second.columns.push_back(std::move(column)); }

bool Schema::IsKnownElsewhere(std::string_view table, std::string_view column) const {
  const auto found = columns_elsewhere_.find(table);
  return found != columns_elsewhere_.end() && std::find(found->second.begin(), found->second.end(), column) != found->second.end();
}

}  // namespace entente::sandbox::sage
