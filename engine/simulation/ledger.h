#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/pipeline/event.h"
#include "engine/simulation/terrain.h"

namespace entente::simulation {

// One field typed by a user of a system. Its place in the ledger is the number its value bears.
struct Edit {
  std::uint64_t birth = 0;
  Side side = Side::kLeft;
  std::string native;
  std::int64_t at_micros = 0;
  // The edit whose value stood there before; 0: none that is known.
  std::uint64_t onto = 0;
  bool is_blank = false;              // the field was emptied
  bool is_onto_blank = false;         // the field was empty before
  bool is_read = false;               // some read of the connector showed it
  std::int64_t read_micros = 0;       // the first that did
  bool is_carried = false;            // the engine wrote it to the other side
  std::int64_t overwritten_micros = 0;     // by a write, before any read could show it
  bool is_undone = false;             // by a restored database: nobody's loss but that of who restored it
};

// Something that users know as one thing: a person, a company. The systems' records of it are its records, whoever made them.
struct Birth {
  std::string entity;
  Side side = Side::kLeft;
  std::int64_t at_micros = 0;
  // Deleted by a user, by side: when; 0: not.
  Both<std::int64_t> deleted_micros{};
  // Something was done to it that lets the pack's rules lose sight of who it is (the engine's memory was lost meanwhile, a database restored).
  bool is_blurred = false;
};

// A write that reached a system.
struct WriteSeen {
  Side side = Side::kLeft;
  DeliveryId id = 0;
  LinkId link = 0;
  Verb verb = Verb::kNone;
  std::string resource, key, rule;
  std::uint64_t uid = 0, birth = 0;
  std::uint64_t epoch = 0, session = 0;
  std::int64_t at_micros = 0;
  bool had_effect = false, is_refused = false;
};

// What the model systems know of a run: what users did, what the engine wrote, what was read. The checkers judge by it, and never ask the
// engine. One thread.
class Ledger {
 public:
  // The number of the next edit, to put in its value.
  std::uint64_t NextEdit() const { return edits_.size(); }
  std::uint64_t Add(Edit edit);
  std::uint64_t Add(Birth birth);
  Edit* FindEdit(std::uint64_t number) { return number > 0 && number < edits_.size() ? &edits_[number] : nullptr; }
  const Edit* FindEdit(std::uint64_t number) const { return number > 0 && number < edits_.size() ? &edits_[number] : nullptr; }
  Birth* FindBirth(std::uint64_t number) { return number > 0 && number < births_.size() ? &births_[number] : nullptr; }
  const Birth* FindBirth(std::uint64_t number) const { return number > 0 && number < births_.size() ? &births_[number] : nullptr; }
  const std::deque<Edit>& edits() const { return edits_; }
  const std::deque<Birth>& births() const { return births_; }

  std::vector<WriteSeen> writes;
  // Fields, by birth and column, in which a user typed an older value again: by value nobody knows its edits apart any more.
  std::set<std::pair<std::uint64_t, std::string>> retyped;
  // Of each document all it ever was in its writer's hands, the latest last.
  std::map<std::uint64_t, std::vector<Lines>> versions;
  // A rule that no system and no connector may see broken, as it happened: checker, sentence.
  std::vector<std::pair<std::string, std::string>> broken;
  void Break(std::string checker, std::string sentence);

 private:
  std::deque<Edit> edits_ = {Edit{}};     // [0] is nobody's
  std::deque<Birth> births_ = {Birth{}};
};

}  // namespace entente::simulation
