#include "connectors/sage100/touched.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "connectors/sage100/anchor_walk.h"

namespace entente::sage100 {
namespace {

constexpr int kTouchedMax = 50000;
// Fewer rows of one instant are read again and compared by content, which costs little and trusts no clock.
constexpr std::int64_t kBurstRowsMin = 200;
constexpr char kBeginningOfSage[] = "1753-01-01 00:00:00";

std::string Normal(const std::string& text) {
  const auto local = ParseLocal(text);
  return local.has_value() ? FormatLocal(*local) : "";
}

// Remembers an anchor with the later of two dates; without a date it stays so, because it is a candidate for ever.
void Remember(const std::string& anchor, const std::string& modified, TouchedAnchors* touched) {
  const auto [at, is_new] = touched->emplace(anchor, modified);
  if (is_new || at->second.empty()) return;
  at->second = modified.empty() ? "" : std::max(at->second, modified);
}

// The rows of one cbModification after the other, as a poll meets them in order.
class SameTime {
 public:
  SameTime(const TableMark& before, const std::string& settled_before, TableMark* mark, TouchedAnchors* touched)
      : before_(before), settled_before_(settled_before), mark_(mark), touched_(touched) {}

  void Add(const std::string& modified, const std::string& marq, std::optional<std::string> anchor) {
    if (modified != modified_) End();
    modified_ = modified;
    mark_->modified = std::max(mark_->modified, modified);
    ++burst_.rows;
    burst_.sum += HashOf(marq);
    if (anchor.has_value()) anchors_.push_back(*std::move(anchor));
  }

  void End() {
    const auto known = before_.bursts.find(modified_);
    const bool is_burst = burst_.rows > kBurstRowsMin && modified_ < settled_before_;
    if (is_burst) mark_->bursts[modified_] = burst_;
    if (!is_burst || known == before_.bursts.end() || known->second != burst_) {
      for (const std::string& anchor : anchors_) Remember(anchor, modified_, touched_);
    }
    anchors_.clear();
    burst_ = {};
  }

 private:
  const TableMark& before_;
  const std::string& settled_before_;
  TableMark* mark_;
  TouchedAnchors* touched_;
  std::string modified_;
  Burst burst_;
  std::vector<std::string> anchors_;
};

}  // namespace

std::string TouchedSql(const Dialect& dialect, const Watch& watch, bool has_date, int rows_max) {
  std::string body = absl::StrCat(watch.key, ", t.\"cbModification\", t.\"cbMarq\" FROM ", Quoted(watch.table), " t");
  if (!watch.join.empty()) absl::StrAppend(&body, " ", watch.join);
  absl::StrAppend(&body, " WHERE ", And(watch.filter, has_date ? "t.\"cbModification\" >= ?" : "t.\"cbModification\" IS NULL"),
                  has_date ? " ORDER BY t.\"cbModification\", t.\"cbMarq\"" : " ORDER BY t.\"cbMarq\"");
  return dialect.Limited(body, rows_max);
}

std::string LookBackFrom(const CompanyTime& time, const std::string& modified, absl::Duration overlap) {
  const auto local = ParseLocal(modified);
  if (!local.has_value()) return kBeginningOfSage;
  const absl::Duration more = time.IsRepeated(*local) ? absl::Hours(1) : absl::ZeroDuration();
  return FormatLocal(*local - absl::ToInt64Seconds(overlap + more));
}

absl::StatusOr<TableMark> AddTouched(const Reading& reading, const Watch& watch, const TableMark& before, absl::Duration overlap,
                                     absl::CivilSecond server_local, TouchedAnchors* touched) {
  const std::string since = LookBackFrom(reading.time, before.modified, overlap);
  const bool by_minute = reading.schema.Precision(watch.table) == ChangePrecision::kMinute;
  const std::string settled_before = FormatLocal(server_local - (by_minute ? 60 : 2));
  TableMark mark{before.modified, -1, {}};
  // Bounded: what a mass change leaves over is read by the next poll. One that shares a single instant is read as a whole.
  for (int rows_max = kTouchedMax;; rows_max *= 2) {
    mark.bursts.clear();
    SameTime group(before, settled_before, &mark, touched);
    int rows = 0;
    absl::Status status = reading.connection.Query(
        TouchedSql(reading.dialect, watch, true, rows_max), {odbc::LocalTime{since}}, [&](std::vector<odbc::Cell>& row) {
          ++rows;
          group.Add(Normal(row[1].value_or("")), row[2].value_or(""), Trimmed(row[0]));
          return absl::OkStatus();
        });
    if (!status.ok()) return status;
    group.End();
    if (rows < rows_max || mark.modified > before.modified) break;
  }
  absl::Status status = reading.connection.Query(TouchedSql(reading.dialect, watch, false, kTouchedMax), {}, [&](std::vector<odbc::Cell>& row) {
    if (const auto anchor = Trimmed(row[0])) Remember(*anchor, "", touched);
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  mark.modified = std::min(mark.modified, FormatLocal(server_local));
  mark.identity = IdentityOf(reading, watch.table);
  const std::string next_since = LookBackFrom(reading.time, mark.modified, overlap);
  std::erase_if(mark.bursts, [&](const auto& burst) { return burst.first < next_since; });
  return mark;
}

absl::StatusOr<TableMark> MarkOf(const Reading& reading, const Watch& watch, absl::Duration overlap, absl::CivilSecond server_local,
                                 TouchedAnchors* touched) {
  TableMark latest;
  std::string sql = absl::StrCat("SELECT MAX(t.\"cbModification\") FROM ", Quoted(watch.table), " t");
  if (!watch.filter.empty()) absl::StrAppend(&sql, " WHERE ", watch.filter);
  absl::Status status = reading.connection.Query(sql, {}, [&](std::vector<odbc::Cell>& row) {
    latest.modified = std::min(Normal(row[0].value_or("")), FormatLocal(server_local));
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return AddTouched(reading, watch, latest, overlap, server_local, touched);
}

std::int64_t IdentityOf(const Reading& reading, const std::string& table) {
  std::int64_t identity = -1;
  const auto take = [&](std::vector<odbc::Cell>& row) {
    std::int64_t read = 0;
    if (row[0].has_value() && absl::SimpleAtoi(*row[0], &read)) identity = std::max(identity, read);
    return absl::OkStatus();
  };
  // A login without the right to ask, or a table without a counter, leaves the highest number in use.
  reading.connection.Query(reading.dialect.IdentityCounter(), {table}, take).IgnoreError();
  if (identity < 0) reading.connection.Query(absl::StrCat("SELECT MAX(\"cbMarq\") FROM ", Quoted(table)), {}, take).IgnoreError();
  return identity;
}

}  // namespace entente::sage100
