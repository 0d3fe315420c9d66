#include "engine/server/pack_shelf.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "engine/core/canonical.h"
#include "engine/language/rule_diff.h"
#include "engine/pipeline/adoption.h"
#include "engine/runtime/error.h"

namespace entente {
namespace {

constexpr char kContent[] = "pack_content", kOrigin[] = "pack_origin", kConfigured[] = "pack_configured", kSince[] = "pack_since";
constexpr char kActivation[] = "activation";
constexpr char kFields[] = "fields.";

std::string FieldsName(Side side, const std::string& resource) { return absl::StrCat(kFields, Index(side), ".", resource); }

std::string TextIn(const std::map<std::string, std::string>& meta, const std::string& name) {
  const auto found = meta.find(name);
  return found == meta.end() ? std::string() : found->second;
}

// Fields the pack asks for and the state was not read with.
NativeFields UnreadIn(const std::map<std::string, std::string>& meta, const Pack& pack) {
  NativeFields unread;
  const auto any = meta.lower_bound(kFields);
  if (any == meta.end() || !any->first.starts_with(kFields)) return unread;   // of a time when nothing was noted
  for (const EntityRule& entity : pack.entities) {
    for (Side side : kSides) {
      const std::string& resource = entity.sides[side].resource;
      const auto known = meta.find(FieldsName(side, resource));
      if (resource.empty()) continue;
      std::set<std::string> read;
      if (known != meta.end()) read = absl::StrSplit(known->second, ',');
      for (const std::string& native : entity.native_fields[side]) {
        if (!native.empty() && !read.contains(native)) unread[{side, resource}].insert(native);
      }
    }
  }
  return unread;
}

}  // namespace

absl::StatusOr<LoadedPack> PackShelf::Configured() const {
  LoadOptions load;
  load.search_path = options_.search_path;
  load.parameters = options_.parameters;
  absl::StatusOr<LoadedPack> pack = LoadWholePack(options_.configured, load);
  if (pack.ok()) return pack;
  return MakeError(absl::StatusCode::kInvalidArgument, "PACK_INVALID", absl::StrCat("The pack ", options_.configured, " cannot be used:\n", SentenceOf(pack.status())));
}

LoadOptions PackShelf::OptionsFor(const std::map<std::string, std::string>& parameters) const {
  LoadOptions load;
  const std::filesystem::path configured(options_.configured);
  const std::filesystem::path folder = configured.extension() == ".yaml" || configured.extension() == ".yml" ? configured.parent_path() : configured;
  load.search_path = {(folder / "..").lexically_normal().string()};
  load.search_path.insert(load.search_path.end(), options_.search_path.begin(), options_.search_path.end());
  load.parameters = options_.parameters;
  for (const auto& [name, value] : parameters) load.parameters[name] = value;
  return load;
}

absl::StatusOr<LoadedPack> PackShelf::Load(const PackFiles& files, const std::map<std::string, std::string>& parameters) const {
  absl::StatusOr<LoadedPack> pack = LoadWholePack(files, OptionsFor(parameters));
  if (pack.ok()) return pack;
  return MakeError(absl::StatusCode::kInvalidArgument, "PACK_INVALID", absl::StrCat("The pack cannot be used:\n", SentenceOf(pack.status())));
}

std::map<std::string, std::string> MetaOf(const LoadedPack& pack, const PackOrigin& origin, absl::Time since) {
  std::map<std::string, std::string> meta;
  Map files;
  for (const auto& [name, text] : pack.files.texts) files[name] = Bytes{text};
  meta[kContent] = EncodeFields({{"first", pack.files.first}, {"files", std::move(files)}});
  meta[kOrigin] = origin.is_activation ? kActivation : "configuration";
  meta[kConfigured] = origin.configured;
  meta[kSince] = absl::StrCat(absl::ToUnixMicros(since));
  for (const EntityRule& entity : pack.pack->entities) {
    for (Side side : kSides) {
      if (!entity.sides[side].resource.empty()) meta[FieldsName(side, entity.sides[side].resource)] = absl::StrJoin(entity.native_fields[side], ",");
    }
  }
  return meta;
}

std::map<std::string, std::optional<std::string>> ChangeOfMeta(const std::map<std::string, std::string>& before, const LoadedPack& pack, const PackOrigin& origin, absl::Time since) {
  std::map<std::string, std::optional<std::string>> change;
  for (auto it = before.lower_bound(kFields); it != before.end() && it->first.starts_with(kFields); ++it) change[it->first] = std::nullopt;
  for (auto& [name, value] : MetaOf(pack, origin, since)) change[name] = std::move(value);
  return change;
}

PackOrigin OriginIn(const std::map<std::string, std::string>& meta) { return {TextIn(meta, kOrigin) == kActivation, TextIn(meta, kConfigured)}; }

PackFiles FilesIn(const std::map<std::string, std::string>& meta) {
  PackFiles out;
  const absl::StatusOr<Fields> content = DecodeFields(TextIn(meta, kContent));
  if (!content.ok()) return out;
  out.first = std::string(FieldOf(*content, "first").TextOrEmpty());
  if (const auto* files = FieldOf(*content, "files").As<Map>()) {
    for (const auto& [name, text] : *files) {
      if (const auto* bytes = text.As<Bytes>()) out.texts[name] = bytes->data;
    }
  }
  return out;
}

absl::StatusOr<ChosenPack> ChoosePack(const PackShelf& shelf, const LoadedPack& configured, const std::map<std::string, std::string>& meta, PackChoice choice) {
  const PackOrigin origin = OriginIn(meta);
  const PackFiles active = FilesIn(meta);
  const std::string now = configured.files.Digest();
  const bool is_configured = !origin.is_activation || active.texts.empty() || choice == PackChoice::kConfigured || active.Digest() == now;
  if (is_configured) return ChosenPack{configured, {}};
  if (choice == PackChoice::kAsked && origin.configured != now) {
    return MakeError(absl::StatusCode::kFailedPrecondition, "PACK_CHANGED_ON_DISK",
                     absl::StrCat("The pack that holds (", active.first, ") was activated while the engine ran, and the files of the configured pack (", configured.files.first,
                                  ") were changed since. Nobody says which of the two is meant: start once with --pack active to go on with the activated one, or with --pack configured for the changed files."));
  }
  absl::StatusOr<LoadedPack> pack = shelf.Load(active);
  if (!pack.ok()) return pack.status();
  return ChosenPack{*std::move(pack), {true, now}};
}

absl::StatusOr<std::map<std::string, std::optional<std::string>>> AdoptAtStart(const PackShelf& shelf, const ChosenPack& chosen, const Boot& boot, absl::Time now) {
  std::map<std::string, std::optional<std::string>> out;
  const LoadedPack& pack = chosen.pack;
  const std::string former_hash = TextIn(boot.meta, "pack_hash");
  const bool is_other = !former_hash.empty() && former_hash != pack.pack->hash;
  const std::string since = TextIn(boot.meta, kSince);
  for (auto& [name, value] : ChangeOfMeta(boot.meta, pack, chosen.origin, now)) {
    if (name == kSince && !is_other && !since.empty()) continue;
    if (!boot.meta.contains(name) || value != boot.meta.at(name)) out[name] = std::move(value);
  }
  if (!is_other) return out;
  Adoption adoption = AdoptionOfAll(*pack.pack);
  const PackFiles former_files = FilesIn(boot.meta);
  const absl::StatusOr<LoadedPack> former = former_files.texts.empty() ? absl::NotFoundError("") : shelf.Load(former_files);
  if (former.ok()) {
    if (absl::Status status = CanAdopt(*former->pack, *pack.pack); !status.ok()) return MakeError(status.code(), ReasonOf(status), SentenceOf(status));
    // What only the values of parameters changed cannot be told: they are not kept.
    const std::vector<RuleChange> changes = DiffPacks(*former, pack);
    if (!changes.empty() && former->pack->hash == former_hash) adoption = AdoptionOf(*former->pack, *pack.pack, changes);
  }
  adoption.unread = UnreadIn(boot.meta, *pack.pack);
  for (const auto& [place, fields] : adoption.unread) {
    adoption.relist.insert(place);
    if (const EntityRule* entity = pack.pack->EntityOf(place.first, place.second)) adoption.decide.insert(entity->name);
  }
  BeginAdoption(adoption, *pack.pack, boot.last_link, boot.meta, &out);
  return out;
}

}  // namespace entente
