#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "connectors/sage100/company_time.h"
#include "connectors/sage100/dialect.h"
#include "connectors/sage100/odbc.h"

namespace entente::sage100 {

// What one company database holds, read once at the start of a session.
//
// A plain value; readers may share it between threads.
class Schema {
 public:
  // Reads tables, columns, user columns, company id, release, collation, clock.
  // FAILED_PRECONDITION naming the table when one that is needed is missing: this is not a Sage 100 company then.
  static absl::StatusOr<Schema> Read(odbc::Connection& connection, const Dialect& dialect);

  bool HasTable(std::string_view table) const;
  // Null pointer when the table or column is missing.
  const odbc::ColumnInfo* Column(std::string_view table, std::string_view column) const;
  // Those of `columns` the table has, in the order given.
  std::vector<std::string> Present(std::string_view table, const std::vector<std::string>& columns) const;
  // How finely cbModification of a table tells time.
  ChangePrecision Precision(std::string_view table) const;
  // User-defined columns (cbSysLibre) of a table.
  const std::vector<odbc::ColumnInfo>& UserColumns(std::string_view table) const;

  const std::string& company_guid() const { return company_guid_; }
  const std::string& release() const { return release_; }
  const std::string& company_name() const { return company_name_; }
  const std::string& collation() const { return collation_; }
  // "CP1252", "CP1250", "UTF-8" …
  const std::string& charset() const { return charset_; }
  bool snapshot_allowed() const { return snapshot_allowed_; }
  // Empty when the system has no clock of its own.
  std::optional<absl::Duration> server_offset() const { return server_offset_; }

 private:
  absl::Status ReadTables(odbc::Connection& connection);
  absl::Status ReadCompany(odbc::Connection& connection);
  absl::Status ReadUserColumns(odbc::Connection& connection);
  absl::Status ReadServer(odbc::Connection& connection, const Dialect& dialect);

  std::map<std::string, std::vector<odbc::ColumnInfo>, std::less<>> tables_;
  std::map<std::string, std::vector<odbc::ColumnInfo>, std::less<>> user_columns_;
  std::string company_guid_;
  std::string release_;
  std::string company_name_;
  std::string collation_;
  std::string charset_ = "CP1252";
  bool snapshot_allowed_ = true;
  std::optional<absl::Duration> server_offset_;
};

}  // namespace entente::sage100
