#pragma once

#include <cstdint>
#include <deque>
#include <optional>

namespace entente::sandbox::ssm {

// Counts the calls of the last minute and the last second, exactly, and says when one is too many.
//
// A refused call does not count. Not thread-safe. Holds one number a call of the last minute.
class Limiter {
 public:
  // Takes one call in at `now_ms` (a steady clock); limits of 0 do not limit. Answers with the seconds to wait, at least 1, when refused.
  std::optional<int> Admit(std::int64_t now_ms, int per_minute, int per_second);

  // The most calls that any minute, any second, held since the last Reset().
  int peak_per_minute() const { return peak_per_minute_; }
  int peak_per_second() const { return peak_per_second_; }
  void ResetPeaks();

 private:
  std::deque<std::int64_t> minute_;
  std::deque<std::int64_t> second_;
  int peak_per_minute_ = 0;
  int peak_per_second_ = 0;
};

}  // namespace entente::sandbox::ssm
