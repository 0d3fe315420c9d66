#include "tools/sandbox/sage/refusal.h"

#include <map>
#include <vector>

#include "absl/strings/cord.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace entente::sandbox::sage {
namespace {

constexpr char kPayload[] = "sage.refusal";

absl::StatusCode StatusCodeOf(const std::string& code) {
  static const std::map<std::string, absl::StatusCode> kCodes = {
      {"NOT_FOUND", absl::StatusCode::kNotFound},
      {"DUPLICATE_KEY", absl::StatusCode::kAlreadyExists},
      {"VALUE_DOES_NOT_FIT", absl::StatusCode::kInvalidArgument},
      {"INVALID_REQUEST", absl::StatusCode::kInvalidArgument},
      {"UNAUTHENTICATED", absl::StatusCode::kUnauthenticated},
      {"SESSION_LOST", absl::StatusCode::kUnavailable},
      {"LICENCE_EXHAUSTED", absl::StatusCode::kUnavailable},
      {"SAGE_UNAVAILABLE", absl::StatusCode::kUnavailable},
  };
  const auto found = kCodes.find(code);
  return found == kCodes.end() ? absl::StatusCode::kFailedPrecondition : found->second;
}

}  // namespace

absl::Status Refuse(const Refusal& refusal) {
  absl::Status status(StatusCodeOf(refusal.code), absl::StrCat(refusal.code, ": ", refusal.text));
  status.SetPayload(kPayload, absl::Cord(absl::StrCat(refusal.code, "\n", refusal.sage_code, "\n", refusal.field, "\n", refusal.line,
                                                      "\n", refusal.text)));
  return status;
}

std::optional<Refusal> RefusalOf(const absl::Status& status) {
  const auto payload = status.GetPayload(kPayload);
  if (!payload.has_value()) return std::nullopt;
  const std::string text(*payload);
  const std::vector<std::string> parts = absl::StrSplit(text, absl::MaxSplits('\n', 4));
  if (parts.size() != 5) return std::nullopt;
  Refusal refusal{.code = parts[0], .text = parts[4], .sage_code = 0, .field = parts[2], .line = 0};
  if (!absl::SimpleAtoi(parts[1], &refusal.sage_code) || !absl::SimpleAtoi(parts[3], &refusal.line)) return std::nullopt;
  return refusal;
}

int HttpStatusOf(const std::string& code) {
  static const std::map<std::string, int> kStatus = {
      {"UNAUTHENTICATED", 401},  {"NOT_FOUND", 404},        {"DUPLICATE_KEY", 409},      {"STALE_EPOCH", 409},
      {"REVISION_MISMATCH", 412}, {"VALUE_DOES_NOT_FIT", 422}, {"DOCUMENT_REFUSED", 422}, {"MISSING_ACCOUNT", 422},
      {"UNKNOWN_PARTY", 422},    {"UNKNOWN_ARTICLE", 422},  {"DORMANT", 422},            {"IMMUTABLE", 422},
      {"RECORD_LOCKED", 423},    {"FILE_LOCKED", 423},      {"JOURNAL_IN_USE", 423},     {"SESSION_LOST", 503},
      {"LICENCE_EXHAUSTED", 503}, {"SAGE_UNAVAILABLE", 503}, {"INVALID_REQUEST", 400},
      {"IN_USE", 422},
  };
  const auto found = kStatus.find(code);
  return found == kStatus.end() ? 500 : found->second;
}

}  // namespace entente::sandbox::sage
