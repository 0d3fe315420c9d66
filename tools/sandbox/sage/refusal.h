#pragma once

#include <optional>
#include <string>

#include "absl/status/status.h"

namespace entente::sandbox::sage {

// Why Sage, or its gateway, does not do what was asked: the `error` object of the gateway contract.
// `code` is stable and upper case (RECORD_LOCKED, DUPLICATE_KEY, …); `line` counts from 1, 0 when no line is meant.
struct Refusal {
  std::string code = {};
  std::string text = {};
  int sage_code = 0;
  std::string field = {};
  int line = 0;
};

// The refusal as a status: its absl code says what a caller can do, the message reads "CODE: text".
absl::Status Refuse(const Refusal& refusal);

// Empty when the status is not a refusal (a broken database, for example).
std::optional<Refusal> RefusalOf(const absl::Status& status);

// The HTTP status the gateway contract gives to a code; 500 for a code that is not in it.
int HttpStatusOf(const std::string& code);

}  // namespace entente::sandbox::sage

// For functions that return absl::Status or absl::StatusOr.
#define SAGE_RETURN_IF_ERROR(expression)                        \
  do {                                                          \
    if (absl::Status sage_status = (expression); !sage_status.ok()) return sage_status; \
  } while (false)
#define SAGE_CONCAT_INNER(a, b) a##b
#define SAGE_CONCAT(a, b) SAGE_CONCAT_INNER(a, b)
#define SAGE_ASSIGN(declaration, expression) \
  SAGE_ASSIGN_IMPL(SAGE_CONCAT(sage_result_, __LINE__), declaration, expression)
#define SAGE_ASSIGN_IMPL(result, declaration, expression) \
  auto result = (expression);                             \
  if (!result.ok()) return result.status();               \
  declaration = *std::move(result)
