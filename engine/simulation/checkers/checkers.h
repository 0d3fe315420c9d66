#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/core/link.h"
#include "engine/pipeline/machine.h"
#include "engine/pipeline/store.h"
#include "engine/simulation/ledger.h"
#include "engine/simulation/system.h"
#include "engine/simulation/terrain.h"

// The invariants of the design, a file each. A checker looks at what the model systems know (the ledger: what users typed, what was
// written, what was read) and at what the engine keeps, and compares; it calls none of the engine's functions. It is right about every
// world at rest: what it does not judge it counts as excused, by the word under which the engine shows it to people.
namespace entente::simulation {

struct Violation {
  std::string checker;    // "lost_edit"
  std::string sentence;   // ids and places, no values
};

// Somebody who was erased: the link that is left, who it was, and what its records were called then.
struct ErasedPerson {
  LinkId link = 0;
  std::set<std::uint64_t> births;
  std::set<RecordId> records;
  std::int64_t asked_micros = 0;         // by the true time: the engine's clock may be wrong
};

// A world at rest, as the checkers see it.
struct Scene {
  const Terrain& terrain;
  const Pack& pack;                      // the rules that hold
  const Ledger& ledger;
  Both<const System*> systems;
  std::vector<Link> links;
  std::map<RecordId, RecordEntry> records;
  std::vector<WorkItem> work;
  std::map<LinkId, std::vector<JournalEntry>> journal;
  Boot boot;
  MachineStatus status;
  int rounds = 0;                        // passes until one wrote nothing
  bool is_at_rest = true;                // false: no pass did
  int writes_after_rest = 0;             // of one pass more
  std::uint64_t state_before_pass = 0, state_after_pass = 0;
  bool is_pack_changed = false;
  bool is_state_lost = false;            // history and journal do not reach back to the beginning
  std::int64_t now = 0;
  Both<int> operations_open_max{};
  Both<bool> is_overrun{};
  std::vector<std::string> damaged;      // values that did not come back from the disk as they were written
  std::vector<ErasedPerson> erased = {};
  // Of the disk; null: it keeps none.
  const std::vector<std::shared_ptr<const Batch>>* log = nullptr;
};

struct Verdicts {
  std::vector<Violation> violations;
  std::uint64_t judged = 0, gaps = 0;
  std::map<std::string, std::uint64_t> excused;

  void Break(std::string checker, std::string sentence);
};

// Why the engine says that a link is not in agreement, or not decided: the word of its parking or of an open work item. Empty: it says nothing.
std::string ShownReason(const Scene& scene, const Link& link);
// "sage.party C000173 / ssm.accounts 105".
std::string PlaceOf(const Scene& scene, const Link& link);
// The birth both records of a link belong to; 0: not known, or two.
std::uint64_t BirthOf(const Scene& scene, const Link& link);

void CheckQuiescence(const Scene& scene, Verdicts& verdicts);      // 1
void CheckConvergence(const Scene& scene, Verdicts& verdicts);     // 2
void CheckLostEdits(const Scene& scene, Verdicts& verdicts);       // 3
void CheckResurrection(const Scene& scene, Verdicts& verdicts);    // 4
void CheckProvenance(const Scene& scene, Verdicts& verdicts);      // 5
void CheckSecondPass(const Scene& scene, Verdicts& verdicts);      // 6
void CheckOrder(const Scene& scene, Verdicts& verdicts);           // 7
void CheckReadOnly(const Scene& scene, Verdicts& verdicts);        // 8
void CheckParentsFirst(const Scene& scene, Verdicts& verdicts);    // 9
void CheckBudgets(const Scene& scene, Verdicts& verdicts);         // 10
// 11 is judged when an engine dies: CheckDurability.
void CheckDurability(const Boot& boot, Side side, const std::set<DeliveryId>& unanswered, const std::map<std::string, std::string>& acknowledged, Verdicts& verdicts);
void CheckSingleRecords(const Scene& scene, Verdicts& verdicts);   // 12
void CheckFencing(const Scene& scene, Verdicts& verdicts);         // 13
void CheckLinks(const Scene& scene, Verdicts& verdicts);           // 14
void CheckDocuments(const Scene& scene, Verdicts& verdicts);       // 3, 8, 12 of documents, and 1 of those who asked for them
// 15, the same trace of the same seed, is judged by whoever runs a seed twice.
void CheckBounds(const Scene& scene, Verdicts& verdicts);          // 16
void CheckErasure(const Scene& scene, Verdicts& verdicts);         // 17

// All of them.
void Judge(const Scene& scene, Verdicts& verdicts);

}  // namespace entente::simulation
