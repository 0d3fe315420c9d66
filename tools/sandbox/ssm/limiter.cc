#include "tools/sandbox/ssm/limiter.h"

#include <algorithm>

namespace entente::sandbox::ssm {
namespace {

void Forget(std::deque<std::int64_t>& calls, std::int64_t before) {
  while (!calls.empty() && calls.front() <= before) calls.pop_front();
}

}  // namespace

std::optional<int> Limiter::Admit(std::int64_t now_ms, int per_minute, int per_second) {
  Forget(minute_, now_ms - 60000);
  Forget(second_, now_ms - 1000);
  if (per_minute > 0 && static_cast<int>(minute_.size()) >= per_minute) {
    return static_cast<int>((minute_.front() + 60000 - now_ms + 999) / 1000);
  }
  if (per_second > 0 && static_cast<int>(second_.size()) >= per_second) return 1;
  minute_.push_back(now_ms);
  second_.push_back(now_ms);
  peak_per_minute_ = std::max(peak_per_minute_, static_cast<int>(minute_.size()));
  peak_per_second_ = std::max(peak_per_second_, static_cast<int>(second_.size()));
  return std::nullopt;
}

void Limiter::ResetPeaks() { peak_per_minute_ = peak_per_second_ = 0; }

}  // namespace entente::sandbox::ssm
