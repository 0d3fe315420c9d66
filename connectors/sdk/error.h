#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace entente::sdk {

// A failure as people and programs read it: the message is "REASON: sentence". `reason` is stable and UPPER_CASE; the sentence says
// what happened, why, and what to do. Pick the code by what the caller should do next.
absl::Status MakeError(absl::StatusCode code, std::string_view reason, std::string_view sentence);

// The stable word in front of the sentence; empty when there is none.
std::string ReasonOf(const absl::Status& status);

// The message without its reason.
std::string SentenceOf(const absl::Status& status);

}  // namespace entente::sdk
