#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "nlohmann/json_fwd.hpp"
#include "tools/sandbox/ssm/api.h"
#include "tools/sandbox/ssm/store.h"

namespace entente::sandbox::ssm {

// The control actions: what a salesperson does in the web application, and what a tester switches.
//
// Not thread-safe: SsmSandbox holds its lock around Act.
class User {
 public:
  // `dump_file` is where "dump" writes when it is not told; blank = it has to be told. Does not own `store` and `api`.
  User(Store& store, Api& api, std::string dump_file);

  absl::StatusOr<nlohmann::json> Act(std::string_view action, const nlohmann::json& arguments);
  static std::string Help();

 private:
  absl::StatusOr<nlohmann::json> List(const nlohmann::json& arguments);
  absl::StatusOr<nlohmann::json> Get(const nlohmann::json& arguments);
  absl::StatusOr<nlohmann::json> Create(const nlohmann::json& arguments);
  absl::StatusOr<nlohmann::json> Edit(const nlohmann::json& arguments);
  absl::StatusOr<nlohmann::json> Delete(const nlohmann::json& arguments);
  absl::StatusOr<nlohmann::json> Counts();
  absl::StatusOr<nlohmann::json> Switch(const nlohmann::json& arguments);
  absl::StatusOr<nlohmann::json> Dump(const nlohmann::json& arguments);

  absl::StatusOr<Table*> TableOf(const nlohmann::json& arguments);
  absl::StatusOr<const Row*> RowOf(const Table& table, const nlohmann::json& arguments);
  nlohmann::json Shown(const Table& table, const Row& row) const;

  Store& store_;
  Api& api_;
  std::string dump_file_;
};

}  // namespace entente::sandbox::ssm
