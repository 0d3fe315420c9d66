#include "connectors/sage100/odbc.h"

#include <sql.h>
#include <sqlext.h>
#include <sqlucode.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/cord.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "connectors/sage100/utf16.h"

namespace entente::sage100::odbc {
namespace {

static_assert(sizeof(SQLWCHAR) == sizeof(char16_t), "the driver manager must use UTF-16");

constexpr char kSqlStateUrl[] = "entente/sqlstate";
constexpr std::size_t kChunkUnits = 512;

bool Succeeded(SQLRETURN code) { return code == SQL_SUCCESS || code == SQL_SUCCESS_WITH_INFO; }

std::u16string_view Units(const SQLWCHAR* text, std::size_t length) {
  return {reinterpret_cast<const char16_t*>(text), length};
}

SQLWCHAR* Wide(std::u16string& text) { return reinterpret_cast<SQLWCHAR*>(text.data()); }

// SQL Server's own numbers for a login it does not let in: some drivers put them behind a general state.
bool IsLoginFailure(SQLINTEGER native) {
  constexpr std::array kNumbers = {18401, 18450, 18451, 18452, 18456, 18470, 18486, 18487, 18488};
  return std::find(kNumbers.begin(), kNumbers.end(), native) != kNumbers.end();
}

// The FreeTDS driver's numbers for a server that is away or breaks off, behind the same state.
bool IsServerAway(SQLINTEGER native) {
  constexpr std::array kNumbers = {20002, 20003, 20004, 20006, 20009, 20012, 20013, 20017, 20047};
  return std::find(kNumbers.begin(), kNumbers.end(), native) != kNumbers.end();
}

absl::StatusCode CodeOf(const std::string& state, const std::string& text) {
  if (state == "IM002" || state == "IM003" || state == "01000" || text.find("Can't open lib") != std::string::npos) {
    return absl::StatusCode::kNotFound;
  }
  if (text.find("password authentication failed") != std::string::npos) return absl::StatusCode::kUnauthenticated;
  if (state.starts_with("08")) return absl::StatusCode::kUnavailable;
  if (state == "HYT00" || state == "HYT01") return absl::StatusCode::kDeadlineExceeded;
  if (state == "40001" || state == "40P01") return absl::StatusCode::kAborted;
  if (state == "42S02" || state == "42P01" || text.find("no such table") != std::string::npos) return absl::StatusCode::kFailedPrecondition;
  if (state == "42S22" || state == "42703" || text.find("no such column") != std::string::npos) return absl::StatusCode::kFailedPrecondition;
  if (state == "42501" || state == "42000") return absl::StatusCode::kPermissionDenied;
  return absl::StatusCode::kInternal;
}

// Every diagnostic record of a handle in one sentence; the first one decides the code, unless a later one names the cause.
absl::Status Diagnose(SQLSMALLINT kind, SQLHANDLE handle, const std::string& doing, const std::string& redacted) {
  std::string state;
  std::string text;
  std::optional<absl::StatusCode> cause;
  for (SQLSMALLINT record = 1; record <= 8; ++record) {
    std::array<SQLWCHAR, 6> state_units{};
    std::array<SQLWCHAR, 1024> text_units{};
    SQLINTEGER native = 0;
    SQLSMALLINT length = 0;
    if (!Succeeded(SQLGetDiagRecW(kind, handle, record, state_units.data(), &native, text_units.data(),
                                  static_cast<SQLSMALLINT>(text_units.size()), &length))) {
      break;
    }
    const std::string one_state = Utf16ToUtf8(Units(state_units.data(), 5));
    const auto shown = std::min<std::size_t>(static_cast<std::size_t>(std::max<SQLSMALLINT>(length, 0)), text_units.size() - 1);
    if (record == 1) state = one_state;
    if (!cause && IsServerAway(native)) cause = absl::StatusCode::kUnavailable;
    if (IsLoginFailure(native) || one_state == "28000" || one_state == "28P01") cause = absl::StatusCode::kUnauthenticated;
    absl::StrAppend(&text, record == 1 ? "" : "; ", "SQLSTATE ", one_state, ", native ", native, ": ",
                    Utf16ToUtf8(Units(text_units.data(), shown)));
  }
  if (text.empty()) text = "the driver gave no reason";
  if (!redacted.empty()) text = absl::StrReplaceAll(text, {{absl::StrReplaceAll(redacted, {{"}", "}}"}}), "***"}, {redacted, "***"}});
  absl::Status status(cause.value_or(CodeOf(state, text)), absl::StrCat(doing, ": ", text));
  status.SetPayload(kSqlStateUrl, absl::Cord(state));
  return status;
}

class StatementHandle {
 public:
  explicit StatementHandle(SQLHDBC connection) {
    if (!Succeeded(SQLAllocHandle(SQL_HANDLE_STMT, connection, &handle_))) handle_ = SQL_NULL_HSTMT;
  }
  ~StatementHandle() {
    if (handle_ != SQL_NULL_HSTMT) SQLFreeHandle(SQL_HANDLE_STMT, handle_);
  }
  StatementHandle(const StatementHandle&) = delete;
  StatementHandle& operator=(const StatementHandle&) = delete;
  SQLHSTMT get() const { return handle_; }

