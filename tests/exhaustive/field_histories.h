#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/core/field_step.h"
#include "engine/core/merge.h"

// One field on two sides, everything that users and the network can do to it, and a judge that knows neither merge nor step.
namespace entente::exhaustive {

// Values are 0 (nothing) to 3. A side holds each as itself or as a smaller one, or takes it not at all.
inline constexpr int kValues = 4, kRefuses = -1;
using Holds = std::array<std::int8_t, kValues>;

struct World {
  // By phase; the second may be the same.
  std::array<FieldPolicy, 2> policies;
  Both<Holds> holds;
  // A list each: 1 and 2 are its two words, 3 is both.
  bool is_lists = false;
  // Times of change are too coarse to tell who was later.
  bool is_coarse = false;
  // Who wins what was edited in a pause.
  std::optional<Side> resume_wins;
};

// Plain bytes, so that equal states are found equal. -1: none.
struct State {
  std::array<std::int8_t, 2> now{}, base{-1, -1};
  std::int8_t drift = -1, choice = -1, later = 0, phase = 0, is_resumed = 0;
  std::array<std::int8_t, 2> sent{-1, -1}, found{-1, -1}, times{};
  // On its way to this side, and what stood there when it was decided.
  std::array<std::int8_t, 2> owed{-1, -1}, owed_over{-1, -1};
  // What the judge remembers: typed on a side and not yet held by both, nor told; the engine said that a side does not hold what it is sent.
  std::array<std::int8_t, 2> typed{-1, -1};
  // Told of, and standing there until it is overwritten: to type it once more is no news.
  std::array<std::int8_t, 2> told{-1, -1};
  std::int8_t is_accepted = 0;
  friend auto operator<=>(const State&, const State&) = default;
};

struct Count {
  std::int64_t worlds = 0;
  std::int64_t states = 0;       // different ones, each brought to rest and judged
  std::int64_t passes = 0;       // questions put to Merge
  double histories = 0;          // ways to get there, of every length up to the longest
  void operator+=(const Count& other) {
    worlds += other.worlds;
    states += other.states;
    passes += other.passes;
    histories += other.histories;
  }
};

// Goes through every history of up to `length` events and brings each of its ends to rest. The first thing that goes wrong, with the history
// that leads there; empty when nothing does. Adds to `count`.
std::string Explore(const World& world, int length, Count& count);

}  // namespace entente::exhaustive
