#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/core/link.h"
#include "engine/pipeline/store.h"

// Decisions saved: what would be written, and what is written exactly so when the plan is applied. Plain values.
namespace entente {

// A placeholder is a name between these two control characters, which no key of a business system holds.
inline constexpr char kPlaceholderOpens = '\x02';
inline constexpr char kPlaceholderCloses = '\x03';

// One write of a plan. Values that only the other system can give, the key of a record the plan itself creates, stand as placeholders:
// texts no record holds, bound to the real key when the create is applied.
struct PlannedWrite {
  int number = 0;                  // order in the plan, from 1
  LinkId link = 0;
  std::string entity;
  Side side = Side::kLeft;         // that is written
  Verb verb = Verb::kNone;
  std::string resource;
  std::string key;                 // of the record written; of a create: the key it is to get, or empty
  Fields writes;                   // native, as they are to stand
  Fields before;                   // native, as they stand now
  std::string rule, reason;
  std::string makes;               // of a create: the placeholder for the key it gets; empty when `key` is given
  std::vector<int> needs;          // writes of this plan that go before: creates whose placeholders stand here; of an undo, what refers to it
  std::string loses;               // of an undo: what does not come back, or goes; empty: nothing
  friend bool operator==(const PlannedWrite&, const PlannedWrite&) = default;
};

// A link that would stay where it is, and why.
struct PlannedHold {
  LinkId link = 0;
  std::string entity;
  std::string reason;              // of parking, of the open item
};

// What an undo leaves as it is: a field, or a record where `field` is empty.
struct LeftAlone {
  LinkId link = 0;
  std::string entity;
  Side side = Side::kLeft;         // on which we wrote
  std::string resource, key;
  std::string field;               // native
  Value ours, now;
  // As PlanLeft of proto/entente/sync/v1/plan.proto explains them: edited_since, referenced, pushed_document …
  std::string reason;
  friend bool operator==(const LeftAlone&, const LeftAlone&) = default;
};

struct PlannedCost {
  std::int64_t writes = 0;
  std::int64_t calls = 0;          // with the bulks the connector declares
  std::int64_t seconds = 0;        // at the rate the connector declares; 0: it declares none
};

// The rules a plan of kind "pack" was made by: the files of the pack, and the hash of the one it takes the place of.
struct PlannedRules {
  std::string first;
  std::map<std::string, std::string> files;
  std::string replaces;
};

struct Plan {
  std::string kind;                // "pending", "reconcile", "undo"
  std::string scope;               // of an undo, for people: "run 3", "since 2026-01-31T08:00:00Z"
  std::int64_t deletes_max = 0;    // of an undo: deletes approved with it, beyond the budgets of the pack
  std::string pack, pack_version, pack_hash;
  Both<std::string> company;       // ids of the systems it was made against
  std::int64_t made_micros = 0;
  std::vector<PlannedWrite> writes;
  std::vector<LinkId> united;          // links found to be another one: decided too, so that the same one is kept
  std::vector<PlannedHold> held;
  std::vector<LeftAlone> left;         // of an undo
  std::vector<std::string> requests;   // pushes that wait, by record key: asked for, not planned
  std::shared_ptr<const PlannedRules> rules;   // null: the ones that run
  Both<PlannedCost> cost;
  std::int64_t links = 0;          // decided
};

// A planned write that was not made.
struct PlanRefusal {
  int number = 0;
  LinkId link = 0;
  std::string reason;              // moved, held:REASON, depends_on:N, refused:CODE; of an undo also edited_since, referenced
};

// What became of the plan that is, or was last, applied.
struct ApplyReport {
  std::uint64_t id = 0;
  bool running = false;
  std::int64_t planned = 0, made = 0;
  std::vector<PlanRefusal> refused;
};

// The texts in a value that are placeholders are replaced by what they are bound to; others stay.
Value Bound(const Value& value, const std::map<std::string, std::string>& bindings);
Fields Bound(const Fields& fields, const std::map<std::string, std::string>& bindings);
std::string Bound(const std::string& text, const std::map<std::string, std::string>& bindings);

}  // namespace entente
