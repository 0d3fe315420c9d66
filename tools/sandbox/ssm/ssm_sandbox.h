#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "tools/sandbox/company/company.h"
#include "tools/sandbox/system.h"

namespace entente::sandbox {

struct SsmOptions {
  std::string directory;  // where the key file and dumps go; blank = no file is written
  int port = 0;           // on 127.0.0.1; 0 = any free port
  std::uint64_t seed = 1;
  std::string switches;         // "error-408=0.01,page-max=200": see ssm/knobs.h
  int rate_per_minute = 50;     // 0 = no limit
  int rate_per_second = 0;
  bool contact_branch = false;     // contacts have a branchId
  bool integer_quantities = false;  // stock and quantity are integers
  bool preload = true;             // false: value lists and the admin user only
  std::string resume_file;         // a dump to start from, instead of the preload
  std::function<std::int64_t()> now_ms;     // the machine's clock; the real one when empty
  std::function<std::int64_t()> steady_ms;  // times limits and tokens; the real one when empty
};

// A running stand-in of Sage Sales Management, API v4.
//
// Every function may be called from any thread. Stops by itself in the destructor. Records live in memory until dumped.
class SsmSandbox final : public System {
 public:
  static absl::StatusOr<std::unique_ptr<SsmSandbox>> Start(const SsmOptions& options, const Company& company);
  ~SsmSandbox() override;

  std::string url() const;  // "http://127.0.0.1:PORT/api/v4"
  std::string public_key() const;
  std::string private_key() const;

  std::string_view name() const override { return "ssm"; }
  absl::StatusOr<nlohmann::json> Act(std::string_view action, const nlohmann::json& arguments) override;
  nlohmann::json Connection() const override;
  std::string Help() const override;

  struct Parts;

 private:
  explicit SsmSandbox(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace entente::sandbox
