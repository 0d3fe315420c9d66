#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "nlohmann/json_fwd.hpp"
#include "tools/sandbox/sage/installation.h"
#include "tools/sandbox/sage/value.h"

namespace entente::sandbox::sage {

// The arguments of an action: by name, or by place among the words of a command line ("args"). Lives no longer than the JSON it reads.
class Arguments {
 public:
  explicit Arguments(const nlohmann::json& object) : object_(object) {}

  // "" when absent. `place` counts from 0; negative for an argument that is only given by name.
  std::string Text(const char* name, int place = -1) const;
  // INVALID_ARGUMENT when it is there and no whole number.
  absl::StatusOr<std::int64_t> Number(const char* name, std::int64_t otherwise, int place = -1) const;
  absl::StatusOr<Decimal> Amount(const char* name, int place = -1) const;
  bool Has(const char* name) const;
  // The object or array given under a name; null when absent.
  nlohmann::json Value(const char* name) const;
  // The Sage fields: the object "fields", else every named argument that is not one of `own`.
  absl::StatusOr<Row> Fields(const std::vector<std::string_view>& own) const;
  nlohmann::json FieldsObject(const std::vector<std::string_view>& own) const;

 private:
  const nlohmann::json& object_;
};

// Something a person can do in Sage, or a knob of the sandbox. A write runs as one transaction.
struct Action {
  std::string name;
  std::string arguments;
  std::string says;
  bool is_write = false;
  std::function<absl::StatusOr<nlohmann::json>(Installation&, const Arguments&)> perform;
};

std::vector<Action> RecordActions();
std::vector<Action> ItemActions();
std::vector<Action> DocumentActions();
std::vector<Action> KnobActions();
std::vector<Action> DatabaseActions();

// All of them, in the order of the help.
const std::vector<Action>& AllActions();
const Action* FindAction(std::string_view name);

// Performs an action. REQUIRES: the installation's mutex is held.
absl::StatusOr<nlohmann::json> Perform(Installation& sage, std::string_view name, const nlohmann::json& arguments);

absl::Status WrongArgument(const std::string& message);

}  // namespace entente::sandbox::sage
