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

absl::StatusOr<std::vector<Json>> Pages::Next() {
  if (is_ended_) return std::vector<Json>();
  if (page_ >= kPagesMax) return absl::FailedPreconditionError(absl::StrCat("PAGING_BROKEN: read ", query_.path, ": the list does not end"));
  ApiCall call;
  call.kind = query_.kind;
  call.path = query_.path;
  call.may_start = query_.may_start;
  call.gives_up_early = query_.gives_up_early;
  if (!query_.where.empty()) call.query.emplace_back("where", query_.where);
  if (!query_.order.empty()) call.query.emplace_back("order", query_.order);
  call.query.emplace_back("page", std::to_string(page_));
  call.headers.push_back("count: " + std::to_string(query_.page_size));
  ApiReply reply = api_.Call(call);
  if (!reply.is_done()) return ToStatus(reply, "read " + query_.path);
  if (reply.body.kind() != Json::Kind::kArray) {
    return absl::UnavailableError(absl::StrCat("ANSWER_UNREADABLE: read ", query_.path, ": the answer is no array"));
  }
  if (page_ == 0) server_micros_ = reply.server_micros;
  is_ended_ = reply.body.items().empty();
  std::string dump = is_ended_ ? std::string() : reply.body.Dump();
  if (page_ > 0 && !is_ended_ && dump == last_page_) {
    return absl::FailedPreconditionError(absl::StrCat("PAGING_BROKEN: read ", query_.path, ": the same page came twice"));
  }
  last_page_ = std::move(dump);
  ++page_;
  return reply.body.items();
}

absl::StatusOr<std::optional<std::int64_t>> ReadPages(Api& api, const ListQuery& query, const std::function<void()>& before,
                                                      const TakePage& take) {
  Pages pages(api, query);
  std::size_t rows_read = 0;
  while (query.pages_max == 0 || pages.pages_read() < query.pages_max) {
    if (before) before();
    auto rows = pages.Next();
    if (!rows.ok()) return rows.status();
    if (rows->empty()) break;
    rows_read += rows->size();
    if (auto status = take(*std::move(rows)); !status.ok()) return status;
    if (query.rows_max > 0 && rows_read >= query.rows_max) break;
  }
  return pages.server_micros();
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
