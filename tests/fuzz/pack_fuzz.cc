// Any text as the first file of a pack: it loads, or everything wrong with it is told. Packs it extends are those of the house.
#include <cstdint>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include "engine/language/pack.h"
#include "tests/fuzz/check.h"

namespace {

const std::string& HousePack(const std::string& path) {
  static std::map<std::string, std::string> read;
  auto found = read.find(path);
  if (found == read.end()) {
    std::ifstream in(path);
    found = read.emplace(path, std::string(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>())).first;
  }
  return found->second;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  entente::LoadOptions options;
  options.search_path = {"/house"};
  std::vector<entente::Problem> problems;
  options.problems = &problems;
  options.read_file = [&](const std::string& path) -> absl::StatusOr<std::string> {
    if (path == "/packs/fuzzed/pack.yaml") return text;
    for (const char* file : {"pack.yaml", "countries.yaml", "errors.yaml", "reasons.yaml"}) {
      if (path == std::string("/house/base/") + file) return HousePack(std::string(ENTENTE_SOURCE_DIR "/rules/base/") + file);
    }
    return absl::NotFoundError(path);
  };
  const absl::StatusOr<entente::PackPtr> pack = entente::LoadPack("/packs/fuzzed", options);
  // Refused, and somebody is told why; or loaded, and it can be described.
  FUZZ_CHECK(pack.ok() == problems.empty());
  if (pack.ok()) FUZZ_CHECK(!entente::ToJson(entente::DescribePack(**pack)).empty());
  return 0;
}
