// Any bytes as what the state directory holds: refused, or read; and what was read is written and read again as the same.
#include <cstdint>
#include <string_view>

#include <google/protobuf/stubs/logging.h>

#include "engine/store/codec.h"
#include "tests/fuzz/check.h"

using namespace entente;
using namespace entente::store;

namespace {

template <typename Decode, typename Encode>
void RoundTrip(const Decode& decode, const Encode& encode) {
  const auto first = decode();
  if (!first.ok()) return;
  const std::string bytes = encode(*first);
  const auto second = decode(bytes);
  FUZZ_CHECK(second.ok());
  FUZZ_CHECK(encode(*second) == bytes);
}

}  // namespace

// The library tells of each malformed text by itself.
[[maybe_unused]] const auto is_quiet = google::protobuf::SetLogHandler(nullptr);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view all(reinterpret_cast<const char*>(data) + 1, size - 1);
  // The first byte says what the rest is read as.
  switch (data[0] % 7) {
    case 0: RoundTrip([&](std::string_view bytes = {}) { return DecodeLink(7, bytes.data() ? bytes : all); }, [](const auto& value) { return EncodeLink(value); }); break;
    case 1: RoundTrip([&](std::string_view bytes = {}) { return DecodeRecord(bytes.data() ? bytes : all); }, [](const auto& value) { return EncodeRecord(value); }); break;
    case 2: RoundTrip([&](std::string_view bytes = {}) { return DecodeOutbox(bytes.data() ? bytes : all); }, [](const auto& value) { return EncodeOutbox(value); }); break;
    case 3:
      WorkClosedTime(all);
      RoundTrip([&](std::string_view bytes = {}) { return DecodeWork(7, bytes.data() ? bytes : all); }, [](const auto& value) { return EncodeWork(value); });
      break;
    case 4:
      JournalTime(all);
      RoundTrip([&](std::string_view bytes = {}) { return DecodeJournal(7, 8, bytes.data() ? bytes : all); }, [](const auto& value) { return EncodeJournal(value); });
      break;
    case 5: RoundTrip([&](std::string_view bytes = {}) { return DecodeRun(7, bytes.data() ? bytes : all); }, [](const auto& value) { return EncodeRun(value); }); break;
    default: RoundTrip([&](std::string_view bytes = {}) { return DecodePush(7, bytes.data() ? bytes : all); }, [](const auto& value) { return EncodePush(value); }); break;
  }
  return 0;
}
