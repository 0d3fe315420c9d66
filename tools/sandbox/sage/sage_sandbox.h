#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "tools/sandbox/company/company.h"
#include "tools/sandbox/system.h"

namespace entente::sandbox {

struct SageOptions {
  std::string directory;  // database, epoch and token live here; made when missing
  int gateway_port = 0;   // on 127.0.0.1; 0 = any free port
  std::uint64_t seed = 1;
  std::string faults;     // "latency_ms=50,lost_answers=2": see sage/README.md
  std::string preset = "v11";     // v3, v7, v10, v11
  bool minute_precision = false;  // cbModification rounded to the minute
  bool resume = false;            // open the database that is there instead of filling a new one
};

// A running stand-in of Sage 100: a company database (SQLite, for any ODBC reader) and the gateway of proto/entente/gateway/v1.
//
// Every function may be called from any thread. Stops by itself in the destructor; the database file stays.
class SageSandbox final : public System {
 public:
  // Fills a new database with `company` (unless resumed) and opens the gateway. UNAVAILABLE when the directory or the port cannot be had.
  static absl::StatusOr<std::unique_ptr<SageSandbox>> Start(const SageOptions& options, const Company& company);
  ~SageSandbox() override;

  std::string database_path() const;
  std::string odbc_connection_string() const;  // Driver=SQLite3;Database=…
  std::string gateway_url() const;             // "http://127.0.0.1:PORT"; paths begin with /gateway/v1
  std::string token() const;
  std::string token_file() const;

  std::string_view name() const override { return "sage"; }
  absl::StatusOr<nlohmann::json> Act(std::string_view action, const nlohmann::json& arguments) override;
  nlohmann::json Connection() const override;
  std::string Help() const override;

  struct Parts;

 private:
  explicit SageSandbox(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace entente::sandbox
