#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "tools/sandbox/sage/clock.h"
#include "tools/sandbox/sage/connection.h"
#include "tools/sandbox/sage/schema.h"

namespace entente::sandbox::sage {

// The company database, written as Sage writes it: values fitted to their columns or refused, technical columns kept.
//
// Columns are named by their Sage names. A column that this preset lacks but another has is left out of a write; any other unknown name is
// refused, and so is text that is too long or not in CP1252 (VALUE_DOES_NOT_FIT, `field` set).
// One thread at a time. Does not own `clock`.
class CompanyDatabase {
 public:
  struct Options {
    std::string path;
    Preset preset = Preset::kV11;
    bool is_minute = false;  // cbModification rounded to the minute instead of cut to the second
  };
  // Creates the database, or opens the one that exists at `path`.
  static absl::StatusOr<CompanyDatabase> Open(const Options& options, const ServerClock& clock);

  // Answers the row as it is held now.
  absl::StatusOr<Row> Insert(std::string_view table, const Row& cells);
  absl::StatusOr<Row> Update(std::string_view table, std::int64_t cb_marq, const Row& cells);
  // Nothing remains of the row. NOT_FOUND when there is none.
  absl::Status Delete(std::string_view table, std::int64_t cb_marq);

  // Rows whose columns equal `where` (case and trailing spaces do not count), in `order` (SQL; cbMarq by default).
  absl::StatusOr<std::vector<Row>> List(std::string_view table, const Row& where, std::string_view order = "\"cbMarq\"");
  // The first of them; empty when there is none.
  absl::StatusOr<std::optional<Row>> Find(std::string_view table, const Row& where);
  // 1 + the highest value of a number column.
  absl::StatusOr<std::int64_t> NextNumber(std::string_view table, std::string_view column);

  // What a column accepts, as it will be stored. VALUE_DOES_NOT_FIT otherwise.
  absl::StatusOr<Value> Fitted(const Column& column, const Value& value) const;

  // Appends a user-defined column to a table and to cbSysLibre. `sage_type` is 3, 7, 9, 14, 20 or 22.
  absl::Status AddUserColumn(const std::string& table, const std::string& name, int sage_type, int length);

  // What the sandbox itself remembers about this company, beside Sage's tables: product version, edition, switches.
  absl::StatusOr<std::string> Setting(std::string_view name, std::string_view otherwise);
  absl::Status SetSetting(std::string_view name, std::string_view value);

  // Writes get this stamp instead of the clock's until it is cleared: a transaction that began earlier and commits late.
  void SetStamp(std::optional<std::string> stamp) { stamp_ = std::move(stamp); }
  // The value cbModification gets now.
  std::string Stamp() const;
  // The program that writes, in cbCreateur: COLU a person, ERP1 the gateway.
  void SetCreator(std::string creator) { creator_ = std::move(creator); }

  // Ends a change-tracking version; call before the commit of each transaction.
  absl::Status CloseVersion();

  Connection& connection() { return connection_; }
  const Schema& schema() const { return schema_; }
  const ServerClock& clock() const { return *clock_; }
  bool is_minute() const { return options_.is_minute; }
  const std::string& path() const { return options_.path; }
  bool is_new() const { return is_new_; }

 private:
  CompanyDatabase(Options options, const ServerClock& clock, Connection connection, bool is_new);

  absl::StatusOr<Row> FittedCells(const Table& table, const Row& cells) const;
  absl::StatusOr<const Table*> TableNamed(std::string_view name) const;
  absl::Status ReadUserColumns();
  std::string SelectList(const Table& table) const;
  absl::StatusOr<Row> ReadBack(const Table& table, std::int64_t cb_marq);

  Options options_;
  Schema schema_;
  const ServerClock* clock_;
  Connection connection_;
  bool is_new_;
  std::optional<std::string> stamp_;
  std::string creator_ = "COLU";
};

// One write of Sage: everything until Commit() happens together, as one change-tracking version.
class Write {
 public:
  explicit Write(CompanyDatabase& database) : database_(database), transaction_(database.connection()) {}
  absl::Status Commit();

 private:
  CompanyDatabase& database_;
  Transaction transaction_;
};

}  // namespace entente::sandbox::sage
