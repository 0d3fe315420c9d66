#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace entente::simulation {

// A stream of numbers from a seed: splitmix64, the same under every compiler. The standard library's distributions are not, and are not
// used. A plain value; one thread.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t Next() {
    state_ += 0x9e3779b97f4a7c15ull;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
    return z ^ (z >> 31);
  }
  // In [0, bound); 0 when the bound is 0. The bias of the remainder is below 2^-32 for every bound used here.
  std::uint64_t Below(std::uint64_t bound) { return bound == 0 ? 0 : Next() % bound; }
  std::int64_t Between(std::int64_t least, std::int64_t most) { return least + static_cast<std::int64_t>(Below(static_cast<std::uint64_t>(most - least + 1))); }
  bool Chance(int percent) { return Below(100) < static_cast<std::uint64_t>(percent); }
  // REQUIRES: not empty.
  template <typename T>
  const T& Pick(const std::vector<T>& among) {
    return among[static_cast<std::size_t>(Below(among.size()))];
  }
  // Another stream, which depends on this one's seed and `tag` alone.
  Random Fork(std::uint64_t tag) const { return Random(Random(state_ ^ (tag * 0xd1342543de82ef95ull)).Next()); }

 private:
  std::uint64_t state_;
};

}  // namespace entente::simulation
