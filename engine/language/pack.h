#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/core/rules.h"
#include "engine/language/problems.h"

// Packs from their files to the rules the engine runs: read, check, compile, describe.
namespace entente {

struct Tree;
struct PackExamples;

// The files of a pack and of the packs it extends, each by the name of its folder and its own: "ssm/party.yaml".
struct PackFiles {
  std::string first;                          // "acme/pack.yaml"
  std::map<std::string, std::string> texts;
  // Over names and texts, without parameters.
  std::string Digest() const;
};

struct LoadOptions {
  // Folders that hold packs, for `extends`; the folder beside the pack is always looked at first.
  std::vector<std::string> search_path;
  // Values of parameters as text, by name; the words of a list are separated by commas.
  std::map<std::string, std::string> parameters;
  // Values for parameters without a default; for others they say nothing. Unknown names are passed over.
  std::map<std::string, std::string> parameters_needed;
  // Reads a file; empty: from the disk. NOT_FOUND when there is none.
  std::function<absl::StatusOr<std::string>(const std::string& path)> read_file;
  // Where given, everything worth knowing that does not keep the pack from loading, and everything that does.
  std::vector<Problem>* warnings = nullptr;
  std::vector<Problem>* problems = nullptr;
};

// Loads a pack from its folder (`rules/ssm`) or from its first file (`rules/ssm/pack.yaml`).
//
// The same files and parameters give the same pack and the same hash. INVALID_ARGUMENT when anything is wrong: the message holds
// every problem found, one a line, as `file:line: sentence remedy`. NOT_FOUND when there is no such file.
absl::StatusOr<PackPtr> LoadPack(const std::string& directory_or_file, const LoadOptions& options = {});

// A pack with what it was made of, to be kept, sent or compared (rule_diff.h).
struct LoadedPack {
  PackPtr pack;
  PackFiles files;                     // every file read
  std::shared_ptr<const Tree> tree;    // all of them as one, parameters written in
  std::shared_ptr<const PackExamples> examples;   // example.h; never null
};
absl::StatusOr<LoadedPack> LoadWholePack(const std::string& directory_or_file, const LoadOptions& options = {});
// From files that need not lie on a disk. A pack they extend and do not hold is looked for in the search path.
absl::StatusOr<LoadedPack> LoadWholePack(const PackFiles& files, const LoadOptions& options = {});
// The files a pack would be loaded from, whether it could be used or not; a pack it extends that is nowhere is left out. NOT_FOUND as above;
// RESOURCE_EXHAUSTED PACK_TOO_LARGE: more than `bytes_max`.
absl::StatusOr<PackFiles> GatherPackFiles(const std::string& directory_or_file, const LoadOptions& options, std::size_t bytes_max);

// ------------------------------------------------------------------------------------------------- description

// What a pack does, for people and programs. Secret parameters show no value.
struct PackDescription {
  struct Row {
    std::string name, entity, phase, label_fr, label_en, direction, owner, trigger, delete_policy;
  };
  struct Auxiliary {
    std::string entity, label_fr, label_en, direction;
  };
  struct ParameterRow {
    std::string name, type, label_fr, label_en, scope, value;
    bool secret = false;
  };
  std::string name, version, hash;
  std::vector<Row> matrix;
  // Entities that travel without a row of their own.
  std::vector<Auxiliary> auxiliaries;
  // Value lists mapped by label: "accounts.statusId".
  std::vector<std::string> value_lists;
  std::map<std::string, std::int64_t> limits;
  std::map<std::string, bool> flags;
  std::vector<ParameterRow> parameters;
};

PackDescription DescribePack(const Pack& pack);
// Pretty-printed JSON of the description, keys in the order above.
std::string ToJson(const PackDescription& description);

// ------------------------------------------------------------------------------------------------- catalogue

// A resource as a connector declared it.
struct CatalogueField {
  std::string name;
  // "text", "int", "decimal", "reference" …; empty: unknown.
  std::string type;
  bool writable = false;
  // Resource a reference points to.
  std::string target;
};
struct CatalogueResource {
  std::string name;
  std::vector<CatalogueField> fields;
};

// What the pack asks of a side that its connector does not have: resources, fields, writable ones, reference targets, the types its
// lenses read; and the formulas that do not fit the types of its fields. Where the catalogue of the other side is known too (not null),
// what formulas read of it has its types as well, and a field is to be of one type on both sides once its lenses were read. The problems
// stand at the rules of the pack that ask.
// A running engine passes over a field that is gone (its rule rests); a pack that is being written must not name one.
enum class MissingFields { kTold, kPassedOver };
std::vector<Problem> CheckAgainstCatalogue(const Pack& pack, Side side, const std::vector<CatalogueResource>& resources,
                                           const std::vector<CatalogueResource>* other = nullptr, MissingFields missing = MissingFields::kTold);

// A catalogue as a connector prints it (`--catalogue`): a line a resource, an indented line a field. INVALID_ARGUMENT names the line.
absl::StatusOr<std::vector<CatalogueResource>> ReadCatalogue(std::string_view text);

}  // namespace entente
