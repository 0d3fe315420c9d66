#include "tools/sandbox/ssm/store.h"

#include <algorithm>

#include "tools/sandbox/company/dice.h"
#include "tools/sandbox/exact_json.h"

namespace entente::sandbox::ssm {
namespace {

std::string TextOf(const Row& row, int field) {
  if (field < 0) return "";
  const auto* text = std::get_if<std::string>(&row.cells[static_cast<std::size_t>(field)]);
  return text == nullptr ? "" : *text;
}

// The fields whose texts, joined by a space, name a record of that table; empty for those that have descriptions.
std::vector<const char*> NameFields(std::string_view table) {
  if (table == "accounts") return {"name"};
  if (table == "contacts") return {"firstName", "lastName"};
  if (table == "users") return {"name", "lastName"};
  if (table == "products") return {"model"};
  if (table == "salesorders") return {"reference"};
  if (table == "accountAddresses") return {"description"};
  return {};
}

}  // namespace

Store::Store(std::uint64_t seed, const TenantShape& shape, std::function<Instant()> now) : now_(std::move(now)) {
  for (Resource& resource : MakeResources(shape)) {
    Dice dice(seed, "ids of " + resource.name);
    const std::int64_t first = resource.is_value_list ? dice.Between(3, 400) : dice.Between(1000, 90000);
    names_.push_back(resource.name);
    const std::string name = resource.name;
    tables_[name] = std::make_unique<Table>(std::move(resource), first);
  }
}

Table* Store::Find(std::string_view resource) {
  const auto found = tables_.find(resource);
  return found == tables_.end() ? nullptr : found->second.get();
}

const Table* Store::Find(std::string_view resource) const {
  const auto found = tables_.find(resource);
  return found == tables_.end() ? nullptr : found->second.get();
}

std::string Store::Label(const std::string& table, std::int64_t id, std::string_view language) const {
  // The name of a rate is not given with a reference to it: a reference's value may be empty.
  const Table* target = table == "rates" ? nullptr : Find(table);
  const Row* row = target == nullptr ? nullptr : target->Find(id);
  if (row == nullptr) return "";
  const auto fields = NameFields(table);
  if (fields.empty()) return TextOf(*row, target->resource().Index("description" + std::string(language)));
  std::string out;
  for (const char* field : fields) {
    const std::string text = TextOf(*row, target->resource().Index(field));
    if (!out.empty() && !text.empty()) out += ' ';
    out += text;
  }
  return out;
}

std::int64_t Store::FindByLabel(const std::string& table, std::string_view label) const {
  const Table* target = Find(table);
  if (target == nullptr) return 0;
  const auto fields = NameFields(table);
  for (const Row& row : target->rows()) {
    if (row.deleted) continue;
    if (!fields.empty() && EqualsIgnoreCase(Label(table, row.id, "EN"), label)) return row.id;
    if (!fields.empty()) continue;
    for (const auto& language : Languages()) {
      if (EqualsIgnoreCase(TextOf(row, target->resource().Index("description" + language)), label)) return row.id;
    }
  }
  return 0;
}

// What the server fills in by itself when a record is made.
void Store::FillDefaults(const Table& table, std::vector<Cell>& cells) {
  const Resource& resource = table.resource();
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (resource.fields[i].type == FieldType::kBool && std::holds_alternative<std::monostate>(cells[i])) {
      cells[i] = resource.fields[i].name == "isActive";
    }
  }
  if (resource.name == "salesorders") {
    cells[static_cast<std::size_t>(resource.Index("number"))] = ++last_order_number_;
    cells[static_cast<std::size_t>(resource.Index("year"))] = std::int64_t{std::stoi(FormatInstant(Now()).substr(0, 4))};
  }
}

void Store::ContinueNumbers() {
  const Table& orders = *Find("salesorders");
  const auto field = static_cast<std::size_t>(orders.resource().Index("number"));
  for (const Row& row : orders.rows()) {
    if (const auto* number = std::get_if<std::int64_t>(&row.cells[field])) last_order_number_ = std::max(last_order_number_, *number);
  }
}

std::int64_t Store::Create(Table& table, std::vector<Cell> cells, Writer writer, std::int64_t user) {
  FillDefaults(table, cells);
  Row row;
  row.cells = std::move(cells);
  row.date_created = Now();
  row.created_by = user;
  const std::int64_t id = table.Add(std::move(row));
  Count(writer, "create", table, id);
  return id;
}

void Store::Update(Table& table, const Row& row, std::vector<Cell> cells, Writer writer, std::int64_t user) {
  Row changed = row;
  changed.cells = std::move(cells);
  changed.date_updated = Now();
  changed.updated_by = user;
  table.Replace(std::move(changed));
  Count(writer, "update", table, row.id);
}

void Store::Delete(Table& table, const Row& row, Writer writer, std::int64_t user) {
  Row changed = row;
  changed.deleted = true;
  changed.date_deleted = Now();
  changed.deleted_by = user;
  table.Replace(std::move(changed));
  Count(writer, "delete", table, row.id);
}

void Store::Revive(Table& table, const Row& row) {
  Row changed = row;
  changed.deleted = false;
  changed.date_deleted.reset();
  changed.deleted_by = 0;
  table.Replace(std::move(changed));
}

void Store::Count(Writer writer, const char* verb, const Table& table, std::int64_t id) {
  if (writer == Writer::kPreload) return;
  tally.CountWrite(writer == Writer::kApi ? "api" : "user", verb, table.resource().name, id);
}

}  // namespace entente::sandbox::ssm
