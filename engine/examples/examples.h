#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/language/example.h"
#include "engine/language/pack.h"
#include "engine/language/problems.h"

// A pack's own examples, run by the engine that runs the pack.
namespace entente {

// What became of one example.
struct ExampleReport {
  std::string name;
  RuleSource source;
  std::vector<std::string> shows;
  // What did not hold, each where it stands: file and line of the event or the outcome. Empty: the example holds.
  std::vector<Problem> problems;
  // False: one write called for the next without end, and the example was broken off.
  bool comes_to_rest = true;

  bool holds() const { return problems.empty(); }
};

// Runs every example of a pack, of those it extends too, in the calling thread: some milliseconds each. Nothing is written anywhere.
// After the first one that does not come to rest, the others are not run: each would take its time to fail in the same way.
//
// `options` are those of the pack; values of parameters count only where the pack has no default, since examples prove the pack and not
// what a customer sets. Empty where the pack has no examples. The errors are those of LoadPack().
absl::StatusOr<std::vector<ExampleReport>> RunExamples(const std::string& directory_or_file, const LoadOptions& options = {});
absl::StatusOr<std::vector<ExampleReport>> RunExamples(const PackFiles& files, const LoadOptions& options = {});

// Runs one of them. REQUIRES: `loaded` was loaded with the example's own parameters, and holds the example.
ExampleReport RunExample(const LoadedPack& loaded, const Example& example);

// OK when all of them hold. FAILED_PRECONDITION PACK_EXAMPLES_FAIL with each problem on a line; the errors of RunExamples().
absl::Status CheckExamples(const std::string& directory_or_file, const LoadOptions& options = {});
absl::Status CheckExamples(const PackFiles& files, const LoadOptions& options = {});

}  // namespace entente
