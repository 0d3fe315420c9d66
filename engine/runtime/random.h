#pragma once

#include <cstdint>
#include <string>

namespace entente {

// Chance that nobody can foretell: keys and tokens. Thread-safe. Ends the process when the system gives none.
class Random {
 public:
  virtual ~Random() = default;
  virtual std::uint64_t Number() = 0;
  // `bytes` random bytes in lower-case hexadecimal.
  std::string Hex(int bytes);
};

Random& SystemRandom();

}  // namespace entente
