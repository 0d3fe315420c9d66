#include "connectors/sage100/dialect.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace entente::sage100 {
namespace {

class SqlServer final : public Dialect {
 public:
  std::string_view name() const override { return "SqlServer"; }

  std::string Limited(const std::string& body, int rows_max) const override {
    return absl::StrCat("SELECT TOP (", rows_max, ") ", body);
  }

  std::string ServerTime() const override {
    return "SELECT CONVERT(varchar(19), SYSUTCDATETIME(), 120), DATEPART(TZOFFSET, SYSDATETIMEOFFSET())";
  }

  std::string SnapshotBegin(bool snapshot_allowed) const override {
    return snapshot_allowed ? "SET TRANSACTION ISOLATION LEVEL SNAPSHOT" : "SET TRANSACTION ISOLATION LEVEL READ COMMITTED";
  }

  std::string SnapshotAllowed() const override {
    return "SELECT snapshot_isolation_state FROM sys.databases WHERE name = DB_NAME()";
  }

  std::string Collation() const override {
    return "SELECT CONVERT(varchar(128), DATABASEPROPERTYEX(DB_NAME(), 'Collation')), "
           "CONVERT(int, COLLATIONPROPERTY(CONVERT(varchar(128), DATABASEPROPERTYEX(DB_NAME(), 'Collation')), 'CodePage'))";
  }

  std::string IdentityCounter() const override { return "SELECT CONVERT(bigint, IDENT_CURRENT(?))"; }

  // smalldatetime takes no fraction and datetime takes this one.
  std::optional<int> TimestampDigits() const override { return 0; }
};

class PostgreSql final : public Dialect {
 public:
  std::string_view name() const override { return "PostgreSql"; }

  std::string Limited(const std::string& body, int rows_max) const override {
    return absl::StrCat("SELECT ", body, " LIMIT ", rows_max);
  }

  std::string ServerTime() const override {
    return "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS'), "
           "CAST(EXTRACT(TIMEZONE FROM clock_timestamp()) AS integer) / 60";
  }

  std::string SnapshotBegin(bool) const override { return "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"; }
  std::string SnapshotAllowed() const override { return ""; }
  std::string Collation() const override {
    return "SELECT datcollate, CAST(NULL AS integer) FROM pg_database WHERE datname = current_database()";
  }
  std::string IdentityCounter() const override {
    return "SELECT pg_sequence_last_value(CAST(pg_get_serial_sequence('\"' || ? || '\"', 'cbMarq') AS regclass))";
  }
  std::optional<int> TimestampDigits() const override { return 6; }
};

class Sqlite final : public Dialect {
 public:
  std::string_view name() const override { return "Sqlite"; }

  std::string Limited(const std::string& body, int rows_max) const override {
    return absl::StrCat("SELECT ", body, " LIMIT ", rows_max);
  }

  // In process: there is no server with a zone of its own.
  std::string ServerTime() const override { return "SELECT strftime('%Y-%m-%d %H:%M:%S', 'now'), NULL"; }

  std::string SnapshotBegin(bool) const override { return ""; }
  std::string SnapshotAllowed() const override { return ""; }
  std::string Collation() const override { return ""; }
  std::string IdentityCounter() const override { return "SELECT seq FROM sqlite_sequence WHERE name = ?"; }
  std::optional<int> TimestampDigits() const override { return std::nullopt; }
};

}  // namespace

std::string Quoted(std::string_view identifier) {
  std::string out = "\"";
  for (const char c : identifier) {
    if (c == '"') out.push_back('"');
    out.push_back(c);
  }
  out.push_back('"');
  return out;
}

std::string Placeholders(std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += i == 0 ? "?" : ", ?";
  return out;
}

std::unique_ptr<Dialect> MakeSqlServerDialect() { return std::make_unique<SqlServer>(); }
std::unique_ptr<Dialect> MakePostgreSqlDialect() { return std::make_unique<PostgreSql>(); }
std::unique_ptr<Dialect> MakeSqliteDialect() { return std::make_unique<Sqlite>(); }

absl::StatusOr<std::unique_ptr<Dialect>> DialectFor(std::string_view product) {
  const std::string lower = absl::AsciiStrToLower(std::string(product));
  if (absl::StrContains(lower, "sql server")) return MakeSqlServerDialect();
  if (absl::StrContains(lower, "postgres")) return MakePostgreSqlDialect();
  if (absl::StrContains(lower, "sqlite")) return MakeSqliteDialect();
  return absl::UnimplementedError(absl::StrCat("the database calls itself \"", lower,
                                               "\"; supported are SQL Server, PostgreSQL and SQLite: check the driver in odbc.connection"));
}

}  // namespace entente::sage100
