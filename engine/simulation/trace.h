#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace entente::simulation {

// A hash over everything that happened, in order: FNV-1a, so that it is the same on every machine. With `keeps_lines` the lines as well.
class Trace {
 public:
  explicit Trace(bool keeps_lines = false) : keeps_lines_(keeps_lines) {}

  void Add(std::string_view line) {
    for (const char c : line) hash_ = (hash_ ^ static_cast<unsigned char>(c)) * 0x100000001b3ull;
    hash_ = (hash_ ^ 0xff) * 0x100000001b3ull;
    if (keeps_lines_) lines_.emplace_back(line);
  }
  void Add(std::uint64_t number) {
    for (int i = 0; i < 8; ++i) hash_ = (hash_ ^ ((number >> (8 * i)) & 0xff)) * 0x100000001b3ull;
  }
  std::uint64_t hash() const { return hash_; }
  bool keeps_lines() const { return keeps_lines_; }
  const std::vector<std::string>& lines() const { return lines_; }

 private:
  std::uint64_t hash_ = 0xcbf29ce484222325ull;
  bool keeps_lines_;
  std::vector<std::string> lines_;
};

}  // namespace entente::simulation
