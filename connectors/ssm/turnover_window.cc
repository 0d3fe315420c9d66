#include "connectors/ssm/turnover_window.h"

#include <algorithm>
#include <utility>

namespace entente::ssm {
namespace {

// Pages read for one page of heads before the keys that are still missing are looked up.
constexpr int kPagesAhead = 4;

std::string KeyOf(const Json& row) {
  const Json* key = row.Find("extId");
  return key == nullptr ? std::string() : key->text();
}

ListQuery AllTurnover(const Access& access, const CallOptions& options) {
  ListQuery query;
  query.kind = options.kind;
  query.may_start = options.may_start;
  query.path = "/sales";
  query.order = "id";
  query.page_size = access.settings.page_size;
  return query;
}

}  // namespace

TurnoverWindow::TurnoverWindow(const Access& access, const Documents& documents, const CallOptions& options)
    : documents_(documents), options_(options), page_rows_(static_cast<std::size_t>(access.settings.page_size)), pages_(access.api, AllTurnover(access, options)) {}

void TurnoverWindow::Hold(Json row) {
  const std::string key = KeyOf(row);
  const auto there = held_.find(key);
  if (there != held_.end()) {
    if (IsDeletedRow(there->second.row) && !IsDeletedRow(row)) there->second.row = std::move(row);
    return;
  }
  by_arrival_.emplace(++arrivals_, key);
  held_.emplace(key, Held{arrivals_, std::move(row)});
}

absl::Status TurnoverWindow::ReadPage() {
  auto rows = pages_.Next();
  if (!rows.ok()) return rows.status();
  if (rows->empty()) is_ended_ = true;
  for (Json& row : *rows) Hold(std::move(row));
  // What came first was asked for already, or belongs to no head that is still to come.
  while (held_.size() > kPagesHeld * page_rows_) {
    const auto oldest = by_arrival_.begin();
    held_.erase(oldest->second);
    by_arrival_.erase(oldest);
    has_dropped_ = true;
  }
  return absl::OkStatus();
}

std::size_t TurnoverWindow::CountMissing(const std::set<std::string>& keys) {
  std::size_t missing = 0;
  for (const std::string& key : keys) {
    const auto there = held_.find(key);
    if (there == held_.end()) {
      ++missing;
    } else {
      last_wanted_ = std::max(last_wanted_, there->second.arrival);
    }
  }
  return missing;
}

// A few heads without a row must not make the window run away from the others.
bool TurnoverWindow::IsWorthReading(std::size_t missing, std::size_t wanted) const {
  if (is_ended_ || missing == 0) return false;
  return arrivals_ - last_wanted_ < page_rows_ || missing * 2 > wanted;
}

absl::StatusOr<std::map<std::string, Json>> TurnoverWindow::Take(const std::set<std::string>& keys) {
  std::size_t missing = CountMissing(keys);
  for (int page = 0; page < kPagesAhead && IsWorthReading(missing, keys.size()); ++page) {
    if (absl::Status read = ReadPage(); !read.ok()) return read;
    missing = CountMissing(keys);
  }
  std::map<std::string, Json> out;
  std::set<std::string> elsewhere;
  for (const std::string& key : keys) {
    const auto there = held_.find(key);
    // Of a deleted row a living one may come yet.
    const bool is_settled = there != held_.end() && (KnowsAll() || !IsDeletedRow(there->second.row));
    if (is_settled) {
      out.emplace(key, there->second.row);
    } else if (!KnowsAll()) {
      elsewhere.insert(key);
    }
  }
  if (elsewhere.empty()) return out;
  auto found = documents_.ReadTurnover(elsewhere, options_);
  if (!found.ok()) return found.status();
  out.merge(*found);
  return out;
}

}  // namespace entente::ssm
