#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/core/rules.h"

// What differs between two packs, rule by rule. Plain values: `language` finds them, `plan` and `pipeline` ask what follows from them.
namespace entente {

enum class RuleKind : std::uint8_t {
  kPack,       // its name, version, labels, flags, limits, matrix: nothing is decided by them
  kSide,       // a system: gates, options
  kParameter,
  kTable,
  kDefaults,   // policies of every field that says nothing else
  kGuards,     // holds and budgets
  kError,      // what a connector's code means
  kEntity,     // the entity as a whole: rank, what it is made of
  kRecords,    // which records of a side are the entity's, and how they are found
  kPhase,
  kPolicy,     // policies of an entity's fields that say nothing else
  kLife,       // what a side may do to records
  kField,
  kMatch,
  kCheck,
  kDocument,
  kCapacity,
  kEnsured,
  kSeal,
  kTrigger,    // what sets an entity going
};

// "field", "match" …
std::string_view NameOf(RuleKind kind);

// A rule of an entity that behaves, or may behave, otherwise. `name` is that of a field, match, check, phase or side; else empty.
struct RuleTouch {
  std::string entity;
  RuleKind kind = RuleKind::kField;
  std::string name;
  friend auto operator<=>(const RuleTouch&, const RuleTouch&) = default;
};

// One rule that one of two packs has and the other has not, or has otherwise.
struct RuleChange {
  enum class Kind : std::uint8_t { kAdded, kRemoved, kChanged };
  struct Detail {
    std::string path;            // within the rule: "ssm.lens"; empty: the rule itself
    std::string before, after;   // as the pack says it; empty: nothing there
    friend bool operator==(const Detail&, const Detail&) = default;
  };
  std::string name;              // "party.city", "party.match.ext_id", "table.country": unique among the changes
  RuleKind rule = RuleKind::kPack;
  Kind kind = Kind::kChanged;
  std::string entity;            // empty: of no single one
  RuleSource before, after;      // where it stands; line 0: nowhere
  std::vector<Detail> details;
  // Rules of entities that follow from it, itself included; empty: no record is decided otherwise.
  std::vector<RuleTouch> touches;
};

// "added", "removed" or "changed".
std::string_view NameOf(RuleChange::Kind kind);

}  // namespace entente