 private:
  SQLHSTMT handle_ = SQL_NULL_HSTMT;
};

// What a bound parameter points to until the statement ran.
struct Bound {
  SQLBIGINT number = 0;
  std::u16string text;
  SQL_TIMESTAMP_STRUCT time{};
  SQLLEN length = 0;
};

SQL_TIMESTAMP_STRUCT ParseLocalTime(const std::string& text) {
  SQL_TIMESTAMP_STRUCT out{};
  const auto number = [&](std::size_t from, std::size_t count) {
    int value = 0;
    if (from + count <= text.size()) (void)absl::SimpleAtoi(text.substr(from, count), &value);
    return value;
  };
  out.year = static_cast<SQLSMALLINT>(number(0, 4));
  out.month = static_cast<SQLUSMALLINT>(number(5, 2));
  out.day = static_cast<SQLUSMALLINT>(number(8, 2));
  out.hour = static_cast<SQLUSMALLINT>(number(11, 2));
  out.minute = static_cast<SQLUSMALLINT>(number(14, 2));
  out.second = static_cast<SQLUSMALLINT>(number(17, 2));
  return out;
}

SQLRETURN BindOne(SQLHSTMT statement, SQLUSMALLINT position, const Parameter& parameter, const Options& options, Bound& bound) {
  if (const auto* number = std::get_if<std::int64_t>(&parameter)) {
    bound.number = *number;
    return SQLBindParameter(statement, position, SQL_PARAM_INPUT, SQL_C_SBIGINT, SQL_BIGINT, 0, 0, &bound.number, 0, nullptr);
  }
  const auto* time = std::get_if<LocalTime>(&parameter);
  if (time != nullptr && options.timestamp_digits.has_value()) {
    // The scale of the column, else the server refuses digits it cannot hold.
    const int digits = *options.timestamp_digits;
    bound.time = ParseLocalTime(time->text);
    bound.length = sizeof(bound.time);
    return SQLBindParameter(statement, position, SQL_PARAM_INPUT, SQL_C_TYPE_TIMESTAMP, SQL_TYPE_TIMESTAMP,
                            static_cast<SQLULEN>(digits == 0 ? 19 : 20 + digits), static_cast<SQLSMALLINT>(digits), &bound.time, 0,
                            &bound.length);
  }
  bound.text = Utf8ToUtf16(time != nullptr ? time->text : std::get<std::string>(parameter));
  bound.length = static_cast<SQLLEN>(bound.text.size() * sizeof(char16_t));
  return SQLBindParameter(statement, position, SQL_PARAM_INPUT, SQL_C_WCHAR, SQL_VARCHAR,
                          std::max<SQLULEN>(bound.text.size(), 1), 0, Wide(bound.text), bound.length, &bound.length);
}

std::string RenderTime(const SQL_TIMESTAMP_STRUCT& t) {
  std::string out = absl::StrFormat("%04d-%02d-%02d %02d:%02d:%02d", t.year, t.month, t.day, t.hour, t.minute, t.second);
  if (t.fraction != 0) absl::StrAppendFormat(&out, ".%06d", t.fraction / 1000);
  return out;
}

bool IsTimeType(SQLSMALLINT type) { return type == SQL_TYPE_TIMESTAMP || type == SQL_TYPE_DATE || type == SQL_TIMESTAMP; }

// Fetches one cell in pieces of a bounded buffer.
SQLRETURN FetchText(SQLHSTMT statement, SQLUSMALLINT column, Cell& cell) {
  std::array<SQLWCHAR, kChunkUnits> chunk;
  std::u16string text;
  for (;;) {
    SQLLEN length = 0;
    const SQLRETURN code = SQLGetData(statement, column, SQL_C_WCHAR, chunk.data(), sizeof(chunk), &length);
    if (code == SQL_NO_DATA) break;
    if (!Succeeded(code)) return code;
    if (length == SQL_NULL_DATA) {
      cell.reset();
      return SQL_SUCCESS;
    }
    // A full buffer ends with the terminator the driver wrote.
    const bool is_cut = length == SQL_NO_TOTAL || static_cast<std::size_t>(length) >= sizeof(chunk);
    text += Units(chunk.data(), is_cut ? chunk.size() - 1 : static_cast<std::size_t>(length) / sizeof(SQLWCHAR));
    if (!is_cut || code == SQL_SUCCESS) break;
  }
  cell = Utf16ToUtf8(text);
  return SQL_SUCCESS;
}

SQLRETURN FetchTime(SQLHSTMT statement, SQLUSMALLINT column, Cell& cell) {
  SQL_TIMESTAMP_STRUCT time{};
  SQLLEN length = 0;
  const SQLRETURN code = SQLGetData(statement, column, SQL_C_TYPE_TIMESTAMP, &time, sizeof(time), &length);
  if (!Succeeded(code)) return code;
  if (length == SQL_NULL_DATA) {
    cell.reset();
  } else {
    cell = RenderTime(time);
  }
  return SQL_SUCCESS;
}

SQLULEN Seconds(absl::Duration d) { return static_cast<SQLULEN>(std::max<std::int64_t>(1, absl::ToInt64Seconds(d))); }

SQLPOINTER AsPointer(SQLULEN value) { return reinterpret_cast<SQLPOINTER>(value); }

}  // namespace

std::string SqlState(const absl::Status& status) {
  const auto payload = status.GetPayload(kSqlStateUrl);
  return payload.has_value() ? std::string(*payload) : std::string();
}

bool IsConnectionLost(const absl::Status& status) {
  const std::string state = SqlState(status);
  return state.starts_with("08") || state == "HYT01" || state == "57P01" || (!state.empty() && absl::IsUnavailable(status));
}

struct Connection::Handles {
  SQLHENV environment = SQL_NULL_HENV;
  SQLHDBC connection = SQL_NULL_HDBC;
  bool is_open = false;

