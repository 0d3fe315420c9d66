// Any bytes as a saved plan: refused, or read; a plan whose last line is its digest is read to the end of its objects.
#include <unistd.h>
#include <xxhash.h>

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "tools/cli/plan_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::string path = (std::filesystem::temp_directory_path() / ("entente-fuzzed-plan-" + std::to_string(::getpid()))).string();
  std::string text(reinterpret_cast<const char*>(data), size);
  // What begins as a plan gets the right digest, or nothing behind it would ever be read.
  if (text.starts_with('{')) {
    text += '\n';
    const XXH128_hash_t hash = XXH3_128bits(text.data(), text.size());
    absl::StrAppend(&text, "digest ", absl::Hex(hash.high64, absl::kZeroPad16), absl::Hex(hash.low64, absl::kZeroPad16), "\n");
  }
  std::ofstream(path, std::ios::binary) << text;
  entente::cli::ReadPlanFile(path).IgnoreError();
  std::remove(path.c_str());
  return 0;
}
