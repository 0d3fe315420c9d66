#pragma once

#include "absl/status/statusor.h"
#include "tools/sandbox/ssm/accept.h"

namespace entente::sandbox::ssm {

// The three writes as both the API and a person at the web application do them. A person also needs the record to be unlocked.
//
// INVALID_ARGUMENT is the API's 400; FAILED_PRECONDITION is what only a person meets: the record is locked.

absl::StatusOr<std::int64_t> CreateRecord(Store& store, Table& table, const Json& body, Reading reading, std::int64_t user);
absl::Status UpdateRecord(Store& store, Table& table, std::int64_t id, const Json& body, Reading reading, std::int64_t user);
absl::Status DeleteRecord(Store& store, Table& table, std::int64_t id, Reading reading, std::int64_t user);

}  // namespace entente::sandbox::ssm
