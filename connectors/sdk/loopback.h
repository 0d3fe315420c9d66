#pragma once

#include <string>
#include <string_view>

namespace entente::sdk {

// True for addresses that never leave this machine: 127.x.x.x, localhost and [::1], each with or without a port, and unix:PATH.
bool IsLoopback(std::string_view address);

// True for a URL over which a secret may travel: https, or http to this machine. False for one that carries a name or password itself.
bool IsProtected(const std::string& url);

}  // namespace entente::sdk
