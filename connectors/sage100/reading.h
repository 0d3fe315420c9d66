#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "connectors/sage100/catalogue.h"
#include "connectors/sage100/company_time.h"
#include "connectors/sage100/dialect.h"
#include "connectors/sage100/odbc.h"
#include "connectors/sage100/parameters.h"
#include "connectors/sage100/rows.h"
#include "connectors/sage100/schema.h"
#include "connectors/sdk/catalogue_view.h"
#include "connectors/sdk/record_builder.h"

namespace entente::sage100 {

// Everything a source needs while it reads inside one transaction. Borrows all of it; one thread.
struct Reading {
  odbc::Connection& connection;
  const Dialect& dialect;
  const Schema& schema;
  const Parameters& parameters;
  const sdk::CatalogueView& catalogue;
  const CompanyTime& time;
  // Taken before the transaction began.
  std::uint64_t read_seq = 0;
  // Accounting category whose VAT converts prices that include tax.
  int vat_category = 1;
};

// One query on one table. `where` uses bare quoted columns and ? for `values`.
struct Select {
  std::string table;
  std::vector<std::string> columns;  // those the company lacks are left out
  std::string where = {};
  std::vector<odbc::Parameter> values = {};
  std::string order = {};
  int rows_max = 0;  // 0: no limit
};

// The SQL text of a select, for golden tests and for Fetch().
std::string SqlOf(const Select& select, const Dialect& dialect);

// An empty result for a table the company lacks.
absl::StatusOr<Rows> Fetch(const Reading& reading, Select select);

// `"column" IN (?, ?)`, with the values appended to `values`. REQUIRES: `keys` is not empty.
std::string In(const char* column, const std::vector<std::string>& keys, std::vector<odbc::Parameter>* values);

// A change being built for a record of `resource`.
sdk::RecordBuilder BuilderFor(const Reading& reading, const ResourceSpec& resource);

// Sets every field of `resource` that is a column of `row`.
void SetColumns(const Reading& reading, const ResourceSpec& resource, const Row& row, sdk::RecordBuilder* builder);

// Finishes a change: key, read_seq, user columns counted as ignored, and the interval of the last change by the row's cbModification.
v1::Change Finished(const Reading& reading, const ResourceSpec& resource, const std::string& key, const Row& row,
                    sdk::RecordBuilder builder);

// Gives a record the stamp of its content: equal stamps, equal content.
void SetStamp(v1::Change* change);

// Names the physical row.
void SetRow(const Reading& reading, const Row& row, v1::Change* change);

}  // namespace entente::sage100
