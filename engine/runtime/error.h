#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"

// Errors for people and programs: a stable upper-case reason and a sentence that says what happened, why, and what to do next.
// In a status they stand as "REASON: sentence".
namespace entente {

absl::Status MakeError(absl::StatusCode code, std::string_view reason, std::string_view sentence);

// The reason, or the name of the status code ("INTERNAL") when the message carries none. Empty for OK.
std::string ReasonOf(const absl::Status& status);
// The message without the reason.
std::string SentenceOf(const absl::Status& status);

}  // namespace entente
