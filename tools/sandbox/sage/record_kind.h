#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "tools/sandbox/sage/company_database.h"

namespace entente::sandbox::sage {

// What people call a kind of record, and where Sage keeps it.
struct RecordKind {
  std::string table;
  std::string key;            // the column people name a record by
  Row filter = {};            // what tells it from other kinds in the table
  bool is_document = false;
  std::int64_t document_type = 0;
};

// party, customer, prospect, supplier, contact, address, collaborator, article, family, price, stock, quote, order, delivery, invoice.
absl::StatusOr<RecordKind> KindNamed(const std::string& name);

// The record with this key. An invoice is found under any of its types. NOT_FOUND when there is none.
absl::StatusOr<Row> FindRecord(CompanyDatabase& database, const RecordKind& kind, const std::string& key);

}  // namespace entente::sandbox::sage
