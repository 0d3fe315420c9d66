#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tools/sandbox/ssm/knobs.h"
#include "tools/sandbox/ssm/table.h"
#include "tools/sandbox/ssm/tally.h"

namespace entente::sandbox::ssm {

// Who writes a record: decides how it is counted.
enum class Writer { kApi, kUser, kPreload };

// The records of one tenant, and the knobs and the tally that go with them.
//
// Not thread-safe: one lock around it is held by SsmSandbox for the length of a call.
class Store {
 public:
  // `now` is the machine's clock; the server's is that plus the offset knob. Ids differ per seed.
  Store(std::uint64_t seed, const TenantShape& shape, std::function<Instant()> now);

  Instant Now() const { return now_() + std::int64_t{knobs.clock_offset_seconds} * 1000; }

  Table* Find(std::string_view resource);
  const Table* Find(std::string_view resource) const;
  const std::vector<std::string>& names() const { return names_; }

  // What a reference to that record shows in that language ("EN", "FR"): a name, a model, a description; "" when there is none.
  std::string Label(const std::string& table, std::int64_t id, std::string_view language) const;
  // The live record of `table` with this label in any language, without regard to ASCII case, or 0.
  std::int64_t FindByLabel(const std::string& table, std::string_view label) const;

  // The three ways a record changes, stamped with the server's clock. `user` is the id of who does it.
  std::int64_t Create(Table& table, std::vector<Cell> cells, Writer writer, std::int64_t user);
  void Update(Table& table, const Row& row, std::vector<Cell> cells, Writer writer, std::int64_t user);
  // Sets dateDeleted and nothing else.
  void Delete(Table& table, const Row& row, Writer writer, std::int64_t user);
  // Takes the deleted mark off: only /sales can do that.
  void Revive(Table& table, const Row& row);

  // Lets document numbers go on behind the highest one there is: after records were restored.
  void ContinueNumbers();

  std::int64_t admin_user = 0;  // whoever the API writes as
  Knobs knobs;
  Tally tally;

 private:
  void FillDefaults(const Table& table, std::vector<Cell>& cells);
  void Count(Writer writer, const char* verb, const Table& table, std::int64_t id);

  std::function<Instant()> now_;
  std::int64_t last_order_number_ = 0;
  std::vector<std::string> names_;
  std::map<std::string, std::unique_ptr<Table>, std::less<>> tables_;
};

}  // namespace entente::sandbox::ssm
