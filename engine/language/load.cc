#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <utility>

#include "engine/core/digest.h"
#include "engine/language/compiler.h"
#include "engine/language/example.h"
#include "engine/language/examples.h"
#include "engine/language/pack.h"
#include "engine/language/schema.h"
#include "engine/language/static_checks.h"
#include "engine/language/tree.h"
#include "engine/language/wildcards.h"

namespace entente {
namespace {

constexpr int kExtendsDepthMax = 8;

absl::StatusOr<std::string> ReadFromDisk(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (!file || !(text << file.rdbuf())) return absl::NotFoundError("There is no readable file " + path + ". Name the folder of a pack.");
  return text.str();
}

std::string FolderOf(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash);
}

std::string LastPart(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? path : path.substr(slash + 1);
}

bool IsYaml(const std::string& path) {
  const auto ends = [&](const std::string& end) { return path.size() > end.size() && path.compare(path.size() - end.size(), end.size(), end) == 0; };
  return ends(".yaml") || ends(".yml");
}

// Reads the files of a pack and of the packs it extends into one tree.
class Gatherer {
 public:
  Gatherer(const LoadOptions& options, Problems& problems) : options_(options), problems_(problems) {}

  // NOT_FOUND when the first file is missing; everything else becomes a problem.
  absl::StatusOr<Tree> Gather(const std::string& path, int depth = 0) {
    const absl::StatusOr<std::string> text = Read(path);
    if (!text.ok()) return text.status();
    const std::string folder = FolderOf(path);
    const std::string shown = LastPart(folder) + "/";
    if (depth == 0) files_.first = shown + LastPart(path);
    Tree tree = Parse(*text, shown + LastPart(path));
    AddFiles(folder, shown, tree);
    AddCatalogues(folder, shown, tree);
    return AddBase(folder, std::move(tree), depth);
  }

  // Of every byte read, for the pack's hash.
  const std::string& bytes() const { return bytes_; }
  PackFiles TakeFiles() { return std::move(files_); }
  // By side, as the pack names them.
  const Catalogues& catalogues() const { return catalogues_; }
  // Every file could be read as YAML; else what is missing would be told as missing keys.
  bool is_readable() const { return is_readable_; }

 private:
  absl::StatusOr<std::string> Read(const std::string& path) {
    return options_.read_file ? options_.read_file(path) : ReadFromDisk(path);
  }

  Tree Parse(const std::string& text, const std::string& shown) {
    bytes_ += shown + '\0' + std::to_string(text.size()) + '\0' + text;
    files_.texts.emplace(shown, text);
    Tree tree = ReadYaml(text, shown, problems_);
    if (!tree.IsMapping()) is_readable_ = false;
    if (!tree.IsMapping() && !tree.IsNull()) {
      problems_.Add(tree.at, "The file is " + std::string(tree.KindName()) + ", but a pack is a mapping.", "Begin it with `name: …`.");
      tree = Tree{};
    }
    tree.at.file = shown;
    return tree;
  }

  void AddFiles(const std::string& folder, const std::string& shown, Tree& tree) {
    const Tree* files = tree.Find("files");
    if (files == nullptr) return;
    const std::vector<Tree> names = files->items;
    for (const Tree& name : names) {
      const absl::StatusOr<std::string> text = Read(folder + "/" + name.scalar);
      if (!text.ok()) {
        problems_.Add(name.at, "The file `" + name.scalar + "` of the pack cannot be read.", "Add the file, or take it out of `files`.");
        continue;
      }
      const Tree part = Parse(*text, shown + name.scalar);
      for (const char* key : {"name", "version", "extends", "files"}) {
        if (const Tree* own = part.Find(key)) {
          problems_.Add(own->at, std::string("`") + key + "` stands in a further file of the pack.", "Say it in the first file only.");
        }
      }
      Join(tree, part, problems_);
    }
  }

