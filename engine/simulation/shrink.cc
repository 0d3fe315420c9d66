#include "engine/simulation/shrink.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace entente::simulation {
namespace {

constexpr int kRunsMax = 2'000;

class Shrinker {
 public:
  Shrinker(const Terrain& terrain, Shrunk& shrunk, const RunOptions& options, const std::function<bool()>& is_enough) : terrain_(terrain), shrunk_(shrunk), options_(options), is_enough_(is_enough) {}

  // True: it still breaks, and is taken.
  bool Try(History candidate) {
    if (is_over()) return false;
    ++shrunk_.runs;
    const Outcome outcome = Run(terrain_, candidate, options_);
    for (const Violation& violation : outcome.violations) {
      if (violation.checker != shrunk_.violation.checker) continue;
      shrunk_.history = std::move(candidate);
      shrunk_.violation = violation;
      return true;
    }
    return false;
  }

  // Only what did something in the run that broke is worth keeping.
  void DropIdle() {
    const Outcome outcome = Run(terrain_, shrunk_.history, options_);
    History candidate = shrunk_.history;
    std::erase_if(candidate.events, [&](const Happening& event) { return std::find(outcome.applied.begin(), outcome.applied.end(), event.id) == outcome.applied.end(); });
    Try(std::move(candidate));
  }

  void DropEvents() {
    std::size_t chunk = std::max<std::size_t>(1, shrunk_.history.events.size() / 2);
    while (!is_over()) {
      bool is_smaller = false;
      for (std::size_t from = 0; from < shrunk_.history.events.size() && !is_over();) {
        History candidate = shrunk_.history;
        const auto begin = candidate.events.begin() + static_cast<std::ptrdiff_t>(from);
        candidate.events.erase(begin, begin + static_cast<std::ptrdiff_t>(std::min(chunk, candidate.events.size() - from)));
        if (Try(std::move(candidate))) is_smaller = true;
        else from += chunk;
      }
      if (chunk == 1 && !is_smaller) return;
      if (chunk > 1) chunk = (chunk + 1) / 2;
    }
  }

  bool DropQuirks() {
    History candidate = shrunk_.history;
    MakePlain(candidate);
    return Try(std::move(candidate));
  }

 private:
  bool is_over() const { return shrunk_.runs >= kRunsMax || is_enough_(); }

  const Terrain& terrain_;
  Shrunk& shrunk_;
  const RunOptions& options_;
  const std::function<bool()>& is_enough_;
};

}  // namespace

Shrunk Shrink(const Terrain& terrain, const History& history, const Violation& violation, const RunOptions& options, const std::function<bool()>& is_enough) {
  Shrunk shrunk{history, violation};
  Shrinker shrinker(terrain, shrunk, options, is_enough);
  shrinker.DropIdle();
  shrinker.DropEvents();
  shrunk.is_plain = shrinker.DropQuirks();
  if (shrunk.is_plain) shrinker.DropEvents();
  return shrunk;
}

}  // namespace entente::simulation
