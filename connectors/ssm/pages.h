#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "connectors/ssm/api.h"

namespace entente::ssm {

struct ListQuery {
  sdk::CallKind kind = sdk::CallKind::kOperation;
  std::string path;
  std::string where;
  std::string order;
  int page_size = 500;
  std::function<bool()> may_start;
  // As ApiCall says.
  bool gives_up_early = false;
  // Stop after this many pages; 0: until an empty one.
  int pages_max = 0;
  // Stop when this many rows were read, because there cannot be more; 0: no such knowledge.
  std::size_t rows_max = 0;
};

// One page: its rows and the server's clock, when it told.
using TakePage = std::function<absl::Status(std::vector<Json> rows)>;

// A list read page by page, each when it is asked for. Borrows `api`. One thread.
class Pages {
 public:
  Pages(Api& api, ListQuery query) : api_(api), query_(std::move(query)) {}

  // The next page; empty at the end of the list, and from then on.
  absl::StatusOr<std::vector<Json>> Next();
  // The server's clock at the first page, when it told.
  std::optional<std::int64_t> server_micros() const { return server_micros_; }
  int pages_read() const { return page_; }

 private:
  Api& api_;
  const ListQuery query_;
  int page_ = 0;
  bool is_ended_ = false;
  std::string last_page_;
  std::optional<std::int64_t> server_micros_;
};

// Reads a list page by page until an empty page (a short page may only mean a lowered maximum). `before` is called before
// each request. Returns the server's clock at the first page, when it told. A failing `take` ends the reading with its status.
absl::StatusOr<std::optional<std::int64_t>> ReadPages(Api& api, const ListQuery& query, const std::function<void()>& before,
                                                      const TakePage& take);

// All rows of a list.
absl::StatusOr<std::vector<Json>> ReadRows(Api& api, const ListQuery& query);

// A failed call as a status: UNAVAILABLE when it may work later, FAILED_PRECONDITION when not, CANCELLED without a lease.
absl::Status ToStatus(const ApiReply& reply, std::string_view doing);

// Conditions of a `where`. Quoting is not documented, so a text with a quote, a backslash or a control character has none.
std::optional<std::string> EqualsText(std::string_view field, std::string_view value);
std::string EqualsNumber(std::string_view field, std::string_view number);
std::string LaterThan(std::string_view field, std::int64_t micros);
std::string AnyOf(const std::vector<std::string>& conditions);

}  // namespace entente::ssm
