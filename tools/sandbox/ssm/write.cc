#include "tools/sandbox/ssm/write.h"

#include "tools/sandbox/status.h"

namespace entente::sandbox::ssm {
namespace {

Writer WriterOf(Reading reading) { return reading == Reading::kApi ? Writer::kApi : Writer::kUser; }

bool Flag(const Table& table, const Row& row, const char* field) {
  const int index = table.resource().Index(field);
  if (index < 0) return false;
  const auto* flag = std::get_if<bool>(&row.cells[static_cast<std::size_t>(index)]);
  return flag != nullptr && *flag;
}

absl::Status CheckWritable(const Store& store, const Table& table, const Row* row, std::int64_t id, Reading reading, bool may_be_deleted) {
  const std::string which = table.resource().name + " " + std::to_string(id);
  if (table.resource().is_value_list) return Invalid(table.resource().name + " are managed in the web application");
  if (row == nullptr) return Invalid("there is no record " + which);
  if (row->deleted && !may_be_deleted) return Invalid(which + " is deleted");
  if (reading == Reading::kApi && !store.knobs.api_respects_locks) return absl::OkStatus();
  for (const char* lock : {"readOnly", "blocked"}) {
    if (!Flag(table, *row, lock)) continue;
    const std::string message = which + " is locked (" + lock + ")";
    return reading == Reading::kApi ? Invalid(message) : Refused(message + ": a user can neither change nor delete it");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::int64_t> CreateRecord(Store& store, Table& table, const Json& body, Reading reading, std::int64_t user) {
  if (table.resource().is_value_list) return Invalid(table.resource().name + " are managed in the web application");
  auto accepted = Accept(store, table, body, nullptr, reading);
  if (!accepted.ok()) return accepted.status();
  const std::int64_t id = store.Create(table, std::move(accepted->cells), WriterOf(reading), user);
  if (accepted->deleted.value_or(false)) store.Delete(table, *table.Find(id), Writer::kPreload, user);
  return id;
}

absl::Status UpdateRecord(Store& store, Table& table, std::int64_t id, const Json& body, Reading reading, std::int64_t user) {
  const Row* row = table.Find(id);
  const bool is_sale = table.resource().name == "sales";
  if (absl::Status s = CheckWritable(store, table, row, id, reading, is_sale && body.Find("deleted") != nullptr); !s.ok()) return s;
  auto accepted = Accept(store, table, body, row, reading);
  if (!accepted.ok()) return accepted.status();
  store.Update(table, *row, std::move(accepted->cells), WriterOf(reading), user);
  if (accepted->deleted == true && !table.Find(id)->deleted) store.Delete(table, *table.Find(id), Writer::kPreload, user);
  if (accepted->deleted == false && table.Find(id)->deleted) store.Revive(table, *table.Find(id));
  return absl::OkStatus();
}

absl::Status DeleteRecord(Store& store, Table& table, std::int64_t id, Reading reading, std::int64_t user) {
  const Row* row = table.Find(id);
  if (absl::Status s = CheckWritable(store, table, row, id, reading, false); !s.ok()) return s;
  store.Delete(table, *row, WriterOf(reading), user);
  return absl::OkStatus();
}

}  // namespace entente::sandbox::ssm
