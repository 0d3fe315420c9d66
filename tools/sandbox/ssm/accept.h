#pragma once

#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "tools/sandbox/exact_json.h"
#include "tools/sandbox/ssm/store.h"

namespace entente::sandbox::ssm {

// How strictly a body is read: the API takes what is documented; a person at the command line may write a label ("Client"), "@" and a
// foreign key ("@CL00001"), or a number as text.
enum class Reading { kApi, kPerson };

// A body that was understood: what the record's cells become, and the deleted mark if the body sets it (only /sales).
struct Accepted {
  std::vector<Cell> cells;
  std::optional<bool> deleted;
};

// Reads `body` for a new record, or over `existing`. INVALID_ARGUMENT (the API's 400) for an unknown or read-only field, a wrong type, a
// text that is too long, a reference to nothing, or a required field that is missing.
absl::StatusOr<Accepted> Accept(const Store& store, const Table& table, const Json& body, const Row* existing, Reading reading);

}  // namespace entente::sandbox::ssm
