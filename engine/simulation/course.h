#pragma once

#include <array>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/simulation/users.h"
#include "engine/simulation/world.h"

namespace entente::simulation {

inline constexpr std::int64_t kSecond = 1'000'000, kMinute = 60 * kSecond;
inline constexpr int kAll = 1'000'000;

// One run of a history: see Run(). The history's events are applied by course_events.cc, and everything comes to rest and is judged in
// course_rest.cc. One thread.
class Course {
 public:
  Course(const Terrain& terrain, const History& history, const RunOptions& options);
  Outcome Run();

 private:
  System& system(Side side) { return *systems_[Index(side)]; }
  Connector& connector(Side side) { return *connectors_[Index(side)]; }
  void Count(Fault fault) { ++outcome_.faults[static_cast<std::size_t>(fault)]; }
  void Note(std::string line) { trace_.Add(trace_.keeps_lines() ? absl::StrCat(timeline_.now() - history_.begins_micros, " ", line) : line); }

  // ---- the engine's life
  std::int64_t EngineClock() const;
  void StartEngine();

  // What an engine handed over before its state was lost or restored is known to no later state; the delayed message of that engine may arrive
  // long after. A delivery bears the epoch of its engine.
  std::set<DeliveryId> HandedSinceBlur(Side side);

  // What it left is judged, and the connectors hear of it.
  void Bury(bool is_replaced);
  bool KillEngine(bool keeps_last_write);
  void StartEngineAgain();

  // ---- time
  void RunUntil(std::int64_t micros);
  bool IsIdle();

  // Handles everything that takes no time but messages'.
  bool Drain();
  bool HoldsWait(const MachineStatus& status) const;

  // Polls both and lets time pass until nothing moves.
  void Settle();
  int Writes() { return system(Side::kLeft).writes() + system(Side::kRight).writes(); }

  // ---- the operator
  void Ask(decltype(Request::what) what);
  void FirstLoad();
  std::vector<WorkItem> OpenItems();
  bool ApproveAll();
  bool RetryDead();
  void NoteShown();

  // ---- rest
  void Heal();
  void Rest();
  std::uint64_t StateHash();

  // Of a run in which a connector lied nothing can be asked but that nothing was written that may not be: no read-only field, no more deletes
  // than the budget, and none at all but where it was said of a record that it is gone.
  void JudgeLied();
  // A reconcile of everything, to its end. False: the engine died meanwhile, and it is none.
  bool Pass();
  // Passes until one writes nothing; adds how many it took. False: none did.
  bool ComesToRest(int& rounds);
  void JudgeRest(int rounds, bool is_at_rest);

  // ---- what happens
  bool Apply(const Happening& event);
  bool ApplyOne(const Happening& event);

  // By the state of the document, or by asking the engine: once, or twice for the same.
  bool Send(const Happening& event);
  bool ResolveOne(std::uint64_t salt);
  bool RestoreBackup();
  bool LoseState();
  // Of erasures (course_erasures.cc): as the daemon's eraser, by the timeline instead of a thread.
  bool Erase(const Happening& event);
  void GoOnErasing(std::uint64_t epoch);
  bool IsErasing();
  void FinishErasing();
  // Those whose erasure the state knows of; what was restored or lost since knows nothing of them.
  std::vector<ErasedPerson> ErasedNow(const std::vector<Link>& links);

  // The engine forgot what it knew: who was who is matched anew, and what was edited since may look older than it is.
  void Blur();
  bool ChangePack(std::uint64_t salt);
  bool GoesWrong(const Happening& event);
  bool ChangeSchema(const Happening& event);

  const Terrain& terrain_;
  const History& history_;
  const RunOptions& options_;
  Random random_;
  Timeline timeline_;
  Trace trace_;
  std::vector<LoadedPack> packs_;
  PackPtr pack_;
  Tuning tuning_;
  Ledger ledger_;
  std::unique_ptr<Disk> disk_;
  std::array<std::unique_ptr<System>, 2> systems_;
  std::array<std::unique_ptr<Connector>, 2> connectors_;
  std::unique_ptr<Users> users_;
  std::vector<std::unique_ptr<Engine>> engines_;
  Engine* engine_ = nullptr;
  std::uint64_t epoch_ = 0, blurred_epoch_ = 0;   // the last engine's, and that of the last one whose state was lost
  std::int64_t rested_ = 0;
  std::int64_t skew_ = 0, still_until_ = 0, still_at_ = 0;
  std::map<LinkId, ErasedPerson> to_erase_;   // asked for
  bool was_state_lost_ = false, was_pack_changed_ = false;
  Verdicts verdicts_;
  Outcome outcome_;
};

}  // namespace entente::simulation
