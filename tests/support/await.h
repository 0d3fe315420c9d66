#pragma once

#include <chrono>
#include <functional>
#include <thread>

namespace entente {

// True as soon as `is_true` holds; false when it still does not after ten seconds, so that a broken test ends.
inline bool Await(const std::function<bool()>& is_true) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!is_true()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::yield();
  }
  return true;
}

}  // namespace entente
