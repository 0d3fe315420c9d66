#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace entente {

// The two sides of a pack, in the order the pack declares them ("sage" is left, "ssm" is right in `rules/ssm`).
// The engine treats both alike; every difference is data of the pack.
enum class Side : std::uint8_t { kLeft = 0, kRight = 1 };

inline constexpr std::array<Side, 2> kSides = {Side::kLeft, Side::kRight};

constexpr Side Other(Side side) { return side == Side::kLeft ? Side::kRight : Side::kLeft; }
constexpr std::size_t Index(Side side) { return static_cast<std::size_t>(side); }

// One thing for each side.
template <typename T>
struct Both {
  std::array<T, 2> sides{};
  T& operator[](Side side) { return sides[Index(side)]; }
  const T& operator[](Side side) const { return sides[Index(side)]; }
  friend bool operator==(const Both&, const Both&) = default;
};

}  // namespace entente
