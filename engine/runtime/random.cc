#include "engine/runtime/random.h"

#include <openssl/rand.h>

#include <cstdio>
#include <cstdlib>

namespace entente {
namespace {

class OpenSslRandom final : public Random {
 public:
  std::uint64_t Number() override {
    unsigned char bytes[8];
    if (RAND_bytes(bytes, sizeof bytes) != 1) {
      // A guessable token is worse than no engine.
      std::fputs("The system gives no random numbers; the engine cannot make tokens.\n", stderr);
      std::abort();
    }
    std::uint64_t number = 0;
    for (const unsigned char byte : bytes) number = (number << 8) | byte;
    return number;
  }
};

}  // namespace

std::string Random::Hex(int bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  while (static_cast<int>(out.size()) < 2 * bytes) {
    std::uint64_t number = Number();
    for (int i = 0; i < 16 && static_cast<int>(out.size()) < 2 * bytes; ++i, number >>= 4) out.push_back(kDigits[number & 15]);
  }
  return out;
}

Random& SystemRandom() {
  static OpenSslRandom random;
  return random;
}

}  // namespace entente