  ~Handles() {
    if (connection != SQL_NULL_HDBC) {
      if (is_open) SQLDisconnect(connection);
      SQLFreeHandle(SQL_HANDLE_DBC, connection);
    }
    if (environment != SQL_NULL_HENV) SQLFreeHandle(SQL_HANDLE_ENV, environment);
  }
};

Connection::Connection(std::unique_ptr<Handles> handles, Options options)
    : handles_(std::move(handles)), options_(std::move(options)) {}

Connection::~Connection() {
  if (handles_ != nullptr && handles_->is_open) SQLEndTran(SQL_HANDLE_DBC, handles_->connection, SQL_ROLLBACK);
}

absl::StatusOr<std::unique_ptr<Connection>> Connection::Open(const std::string& connection_string, const Options& options) {
  auto handles = std::make_unique<Handles>();
  if (!Succeeded(SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &handles->environment))) {
    return absl::InternalError("the ODBC driver manager gave no environment");
  }
  SQLSetEnvAttr(handles->environment, SQL_ATTR_ODBC_VERSION, AsPointer(SQL_OV_ODBC3), 0);
  if (!Succeeded(SQLAllocHandle(SQL_HANDLE_DBC, handles->environment, &handles->connection))) {
    return Diagnose(SQL_HANDLE_ENV, handles->environment, "prepare a connection", options.redacted);
  }
  SQLSetConnectAttrW(handles->connection, SQL_ATTR_LOGIN_TIMEOUT, AsPointer(Seconds(options.login_timeout)), 0);
  std::u16string text = Utf8ToUtf16(connection_string);
  const SQLRETURN code = SQLDriverConnectW(handles->connection, nullptr, Wide(text), static_cast<SQLSMALLINT>(text.size()), nullptr, 0,
                                           nullptr, SQL_DRIVER_NOPROMPT);
  if (!Succeeded(code)) {
    return Diagnose(SQL_HANDLE_DBC, handles->connection, "open the company database", options.redacted);
  }
  handles->is_open = true;
  std::array<SQLWCHAR, 128> name{};
  SQLSMALLINT length = 0;
  SQLGetInfoW(handles->connection, SQL_DBMS_NAME, name.data(), static_cast<SQLSMALLINT>(sizeof(name)), &length);
  auto connection = std::unique_ptr<Connection>(new Connection(std::move(handles), options));
  connection->product_ = Utf16ToUtf8(Units(name.data(), std::char_traits<char16_t>::length(
                                                            reinterpret_cast<const char16_t*>(name.data()))));
  return connection;
}