  // A pack's own file counts before that of the pack it extends.
  void AddCatalogues(const std::string& folder, const std::string& shown, const Tree& tree) {
    const Tree* sides = tree.Find("sides");
    if (sides == nullptr || !sides->IsMapping()) return;
    for (const Tree::Entry& side : sides->entries) {
      const Tree* name = side.value.Find("catalogue_file");
      if (name == nullptr || !name->IsScalar() || name->scalar.empty() || catalogues_.contains(side.key)) continue;
      const absl::StatusOr<std::string> text = Read(folder + "/" + name->scalar);
      if (!text.ok()) {
        problems_.Add(name->at, "The catalogue `" + name->scalar + "` of " + side.key + " cannot be read.", "Print it with the connector's --catalogue into a file beside the pack.");
        continue;
      }
      bytes_ += shown + name->scalar + '\0' + std::to_string(text->size()) + '\0' + *text;
      files_.texts.emplace(shown + name->scalar, *text);
      absl::StatusOr<std::vector<CatalogueResource>> catalogue = ReadCatalogue(*text);
      if (!catalogue.ok()) {
        problems_.Add(name->at, "The catalogue `" + name->scalar + "` of " + side.key + " is none: " + std::string(catalogue.status().message()), "Print it with the connector's --catalogue.");
        continue;
      }
      catalogues_[side.key] = *std::move(catalogue);
    }
  }

  Tree AddBase(const std::string& folder, Tree tree, int depth) {
    const Tree* extends = tree.Find("extends");
    if (extends == nullptr || !extends->IsScalar() || extends->scalar.empty()) return tree;
    const Position at = extends->at;
    const std::string base_name = extends->scalar;
    if (depth >= kExtendsDepthMax) {
      problems_.Add(at, "Packs extend each other in a circle, or more than " + std::to_string(kExtendsDepthMax) + " deep.",
                    "Let `extends` end in a pack that extends nothing.");
      return tree;
    }
    std::vector<std::string> folders = {folder + "/.."};
    folders.insert(folders.end(), options_.search_path.begin(), options_.search_path.end());
    for (const std::string& candidate : folders) {
      absl::StatusOr<Tree> base = Gather(candidate + "/" + base_name + "/pack.yaml", depth + 1);
      if (!base.ok()) continue;
      base->entries.erase(std::remove_if(base->entries.begin(), base->entries.end(),
                                         [](const Tree::Entry& e) { return e.key == "files" || e.key == "extends"; }),
                          base->entries.end());
      const Position own = tree.at;
      Overlay(*base, tree);
      base->at = own;
      return *std::move(base);
    }
    problems_.Add(at, "The pack extends `" + base_name + "`, which is not found.",
                  "Put the pack beside this one, or add its folder to the search path.");
    // Whatever this one leaves to its base would be told as missing.
    is_readable_ = false;
    return tree;
  }

