#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "tools/sandbox/sage/value.h"

struct sqlite3;
struct sqlite3_stmt;

namespace entente::sandbox::sage {

// A prepared statement. Lives no longer than its connection; one thread.
class Statement {
 public:
  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}
  ~Statement();
  Statement(Statement&& other) noexcept : statement_(std::exchange(other.statement_, nullptr)) {}
  Statement& operator=(Statement&&) = delete;

  // Parameters are numbered from 1.
  void Bind(int parameter, const Value& value);
  // True while there is a row. A constraint or trigger that says no is a refusal (see refusal.h).
  absl::StatusOr<bool> Step();
  // For another round of Bind and Step.
  void Reset();
  Value Column(int column) const;  // from 0; blobs read as NULL
  std::string ColumnName(int column) const;
  int column_count() const;

 private:
  sqlite3_stmt* statement_;
};

// One connection to the company database, in WAL mode: it never blocks readers, and other writers wait up to ten seconds.
// One thread at a time.
class Connection {
 public:
  static absl::StatusOr<Connection> Open(const std::string& path);
  Connection(Connection&&) noexcept = default;
  Connection& operator=(Connection&&) noexcept = default;

  absl::StatusOr<Statement> Prepare(std::string_view sql);
  // Several statements without parameters.
  absl::Status Execute(const std::string& sql);
  // All rows of one statement. `parameters` fill ?1, ?2, …
  absl::StatusOr<std::vector<Row>> Query(std::string_view sql, const std::vector<Value>& parameters = {});
  absl::Status Run(std::string_view sql, const std::vector<Value>& parameters = {});
  std::int64_t last_row_id() const;
  int changed_rows() const;
  sqlite3* handle() { return handle_.get(); }

 private:
  struct Close {
    void operator()(sqlite3* handle) const;
  };
  explicit Connection(sqlite3* handle) : handle_(handle) {}

  std::unique_ptr<sqlite3, Close> handle_;
};

// Everything until Commit() is one transaction; without Commit() it never happened. Nested ones join the outer one.
class Transaction {
 public:
  explicit Transaction(Connection& connection);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  absl::Status Commit();

 private:
  Connection& connection_;
  bool is_outer_;
  bool is_open_ = true;
  absl::Status begun_;
};

}  // namespace entente::sandbox::sage