absl::Status Connection::Begin() {
  const SQLRETURN code =
      SQLSetConnectAttrW(handles_->connection, SQL_ATTR_AUTOCOMMIT, AsPointer(SQL_AUTOCOMMIT_OFF), SQL_IS_UINTEGER);
  if (Succeeded(code)) return absl::OkStatus();
  return Diagnose(SQL_HANDLE_DBC, handles_->connection, "begin a read transaction", options_.redacted);
}

absl::Status Connection::End() {
  const SQLRETURN rolled = SQLEndTran(SQL_HANDLE_DBC, handles_->connection, SQL_ROLLBACK);
  const SQLRETURN automatic =
      SQLSetConnectAttrW(handles_->connection, SQL_ATTR_AUTOCOMMIT, AsPointer(SQL_AUTOCOMMIT_ON), SQL_IS_UINTEGER);
  if (Succeeded(rolled) && Succeeded(automatic)) return absl::OkStatus();
  return Diagnose(SQL_HANDLE_DBC, handles_->connection, "end a read transaction", options_.redacted);
}

absl::Status Connection::Execute(const std::string& sql) {
  StatementHandle statement(handles_->connection);
  std::u16string text = Utf8ToUtf16(sql);
  const SQLRETURN code = SQLExecDirectW(statement.get(), Wide(text), static_cast<SQLINTEGER>(text.size()));
  if (Succeeded(code) || code == SQL_NO_DATA) return absl::OkStatus();
  return Diagnose(SQL_HANDLE_STMT, statement.get(), "run a statement", options_.redacted);
}

