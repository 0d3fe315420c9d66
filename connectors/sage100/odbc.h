#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

// A thin layer over an ODBC driver manager. Handles are released by destructors; every diagnostic becomes a Status with its
// SQLSTATE and a sentence. Text travels as UTF-8, numbers and dates as text: nothing passes through a floating point number.
namespace entente::sage100::odbc {

// One fetched value; empty for NULL. Dates and times look like "2026-11-22 08:30:00" or "2026-11-22 08:30:00.123000".
using Cell = std::optional<std::string>;

// A point in the server's local time as a bound parameter.
struct LocalTime {
  std::string text;  // "2026-11-22 08:30:00"
};

using Parameter = std::variant<std::int64_t, std::string, LocalTime>;

struct Options {
  absl::Duration login_timeout = absl::Seconds(15);
  absl::Duration query_timeout = absl::Seconds(120);
  // Bind LocalTime as a timestamp structure with this many fraction digits; as text when absent.
  std::optional<int> timestamp_digits;
  // Text that must not appear in a message, such as the password.
  std::string redacted;
};

struct ColumnInfo {
  std::string name;
  std::string type_name;  // as the driver says it, lower case
  int size = 0;
  int digits = 0;
  bool nullable = true;
};

// One row being fetched: cells in the order of the select list. Valid during the call only.
using RowVisitor = std::function<absl::Status(std::vector<Cell>& row)>;

// The SQLSTATE a status of this layer carries ("08S01"); empty for other statuses.
std::string SqlState(const absl::Status& status);
// The connection is gone: the statement may be tried again on a new one.
bool IsConnectionLost(const absl::Status& status);

// One connection. Statements run one at a time; used by one thread at a time.
class Connection {
 public:
  // Connects. Codes: NOT_FOUND for an unknown data source or driver, UNAUTHENTICATED for a refused login,
  // UNAVAILABLE when the server does not answer.
  static absl::StatusOr<std::unique_ptr<Connection>> Open(const std::string& connection_string, const Options& options);

  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // From the driver: "Microsoft SQL Server", "PostgreSQL", "SQLite".
  const std::string& product() const { return product_; }

  // From now on LocalTime parameters and fetched times are timestamp structures with these digits, or text.
  void BindTimesWith(std::optional<int> digits) { options_.timestamp_digits = digits; }

  // Leaves autocommit; statements up to End() see one transaction.
  absl::Status Begin();
  // Rolls back: this connector only reads.
  absl::Status End();

  // Runs a statement without a result.
  absl::Status Execute(const std::string& sql);

  // Runs a query and shows each row to `visit` as it is fetched; stops at its first error and returns that.
  absl::Status Query(const std::string& sql, const std::vector<Parameter>& parameters, const RowVisitor& visit);

  // Columns of a table, in order; empty when there is no such table.
  absl::StatusOr<std::vector<ColumnInfo>> Columns(const std::string& table);

 private:
  struct Handles;
  Connection(std::unique_ptr<Handles> handles, Options options);

  std::unique_ptr<Handles> handles_;
  Options options_;
  std::string product_;
};

// Rolls back at the end of a scope.
class ReadTransaction {
 public:
  explicit ReadTransaction(Connection& connection) : connection_(connection) {}
  ~ReadTransaction() { connection_.End().IgnoreError(); }
  ReadTransaction(const ReadTransaction&) = delete;
  ReadTransaction& operator=(const ReadTransaction&) = delete;

 private:
  Connection& connection_;
};

}  // namespace entente::sage100::odbc
