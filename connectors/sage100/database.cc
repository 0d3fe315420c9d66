#include "connectors/sage100/database.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "connectors/sdk/error.h"

namespace entente::sage100 {
namespace {

// What the driver said, with what to do about it.
absl::Status Explained(const absl::Status& status) {
  const std::string said(status.message());
  switch (status.code()) {
    case absl::StatusCode::kNotFound:
      return sdk::MakeError(absl::StatusCode::kNotFound, "DATA_SOURCE_UNKNOWN",
                            absl::StrCat("there is no such ODBC data source or driver (", said,
                                         "): check odbc.connection against `odbcinst -q -d` and `odbcinst -q -s`"));
    case absl::StatusCode::kUnauthenticated:
      return sdk::MakeError(absl::StatusCode::kUnauthenticated, "LOGIN_REFUSED",
                            absl::StrCat("the database refused the login (", said,
                                         "): check UID in odbc.connection and the password in odbc.password_file"));
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
      return sdk::MakeError(absl::StatusCode::kUnavailable, "DATABASE_UNAVAILABLE",
                            absl::StrCat("the database server does not answer (", said, "): check that it runs and that this machine reaches it"));
    default:
      return sdk::MakeError(status.code(), "DATABASE_NOT_OPENED",
                            absl::StrCat("the company database cannot be opened (", said, "): check odbc.connection"));
  }
}

}  // namespace

Database::Database(const Sage100Config& config) : connection_string_(config.connection_string) {
  options_.login_timeout = config.login_timeout;
  options_.query_timeout = config.query_timeout;
  options_.redacted = config.password;
}

absl::StatusOr<odbc::Connection*> Database::Connect() {
  if (connection_ != nullptr) return connection_.get();
  auto opened = odbc::Connection::Open(connection_string_, options_);
  if (!opened.ok()) return Explained(opened.status());
  auto dialect = DialectFor((*opened)->product());
  if (!dialect.ok()) return dialect.status();
  dialect_ = *std::move(dialect);
  connection_ = *std::move(opened);
  connection_->BindTimesWith(dialect_->TimestampDigits());
  return connection_.get();
}

absl::StatusOr<absl::Time> ReadServerTime(odbc::Connection& connection, const Dialect& dialect) {
  std::optional<absl::CivilSecond> read;
  absl::Status status = connection.Query(dialect.ServerTime(), {}, [&](std::vector<odbc::Cell>& row) {
    if (row[0].has_value()) read = ParseLocal(*row[0]);
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  if (!read.has_value()) return absl::InternalError("the database server did not tell its time");
  return absl::FromCivil(*read, absl::UTCTimeZone());
}

absl::StatusOr<std::unique_ptr<Snapshot>> Snapshot::Begin(Database& database, std::shared_ptr<const Company> company,
                                                          sdk::SequenceCounter& sequence) {
  for (int attempt = 1;; ++attempt) {
    auto snapshot = std::unique_ptr<Snapshot>(new Snapshot(company));
    const absl::Status status = snapshot->Start(database, sequence);
    if (status.ok()) return snapshot;
    snapshot.reset();
    if (odbc::IsConnectionLost(status)) database.Drop();
    if (attempt == 2 || !odbc::IsConnectionLost(status)) return status;
  }
}

absl::Status Snapshot::Start(Database& database, sdk::SequenceCounter& sequence) {
  auto connection = database.Connect();
  if (!connection.ok()) return connection.status();
  const std::uint64_t read_seq = sequence.Next();
  if (absl::Status s = (*connection)->Begin(); !s.ok()) return s;
  transaction_ = std::make_unique<odbc::ReadTransaction>(**connection);
  const std::string begin = database.dialect().SnapshotBegin(company_->schema.snapshot_allowed());
  if (!begin.empty()) {
    if (absl::Status s = (*connection)->Execute(begin); !s.ok()) return s;
  }
  auto time = ReadServerTime(**connection, database.dialect());
  if (!time.ok()) return time.status();
  server_time_ = *time;
  auto parameters = Parameters::Read(**connection, company_->schema, company_->all_price_categories);
  if (!parameters.ok()) return parameters.status();
  parameters_ = *std::move(parameters);
  reading_ = std::make_unique<Reading>(Reading{.connection = **connection,
                                               .dialect = database.dialect(),
                                               .schema = company_->schema,
                                               .parameters = parameters_,
                                               .catalogue = company_->catalogue,
                                               .time = company_->time,
                                               .read_seq = read_seq,
                                               .vat_category = company_->vat_category});
  return absl::OkStatus();
}

}  // namespace entente::sage100
