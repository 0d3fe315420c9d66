#include "connectors/ssm/folding.h"

#include <cstdlib>

#include <utf8proc.h>

namespace entente::ssm {

std::string FoldedLabel(std::string_view label) {
  while (!label.empty() && static_cast<unsigned char>(label.front()) <= 0x20) label.remove_prefix(1);
  while (!label.empty() && static_cast<unsigned char>(label.back()) <= 0x20) label.remove_suffix(1);
  utf8proc_uint8_t* folded = nullptr;
  const auto options = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK);
  const utf8proc_ssize_t size = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(label.data()),
                                             static_cast<utf8proc_ssize_t>(label.size()), &folded, options);
  if (size < 0) return std::string(label);
  std::string out(reinterpret_cast<const char*>(folded), static_cast<std::size_t>(size));
  std::free(folded);
  return out;
}

}  // namespace entente::ssm
