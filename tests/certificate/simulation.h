#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "engine/certificate/decisions.h"
#include "engine/certificate/field_kind.h"
#include "engine/core/field_step.h"

// Two systems with real values and real lenses, users who edit and delete at random, and an engine that decides by the functions it is
// given. It knows nothing of how the certificate reasons: it only looks at what became of what users typed.
namespace entente::certificate::testing {

// A set of rules small enough to be drawn by the hundred thousand: fields whose policy depends on the phase, and lives.
struct RuleSet {
  // By field, then by phase.
  std::vector<std::vector<FieldKind>> fields;
  // By phase.
  std::vector<Both<LifeRule>> lives;
  Decisions decisions;
};

class Simulation {
 public:
  // `only`: one field of the set, the others rest; -1: all of them. The same seed gives the same history.
  Simulation(const RuleSet& rules, std::uint64_t seed, int only = -1);

  // The first thing that went wrong, in words; empty when nothing did.
  std::optional<std::string> Run();

 private:
  // Words that users type, then what an empty field of either side shows, the stand-in, and a word that means nothing.
  static constexpr int kTyped = 4, kDefaultOfLeft = 5, kStandIn = 7, kWords = 8, kMeaningless = 8;
  // What becomes of a word on a side: a word, 0 for nothing, or one of these.
  enum : int { kRefused = -1, kDropped = -2, kWaits = -3, kStandsIn = -4 };
  struct Lens {
    std::array<int, kWords> image{};
    int of_blank = 0;   // 0: nothing, 1: what stands there, 2: the default, 3: the stand-in
  };
  struct Field {
    const std::vector<FieldKind>* kinds = nullptr;
    Both<Lens> lens;
    Both<int> now{};
    std::optional<Both<int>> base;
    Both<std::int32_t> stand_ins{};
    std::optional<int> drift;
    std::optional<Side> choice, after_pause;
    Both<Unheld> unheld{};
    Both<ChangeInterval> changed{};
    bool renders_later = false, renders_atomically = false, is_held_back = false, is_asked = false;
    std::map<int, int> rendering;
    // Since users last did something.
    Both<int> first{};
    std::optional<Both<int>> first_base;
    Both<std::vector<int>> told, former;
    bool is_shown = false;
  };

  int Random(int count) { return static_cast<int>(random_() % static_cast<std::uint64_t>(count)); }
  bool Chance(int percent) { return Random(100) < percent; }
  const FieldKind& KindOf(const Field& field) const { return (*field.kinds)[static_cast<std::size_t>(phase_)]; }
  void Fail(std::string what) {
    if (!failure_) failure_ = std::move(what);
  }

  void DrawLens(Field& field);
  void DrawField(Field& field);
  int AnyHeld(const Field& field, Side side);
  void UsersAct();
  bool PeopleAct();
  void BeginBurst();

  // True: something changed.
  bool Pass();
  bool FieldPass(Field& field);
  bool Write(Field& field, const FieldSituation& s, Side side, int word);
  int On(const Field& field, Side side, int word) const;
  int Rendered(Field& field, Side side, int word);
  void Agree(Field& field, Side target, int held, int sent) const;
  bool StandsIn(const Field& field, Side side, int word) const;
  FieldSituation Look(const Field& field) const;
  bool Make(Side side);
  bool Restore(Side side);
  bool NowThere(Side side);
  bool Take(Side side);
  bool IsOrdered(Side gone, DeleteRule done) const;
  void Settle();

  void CheckRest();
  void CheckNothingLost(const Field& field, Side side);

  const RuleSet& rules_;
  std::mt19937_64 random_;
  std::vector<Field> fields_;
  int phase_ = 0;
  Both<Presence> presence_{};
  Both<bool> was_there_{};
  LifeSituation life_;
  // What the conditions of the rules say while somebody deletes.
  bool says_never_ = false;
  int rounds_ = 0;
  bool wrote_ = false, waits_ = false, is_unlinked_ = false;
  std::optional<std::string> failure_;
};

}  // namespace entente::certificate::testing
