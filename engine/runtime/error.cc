#include "engine/runtime/error.h"

#include "absl/strings/str_cat.h"

namespace entente {
namespace {

// Length of a leading "UPPER_CASE:", without the colon; 0 when there is none.
std::size_t ReasonLength(std::string_view message) {
  std::size_t length = 0;
  while (length < message.size()) {
    const char c = message[length];
    const bool is_part = (c >= 'A' && c <= 'Z') || c == '_' || (length > 0 && c >= '0' && c <= '9');
    if (!is_part) break;
    ++length;
  }
  return length > 1 && length < message.size() && message[length] == ':' ? length : 0;
}

std::string_view MessageOf(const absl::Status& status) { return {status.message().data(), status.message().size()}; }

}  // namespace

absl::Status MakeError(absl::StatusCode code, std::string_view reason, std::string_view sentence) {
  return absl::Status(code, absl::StrCat(std::string(reason), ": ", std::string(sentence)));
}

std::string ReasonOf(const absl::Status& status) {
  if (status.ok()) return "";
  const std::string_view message = MessageOf(status);
  const std::size_t length = ReasonLength(message);
  return length > 0 ? std::string(message.substr(0, length)) : absl::StatusCodeToString(status.code());
}

std::string SentenceOf(const absl::Status& status) {
  const std::string_view message = MessageOf(status);
  const std::size_t length = ReasonLength(message);
  if (length == 0) return std::string(message);
  const std::size_t start = message.find_first_not_of(' ', length + 1);
  return start == std::string_view::npos ? "" : std::string(message.substr(start));
}

}  // namespace entente
