#include "connectors/sdk/loopback.h"

#include "absl/strings/match.h"

namespace entente::sdk {
namespace {

constexpr std::string_view kHttp = "http://";
constexpr std::string_view kHttps = "https://";

bool StartsWith(std::string_view text, std::string_view prefix) { return text.substr(0, prefix.size()) == prefix; }

}  // namespace

bool IsLoopback(std::string_view address) {
  if (StartsWith(address, "unix:")) return true;
  if (StartsWith(address, "[")) return address == "[::1]" || StartsWith(address, "[::1]:");
  const std::string_view host = address.substr(0, address.rfind(':'));
  // 127.example.com is anybody's.
  return host == "localhost" || (StartsWith(host, "127.") && host.find_first_not_of("0123456789.") == std::string_view::npos);
}

bool IsProtected(const std::string& url) {
  const bool is_https = absl::StartsWith(url, "https://");
  if (!is_https && !absl::StartsWith(url, "http://")) return false;
  const std::string_view rest = std::string_view(url).substr(is_https ? kHttps.size() : kHttp.size());
  const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
  if (authority.empty() || authority.find('@') != std::string_view::npos) return false;
  return is_https || IsLoopback(authority);
}

}  // namespace entente::sdk
