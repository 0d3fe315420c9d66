#include "tools/sandbox/ssm/api.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <optional>

#include "tools/sandbox/ssm/select.h"
#include "tools/sandbox/ssm/write.h"
#include "tools/sandbox/status.h"

namespace entente::sandbox::ssm {
namespace {

constexpr int kBadRequest = 400;
constexpr int kCodeDatabase = 900;
constexpr int kCodeBadQuery = 901;
constexpr int kCodeNoResource = 910;

std::vector<std::string> Split(std::string_view path) {
  std::vector<std::string> out;
  std::size_t at = 0;
  while (at < path.size()) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    if (end > at) out.emplace_back(path.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

std::optional<std::int64_t> WholeNumber(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string Value(const std::map<std::string, std::string>& in, const std::string& key) {
  const auto found = in.find(key);
  return found == in.end() ? std::string() : found->second;
}

Answer Ok(const Json& body) {
  Answer answer;
  body.Write(answer.body);
  return answer;
}

std::string Message(const absl::Status& status) { return std::string(Std(status.message())); }

std::string LanguageOf(const Call& call) {
  std::string language = Value(call.query, "lang");
  for (char& c : language) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  const auto& known = Languages();
  return std::find(known.begin(), known.end(), language) == known.end() ? "EN" : language;
}

RenderOptions OptionsOf(const Call& call) {
  RenderOptions options;
  options.language = LanguageOf(call);
  options.describe_extra_fields = Value(call.headers, "extrafielddescription") == "1";
  return options;
}

}  // namespace

Answer ErrorAnswer(int status, int code, std::string_view message) {
  Answer answer = Ok(Json(Json::Object{{"code", Json(code)}, {"message", Json(message)}}));
  answer.status = status;
  return answer;
}

Api::Api(Store& store, std::uint64_t seed, std::string public_key, std::string private_key, std::function<std::int64_t()> steady_ms)
    : store_(store),
      faults_(seed),
      public_key_(std::move(public_key)),
      private_key_(std::move(private_key)),
      steady_ms_(std::move(steady_ms)),
      token_dice_(seed, "tokens") {}

Answer Api::Handle(const Call& call) {
  const std::vector<std::string> path = Split(call.path);
  const std::string resource = path.empty() ? "" : path[0];
  Answer answer = Serve(call, path, faults_.For(call.method, resource, store_.knobs));
  answer.headers.emplace_back("Date", FormatHttpDate(store_.Now()));
  std::string counted = call.method + " " + resource;
  for (std::size_t i = 1; i < path.size(); ++i) {
    if (!WholeNumber(path[i])) counted += "/" + path[i];
  }
  store_.tally.CountCall(counted, answer.is_lost ? 0 : answer.status);
  return answer;
}

Answer Api::Serve(const Call& call, const std::vector<std::string>& path, Fault fault) {
  std::optional<int> wait = limiter_.Admit(steady_ms_(), store_.knobs.rate_per_minute, store_.knobs.rate_per_second);
  if (fault == Fault::k429 && !wait) wait = 1;
  if (wait) {
    Answer answer = ErrorAnswer(429, 429, "Too many requests");
    if (store_.knobs.retry_after) answer.headers.emplace_back("Retry-After", std::to_string(*wait));
    return answer;
  }
  if (fault == Fault::k408) return ErrorAnswer(408, 408, "Request timeout");
  if (fault == Fault::k900) return ErrorAnswer(500, kCodeDatabase, "Database not reachable");
  if (fault == Fault::k500 || fault == Fault::k503) {
    Answer answer;
    answer.status = fault == Fault::k500 ? 500 : 503;
    answer.body = fault == Fault::k500 ? "Internal Server Error" : "Service Unavailable";
    return answer;
  }
  Answer answer;
  if (path.empty()) answer = ErrorAnswer(kBadRequest, kCodeNoResource, "No such resource");
  else if (path[0] == "login") answer = Login(call);
  else if (!HasSession(call)) answer = ErrorAnswer(401, 401, "The session is not valid");
  else answer = Route(call, path);
  if (fault == Fault::k500AfterDone) answer = ErrorAnswer(500, 500, "Internal Server Error");
  answer.is_lost = fault == Fault::kLostAnswer;
  return answer;
}

Answer Api::Login(const Call& call) {
  if (call.method != "POST") return ErrorAnswer(kBadRequest, kBadRequest, "Use POST to log in");
  const auto body = Json::Parse(call.body);
  const Json* user = body.ok() ? body->Find("username") : nullptr;
  const Json* password = body.ok() ? body->Find("password") : nullptr;
  if (user == nullptr || password == nullptr) return ErrorAnswer(kBadRequest, kBadRequest, "username and password are required");
  if (user->TextOrEmpty() != public_key_ || password->TextOrEmpty() != private_key_) {
    return ErrorAnswer(401, 401, "The key is not valid");
  }
  char token[40];
  std::snprintf(token, sizeof token, "%016llx%016llx", static_cast<unsigned long long>(token_dice_.Roll()),
                static_cast<unsigned long long>(token_dice_.Roll()));
  tokens_[token] = steady_ms_();
  return Ok(Json(Json::Object{{"token", Json(token)}}));
}

bool Api::HasSession(const Call& call) {
  const auto found = tokens_.find(Value(call.headers, "x-session-key"));
  if (found == tokens_.end()) return false;
  if (steady_ms_() - found->second < std::int64_t{store_.knobs.token_lifetime_seconds} * 1000) return true;
  tokens_.erase(found);
  return false;
}

Answer Api::Route(const Call& call, const std::vector<std::string>& path) {
  const bool is_get = call.method == "GET";
  if (path[0] == "resources" && is_get && path.size() == 1) {
    Json::Array out;
    for (const auto& name : store_.names()) out.push_back(Json(Json::Object{{"name", Json(name)}, {"path", Json("/" + name)}}));
    return Ok(Json(std::move(out)));
  }
  const bool is_extra = path[0] == "extrafields" && path.size() == 2;
  Table* table = store_.Find(is_extra ? path[1] : path[0]);
  if (table == nullptr) return ErrorAnswer(kBadRequest, kCodeNoResource, "No such resource");
  if (is_extra) return is_get ? Ok(RenderExtraFields(table->resource())) : Refused(call);
  if (is_get && path.size() == 1) return List(call, *table);
  if (is_get && path.size() == 2 && path[1] == "schema") return Ok(RenderSchema(table->resource()));
  if (is_get && path.size() == 2) return One(call, *table, path[1]);
  if (is_get || path.size() > 2) return Refused(call);
  if (path.size() == 2 && path[1] == "bulk") return Bulk(call, *table);
  return Write(call, *table, path);
}

Answer Api::Refused(const Call& call) const { return ErrorAnswer(kBadRequest, kBadRequest, call.method + " is not possible on " + call.path); }

Answer Api::List(const Call& call, const Table& table) {
  Selection selection;
  selection.where = Value(call.query, "where");
  selection.order = Value(call.query, "order");
  selection.language = LanguageOf(call);
  const auto page = WholeNumber(Value(call.query, "page").empty() ? "0" : Value(call.query, "page"));
  if (!page || *page < 0) return ErrorAnswer(kBadRequest, kBadRequest, "page is not a page number");
  std::string asked = Value(call.headers, "count");
  if (asked.empty()) asked = Value(call.headers, "x-fm-entity-count");
  const auto count = asked.empty() ? std::optional<std::int64_t>(store_.knobs.page_default) : WholeNumber(asked);
  if (!count || *count < 1) return ErrorAnswer(kBadRequest, kBadRequest, "count is not a number of records");
  selection.page = static_cast<std::size_t>(*page);
  selection.count = static_cast<std::size_t>(std::min<std::int64_t>(*count, store_.knobs.page_max));
  const auto rows = Select(store_, table, selection);
  if (!rows.ok()) return ErrorAnswer(kBadRequest, kCodeBadQuery, Message(rows.status()));
  const RenderOptions options = OptionsOf(call);
  Json::Array out;
  out.reserve(rows->size());
  std::vector<std::int64_t> shown;
  shown.reserve(rows->size());
  for (const Row* row : *rows) {
    out.push_back(Render(store_, table, *row, options));
    shown.push_back(row->id);
  }
  store_.tally.CountRead(table.resource().name, std::move(shown), selection.where);
  return Ok(Json(std::move(out)));
}

Answer Api::One(const Call& call, const Table& table, const std::string& id) {
  const auto number = WholeNumber(id);
  const Row* row = number ? table.Find(*number) : nullptr;
  if (row == nullptr) return ErrorAnswer(kBadRequest, kBadRequest, "There is no record " + id);
  store_.tally.CountRead(table.resource().name, {row->id}, "");
  return Ok(Render(store_, table, *row, OptionsOf(call)));
}

Answer Api::Write(const Call& call, Table& table, const std::vector<std::string>& path) {
  const auto body = call.method == "DELETE" ? absl::StatusOr<Json>(Json()) : Json::Parse(call.body);
  if (!body.ok()) return ErrorAnswer(kBadRequest, kBadRequest, Message(body.status()));
  if (call.method == "POST" && path.size() == 1) {
    const auto id = CreateRecord(store_, table, *body, Reading::kApi, store_.admin_user);
    if (!id.ok()) return ErrorAnswer(kBadRequest, kBadRequest, Message(id.status()));
    return Ok(Json(Json::Object{{"Message", "Record created"}, {"id", Json(*id)}}));
  }
  if (path.size() != 2 || (call.method != "PUT" && call.method != "DELETE")) return Refused(call);
  const auto id = WholeNumber(path[1]);
  if (!id) return ErrorAnswer(kBadRequest, kBadRequest, "There is no record " + path[1]);
  const absl::Status done = call.method == "PUT" ? UpdateRecord(store_, table, *id, *body, Reading::kApi, store_.admin_user)
                                                 : DeleteRecord(store_, table, *id, Reading::kApi, store_.admin_user);
  if (!done.ok()) return ErrorAnswer(kBadRequest, kBadRequest, Message(done));
  return Ok(Json(Json::Object{{"Message", call.method == "PUT" ? "Record updated" : "Record deleted"}}));
}

Answer Api::Bulk(const Call& call, Table& table) {
  const auto body = Json::Parse(call.body);
  const auto* items = body.ok() ? body->As<Json::Array>() : nullptr;
  if (items == nullptr) return ErrorAnswer(kBadRequest, kBadRequest, "The body is not an array");
  const bool is_delete = call.method == "DELETE";
  const int most = is_delete ? table.resource().bulk_delete_max : table.resource().bulk_write_max;
  if (static_cast<int>(items->size()) > most) return ErrorAnswer(kBadRequest, kBadRequest, "At most " + std::to_string(most) + " items");
  if (call.method != "POST" && call.method != "PUT" && !is_delete) return Refused(call);
  Json::Array out;
  out.reserve(items->size());
  for (const Json& item : *items) {
    const Json* guid = item.Find("guid");
    const Json* data = item.Find("data");
    const Json* given = item.Find("id");
    const auto target = given == nullptr ? std::nullopt : WholeNumber(given->TextOrEmpty());
    absl::Status done = Invalid("the item needs guid" + std::string(call.method == "POST" ? " and data" : call.method == "PUT" ? ", id and data" : " and id"));
    std::int64_t id = target.value_or(0);
    if (guid != nullptr && call.method == "POST" && data != nullptr) {
      const auto created = CreateRecord(store_, table, *data, Reading::kApi, store_.admin_user);
      done = created.status();
      if (created.ok()) id = *created;
    } else if (guid != nullptr && call.method == "PUT" && data != nullptr && target) {
      done = UpdateRecord(store_, table, *target, *data, Reading::kApi, store_.admin_user);
    } else if (guid != nullptr && is_delete && target) {
      done = DeleteRecord(store_, table, *target, Reading::kApi, store_.admin_user);
    }
    out.push_back(Json(Json::Object{{"code", Json(done.ok() ? 1 : 0)},
                                    {"guid", guid == nullptr ? Json() : *guid},
                                    {"id", id == 0 ? Json() : Json(id)},
                                    {"message", Json(done.ok() ? std::string("OK") : Message(done))}}));
  }
  return Ok(Json(std::move(out)));
}

}  // namespace entente::sandbox::ssm
