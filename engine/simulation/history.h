#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/side.h"
#include "engine/simulation/faults.h"
#include "engine/simulation/quirks.h"
#include "engine/simulation/terrain.h"

namespace entente::simulation {

// What somebody does at a moment.
enum class Deed : std::uint8_t {
  // Users.
  kCreate,
  kEdit,
  kBlank,
  kUndo,        // types what stood there before
  kPick,        // chooses another word of a list: converts a prospect, puts a record to sleep
  kRefer,       // lets a reference point elsewhere
  kDelete,
  kRekey,
  kMerge,       // two records become one: what the first has not, it takes of the second, which is deleted
  kEditLines,   // a line of a document more, less, or written anew
  kSend,        // asks for a document to be sent: by its state, or the engine itself, once or twice
  // The operator.
  kReconcile,
  kPause,
  kResume,
  kResolve,
  kRetry,
  kPollNow,
  kBackup,
  kRestoreBackup,
  kLoseState,
  kErase,       // the person behind a record asks to be forgotten
  // The integrator.
  kChangePack,
  // The administrator of a system.
  kRememberSystem,
  kRestoreSystem,
  // Whatever goes wrong: `fault` says what.
  kFault,
  // Everything is let come to rest, and is judged.
  kRest,
};

std::string_view NameOf(Deed deed);

// One event of a history. It names records by the event that made them, so that it means the same when others are left out.

struct Happening {
  int id = 0;
  std::int64_t at_millis = 0;      // since the beginning
  Deed deed = Deed::kEdit;
  Side side = Side::kLeft;
  std::string entity;
  int subject = -1;                // id of the kCreate that made the record; -1: none
  int other = -1;                  // of kMerge: the second; of kCreate: the parent
  std::string native;              // column; empty: drawn by `salt`
  std::uint64_t salt = 0;          // whatever else is to be drawn
  Fault fault = Fault::kMessageDropped;
  std::int64_t millis = 0;         // how long it lasts

  std::string ToText() const;
};

// The kinds of seeds: what a history holds and how the engine is driven.
enum class SeedKind {
  kCore,     // 30 events over 5 records and more, nothing goes wrong, nothing takes time, memory store
  kEngine,   // 200 events, 50 records, 10 faults of 5 kinds and more, messages and stored values as bytes
};

// All that happens to a world, as data.
struct History {
  std::uint64_t seed = 0;
  SeedKind kind = SeedKind::kEngine;
  std::int64_t begins_micros = 0;
  Both<Quirks> quirks;
  std::vector<Happening> events;   // by time
};

// Odd seeds are core seeds, even ones engine seeds: the number alone says all.
SeedKind KindOf(std::uint64_t seed);
// The history of a seed: the same on every machine.
History Generate(const Terrain& terrain, std::uint64_t seed);
History Generate(const Terrain& terrain, std::uint64_t seed, SeedKind kind);

// Both systems lose their quirks, and the calendar its odd night.
void MakePlain(History& history);

}  // namespace entente::simulation
