#include "tools/sandbox/sage/connection.h"

#include <sqlite3.h>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "tools/sandbox/sage/refusal.h"

namespace entente::sandbox::sage {
namespace {

constexpr int kBusyWaitMs = 10000;

// A trigger raises "[82019] text": the number is Sage's.
absl::Status TriggerRefusal(const std::string& message) {
  Refusal refusal{.code = "DOCUMENT_REFUSED", .text = message};
  const auto close = message.find(']');
  if (!message.empty() && message.front() == '[' && close != std::string::npos) {
    if (!absl::SimpleAtoi(message.substr(1, close - 1), &refusal.sage_code)) refusal.sage_code = 0;
  }
  return Refuse(refusal);
}

absl::Status StatusOf(sqlite3* handle) {
  const std::string message = sqlite3_errmsg(handle);
  switch (sqlite3_extended_errcode(handle)) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
      return Refuse({.code = "DUPLICATE_KEY", .text = absl::StrCat("a record with this key exists already (", message, ")")});
    case SQLITE_CONSTRAINT_TRIGGER:
      return TriggerRefusal(message);
    case SQLITE_CONSTRAINT_NOTNULL:
      return Refuse({.code = "VALUE_DOES_NOT_FIT", .text = message});
    default:
      return absl::InternalError(absl::StrCat("company database: ", message));
  }
}

}  // namespace

Statement::~Statement() { sqlite3_finalize(statement_); }

void Statement::Bind(int parameter, const Value& value) {
  if (value.is_null()) {
    sqlite3_bind_null(statement_, parameter);
  } else if (value.is_integer()) {
    sqlite3_bind_int64(statement_, parameter, value.integer());
  } else {
    const std::string text = value.text();
    sqlite3_bind_text(statement_, parameter, text.data(), static_cast<int>(text.size()), SQLITE_TRANSIENT);
  }
}

absl::StatusOr<bool> Statement::Step() {
  const int result = sqlite3_step(statement_);
  if (result == SQLITE_ROW) return true;
  if (result == SQLITE_DONE) return false;
  return StatusOf(sqlite3_db_handle(statement_));
}

void Statement::Reset() {
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

Value Statement::Column(int column) const {
  switch (sqlite3_column_type(statement_, column)) {
    case SQLITE_INTEGER:
      return Value(std::int64_t{sqlite3_column_int64(statement_, column)});
    case SQLITE_NULL:
    case SQLITE_BLOB:
      return Value();
    default: {
      const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
      return Value(std::string(text, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))));
    }
  }
}

std::string Statement::ColumnName(int column) const { return sqlite3_column_name(statement_, column); }

int Statement::column_count() const { return sqlite3_column_count(statement_); }

void Connection::Close::operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }

absl::StatusOr<Connection> Connection::Open(const std::string& path) {
  sqlite3* handle = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_FULLMUTEX;
  const int result = sqlite3_open_v2(path.c_str(), &handle, flags, nullptr);
  Connection connection(handle);
  if (result != SQLITE_OK) {
    return absl::UnavailableError(absl::StrCat("cannot open the company database ", path, ": ", sqlite3_errstr(result)));
  }
  sqlite3_extended_result_codes(handle, 1);
  sqlite3_busy_timeout(handle, kBusyWaitMs);
  SAGE_RETURN_IF_ERROR(connection.Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA recursive_triggers = ON;"));
  return connection;
}

absl::StatusOr<Statement> Connection::Prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(handle_.get(), sql.data(), static_cast<int>(sql.size()), &statement, nullptr) != SQLITE_OK) {
    return StatusOf(handle_.get());
  }
  return Statement(statement);
}

absl::Status Connection::Execute(const std::string& sql) {
  if (sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) return StatusOf(handle_.get());
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Row>> Connection::Query(std::string_view sql, const std::vector<Value>& parameters) {
  SAGE_ASSIGN(Statement statement, Prepare(sql));
  for (std::size_t i = 0; i < parameters.size(); ++i) statement.Bind(static_cast<int>(i) + 1, parameters[i]);
  std::vector<Row> rows;
  while (true) {
    SAGE_ASSIGN(const bool has_row, statement.Step());
    if (!has_row) return rows;
    Row& row = rows.emplace_back();
    for (int column = 0; column < statement.column_count(); ++column) row.Set(statement.ColumnName(column), statement.Column(column));
  }
}

absl::Status Connection::Run(std::string_view sql, const std::vector<Value>& parameters) { return Query(sql, parameters).status(); }

std::int64_t Connection::last_row_id() const { return sqlite3_last_insert_rowid(handle_.get()); }

int Connection::changed_rows() const { return sqlite3_changes(handle_.get()); }

Transaction::Transaction(Connection& connection)
    : connection_(connection), is_outer_(sqlite3_get_autocommit(connection.handle()) != 0) {
  if (is_outer_) begun_ = connection_.Execute("BEGIN IMMEDIATE");
}

Transaction::~Transaction() {
  if (is_outer_ && is_open_ && begun_.ok()) connection_.Execute("ROLLBACK").IgnoreError();
}

absl::Status Transaction::Commit() {
  if (!begun_.ok() || !is_outer_) return begun_;
  SAGE_RETURN_IF_ERROR(connection_.Execute("COMMIT"));
  is_open_ = false;
  return absl::OkStatus();
}

}  // namespace entente::sandbox::sage
