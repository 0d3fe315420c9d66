#pragma once

#include <string>
#include <string_view>

namespace entente::ssm {

// The text for comparing labels: case and accents folded, trimmed. Text that is no UTF-8 is only trimmed.
std::string FoldedLabel(std::string_view label);

}  // namespace entente::ssm
