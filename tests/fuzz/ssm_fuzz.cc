// Any bytes as what the CRM answers: refused, or read with every number as its text; written again it reads as the same.
#include <cstdint>
#include <string_view>

#include "connectors/ssm/instant.h"
#include "connectors/ssm/json.h"
#include "tests/fuzz/check.h"

using namespace entente::ssm;

namespace {

void Look(const Json& json) {
  json.Find("ID");
  ParseInstant(json.text());
  for (const Json& item : json.items()) Look(item);
  for (const auto& [name, member] : json.members()) {
    FUZZ_CHECK(json.Find(name) != nullptr);
    Look(member);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto json = ParseJson({reinterpret_cast<const char*>(data), size});
  if (!json) return 0;
  Look(*json);
  const std::string text = json->Dump();
  const auto again = ParseJson(text);
  FUZZ_CHECK(again.has_value());
  FUZZ_CHECK(again->Dump() == text);
  return 0;
}