  const LoadOptions& options_;
  Problems& problems_;
  std::string bytes_;
  PackFiles files_;
  Catalogues catalogues_;
  bool is_readable_ = true;
};

std::vector<std::string> SideNames(const Tree& tree, Problems& problems) {
  std::vector<std::string> names;
  const Tree* sides = tree.Find("sides");
  if (sides == nullptr) return names;  // reported as a missing key
  for (const Tree::Entry& side : sides->entries) names.push_back(side.key);
  if (names.size() != 2) {
    problems.Add(sides->at, "A pack has two sides, but this one has " + std::to_string(names.size()) + ".",
                 "Name the left side first, then the right one.");
  }
  return names;
}

// Takes the section out of the tree, because its values are needed before the rest can be read.
std::vector<rules::v1::Parameter> TakeParameters(Tree& tree, const std::vector<std::string>& sides, Problems& problems) {
  std::vector<rules::v1::Parameter> parameters;
  const auto section = std::find_if(tree.entries.begin(), tree.entries.end(), [](const Tree::Entry& e) { return e.key == "parameters"; });
  if (section == tree.entries.end()) return parameters;
  if (!section->value.IsMapping()) {
    problems.Add(section->at, "`parameters` is " + std::string(section->value.KindName()) + ", but a mapping of names is expected.",
                 "Write `parameters: {name: {type: …}}`.");
  }
  for (const Tree::Entry& entry : section->value.entries) {
    rules::v1::Parameter& parameter = parameters.emplace_back();
    ReadMessage(entry.value, "parameters." + entry.key, sides, parameter, problems);
    parameter.set_name(entry.key);
  }
  tree.entries.erase(section);
  return parameters;
}

std::map<std::string, std::string> OverridesOf(const std::vector<rules::v1::Parameter>& parameters, const LoadOptions& options) {
  std::map<std::string, std::string> overrides = options.parameters;
  for (const rules::v1::Parameter& parameter : parameters) {
    const auto needed = options.parameters_needed.find(parameter.name());
    if (parameter.default_().empty() && !parameter.optional() && needed != options.parameters_needed.end()) overrides.insert(*needed);
  }
  return overrides;
}

// Pieces of expressions, each put in brackets where it is used; a later one may use those before it.
void TakeDefinitions(Tree& tree, ParameterValues& values, Problems& problems) {
  const auto section = std::find_if(tree.entries.begin(), tree.entries.end(), [](const Tree::Entry& e) { return e.key == "definitions"; });
  if (section == tree.entries.end()) return;
  for (Tree::Entry& entry : section->value.entries) {
    if (!entry.value.IsScalar()) {
      problems.Add(entry.at, "The definition `" + entry.key + "` is " + std::string(entry.value.KindName()) + ", but an expression is expected.",
                   "Write an expression as text.");
      continue;
    }
    if (values.words.count(entry.key)) {
      problems.Add(entry.at, "`" + entry.key + "` is a definition and a parameter.", "Give one of them another name.");
      continue;
    }
    Tree holder;
    holder.kind = Tree::Kind::kMapping;
    holder.entries.push_back(entry);
    Substitute(holder, values, problems);
    values.words[entry.key] = {"(" + holder.entries.front().value.scalar + ")"};
    values.is_list[entry.key] = false;
  }
  tree.entries.erase(section);
}

std::string HashOf(const std::string& bytes, const ParameterValues& parameters) {
  std::string all = bytes;
  for (const auto& [name, words] : parameters.words) {
    all += '\0' + name;
    for (const std::string& word : words) all += '\0' + word;
  }
  return DigestOf(all).ToHex();
}

absl::Status Refuse(const Problems& problems) {
  std::string text;
  for (const Problem& problem : problems.errors()) text += (text.empty() ? "" : "\n") + problem.ToString();
  return absl::InvalidArgumentError(text);
}

// What the pack declares of both sides, and what their connectors printed besides.
Both<DeclaredCatalogue> ReadCatalogues(const rules::v1::Pack& source, const Catalogues& printed, Problems& problems) {
  Both<DeclaredCatalogue> catalogues;
  for (int i = 0; i < source.sides_size() && i < 2; ++i) {
    const rules::v1::Side& side = source.sides(i);
    if (!side.has_catalogue()) continue;
    DeclaredCatalogue& declared = catalogues[i == 0 ? Side::kLeft : Side::kRight];
    declared = ReadDeclared(side.catalogue(), problems);
    if (const auto more = printed.find(side.name()); more != printed.end()) AddPrinted(more->second, declared);
  }
  return catalogues;
}

// Rules and formulas fit what the pack itself declares of both sides.
void CheckCatalogues(const Pack& pack, const Both<DeclaredCatalogue>& catalogues, Problems& problems) {
  std::set<std::string> told;
  for (Side side : kSides) {
    if (catalogues[side].empty()) continue;
    const std::vector<CatalogueResource> own = ResourcesOf(catalogues[side]);
    const std::vector<CatalogueResource> other = ResourcesOf(catalogues[Other(side)]);
    for (const Problem& problem : CheckAgainstCatalogue(pack, side, own, other.empty() ? nullptr : &other)) {
      // What lies between both sides is seen from either.
      if (told.insert(problem.ToString()).second) problems.Add(problem.at, problem.sentence, problem.remedy);
    }
  }
}

std::string FirstFile(std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return IsYaml(path) ? path : path + "/pack.yaml";
}

absl::StatusOr<LoadedPack> Load(const std::string& path, const LoadOptions& options, Problems& problems) {
  Gatherer gatherer(options, problems);
  absl::StatusOr<Tree> tree = gatherer.Gather(FirstFile(path));
  if (!tree.ok()) return tree.status();
  if (!gatherer.is_readable() && !problems.empty()) return Refuse(problems);
  const std::vector<std::string> sides = SideNames(*tree, problems);
  // Directions, keys and lives all speak of sides: without two of them nothing else can be judged.
  if (tree->Find("sides") != nullptr && sides.size() != 2) return Refuse(problems);
  const std::vector<rules::v1::Parameter> parameters = TakeParameters(*tree, sides, problems);
  std::vector<const rules::v1::Parameter*> pointers;
  for (const rules::v1::Parameter& parameter : parameters) pointers.push_back(&parameter);
  ParameterValues values = ResolveParameters(pointers, OverridesOf(parameters, options), problems);
  TakeDefinitions(*tree, values, problems);
  Substitute(*tree, values, problems);
  ExpandWildcards(*tree, sides, gatherer.catalogues(), problems);

  rules::v1::Pack source;
  ReadMessage(*tree, "", sides, source, problems);
  for (const rules::v1::Parameter& parameter : parameters) *source.add_parameters() = parameter;
  if (sides.size() != 2) return Refuse(problems);
  const std::shared_ptr<Pack> pack = Compiler(source, values, problems).Compile();
  // How the rules fit together says nothing true of rules that could not be read.
  if (problems.empty()) CheckPack(*pack, problems);
  auto examples = std::make_shared<PackExamples>();
  examples->catalogues = ReadCatalogues(source, gatherer.catalogues(), problems);
  if (problems.empty()) CheckCatalogues(*pack, examples->catalogues, problems);
  if (problems.empty()) CheckRequired(*pack, examples->catalogues, problems);
  if (problems.empty()) examples->examples = ReadExamples(source, *pack, examples->catalogues, problems);
  if (!problems.empty()) return Refuse(problems);
  pack->hash = HashOf(gatherer.bytes(), values);
  pack->folder = LastPart(FolderOf(IsYaml(path) ? path : path + "/pack.yaml"));
  return LoadedPack{pack, gatherer.TakeFiles(), std::make_shared<const Tree>(*std::move(tree)), std::move(examples)};
}

// "acme/../base/pack.yaml" is "base/pack.yaml". Empty: it leads out of where packs lie.
std::string PlainPath(const std::string& path) {
  std::vector<std::string> parts;
  std::istringstream in(path);
  for (std::string part; std::getline(in, part, '/');) {
    if (part.empty() || part == ".") continue;
    if (part != "..") parts.push_back(part);
    else if (parts.empty()) return "";
    else parts.pop_back();
  }
  std::string plain;
  for (const std::string& part : parts) plain += (plain.empty() ? "" : "/") + part;
  return plain;
}

}  // namespace

