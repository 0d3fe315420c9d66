#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace entente::sandbox {

// Seeded chance with the same rolls on every machine (the standard distributions do not promise that).
//
// A plain value: a copy rolls the same future. `purpose` separates sections, so that one more roll in one does not change another.
class Dice {
 public:
  Dice(std::uint64_t seed, std::string_view purpose) : state_(seed * 0x9E3779B97F4A7C15ULL) {
    for (const char c : purpose) state_ = (state_ ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
  }

  std::uint64_t Roll() {
    state_ += 0x9E3779B97F4A7C15ULL;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
  }

  // Between `low` and `high`, both included.
  int Between(int low, int high) { return low + static_cast<int>(Roll() % static_cast<std::uint64_t>(high - low + 1)); }
  bool Percent(int chance) { return Between(1, 100) <= chance; }
  bool PerThousand(int chance) { return Between(1, 1000) <= chance; }

  template <typename T>
  const T& Pick(const std::vector<T>& from) {
    return from[static_cast<std::size_t>(Roll() % from.size())];
  }

 private:
  std::uint64_t state_;
};

}  // namespace entente::sandbox
