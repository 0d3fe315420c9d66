#include "tools/sandbox/ssm/dump.h"

#include <fstream>
#include <sstream>

#include "tools/sandbox/exact_json.h"
#include "tools/sandbox/status.h"

namespace entente::sandbox::ssm {
namespace {

// A cell in a dump: null, true, an array of ids, {"n": 5} for a whole number, and text as text.
Json CellJson(const Cell& cell) {
  if (const auto* flag = std::get_if<bool>(&cell)) return Json(*flag);
  if (const auto* number = std::get_if<std::int64_t>(&cell)) return Json(Json::Object{{"n", Json(*number)}});
  if (const auto* text = std::get_if<std::string>(&cell)) return Json(*text);
  if (const auto* many = std::get_if<std::vector<std::int64_t>>(&cell)) {
    Json::Array out;
    for (const auto id : *many) out.push_back(Json(id));
    return Json(std::move(out));
  }
  return Json();
}

std::int64_t WholeOf(const Json* value) { return value == nullptr || value->IsNull() ? 0 : std::stoll(std::string(value->TextOrEmpty())); }

Cell CellFrom(const Json& value) {
  if (const auto* flag = value.As<bool>()) return *flag;
  if (const auto* text = value.As<std::string>()) return *text;
  if (value.As<Json::Object>() != nullptr) return WholeOf(value.Find("n"));
  if (const auto* items = value.As<Json::Array>()) {
    std::vector<std::int64_t> out;
    for (const Json& item : *items) out.push_back(WholeOf(&item));
    return out;
  }
  return std::monostate();
}

std::optional<Instant> MaybeInstant(const Json* value) {
  if (value == nullptr || value->IsNull()) return std::nullopt;
  return WholeOf(value);
}

Json RowJson(const Resource& resource, const Row& row) {
  Json::Object cells;
  for (std::size_t i = 0; i < row.cells.size(); ++i) {
    if (!std::holds_alternative<std::monostate>(row.cells[i])) cells.emplace_back(resource.fields[i].name, CellJson(row.cells[i]));
  }
  return Json(Json::Object{{"id", Json(row.id)},
                           {"created", Json(row.date_created)},
                           {"updated", row.date_updated ? Json(*row.date_updated) : Json()},
                           {"removed", row.date_deleted ? Json(*row.date_deleted) : Json()},
                           {"deleted", Json(row.deleted)},
                           {"createdBy", Json(row.created_by)},
                           {"updatedBy", Json(row.updated_by)},
                           {"deletedBy", Json(row.deleted_by)},
                           {"cells", Json(std::move(cells))}});
}

Row RowFrom(const Resource& resource, const Json& json) {
  Row row;
  row.id = WholeOf(json.Find("id"));
  row.date_created = WholeOf(json.Find("created"));
  row.date_updated = MaybeInstant(json.Find("updated"));
  row.date_deleted = MaybeInstant(json.Find("removed"));
  const Json* deleted = json.Find("deleted");
  row.deleted = deleted != nullptr && deleted->As<bool>() != nullptr && *deleted->As<bool>();
  row.created_by = WholeOf(json.Find("createdBy"));
  row.updated_by = WholeOf(json.Find("updatedBy"));
  row.deleted_by = WholeOf(json.Find("deletedBy"));
  row.cells.resize(resource.fields.size());
  const Json* cells = json.Find("cells");
  if (cells == nullptr || cells->As<Json::Object>() == nullptr) return row;
  for (const auto& [name, value] : *cells->As<Json::Object>()) {
    if (const int index = resource.Index(name); index >= 0) row.cells[static_cast<std::size_t>(index)] = CellFrom(value);
  }
  return row;
}

}  // namespace

absl::Status DumpTo(const Store& store, const std::string& file) {
  std::ofstream out(file + ".part", std::ios::trunc);
  out << "{\"admin\":" << store.admin_user;
  for (const auto& name : store.names()) {
    const Table& table = *store.Find(name);
    out << ",\n\"" << name << "\":[";
    const char* separator = "\n";
    for (const Row& row : table.rows()) {
      out << separator << RowJson(table.resource(), row).Text();
      separator = ",\n";
    }
    out << "]";
  }
  out << "}\n";
  out.close();
  if (!out || std::rename((file + ".part").c_str(), file.c_str()) != 0) return Unavailable("cannot write the dump " + file);
  return absl::OkStatus();
}

absl::Status LoadFrom(Store& store, const std::string& file) {
  std::ifstream in(file);
  std::stringstream text;
  text << in.rdbuf();
  if (!in) return NotFound("cannot read the dump " + file);
  const auto json = Json::Parse(text.str());
  if (!json.ok()) return Invalid("the dump " + file + " is damaged: " + std::string(Std(json.status().message())));
  store.admin_user = WholeOf(json->Find("admin"));
  for (const auto& name : store.names()) {
    Table& table = *store.Find(name);
    const Json* rows = json->Find(name);
    if (rows == nullptr || rows->As<Json::Array>() == nullptr) continue;
    for (const Json& row : *rows->As<Json::Array>()) table.Restore(RowFrom(table.resource(), row));
  }
  store.ContinueNumbers();
  return absl::OkStatus();
}

}  // namespace entente::sandbox::ssm
