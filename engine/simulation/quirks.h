#pragma once

#include <cstdint>
#include <string>

#include "engine/simulation/random.h"

namespace entente::simulation {

// How a system behaves, besides what its catalogue says: the habits of real ones. Drawn from the seed, a side.
struct Quirks {
  std::int64_t date_precision_micros = 1;   // change dates are floored to it
  bool has_null_dates = false;              // some records never had one
  bool has_local_time = false;              // dates are the server's local time: in the last hour of summer time nobody knows which
  bool feeds_by_date = false;               // a poll shows again what changed in the minute of its cursor
  bool feeds_deletes = false, lists_deleted = false, returns_record = true, can_undelete = false;
  bool reuses_rows = false;                 // row numbers go back with a restored database
  bool remembers_keys = false;              // the same idempotency key is answered with the same record
  bool fences_epochs = false;               // refuses writes of an engine older than one it knows
  bool normalises = false;                  // stores texts its own way
  std::int64_t search_lag_micros = 0;       // a search does not show what was written since
  std::int64_t settle_micros = 1'000'000;   // declared: after so long a search shows everything
  std::int64_t latency_micros = 20'000;     // of an operation
  int page_size = 100;

  std::string ToText() const;
};

// Of a plain system: nothing is odd.
Quirks PlainQuirks();
Quirks DrawQuirks(Random random);

}  // namespace entente::simulation
