#pragma once

#include <string>

#include "absl/status/status.h"
#include "entente/sync/v1/sync.pb.h"

namespace entente::cli {

// What a command is about: "link:42", "SIDE/KEY" or "SIDE/RESOURCE/KEY" ("sage/C0001", "ssm/accounts/1042").
struct Target {
  std::uint64_t link = 0;
  sync::v1::GetRecordRequest record;
};

// INVALID_ARGUMENT, reason TARGET_INVALID.
absl::Status ReadTarget(const std::string& text, Target* target);

}  // namespace entente::cli
