#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "connectors/sdk/connector.h"
#include "connectors/ssm/access.h"
#include "connectors/ssm/cursor.h"
#include "connectors/ssm/specs.h"

namespace entente::ssm {

// Feeds the plain resources: a delta is three reads (created, updated, deleted later than the cursor), because a delete
// touches neither of the other dates; rows met twice are reported once. A listing pages through everything.
class RecordFeed {
 public:
  explicit RecordFeed(const Access& access) : access_(access) {}

  absl::Status Poll(const ResourceSpec& resource, const Cursor& cursor, sdk::ChangeSink& sink);
  absl::Status List(const ResourceSpec& resource, sdk::ChangeSink& sink);

 private:
  Access access_;
};

// Dates met while reading one or several lists, and when that began.
struct Tide {
  std::int64_t latest = 0;
  // The server's clock at the first read, when it told.
  std::optional<std::int64_t> began;
  absl::Time started;

  Cursor After(const Cursor& cursor, const Access& access) const;
};

// Adds the latest dates that rows of `path` bear now. Called before a listing, whose changes meanwhile come after them.
absl::Status MeetLatest(const Access& access, const std::string& path, sdk::CallKind kind, Tide* tide);

// Reads what changed in `path` since the cursor by the three dates; calls `take` with the pages and the sequence number
// from before each.
using TakeRows = std::function<absl::Status(std::vector<Json> rows, std::uint64_t read_seq)>;
absl::Status ReadDelta(const Access& access, const std::string& path, const Cursor& cursor, const TakeRows& take, Tide* tide);

}  // namespace entente::ssm
