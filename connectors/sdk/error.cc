#include "connectors/sdk/error.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace entente::sdk {
namespace {

// Length of the word before the colon; 0 when it is no reason.
std::size_t ReasonLength(std::string_view text) {
  const std::size_t length = text.find(':');
  if (length == std::string_view::npos || length < 3) return 0;
  const bool is_reason = std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(length),
                                     [](char c) { return (c >= 'A' && c <= 'Z') || c == '_' || (c >= '0' && c <= '9'); });
  return is_reason ? length : 0;
}

}  // namespace

absl::Status MakeError(absl::StatusCode code, std::string_view reason, std::string_view sentence) {
  return absl::Status(code, absl::StrCat(std::string(reason), ": ", std::string(sentence)));
}

std::string ReasonOf(const absl::Status& status) {
  const std::string text(status.message());
  return text.substr(0, ReasonLength(text));
}

std::string SentenceOf(const absl::Status& status) {
  const std::string text(status.message());
  const std::size_t length = ReasonLength(text);
  if (length == 0) return text;
  const std::size_t begin = text.find_first_not_of(' ', length + 1);
  return begin == std::string::npos ? std::string() : text.substr(begin);
}

}  // namespace entente::sdk
