#include "connectors/sage100/anchor_walk.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace entente::sage100 {
namespace {

void AddDistinct(const std::optional<std::string>& anchor, std::vector<std::string>* anchors) {
  if (!anchor.has_value()) return;
  if (std::find(anchors->begin(), anchors->end(), *anchor) == anchors->end()) anchors->push_back(*anchor);
}

}  // namespace

std::string And(const std::string& a, const std::string& b) {
  if (a.empty()) return b;
  return b.empty() ? a : absl::StrCat("(", a, ") AND (", b, ")");
}

absl::StatusOr<std::int64_t> CountAnchors(const Reading& reading, const AnchorTable& from) {
  std::int64_t count = 0;
  const std::string where = from.filter.empty() ? "" : absl::StrCat(" WHERE ", from.filter);
  absl::Status status =
      reading.connection.Query(absl::StrCat("SELECT COUNT(*) FROM ", Quoted(from.table), where), {}, [&](std::vector<odbc::Cell>& row) {
        (void)absl::SimpleAtoi(row[0].value_or("0"), &count);
        return absl::OkStatus();
      });
  if (!status.ok()) return status;
  return count;
}

absl::StatusOr<AnchorPage> NextAnchors(const Reading& reading, const AnchorTable& from, const Position& after, int rows_max) {
  auto rows = Fetch(reading, {.table = from.table,
                              .columns = {"cbMarq", from.anchor},
                              .where = And(from.filter, "\"cbMarq\" > ?"),
                              .values = {after.marq},
                              .order = "\"cbMarq\"",
                              .rows_max = rows_max});
  if (!rows.ok()) return rows.status();
  AnchorPage page;
  page.rows = *std::move(rows);
  page.next = after;
  page.is_last = page.rows.size() < static_cast<std::size_t>(rows_max);
  for (std::size_t i = 0; i < page.rows.size(); ++i) {
    AddDistinct(page.rows[i].Text(from.anchor), &page.anchors);
    page.next.marq = page.rows[i].Code("cbMarq");
  }
  return page;
}

absl::StatusOr<std::vector<std::string>> AnchorsWhere(const Reading& reading, const AnchorTable& from, const std::string& condition,
                                                      const std::vector<odbc::Parameter>& values) {
  auto rows = Fetch(reading, {.table = from.table,
                              .columns = {from.anchor},
                              .where = And(from.filter, condition),
                              .values = values,
                              .rows_max = static_cast<int>(kAnchorsMax)});
  if (!rows.ok()) return rows.status();
  std::vector<std::string> anchors;
  for (std::size_t i = 0; i < rows->size(); ++i) AddDistinct((*rows)[i].Text(from.anchor), &anchors);
  return anchors;
}

v1::Change KeyOnly(const Reading& reading, const ResourceSpec& resource, const std::string& key) {
  v1::Change change;
  change.set_resource(resource.number);
  change.set_kind(v1::Change::KEY_ONLY);
  change.set_key(key);
  change.set_read_seq(reading.read_seq);
  return change;
}

}  // namespace entente::sage100
