#include "tools/sandbox/ssm/user.h"

#include <optional>

#include "nlohmann/json.hpp"
#include "tools/sandbox/ssm/dump.h"
#include "tools/sandbox/ssm/select.h"
#include "tools/sandbox/ssm/write.h"
#include "tools/sandbox/status.h"

namespace entente::sandbox::ssm {
namespace {

// An argument as text: by name, or by its place among the words of the command line ("args").
std::string Argument(const nlohmann::json& arguments, const char* name, std::size_t place) {
  auto found = arguments.find(name);
  if (found != arguments.end()) return found->is_string() ? found->get<std::string>() : found->dump();
  found = arguments.find("args");
  if (found == arguments.end() || !found->is_array() || found->size() <= place) return "";
  const auto& word = (*found)[place];
  return word.is_string() ? word.get<std::string>() : word.dump();
}

std::optional<std::int64_t> WholeNumber(const std::string& text) {
  if (text.empty() || text.size() > 15 || text.find_first_not_of("0123456789") != std::string::npos) return std::nullopt;
  return std::stoll(text);
}

// The fields to write: the object "fields", or on the command line every word with a '=' that is not an argument of the action.
Json FieldsOf(const nlohmann::json& arguments) {
  if (const auto found = arguments.find("fields"); found != arguments.end()) return FromControl(*found);
  nlohmann::json fields = nlohmann::json::object();
  for (const auto& [key, value] : arguments.items()) {
    if (key != "resource" && key != "id" && key != "extId" && key != "as" && key != "args") fields[key] = value;
  }
  return FromControl(fields);
}

// What the web application fills in for the user who makes a record: his branch, himself, a first status.
Json WithUsualValues(const Store& store, const Resource& resource, const Json& fields, std::int64_t user) {
  Json::Object out = fields.As<Json::Object>() == nullptr ? Json::Object() : *fields.As<Json::Object>();
  const auto fill = [&](const char* name, Json value) {
    if (resource.Index(name) >= 0 && fields.Find(name) == nullptr) out.emplace_back(name, std::move(value));
  };
  const auto& branches = store.Find("branches")->rows();
  if (!branches.empty()) fill("branchId", Json(branches.front().id));
  fill("salesRepId1", Json(user));
  if (resource.name != "sales") fill("salesRepId", Json(user));
  if (resource.name == "salesorders") fill("statusId", Json("Brouillon – En attente"));
  if (resource.name == "users") {
    const Json* email = fields.Find("email");
    const std::string address(email == nullptr ? std::string_view() : email->TextOrEmpty());
    fill("nic", Json(address.substr(0, address.find('@'))));
    fill("phone", Json("02 40 00 00 00"));
    fill("idPrefix", Json(store.FindByLabel("countries", "France")));
    if (!branches.empty()) fill("branches", Json(Json::Array{Json(branches.front().id)}));
    fill("dbLanguage", Json("EN"));
    fill("uiLanguage", Json("EN"));
  }
  return Json(std::move(out));
}

}  // namespace

User::User(Store& store, Api& api, std::string dump_file) : store_(store), api_(api), dump_file_(std::move(dump_file)) {}

absl::StatusOr<nlohmann::json> User::Act(std::string_view action, const nlohmann::json& arguments) {
  if (action == "list") return List(arguments);
  if (action == "get") return Get(arguments);
  if (action == "create") return Create(arguments);
  if (action == "edit") return Edit(arguments);
  if (action == "delete") return Delete(arguments);
  if (action == "counts") return Counts();
  if (action == "writes") return store_.tally.WritesAfter(WholeNumber(Argument(arguments, "after", 0)).value_or(0));
  if (action == "accesses") {
    return store_.tally.AccessesAfter(WholeNumber(Argument(arguments, "after", 99)).value_or(0), Argument(arguments, "resource", 0), WholeNumber(Argument(arguments, "id", 1)).value_or(0));
  }
  if (action == "faults" || action == "set") return Switch(arguments);
  if (action == "set-rate") return Switch(arguments);
  if (action == "clock") {
    const std::string offset = Argument(arguments, "offset_seconds", 0);
    if (!offset.empty()) return Switch({{"clock_offset_seconds", offset}});
    return nlohmann::json{{"now", FormatInstant(store_.Now())}};
  }
  if (action == "dump") return Dump(arguments);
  if (action == "reset-counts") {
    store_.tally.Reset();
    api_.limiter().ResetPeaks();
    return nlohmann::json::object();
  }
  if (action == "expire-tokens") {
    api_.ExpireTokens();
    return nlohmann::json::object();
  }
  if (action == "fail-next") {
    if (absl::Status s = api_.faults().Order(arguments); !s.ok()) return s;
    return nlohmann::json::object();
  }
  if (action == "forget-faults") {
    api_.faults().Forget();
    return nlohmann::json::object();
  }
  return Invalid("ssm has no action '" + std::string(action) + "'. " + Help());
}

absl::StatusOr<nlohmann::json> User::List(const nlohmann::json& arguments) {
  const auto table = TableOf(arguments);
  if (!table.ok()) return table.status();
  Selection selection;
  selection.where = Argument(arguments, "where", 1);
  selection.order = Argument(arguments, "order", 2);
  selection.language = "FR";
  selection.page = static_cast<std::size_t>(WholeNumber(Argument(arguments, "page", 99)).value_or(0));
  selection.count = static_cast<std::size_t>(WholeNumber(Argument(arguments, "count", 99)).value_or(100000));
  const auto rows = Select(store_, **table, selection);
  if (!rows.ok()) return rows.status();
  auto out = nlohmann::json::array();
  for (const Row* row : *rows) out.push_back(Shown(**table, *row));
  return out;
}

absl::StatusOr<nlohmann::json> User::Get(const nlohmann::json& arguments) {
  const auto table = TableOf(arguments);
  if (!table.ok()) return table.status();
  const auto row = RowOf(**table, arguments);
  if (!row.ok()) return row.status();
  return Shown(**table, **row);
}

absl::StatusOr<nlohmann::json> User::Create(const nlohmann::json& arguments) {
  const auto table = TableOf(arguments);
  if (!table.ok()) return table.status();
  const std::int64_t user = WholeNumber(Argument(arguments, "as", 99)).value_or(store_.admin_user);
  const Json fields = WithUsualValues(store_, (*table)->resource(), FieldsOf(arguments), user);
  const auto id = CreateRecord(store_, **table, fields, Reading::kPerson, user);
  if (!id.ok()) return id.status();
  return Shown(**table, *(*table)->Find(*id));
}

absl::StatusOr<nlohmann::json> User::Edit(const nlohmann::json& arguments) {
  const auto table = TableOf(arguments);
  if (!table.ok()) return table.status();
  const auto row = RowOf(**table, arguments);
  if (!row.ok()) return row.status();
  const std::int64_t id = (*row)->id;
  const std::int64_t user = WholeNumber(Argument(arguments, "as", 99)).value_or(store_.admin_user);
  if (absl::Status s = UpdateRecord(store_, **table, id, FieldsOf(arguments), Reading::kPerson, user); !s.ok()) return s;
  return Shown(**table, *(*table)->Find(id));
}

absl::StatusOr<nlohmann::json> User::Delete(const nlohmann::json& arguments) {
  const auto table = TableOf(arguments);
  if (!table.ok()) return table.status();
  const auto row = RowOf(**table, arguments);
  if (!row.ok()) return row.status();
  const std::int64_t id = (*row)->id;
  const std::int64_t user = WholeNumber(Argument(arguments, "as", 99)).value_or(store_.admin_user);
  if (absl::Status s = DeleteRecord(store_, **table, id, Reading::kPerson, user); !s.ok()) return s;
  return Shown(**table, *(*table)->Find(id));
}

absl::StatusOr<nlohmann::json> User::Counts() {
  nlohmann::json out = store_.tally.ToJson();
  out["peak_per_minute"] = api_.limiter().peak_per_minute();
  out["peak_per_second"] = api_.limiter().peak_per_second();
  for (const auto& name : store_.names()) {
    std::int64_t live = 0;
    for (const Row& row : store_.Find(name)->rows()) live += row.deleted ? 0 : 1;
    out["live_records"][name] = live;
  }
  return out;
}

absl::StatusOr<nlohmann::json> User::Switch(const nlohmann::json& arguments) {
  for (const auto& [name, value] : arguments.items()) {
    if (name == "args") continue;
    if (absl::Status s = store_.knobs.Set(name, value); !s.ok()) return s;
  }
  return store_.knobs.ToJson();
}

absl::StatusOr<nlohmann::json> User::Dump(const nlohmann::json& arguments) {
  const std::string told = Argument(arguments, "file", 0);
  const std::string file = told.empty() ? dump_file_ : told;
  if (file.empty()) return Invalid("dump needs file=PATH");
  if (absl::Status s = DumpTo(store_, file); !s.ok()) return s;
  return nlohmann::json{{"file", file}};
}

absl::StatusOr<Table*> User::TableOf(const nlohmann::json& arguments) {
  const std::string name = Argument(arguments, "resource", 0);
  Table* table = store_.Find(name);
  if (table == nullptr) return Invalid("there is no resource '" + name + "'; GET /resources lists them");
  return table;
}

absl::StatusOr<const Row*> User::RowOf(const Table& table, const nlohmann::json& arguments) {
  const std::string ext_id = Argument(arguments, "extId", 99);
  const std::string word = Argument(arguments, "id", 1);
  if (!ext_id.empty() || word.starts_with("@")) {
    const std::string wanted = ext_id.empty() ? word.substr(1) : ext_id;
    const Row* found = nullptr;
    for (const std::size_t position : table.ByExtId(wanted)) {
      if (found != nullptr && !found->deleted && !table.rows()[position].deleted) return Invalid("more than one record has the foreign key " + wanted);
      if (found == nullptr || found->deleted) found = &table.rows()[position];
    }
    if (found != nullptr) return found;
    return NotFound("no record of " + table.resource().name + " has the foreign key " + wanted);
  }
  const auto id = WholeNumber(word);
  const Row* row = id ? table.Find(*id) : nullptr;
  if (row == nullptr) return NotFound("there is no record '" + word + "' in " + table.resource().name);
  return row;
}

nlohmann::json User::Shown(const Table& table, const Row& row) const { return ToControl(Render(store_, table, row, {"FR", true})); }

std::string User::Help() {
  return "Actions:\n"
         "  list RESOURCE [where=…] [order=FIELD] [page=N] [count=N]   what the API would list, without paging limits\n"
         "  get RESOURCE ID|@FOREIGN_KEY\n"
         "  create RESOURCE field=value …                               as a user; references by id, label or @foreign key\n"
         "  edit RESOURCE ID|@FOREIGN_KEY field=value …                 refused on a locked record\n"
         "  delete RESOURCE ID|@FOREIGN_KEY                             refused on a locked record\n"
         "  accesses RESOURCE ID [after=N]                              who read and wrote one record, in order\n"
         "  counts | reset-counts | writes [after=N]                    calls, writes, peaks\n"
         "  set NAME=VALUE …                                            switches, limits and failure rates (alone: shows them)\n"
         "  set-rate rate-per-minute=N rate-per-second=N\n"
         "  fail-next kind=408|500|503|429|900|500-after|lost [method=POST] [resource=contacts] [count=N]\n"
         "  forget-faults | expire-tokens | clock [offset_seconds=N] | dump [file=PATH]\n";
}

}  // namespace entente::sandbox::ssm
