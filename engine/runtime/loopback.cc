#include "engine/runtime/loopback.h"

#include <string_view>

namespace entente {

bool IsLoopback(const std::string& address) {
  if (address.starts_with("unix:")) return true;
  const std::string_view host = std::string_view(address).substr(0, address.rfind(':'));
  if (host == "localhost" || host == "[::1]") return true;
  // 127.example.com is anybody's.
  return address.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string_view::npos;
}

}  // namespace entente
