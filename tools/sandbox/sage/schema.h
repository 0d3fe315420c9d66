#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "tools/sandbox/sage/connection.h"

namespace entente::sandbox::sage {

// Which release of Sage the database looks like: columns and lengths differ.
enum class Preset { kV3 = 3, kV7 = 7, kV10 = 10, kV11 = 11 };
absl::StatusOr<Preset> ParsePreset(std::string_view text);  // "v3", "v7", "v10", "v11"

enum class ColumnType { kSmall, kInteger, kNumeric, kDate, kText, kChar, kGuid };

struct Column {
  std::string name = {};
  ColumnType type = ColumnType::kText;
  int length = 0;          // characters, of text only; 0 = no limit
  bool is_required = false;  // NOT NULL, and without a default
  bool is_blank_by_default = false;  // required, but '' when nothing is said
  bool is_null_when_unset = false;  // else '', 0, 1753-01-01
};

// A binary twin or a reference column, which only the engine of Sage sets: a generated column here.
struct Twin {
  enum class Shape { kPlain, kBlankForNull, kRightJustified, kSuffixed, kReference };
  std::string name = {};
  std::string source = {};
  Shape shape = Shape::kPlain;
};

// A unique key. Text parts are compared by their twins; `is_folded` adds the comparison of the column itself, which ignores case and
// trailing spaces.
struct UniqueKey {
  std::vector<std::string> columns;
  bool is_folded = false;
};

struct Table {
  std::string name;
  std::vector<Column> columns;
  std::vector<Twin> twins;
  std::vector<UniqueKey> keys;
  bool has_hash = false;  // the columns of the anti-fraud chain

  // F_ tables carry cbModification and the other technical columns; P_ and cb tables do not.
  bool is_data() const { return name.starts_with("F_"); }
  const Column* Find(std::string_view column) const;
};

// The tables of one preset, by name, and the user-defined columns of this company.
class Schema {
 public:
  explicit Schema(Preset preset);

  Preset preset() const { return preset_; }
  bool has_creation_columns() const { return preset_ >= Preset::kV7; }
  const Table* Find(std::string_view table) const;
  // True for a column that another preset has: leaving it out is right then, anything else is a mistake.
  bool IsKnownElsewhere(std::string_view table, std::string_view column) const;
  const std::map<std::string, Table, std::less<>>& tables() const { return tables_; }
  // A user-defined column (cbSysLibre). REQUIRES: the table exists.
  void AddUserColumn(std::string_view table, Column column);

 private:
  Preset preset_;
  std::map<std::string, Table, std::less<>> tables_;
  std::map<std::string, std::vector<std::string>, std::less<>> columns_elsewhere_;
};

// Creates tables, twins, keys and business triggers. `is_minute` declares cbModification as a small date.
absl::Status CreateSchema(Connection& connection, const Schema& schema, bool is_minute);

// One table as it is written down in schema_*.cc: columns are "NAME:TYPE" separated by blanks, where TYPE is S, I, N, D, V<length>, C<length>
// or G, then `!` for NOT NULL, `!=` for NOT NULL with a default, `?` for NULL when unset, `@7` for "from V7", `<7` for "before V7". {1-4} repeats a name with these digits.
// Twins are "cbX=X" with `:e` (blank for NULL), `:r` (right-justified), `:z` (suffixed) or `:n` (reference). Keys are column lists; `~` in
// front means that the column's own comparison is not unique, only the twin's.
struct TableText {
  const char* name;
  const char* columns;
  const char* twins;
  std::vector<const char*> keys;
  bool has_hash = false;
};
const std::vector<TableText>& PartyTables();
const std::vector<TableText>& ItemTables();
const std::vector<TableText>& DocumentTables();
const std::vector<TableText>& ParameterTables();

}  // namespace entente::sandbox::sage
