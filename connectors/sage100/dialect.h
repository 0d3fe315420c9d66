#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace entente::sage100 {

// A column or table name in double quotes.
std::string Quoted(std::string_view identifier);

// "?, ?, ?" for lists of bound values.
std::string Placeholders(std::size_t count);

// The few statements that differ between the database systems Sage 100 data may live in.
//
// Everything else this connector sends is portable: quoted identifiers, bound values, COALESCE, EXISTS, comparisons.
// Stateless; any thread.
class Dialect {
 public:
  virtual ~Dialect() = default;

  virtual std::string_view name() const = 0;

  // A SELECT limited to its first `rows_max` rows. `body` begins after the word SELECT and ends with its ORDER BY.
  virtual std::string Limited(const std::string& body, int rows_max) const = 0;

  // One row: the server's time in UTC as "2026-11-22 07:30:00", and its offset from UTC in minutes or NULL when the server has none.
  virtual std::string ServerTime() const = 0;

  // Run inside a transaction just begun, before its first read; empty when nothing needs to be said.
  virtual std::string SnapshotBegin(bool snapshot_allowed) const = 0;

  // One row, one number: not 0 when readers may see one state for a whole transaction. Empty: they always may.
  virtual std::string SnapshotAllowed() const = 0;

  // One row: collation and code page (number or NULL) of the database. Empty when the system has none.
  virtual std::string Collation() const = 0;

  // One row: the highest cbMarq ever given out in `table`, which a restored backup takes back. The table name is bound where
  // the statement has a placeholder.
  virtual std::string IdentityCounter() const = 0;

  // Fraction digits of a bound timestamp structure; empty: bind as text.
  virtual std::optional<int> TimestampDigits() const = 0;
};

std::unique_ptr<Dialect> MakeSqlServerDialect();
std::unique_ptr<Dialect> MakePostgreSqlDialect();
std::unique_ptr<Dialect> MakeSqliteDialect();

// Chooses by the product name the driver reports. UNIMPLEMENTED, with what is supported, for any other.
absl::StatusOr<std::unique_ptr<Dialect>> DialectFor(std::string_view product);

}  // namespace entente::sage100
