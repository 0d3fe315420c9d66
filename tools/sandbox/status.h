#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"

// Error-making for the sandbox: absl's string_view is its own type in this build, so the one conversion is here.
namespace entente::sandbox {

inline absl::string_view Absl(std::string_view text) { return absl::string_view(text.data(), text.size()); }
inline std::string_view Std(absl::string_view text) { return std::string_view(text.data(), text.size()); }

inline absl::Status Invalid(std::string_view message) { return absl::InvalidArgumentError(Absl(message)); }
inline absl::Status NotFound(std::string_view message) { return absl::NotFoundError(Absl(message)); }
inline absl::Status Refused(std::string_view message) { return absl::FailedPreconditionError(Absl(message)); }
inline absl::Status Unavailable(std::string_view message) { return absl::UnavailableError(Absl(message)); }

}  // namespace entente::sandbox