std::string PackFiles::Digest() const {
  std::string all = first;
  for (const auto& [name, text] : texts) all += '\0' + name + '\0' + std::to_string(text.size()) + '\0' + text;
  return DigestOf(all).ToHex();
}

absl::StatusOr<LoadedPack> LoadWholePack(const std::string& directory_or_file, const LoadOptions& options) {
  Problems problems;
  absl::StatusOr<LoadedPack> pack = Load(directory_or_file, options, problems);
  if (options.problems != nullptr) *options.problems = problems.errors();
  if (options.warnings != nullptr) *options.warnings = problems.warnings();
  return pack;
}

absl::StatusOr<PackPtr> LoadPack(const std::string& directory_or_file, const LoadOptions& options) {
  absl::StatusOr<LoadedPack> pack = LoadWholePack(directory_or_file, options);
  if (!pack.ok()) return pack.status();
  return std::move(pack->pack);
}

absl::StatusOr<LoadedPack> LoadWholePack(const PackFiles& files, const LoadOptions& options) {
  LoadOptions with = options;
  with.search_path.clear();
  with.read_file = [&](const std::string& path) -> absl::StatusOr<std::string> {
    const std::string plain = PlainPath(path);
    if (const auto known = files.texts.find(plain); known != files.texts.end()) return known->second;
    // Of a pack that was given, everything was: a file it lacks is not made up for by another pack of the same name.
    const auto near = files.texts.lower_bound(plain.substr(0, plain.find('/') + 1));
    const bool is_given = near != files.texts.end() && near->first.compare(0, plain.find('/') + 1, plain, 0, plain.find('/') + 1) == 0;
    for (const std::string& folder : options.search_path) {
      if (is_given || plain.empty() || path.front() == '/') break;
      absl::StatusOr<std::string> text = options.read_file ? options.read_file(folder + "/" + plain) : ReadFromDisk(folder + "/" + plain);
      if (text.ok()) return text;
    }
    return absl::NotFoundError("There is no file " + path + " in the pack.");
  };
  return LoadWholePack(files.first, with);
}

absl::StatusOr<PackFiles> GatherPackFiles(const std::string& directory_or_file, const LoadOptions& options, std::size_t bytes_max) {
  Problems problems;
  Gatherer gatherer(options, problems);
  const absl::StatusOr<Tree> tree = gatherer.Gather(FirstFile(directory_or_file));
  if (!tree.ok()) return tree.status();
  if (gatherer.bytes().size() > bytes_max) {
    return absl::ResourceExhaustedError("PACK_TOO_LARGE: The files of the pack are larger than " + std::to_string(bytes_max / 1024) +
                                        " KiB together. Take out what is not needed.");
  }
  return gatherer.TakeFiles();
}

}  // namespace entente
