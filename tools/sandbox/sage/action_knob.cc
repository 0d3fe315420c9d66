#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"
#include "tools/sandbox/sage/action.h"
#include "tools/sandbox/sage/record_kind.h"
#include "tools/sandbox/sage/refusal.h"

// Locks, faults, clock, product and policies.
namespace entente::sandbox::sage {
namespace {

using nlohmann::json;

// What the gateway locks under: the record people name, or a whole table.
struct LockTarget {
  std::string table;
  std::string key;
};

absl::StatusOr<LockTarget> TargetOf(Installation& sage, const Arguments& arguments) {
  if (arguments.Has("table")) return LockTarget{arguments.Text("table"), ""};
  SAGE_ASSIGN(const RecordKind kind, KindNamed(arguments.Text("what", 0)));
  SAGE_ASSIGN(const Row row, FindRecord(*sage.database, kind, arguments.Text("key", 1)));
  return LockTarget{kind.table, row.Text(kind.key)};
}

absl::StatusOr<json> Lock(Installation& sage, const Arguments& arguments) {
  SAGE_ASSIGN(const LockTarget target, TargetOf(sage, arguments));
  sage.locks.Lock(target.table, target.key);
  return json{{"locked", true}};
}

absl::StatusOr<json> Unlock(Installation& sage, const Arguments& arguments) {
  if (arguments.Text("what", 0).empty() && !arguments.Has("table")) {
    sage.locks.UnlockAll();
    return json{{"unlocked", true}};
  }
  SAGE_ASSIGN(const LockTarget target, TargetOf(sage, arguments));
  return json{{"unlocked", sage.locks.Unlock(target.table, target.key)}};
}

json Shown(const Faults::Settings& faults) {
  return {{"latency_ms", faults.latency_ms},
          {"lost_answers", faults.lost_answers},
          {"session_lost", faults.session_lost},
          {"session_lost_after", faults.session_lost_after},
          {"lost_answer_every", faults.lost_answer_every},
          {"locked_every", faults.locked_every},
          {"licence_exhausted", faults.is_licence_exhausted},
          {"unavailable", faults.is_unavailable},
          {"down", faults.is_down}};
}

absl::StatusOr<json> SetFaults(Installation& sage, const Arguments& arguments) {
  const json settings = arguments.FieldsObject({});
  for (const auto& [name, value] : settings.items()) {
    SAGE_ASSIGN(const std::int64_t number, Arguments(settings).Number(name.c_str(), 0));
    SAGE_RETURN_IF_ERROR(sage.faults.Set(name, number));
  }
  return Shown(sage.faults.settings());
}

absl::StatusOr<json> ClearFaults(Installation& sage, const Arguments&) {
  sage.faults.Set(Faults::Settings{});
  return Shown(sage.faults.settings());
}

absl::StatusOr<json> Counts(Installation& sage, const Arguments&) {
  const Counters::Counts counts = sage.counters.counts();
  return json{{"calls", counts.calls},
              {"writes", counts.writes},
              {"calls_by_route", counts.calls_by_route},
              {"writes_by_route", counts.writes_by_route},
              {"refusals_by_code", counts.refusals_by_code}};
}

absl::StatusOr<json> ResetCounts(Installation& sage, const Arguments&) {
  sage.counters.Reset();
  return json::object();
}

absl::StatusOr<json> Clock(Installation& sage, const Arguments& arguments) {
  if (arguments.Has("at")) {
    absl::Time time;
    std::string error;
    if (!absl::ParseTime(absl::RFC3339_full, arguments.Text("at"), &time, &error)) return WrongArgument("at takes 2026-11-22T08:30:00Z");
    sage.clock.StopAt(time);
  }
  if (arguments.Has("offset_seconds")) {
    SAGE_ASSIGN(const std::int64_t seconds, arguments.Number("offset_seconds", 0));
    sage.clock.SetOffset(absl::Seconds(seconds));
  }
  if (arguments.Has("advance_seconds")) {
    SAGE_ASSIGN(const std::int64_t seconds, arguments.Number("advance_seconds", 0));
    sage.clock.Advance(absl::Seconds(seconds));
  }
  if (arguments.Has("free")) sage.clock.RunFree();
  return json{{"local", sage.clock.LocalNow()}, {"utc", sage.clock.UtcNow()}};
}

absl::StatusOr<json> Product(Installation& sage, const Arguments& arguments) {
  CompanyDatabase& database = *sage.database;
  if (const std::string version = arguments.Text("version", 0); !version.empty()) {
    SAGE_RETURN_IF_ERROR(database.SetSetting("product_version", version));
    SAGE_ASSIGN(const std::vector<Row> rows, database.List("cbSysTable", {}));
    for (const Row& row : rows) SAGE_RETURN_IF_ERROR(database.Update("cbSysTable", row.Int("cbMarq"), {{"CB_Version", version}}).status());
  }
  if (const std::string edition = arguments.Text("edition", 1); !edition.empty()) {
    SAGE_RETURN_IF_ERROR(database.SetSetting("edition", edition));
  }
  SAGE_ASSIGN(const std::string version, database.Setting("product_version", ""));
  SAGE_ASSIGN(const std::string edition, database.Setting("edition", ""));
  return json{{"version", version}, {"edition", edition}};
}

absl::StatusOr<json> CompanyGuid(Installation& sage, const Arguments& arguments) {
  const std::string guid = arguments.Text("guid", 0);
  if (guid.empty()) return WrongArgument("say the new guid");
  SAGE_ASSIGN(const std::vector<Row> rows, sage.database->List("cbSysTable", {}));
  for (const Row& row : rows) SAGE_RETURN_IF_ERROR(sage.database->Update("cbSysTable", row.Int("cbMarq"), {{"CB_LocalGUID", guid}}).status());
  return json{{"guid", guid}};
}

absl::StatusOr<json> Conversion(Installation& sage, const Arguments& arguments) {
  SAGE_ASSIGN(sage.conversion, ParseConversionMode(arguments.Text("mode", 0)));
  return json{{"mode", arguments.Text("mode", 0)}};
}

absl::StatusOr<json> Policy(Installation& sage, const Arguments& arguments) {
  static const std::map<std::string, int> kPolicies = {{"client_only", 0}, {"item_only", 1}, {"family_only", 2},
                                                       {"sum", 3},         {"cascade", 4},   {"best", 5}};
  const auto found = kPolicies.find(arguments.Text("policy", 0));
  if (found == kPolicies.end()) return WrongArgument("policy is client_only, item_only, family_only, sum, cascade or best");
  SAGE_ASSIGN(const std::optional<Row> row, sage.database->Find("P_PREFERENCES", {}));
  if (!row.has_value()) return Refuse({.code = "NOT_FOUND", .text = "the company has no preferences"});
  SAGE_RETURN_IF_ERROR(sage.database->Update("P_PREFERENCES", row->Int("cbMarq"), {{"PR_ChoixRemise", found->second}}).status());
  return json{{"policy", found->first}};
}

}  // namespace

std::vector<Action> KnobActions() {
  return {
      {"lock", "WHAT KEY | table=TABLE", "somebody has a record, or a whole file, open: gateway writes to it are refused", false, Lock},
      {"unlock", "[WHAT KEY | table=TABLE]", "closes it again; all without arguments", false, Unlock},
      {"set-faults", "NAME=NUMBER …", "what goes wrong at the gateway", false, SetFaults},
      {"clear-faults", "", "nothing goes wrong any more", false, ClearFaults},
      {"counts", "", "calls, writes and refusals of the gateway", false, Counts},
      {"reset-counts", "", "starts counting anew", false, ResetCounts},
      {"clock", "[at=TIME | offset_seconds=N | advance_seconds=N | free=1]", "the server's clock", false, Clock},
      {"product", "[VERSION] [EDITION]", "what product version and edition the company shows", true, Product},
      {"company-guid", "GUID", "the company becomes another one", true, CompanyGuid},
      {"conversion-mode", "MODE", "same_code, new_code_same_row or new_code_new_row, for later conversions", false, Conversion},
      {"discount-policy", "POLICY", "client_only, item_only, family_only, sum, cascade or best", true, Policy},
  };
}

}  // namespace entente::sandbox::sage
