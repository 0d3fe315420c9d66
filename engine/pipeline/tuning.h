#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "absl/time/time.h"

namespace entente {

// Every constant of the pipeline on one page: what it bounds and why it is what it is. Overridden by the configuration file.
struct Tuning {
  // Unacknowledged changes a connector may have under way. One batch of 1,000 costs one sync; four keep both pipes full.
  int feed_credits = 4000;
  // Operations handed to one connector and not answered. Four bulks of 100 keep an SSM connector busy.
  int operations_in_flight_max = 400;
  // Bulk deliveries handed over together while others are under way: what the SSM interface takes in one call.
  int bulk_deliveries_min = 100;
  // Links decided in one turn; what is left waits on disk as dirty. Keeps a turn below some 20 ms: a push waits for several of them.
  int decisions_per_turn_max = 250;
  // The same while somebody watches a push: it goes through some eight turns and batches, each behind the one under way.
  int decisions_while_awaited_max = 25;
  // Deliveries of a first load that wait for one side, above which no more of it is decided: what one turn decides keeps a connector
  // busy. Each turn looks through them, and their links are written, forgotten and read again.
  int outbox_entries_max = 200;
  // Links kept in memory between turns; durable ones leave first. One of a dozen fields takes some 8 KB.
  int cached_links_max = 2'500;
  // Deletions wait this long and are judged together (design, section 2).
  absl::Duration delete_hold = absl::Minutes(10);
  // A full listing of both sides at least this often.
  absl::Duration reconcile_interval = absl::Hours(24);
  // First retry of a delivery that may be sent again, doubled each time up to the longest, ±20 % by link id.
  absl::Duration retry_first = absl::Seconds(2);
  absl::Duration retry_longest = absl::Minutes(10);
  // How often a record may move on under our hands before it waits for a person.
  int moved_on_max = 5;
  // Searches after a lost answer before a create is repeated.
  int searches_before_repeat = 2;
  // Used when a connector declares no settle time.
  absl::Duration settle_time = absl::Seconds(30);
  // An operation handed over and not answered for so long is told. As many as may be out at a time take the slowest interface (one record a
  // call, 50 calls a minute) eight minutes, and a lock is waited for.
  absl::Duration answer_longest = absl::Minutes(30);
  absl::Duration heartbeat = absl::Seconds(15);
  absl::Duration lease = absl::Seconds(60);
  // Factor on every poll interval of the pack; the demo and tests use small values.
  double poll_interval_factor = 1.0;
  // Existing records the operator names, one a resource ("sage:party" → key): missing from a listing, nothing of it deletes.
  std::map<std::string, std::string> canaries;
  // Keyed-hash secret of the match index, from the instance's state directory.
  std::uint64_t match_key = 0;
};

}  // namespace entente
