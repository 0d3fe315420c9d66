#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "engine/language/pack.h"
#include "engine/pipeline/store.h"

namespace entente {

// The packs an instance may run: the one its configuration names, and others that are offered to it.
//
// Every pack an instance runs, looks at or takes is loaded here, so that all of them are held to the same. Immutable; any thread.
class PackShelf {
 public:
  struct Options {
    std::string configured;                          // folder or first file
    std::vector<std::string> search_path;
    std::map<std::string, std::string> parameters;   // of the configuration
  };
  explicit PackShelf(Options options) : options_(std::move(options)) {}

  // How a pack of this instance is loaded. `parameters` stand in for values of the configuration.
  LoadOptions OptionsFor(const std::map<std::string, std::string>& parameters = {}) const;
  // INVALID_ARGUMENT PACK_INVALID: every problem, one a line.
  absl::StatusOr<LoadedPack> Configured() const;
  // What these files extend and do not hold is taken from the folder beside the configured pack and from the search path. `parameters`
  // stand in for values of the configuration. Reasons as above.
  absl::StatusOr<LoadedPack> Load(const PackFiles& files, const std::map<std::string, std::string>& parameters = {}) const;

 private:
  Options options_;
};

// What an instance runs, as its state keeps it: with the very batch that began it, and in every backup.
//
//   pack_content     the files, canonical
//   pack_origin      "configuration" or "activation"
//   pack_configured  of an activation: digest of the configured files at that time
//   pack_since       micros
//   fields.SIDE.RESOURCE   native fields every shadow was read with, or is being read with (adoption.h)
struct PackOrigin {
  bool is_activation = false;
  std::string configured;
};
std::map<std::string, std::string> MetaOf(const LoadedPack& pack, const PackOrigin& origin, absl::Time since);
// The same as a change of the meta a state has.
std::map<std::string, std::optional<std::string>> ChangeOfMeta(const std::map<std::string, std::string>& before, const LoadedPack& pack, const PackOrigin& origin, absl::Time since);
PackOrigin OriginIn(const std::map<std::string, std::string>& meta);
// The files in the state; empty when it has none.
PackFiles FilesIn(const std::map<std::string, std::string>& meta);

// Which pack holds after a start.
enum class PackChoice {
  kAsked,        // the activated one, unless the configured files changed since: then nothing is assumed
  kActive,       // the activated one
  kConfigured,   // the configured one
};
struct ChosenPack {
  LoadedPack pack;
  PackOrigin origin;
};
// An activated pack goes on to hold over a start. FAILED_PRECONDITION PACK_CHANGED_ON_DISK: the configured files changed since it was activated,
// so either of the two may be what is meant. Reasons of PackShelf.
absl::StatusOr<ChosenPack> ChoosePack(const PackShelf& shelf, const LoadedPack& configured, const std::map<std::string, std::string>& meta, PackChoice choice);

// What a start with other rules than those the state was made by writes before anything else. Nothing where they are the same.
// FAILED_PRECONDITION: those of CanAdopt().
absl::StatusOr<std::map<std::string, std::optional<std::string>>> AdoptAtStart(const PackShelf& shelf, const ChosenPack& chosen, const Boot& boot, absl::Time now);

}  // namespace entente
