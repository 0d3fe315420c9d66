#pragma once

#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "connectors/sage100/feed_cursor.h"
#include "connectors/sage100/source.h"

namespace entente::sage100 {

// Anchors touched since a mark, with their latest cbModification (empty: one of their rows has none).
using TouchedAnchors = std::map<std::string, std::string>;

// Adds what one watched table shows since `before`, looking `overlap` further back, and returns the new mark: the latest
// change seen, never ahead of `server_local`. Bursts the mark before knows unchanged are left out. Rows without a cbModification are always touched.
absl::StatusOr<TableMark> AddTouched(const Reading& reading, const Watch& watch, const TableMark& before, absl::Duration overlap,
                                     absl::CivilSecond server_local, TouchedAnchors* touched);

// The mark of a table as it stands, for whoever is about to read all of it. Adds what the first poll will look at again.
absl::StatusOr<TableMark> MarkOf(const Reading& reading, const Watch& watch, absl::Duration overlap, absl::CivilSecond server_local,
                                 TouchedAnchors* touched);

// Highest cbMarq ever given out in a table.
std::int64_t IdentityOf(const Reading& reading, const std::string& table);

// From where a poll looks again: `overlap` before the mark, and an hour more inside the hour autumn repeats.
std::string LookBackFrom(const CompanyTime& time, const std::string& modified, absl::Duration overlap);

// The SQL of one watch: rows with a date from a bound on, or the rows without a date.
std::string TouchedSql(const Dialect& dialect, const Watch& watch, bool has_date, int rows_max);

}  // namespace entente::sage100
