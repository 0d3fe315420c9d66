#include "engine/server/start.h"

#include <cstdlib>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/language/pack.h"
#include "engine/runtime/epoch.h"
#include "engine/runtime/error.h"
#include "engine/runtime/log.h"
#include "engine/store/backup.h"
#include "engine/store/rocksdb_store.h"

namespace entente {
namespace {

constexpr char kMatchKey[] = "match_key";
constexpr std::string_view kListed = "listed.";
constexpr std::string_view kRelist = "relist.";

absl::StatusOr<PackPtr> Load(const InstanceOptions& options) {
  LoadOptions load;
  load.search_path = options.pack_search_path;
  load.parameters = options.parameters;
  absl::StatusOr<PackPtr> pack = LoadPack(options.pack, load);
  if (pack.ok()) return pack;
  return MakeError(absl::StatusCode::kInvalidArgument, "PACK_INVALID", absl::StrCat("The pack ", options.pack, " cannot be used:\n", SentenceOf(pack.status())));
}

}  // namespace

Batch PrepareState(Boot* boot, Random& random) {
  Batch batch;
  if (!boot->meta.contains(kMatchKey)) batch.meta[kMatchKey] = absl::StrCat(random.Number());
  if (boot->meta.contains(store::kRestoredKey)) {
    // Both systems may have moved on since the backup was made: nothing is created or deleted before everything was listed.
    batch.meta[store::kRestoredKey] = std::nullopt;
    for (const auto& [name, value] : boot->meta) {
      if (name.rfind(kListed, 0) != 0) continue;
      batch.meta[name] = std::nullopt;
      batch.meta[absl::StrCat(std::string(kRelist), name.substr(kListed.size()))] = std::string("1");
    }
  }
  for (const auto& [name, value] : batch.meta) {
    if (value) {
      boot->meta[name] = *value;
    } else {
      boot->meta.erase(name);
    }
  }
  return batch;
}

absl::StatusOr<StartedInstance> StartInstance(const InstanceOptions& options, const Clock& clock, Random& random) {
  absl::StatusOr<PackPtr> pack = Load(options);
  if (!pack.ok()) return pack.status();
  store::RocksDbOptions at;
  at.state_directory = options.state_dir;
  at.memory_bytes = options.memory_bytes;
  at.journal_keep = options.journal_keep;
  at.clock = &clock;
  absl::StatusOr<std::unique_ptr<store::RocksDbStore>> store = store::RocksDbStore::Open(at);
  if (!store.ok()) return store.status();
  absl::StatusOr<Tokens> tokens = ReadOrMakeTokens(options.state_dir, **pack, random);
  if (!tokens.ok()) return tokens.status();
  absl::StatusOr<std::uint64_t> epoch = EpochFile(options.state_dir + "/epoch", clock).Next();
  if (!epoch.ok()) return epoch.status();

  absl::StatusOr<Boot> boot = (*store)->Load();
  if (!boot.ok()) return boot.status();
  const Batch prepared = PrepareState(&*boot, random);
  if (!prepared.empty()) {
    if (absl::Status written = (*store)->Commit(prepared); !written.ok()) return written;
  }
  LiveInstance::Parts parts;
  parts.name = options.name;
  parts.pack = *pack;
  parts.tuning = options.tuning;
  parts.tuning.match_key = std::strtoull(boot->meta.at(kMatchKey).c_str(), nullptr, 10);
  parts.epoch = *epoch;
  parts.machine = MakePipelinePort(std::make_unique<Machine>(*pack, parts.tuning, *std::move(boot), *epoch));
  parts.store = *std::move(store);
  LogInfo(absl::StrCat("instance started  instance=", options.name, " pack=", (*pack)->name, " pack_version=", (*pack)->version, " epoch=", *epoch));
  return StartedInstance{std::make_unique<LiveInstance>(std::move(parts), clock), *std::move(tokens)};
}

}  // namespace entente