absl::Status Connection::Query(const std::string& sql, const std::vector<Parameter>& parameters, const RowVisitor& visit) {
  StatementHandle statement(handles_->connection);
  const auto failed = [&](const char* doing) {
    return Diagnose(SQL_HANDLE_STMT, statement.get(), absl::StrCat(doing, " the company database"), options_.redacted);
  };
  // Drivers without the attribute refuse it; the query then runs without a limit of its own.
  SQLSetStmtAttrW(statement.get(), SQL_ATTR_QUERY_TIMEOUT, AsPointer(Seconds(options_.query_timeout)), 0);
  std::vector<Bound> bounds(parameters.size());
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    if (!Succeeded(BindOne(statement.get(), static_cast<SQLUSMALLINT>(i + 1), parameters[i], options_, bounds[i]))) {
      return failed("bind values for");
    }
  }
  std::u16string text = Utf8ToUtf16(sql);
  const SQLRETURN ran = SQLExecDirectW(statement.get(), Wide(text), static_cast<SQLINTEGER>(text.size()));
  if (ran == SQL_NO_DATA) return absl::OkStatus();
  if (!Succeeded(ran)) return failed("query");
  SQLSMALLINT columns = 0;
  if (!Succeeded(SQLNumResultCols(statement.get(), &columns))) return failed("describe a result of");
  std::vector<bool> as_time(static_cast<std::size_t>(columns));
  for (SQLSMALLINT c = 0; options_.timestamp_digits.has_value() && c < columns; ++c) {
    SQLSMALLINT type = 0;
    SQLDescribeColW(statement.get(), static_cast<SQLUSMALLINT>(c + 1), nullptr, 0, nullptr, &type, nullptr, nullptr, nullptr);
    as_time[static_cast<std::size_t>(c)] = IsTimeType(type);
  }
  std::vector<Cell> row(static_cast<std::size_t>(columns));
  for (;;) {
    const SQLRETURN fetched = SQLFetch(statement.get());
    if (fetched == SQL_NO_DATA) return absl::OkStatus();
    if (!Succeeded(fetched)) return failed("fetch from");
    for (std::size_t c = 0; c < row.size(); ++c) {
      const auto column = static_cast<SQLUSMALLINT>(c + 1);
      const SQLRETURN got = as_time[c] ? FetchTime(statement.get(), column, row[c]) : FetchText(statement.get(), column, row[c]);
      if (!Succeeded(got)) return failed("fetch from");
    }
    if (absl::Status status = visit(row); !status.ok()) return status;
  }
}

absl::StatusOr<std::vector<ColumnInfo>> Connection::Columns(const std::string& table) {
  StatementHandle statement(handles_->connection);
  // An underscore in a catalogue pattern stands for any character: rows of other tables are left out below.
  std::u16string name = Utf8ToUtf16(table);
  if (!Succeeded(SQLColumnsW(statement.get(), nullptr, 0, nullptr, 0, Wide(name), static_cast<SQLSMALLINT>(name.size()), nullptr, 0))) {
    return Diagnose(SQL_HANDLE_STMT, statement.get(), absl::StrCat("list the columns of ", table), options_.redacted);
  }
  std::vector<ColumnInfo> out;
  while (Succeeded(SQLFetch(statement.get()))) {
    std::array<Cell, 11> cells;  // 3 table, 4 column, 6 type name, 7 size, 9 digits, 11 nullable
    for (SQLUSMALLINT c = 3; c <= 11; ++c) {
      if (!Succeeded(FetchText(statement.get(), c, cells[c - 1u]))) {
        return Diagnose(SQL_HANDLE_STMT, statement.get(), absl::StrCat("list the columns of ", table), options_.redacted);
      }
    }
    if (!cells[2].has_value() || !absl::EqualsIgnoreCase(*cells[2], table)) continue;
    ColumnInfo info;
    info.name = cells[3].value_or("");
    info.type_name = absl::AsciiStrToLower(cells[5].value_or(""));
    (void)absl::SimpleAtoi(cells[6].value_or("0"), &info.size);
    (void)absl::SimpleAtoi(cells[8].value_or("0"), &info.digits);
    info.nullable = cells[10].value_or("1") != "0";
    out.push_back(std::move(info));
  }
  return out;
}

}  // namespace entente::sage100::odbc
