#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "connectors/sdk/config.h"

namespace entente::sage100 {

// What the operator says about one Sage 100 company. sage100.example.toml explains every key.
struct Sage100Config {
  // Complete, with the password; never shown.
  std::string connection_string;
  std::string password;
  absl::Duration login_timeout = absl::Seconds(15);
  absl::Duration query_timeout = absl::Seconds(120);

  std::string gateway_url;
  std::string gateway_token;
  // Roots an https address is checked against; empty: those of the machine.
  std::string gateway_root_file;
  absl::Duration gateway_timeout = absl::Seconds(30);
  // How long after a lost answer a write may still appear.
  absl::Duration settle_time = absl::Seconds(30);

  std::string company_time_zone = "Europe/Paris";
  std::string expected_company_guid;
  // How far back of the last change seen every poll looks again.
  absl::Duration change_overlap = absl::Minutes(5);
  bool all_price_categories = false;
  int vat_category = 1;
  // Companies configured in all; the pack limits them.
  std::uint32_t companies = 1;
};

// Reads the keys under [odbc], [gateway] and [company]; mistakes stay in `config`.
Sage100Config ReadSage100Config(sdk::Config& config);

// `text` (a driver's connection string) with PWD appended in the form every driver understands.
std::string WithPassword(const std::string& text, const std::string& password);

// True when a connection string carries a password itself.
bool NamesPassword(const std::string& connection_string);

}  // namespace entente::sage100
