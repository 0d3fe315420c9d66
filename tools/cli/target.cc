#include "tools/cli/target.h"

#include <charconv>

#include "absl/strings/str_cat.h"
#include "engine/runtime/error.h"

namespace entente::cli {

absl::Status ReadTarget(const std::string& text, Target* target) {
  if (text.rfind("link:", 0) == 0) {
    const auto [end, error] = std::from_chars(text.data() + 5, text.data() + text.size(), target->link);
    if (error == std::errc() && end == text.data() + text.size() && target->link != 0) return absl::OkStatus();
  }
  const std::size_t side_end = text.find('/');
  if (text.rfind("link:", 0) != 0 && side_end != std::string::npos && side_end > 0 && side_end + 1 < text.size()) {
    const std::size_t resource_end = text.find('/', side_end + 1);
    target->record.set_side(text.substr(0, side_end));
    if (resource_end == std::string::npos) {
      target->record.set_key(text.substr(side_end + 1));
    } else {
      target->record.set_resource(text.substr(side_end + 1, resource_end - side_end - 1));
      target->record.set_key(text.substr(resource_end + 1));
    }
    return absl::OkStatus();
  }
  return MakeError(absl::StatusCode::kInvalidArgument, "TARGET_INVALID",
                   absl::StrCat("\"", text, "\" names no record. Write link:42, SIDE/KEY or SIDE/RESOURCE/KEY, such as sage/C0001 or ssm/accounts/1042."));
}

}  // namespace entente::cli
