#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "tools/sandbox/ssm/resource.h"
#include "tools/sandbox/ssm/row.h"

namespace entente::sandbox::ssm {

enum class AuditDate { kCreated, kUpdated, kDeleted };

// The records of one resource, with indexes by id, foreign key, reference and date.
//
// Not thread-safe: Store's lock guards it. Rows stay where they are for the life of the table; pointers to them are valid, and a row
// is changed only through Replace(), so that the indexes follow.
class Table {
 public:
  // `first_id` is given to the first row.
  Table(Resource resource, std::int64_t first_id);

  const Resource& resource() const { return resource_; }
  const std::deque<Row>& rows() const { return rows_; }  // ascending by id

  // Takes the row in under the next id, which it returns. REQUIRES: as many cells as the resource has fields.
  std::int64_t Add(Row row);
  // Takes a row back in under its own id, as a dump holds it. REQUIRES: the id is larger than any before.
  void Restore(Row row);
  const Row* Find(std::int64_t id) const;
  // Puts `row` in the place of the row with its id. REQUIRES: that row exists.
  void Replace(Row row);

  // Rows, by position, whose foreign key is `ext_id` without regard to ASCII case.
  std::vector<std::size_t> ByExtId(std::string_view ext_id) const;
  // Rows whose reference in field `field` is `id`. Empty optional when that field has no index.
  std::optional<std::vector<std::size_t>> ByReference(int field, std::int64_t id) const;
  // Rows whose date is in [from, to].
  std::vector<std::size_t> ByDate(AuditDate date, Instant from, Instant to) const;
  std::optional<std::size_t> Position(std::int64_t id) const;

  int ext_id_field() const { return ext_id_field_; }

 private:
  void Index(std::size_t position);
  void Unindex(std::size_t position);

  Resource resource_;
  std::int64_t next_id_;
  int ext_id_field_ = -1;
  std::deque<Row> rows_;
  std::unordered_map<std::int64_t, std::size_t> by_id_;
  std::unordered_map<std::string, std::vector<std::size_t>> by_ext_id_;
  std::map<int, std::unordered_map<std::int64_t, std::vector<std::size_t>>> by_reference_;
  std::array<std::set<std::pair<Instant, std::size_t>>, 3> by_date_;
};

}  // namespace entente::sandbox::ssm
