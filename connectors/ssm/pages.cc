#include "connectors/ssm/pages.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "connectors/ssm/instant.h"

namespace entente::ssm {
namespace {

// A list that never ends is a server that ignores `page`.
constexpr int kPagesMax = 100000;

}  // namespace

absl::Status ToStatus(const ApiReply& reply, std::string_view doing) {
  const std::string text = absl::StrCat(reply.reason, ": ", std::string(doing), ": ", reply.text);
  if (reply.reason == "LEASE_ENDED") return absl::CancelledError(text);
  if (reply.outcome == ApiReply::Outcome::kRefused) return absl::FailedPreconditionError(text);
  return absl::UnavailableError(text);
}

absl::StatusOr<std::optional<std::int64_t>> ReadPages(Api& api, const ListQuery& query, const std::function<void()>& before,
                                                      const TakePage& take) {
  std::optional<std::int64_t> server_micros;
  std::string last_page;
  std::size_t rows = 0;
  for (int page = 0; page < kPagesMax; ++page) {
    if (query.pages_max > 0 && page >= query.pages_max) return server_micros;
    ApiCall call;
    call.kind = query.kind;
    call.path = query.path;
    call.may_start = query.may_start;
    call.gives_up_early = query.gives_up_early;
    if (!query.where.empty()) call.query.emplace_back("where", query.where);
    if (!query.order.empty()) call.query.emplace_back("order", query.order);
    call.query.emplace_back("page", std::to_string(page));
    call.headers.push_back("count: " + std::to_string(query.page_size));
    if (before) before();
    ApiReply reply = api.Call(call);
    if (!reply.is_done()) return ToStatus(reply, "read " + query.path);
    if (reply.body.kind() != Json::Kind::kArray) {
      return absl::UnavailableError(absl::StrCat("ANSWER_UNREADABLE: read ", query.path, ": the answer is no array"));
    }
    if (page == 0) server_micros = reply.server_micros;
    if (reply.body.items().empty()) return server_micros;
    std::string dump = reply.body.Dump();
    if (page > 0 && dump == last_page) {
      return absl::FailedPreconditionError(absl::StrCat("PAGING_BROKEN: read ", query.path, ": the same page came twice"));
    }
    last_page = std::move(dump);
    rows += reply.body.items().size();
    if (auto status = take(reply.body.items()); !status.ok()) return status;
    if (query.rows_max > 0 && rows >= query.rows_max) return server_micros;
  }
  return absl::FailedPreconditionError(absl::StrCat("PAGING_BROKEN: read ", query.path, ": the list does not end"));
}

absl::StatusOr<std::vector<Json>> ReadRows(Api& api, const ListQuery& query) {
  std::vector<Json> all;
  const auto read = ReadPages(api, query, {}, [&](std::vector<Json> rows) {
    for (auto& row : rows) all.push_back(std::move(row));
    return absl::OkStatus();
  });
  if (!read.ok()) return read.status();
  return all;
}

std::optional<std::string> EqualsText(std::string_view field, std::string_view value) {
  for (const char c : value) {
    if (c == '\'' || c == '\\' || static_cast<unsigned char>(c) < 0x20) return std::nullopt;
  }
  return absl::StrCat(std::string(field), " = '", std::string(value), "'");
}

std::string EqualsNumber(std::string_view field, std::string_view number) {
  return absl::StrCat(std::string(field), " = ", std::string(number));
}

std::string LaterThan(std::string_view field, std::int64_t micros) {
  return absl::StrCat(std::string(field), " > '", FormatInstant(micros), "'");
}

std::string AnyOf(const std::vector<std::string>& conditions) { return absl::StrJoin(conditions, " OR "); }

}  // namespace entente::ssm
