#include "connectors/ssm/record_feed.h"

#include <algorithm>

#include "connectors/ssm/pages.h"

namespace entente::ssm {
namespace {

void NotePrice(const Access& access, const ResourceSpec& resource, const Json& row) {
  if (resource.name == "productRates" && !IsDeletedRow(row)) access.price_ids.Note(KeyOf(resource, row), IdIn(row, "id"));
}

constexpr const char* kDates[] = {"dateCreated", "dateUpdated", "dateDeleted"};

}  // namespace

Cursor Tide::After(const Cursor& cursor, const Access& access) const {
  return cursor.After(std::max(latest, cursor.micros()), began, access.api.timer().Now() - started, access.settings.overlap);
}

absl::Status MeetLatest(const Access& access, const std::string& path, sdk::CallKind kind, Tide* tide) {
  if (tide->started == absl::Time()) tide->started = access.api.timer().Now();
  for (const char* date : kDates) {
    ListQuery query;
    query.kind = kind;
    query.path = path;
    query.order = date;
    query.where = LaterThan(date, 0);  // leaves out rows without the date, wherever they would sort
    query.page_size = 1;
    query.pages_max = 1;
    const auto clock = ReadPages(access.api, query, {}, [&](const std::vector<Json>& rows) {
      for (const Json& row : rows) tide->latest = std::max(tide->latest, DatesOf(row).Latest());
      return absl::OkStatus();
    });
    if (!clock.ok()) return clock.status();
    if (!tide->began) tide->began = *clock;
  }
  return absl::OkStatus();
}

absl::Status ReadDelta(const Access& access, const std::string& path, const Cursor& cursor, const TakeRows& take, Tide* tide) {
  if (tide->started == absl::Time()) tide->started = access.api.timer().Now();
  for (const char* date : kDates) {
    ListQuery query;
    query.kind = sdk::CallKind::kPoll;
    query.path = path;
    query.where = LaterThan(date, cursor.micros());
    query.order = date;
    query.page_size = access.settings.page_size;
    std::uint64_t read_seq = 0;
    const auto clock = ReadPages(
        access.api, query, [&] { read_seq = access.sequence.Next(); },
        [&](std::vector<Json> rows) {
          for (const Json& row : rows) tide->latest = std::max(tide->latest, DatesOf(row).Latest());
          return take(std::move(rows), read_seq);
        });
    if (!clock.ok()) return clock.status();
    if (!tide->began) tide->began = *clock;
  }
  return absl::OkStatus();
}

absl::Status RecordFeed::Poll(const ResourceSpec& resource, const Cursor& cursor, sdk::ChangeSink& sink) {
  const std::string name(resource.name);
  access_.seen.BeginPoll(name, access_.sequence.Next());
  Tide tide;
  const auto take = [&](const std::vector<Json>& rows, std::uint64_t read_seq) {
    v1::ReportChangesRequest batch;
    // Only the end of the poll moves the cursor: a later page may hold something older.
    if (cursor.micros() > 0) batch.set_cursor_after(cursor.text());
    for (const Json& row : rows) {
      const std::string key = KeyOf(resource, row);
      const std::string content = row.Dump();
      NotePrice(access_, resource, row);
      if (key.empty() || access_.seen.IsRepeat(name, key, content)) continue;
      *batch.add_changes() = access_.codec.Decode(resource, row, read_seq);
      access_.seen.Remember(name, key, content, read_seq);
    }
    return batch.changes().empty() ? absl::OkStatus() : sink.Send(std::move(batch));
  };
  if (auto status = ReadDelta(access_, std::string(resource.path), cursor, take, &tide); !status.ok()) return status;
  const Cursor next = tide.After(cursor, access_);
  v1::ReportChangesRequest end;
  end.set_cursor_after(next.text());
  end.set_polled_at_micros(tide.began.value_or(next.micros()));
  return sink.Send(std::move(end));
}

absl::Status RecordFeed::List(const ResourceSpec& resource, sdk::ChangeSink& sink) {
  Tide tide;
  if (auto status = MeetLatest(access_, std::string(resource.path), sdk::CallKind::kListing, &tide); !status.ok()) return status;
  const Cursor cursor = tide.After(Cursor(), access_);
  ListQuery query;
  query.kind = sdk::CallKind::kListing;
  query.path = std::string(resource.path);
  query.order = "id";  // descending: rows born meanwhile push others back, never forward past the reader
  query.page_size = access_.settings.page_size;
  std::uint64_t read_seq = 0;
  const auto clock = ReadPages(
      access_.api, query, [&] { read_seq = access_.sequence.Next(); },
      [&](const std::vector<Json>& rows) {
        v1::ReportChangesRequest batch;
        for (const Json& row : rows) {
          NotePrice(access_, resource, row);
          if (!KeyOf(resource, row).empty()) *batch.add_changes() = access_.codec.Decode(resource, row, read_seq);
        }
        return sink.Send(std::move(batch));
      });
  if (!clock.ok()) return clock.status();
  v1::ReportChangesRequest end;
  end.set_cursor_after(cursor.text());
  return sink.Send(std::move(end));
}

}  // namespace entente::ssm
