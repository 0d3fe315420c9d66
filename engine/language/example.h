#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "engine/core/rules.h"
#include "engine/language/declared.h"

// A pack's own tests, read and checked. The schema (rules.proto, Example) says what they mean; engine/examples runs them.
namespace entente {

// Fields as an example writes them. A Reference has the name of a record of the example where there is one, else a key.
struct ExampleRecord {
  std::string name, entity;
  Both<std::optional<Fields>> sides;
  RuleSource source;
};

struct ExampleSystem {
  std::string product, version, edition;   // empty: the declared one
  int companies = 1;
};

struct ExampleAnswer {
  enum class Operation { kCreate, kUpdate, kDelete, kPrice };
  enum class Failure { kNone, kAgain, kNever, kUncertain };
  Operation to = Operation::kCreate;
  std::string entity;
  Side side = Side::kLeft;
  Fields adds;
  Failure fails = Failure::kNone;
  std::string code, text;
  int times = 0;                           // 0: always
  RuleSource source;
};

struct ExampleEvent {
  enum class Kind { kCreate, kEdit, kDelete, kPush, kPrice, kResolve, kWait, kReconcile, kFirstLoad, kConnect };
  Kind kind = Kind::kWait;
  std::string record;                      // by its name; of kResolve perhaps empty
  std::string entity;                      // kCreate
  std::optional<Side> side;                // kDelete, kConnect
  std::string reason, choice;              // kResolve
  absl::Duration wait;
  Both<std::optional<Fields>> fields;      // kCreate, kEdit
  RuleSource source;
};

struct ExampleOutcome {
  enum class Kind { kCreated, kUpdated, kDeleted, kNotWritten, kHolds, kGone, kLinked, kNotLinked, kWaits, kItem, kNoItem, kConflict, kPhase, kValue, kRefused };
  Kind kind = Kind::kHolds;
  std::string record;
  std::optional<Side> side;
  std::vector<Side> not_written;
  std::string word;                        // reason, phase, field
  std::string winner;                      // kConflict: a side's name or "ask"
  std::optional<Side> from;                // kValue
  Both<std::optional<Fields>> fields;
  RuleSource source;
};

struct Example {
  std::string name;
  std::vector<std::string> shows;
  std::map<std::string, std::string> parameters;
  std::vector<ExampleRecord> given;
  Both<ExampleSystem> systems;
  std::vector<ExampleAnswer> answers;
  std::vector<ExampleEvent> when;
  std::vector<ExampleOutcome> then;
  RuleSource source;
};

// A text that is only asked to contain words is a map with this one key.
inline constexpr char kHasWords[] = "has";

// What belongs to a pack beside its rules. LoadWholePack() gives it.
struct PackExamples {
  Both<DeclaredCatalogue> catalogues;
  std::vector<Example> examples;
};

}  // namespace entente
