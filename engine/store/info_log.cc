#include "engine/store/info_log.h"

#include <algorithm>
#include <array>
#include <cstdarg>
#include <cstdio>
#include <string>

#include "absl/strings/str_cat.h"
#include "engine/runtime/log.h"

namespace entente::store {
namespace {

constexpr std::size_t kBytesMax = 1000;

}  // namespace

void InfoLog::Logv(rocksdb::InfoLogLevel level, const char* format, va_list arguments) {
  if (level < GetInfoLogLevel()) return;
  std::array<char, kBytesMax> text{};
  const int written = std::vsnprintf(text.data(), text.size(), format, arguments);
  if (written < 0) return;
  std::string line(text.data(), std::min(static_cast<std::size_t>(written), text.size() - 1));
  std::replace_if(line.begin(), line.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  Log(level >= rocksdb::InfoLogLevel::ERROR_LEVEL ? "warn" : "debug", absl::StrCat("rocksdb  text=", line));
}

}  // namespace entente::store
