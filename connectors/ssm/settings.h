#pragma once

#include <string>

#include "absl/time/time.h"
#include "connectors/sdk/config.h"

namespace entente::ssm {

// What the configuration says of one SSM implementation. Keys stand under [ssm]; ssm.example.toml explains each.
struct Settings {
  std::string url = "https://api.forcemanager.com/api/v4";
  std::string public_key;
  std::string private_key;
  std::string tenant_name;
  // Language of the labels of value lists.
  std::string language = "fr";
  absl::Duration timeout = absl::Seconds(60);
  int calls_per_minute = 50;
  // The configuration says nothing: the limit of the pack holds, once a session has brought it.
  bool takes_calls_of_pack = true;
  int calls_per_second = 0;
  int page_size = 500;
  int bulk_size = 100;
  // Conditions joined by OR in one `where`.
  int or_batch = 40;
  // How long a change may take to show in lists; deltas look back that far.
  absl::Duration overlap = absl::Minutes(5);
  // After a lost answer: when to look for the record, and how long an effect may still appear.
  absl::Duration search_after = absl::Seconds(2);
  absl::Duration settle = absl::Seconds(30);
  absl::Duration read_lag = absl::ZeroDuration();
  // True: a text is cleared by "", false: by null.
  bool clears_text_by_empty = false;
  // How long schema and value lists are trusted.
  absl::Duration profile_age_max = absl::Minutes(60);
};

// Mistakes are left to config.Finish().
Settings ReadSettings(sdk::Config& config);

}  // namespace entente::ssm
