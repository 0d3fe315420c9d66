#pragma once

#include <string_view>

#include "absl/status/status.h"
#include "nlohmann/json_fwd.hpp"

namespace entente::sandbox::ssm {

// What can be switched while the sandbox runs: the points the reference leaves open, the limits, and the failures.
//
// Rates of failures are per million calls. A plain value.
struct Knobs {
  // Limits. 0 = no limit.
  int rate_per_minute = 50;
  int rate_per_second = 0;
  bool retry_after = true;  // a 429 says how long to wait
  int page_default = 50;
  int page_max = 500;
  int token_lifetime_seconds = 3600;
  int user_licences = 0;  // active users the tenant has paid for

  // Open points.
  bool clear_by_null = true;         // null in a PUT clears a field
  bool clear_by_empty = true;        // '' in a PUT clears a text field
  bool refuse_or = false;            // OR in a where is answered 901
  bool api_respects_locks = false;   // API writes to a read-only record are refused
  bool refuse_french = false;        // FR is no user language
  bool omit_product_rate_ids = false;
  int search_lag_ms = 0;             // a new record is in no list for so long
  int clock_offset_seconds = 0;      // the server's clock against the machine's

  // Failures.
  bool down = false;  // every call is answered 503
  int error_408 = 0;
  int error_500 = 0;
  int lost_answer = 0;  // a POST is done and its answer never arrives
  int latency_ms = 0;

  // Sets one knob by its name above, with '-' for '_'. INVALID_ARGUMENT for an unknown name or a value of the wrong kind.
  absl::Status Set(std::string_view name, const nlohmann::json& value);
  nlohmann::json ToJson() const;
};

}  // namespace entente::sandbox::ssm
