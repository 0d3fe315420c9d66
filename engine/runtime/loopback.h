#pragma once

#include <string>

namespace entente {

// True for addresses nothing outside this machine reaches: 127.x.x.x:PORT, localhost:PORT, [::1]:PORT, unix:PATH.
bool IsLoopback(const std::string& address);

}  // namespace entente
