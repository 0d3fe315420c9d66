#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "connectors/sage100/company_time.h"
#include "connectors/sage100/config.h"
#include "connectors/sage100/dialect.h"
#include "connectors/sage100/odbc.h"
#include "connectors/sage100/parameters.h"
#include "connectors/sage100/reading.h"
#include "connectors/sage100/schema.h"
#include "connectors/sdk/catalogue_view.h"
#include "connectors/sdk/connector.h"

namespace entente::sage100 {

// What a session learnt about the company at its start. Immutable; shared by both threads.
struct Company {
  Schema schema;
  sdk::CatalogueView catalogue;
  CompanyTime time;
  bool all_price_categories = false;
  int vat_category = 1;

  Company(Schema schema_read, v1::Catalogue built, CompanyTime zone) : schema(std::move(schema_read)), catalogue(std::move(built)), time(zone) {}
};

// One connection to the company database, opened when first needed and again when it was lost. One thread.
class Database {
 public:
  explicit Database(const Sage100Config& config);

  // The open connection; the same until Drop() or a loss.
  absl::StatusOr<odbc::Connection*> Connect();
  // REQUIRES: Connect() succeeded.
  const Dialect& dialect() const { return *dialect_; }
  void Drop() { connection_.reset(); }

 private:
  std::string connection_string_;
  odbc::Options options_;
  std::unique_ptr<odbc::Connection> connection_;
  std::unique_ptr<Dialect> dialect_;
};

// One read transaction over the company: everything read through it belongs to one moment (where the server allows snapshots).
//
// Borrows the database and keeps the company. One thread; one at a time a database.
class Snapshot {
 public:
  // Takes the sequence number and the server's time first, then the P_ tables. Reconnects once when the connection was lost.
  static absl::StatusOr<std::unique_ptr<Snapshot>> Begin(Database& database, std::shared_ptr<const Company> company,
                                                         sdk::SequenceCounter& sequence);

  const Reading& reading() const { return *reading_; }
  const Parameters& parameters() const { return parameters_; }
  // By the server's clock, before anything was read.
  absl::Time server_time() const { return server_time_; }

 private:
  explicit Snapshot(std::shared_ptr<const Company> company) : company_(std::move(company)) {}
  absl::Status Start(Database& database, sdk::SequenceCounter& sequence);

  std::shared_ptr<const Company> company_;
  std::unique_ptr<odbc::ReadTransaction> transaction_;
  Parameters parameters_;
  absl::Time server_time_;
  std::unique_ptr<Reading> reading_;
};

// The server's clock, in UTC.
absl::StatusOr<absl::Time> ReadServerTime(odbc::Connection& connection, const Dialect& dialect);

}  // namespace entente::sage100
