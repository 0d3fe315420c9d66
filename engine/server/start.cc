#include "engine/server/start.h"

#include <cstdlib>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/language/pack.h"
#include "engine/pipeline/erasing.h"
#include "engine/pipeline/restored.h"
#include "engine/runtime/epoch.h"
#include "engine/runtime/error.h"
#include "engine/runtime/log.h"
#include "engine/server/pack_trial.h"
#include "engine/store/rocksdb_store.h"

namespace entente {
namespace {

constexpr char kMatchKey[] = "match_key";

// Changes of the state before the machine sees it.
absl::Status Write(store::RocksDbStore& store, Batch batch, Boot* boot) {
  if (batch.empty()) return absl::OkStatus();
  if (absl::Status written = store.Commit(batch); !written.ok()) return written;
  for (const auto& [name, value] : batch.meta) {
    if (value) boot->meta[name] = *value;
    else boot->meta.erase(name);
  }
  return absl::OkStatus();
}

}  // namespace

Batch PrepareState(Boot* boot, Random& random) {
  Batch batch;
  if (!boot->meta.contains(kMatchKey)) {
    boot->meta[kMatchKey] = absl::StrCat(random.Number());
    batch.meta[kMatchKey] = boot->meta[kMatchKey];
  }
  // Both systems may have moved on since the backup was made: nothing is created or deleted before everything was listed.
  OweListings(boot, &batch);
  return batch;
}

absl::StatusOr<StartedInstance> StartInstance(const InstanceOptions& options, const Clock& clock, Random& random) {
  const auto shelf = std::make_shared<const PackShelf>(PackShelf::Options{options.pack, options.pack_search_path, options.parameters});
  absl::StatusOr<LoadedPack> configured = shelf->Configured();
  if (!configured.ok()) return configured.status();
  store::RocksDbOptions at;
  at.state_directory = options.state_dir;
  at.memory_bytes = options.memory_bytes;
  at.journal_keep = options.journal_keep;
  at.clock = &clock;
  absl::StatusOr<std::unique_ptr<store::RocksDbStore>> store = store::RocksDbStore::Open(at);
  if (!store.ok()) return store.status();
  absl::StatusOr<Boot> boot = (*store)->Load();
  if (!boot.ok()) return boot.status();
  absl::StatusOr<ChosenPack> chosen = ChoosePack(*shelf, *configured, boot->meta, options.pack_choice);
  if (!chosen.ok()) return chosen.status();
  const PackPtr pack = chosen->pack.pack;
  Batch tried;
  absl::StatusOr<Certification> certification = TryPackOnce(*shelf, chosen->pack, options.pack, options.force_uncertified, boot->meta, &tried.meta);
  if (!certification.ok()) return certification.status();
  absl::StatusOr<Tokens> tokens = ReadOrMakeTokens(options.state_dir, *pack, random);
  if (!tokens.ok()) return tokens.status();
  absl::StatusOr<std::uint64_t> epoch = EpochFile(options.state_dir + "/epoch", clock, random).Next();
  if (!epoch.ok()) return epoch.status();

  if (absl::Status written = Write(**store, PrepareState(&*boot, random), &*boot); !written.ok()) return written;
  if (absl::Status written = Write(**store, std::move(tried), &*boot); !written.ok()) return written;
  Batch adopted;
  absl::StatusOr<std::map<std::string, std::optional<std::string>>> adoption = AdoptAtStart(*shelf, *chosen, *boot, clock.Now());
  if (!adoption.ok()) return adoption.status();
  adopted.meta = *std::move(adoption);
  if (absl::Status written = Write(**store, std::move(adopted), &*boot); !written.ok()) return written;
  LiveInstance::Parts parts;
  parts.name = options.name;
  parts.pack = chosen->pack;
  parts.shelf = shelf;
  parts.configured_digest = configured->files.Digest();
  parts.is_activated = chosen->origin.is_activation;
  parts.certification = *certification;
  parts.force_uncertified = options.force_uncertified;
  parts.tuning = options.tuning;
  if (parts.tuning.delete_hold == absl::InfiniteDuration()) parts.tuning.delete_hold = pack->delete_hold;
  parts.tuning.match_key = std::strtoull(boot->meta.at(kMatchKey).c_str(), nullptr, 10);
  parts.epoch = *epoch;
  parts.is_erasing = !ReadErasings(boot->meta).empty();
  parts.machine = MakePipelinePort(std::make_unique<Machine>(pack, parts.tuning, *std::move(boot), *epoch));
  parts.store = *std::move(store);
  const bool is_activated = chosen->origin.is_activation;
  LogInfo(absl::StrCat("instance started  instance=", options.name, " pack=", pack->name, " pack_version=", pack->version, " pack_origin=", is_activated ? "activation" : "configuration", " certificate=", certification->hash, " epoch=", *epoch));
  if (!certification->missing.empty()) LogWarn(absl::StrCat(certification->missing, "  instance=", options.name));
  return StartedInstance{std::make_unique<LiveInstance>(std::move(parts), clock), *std::move(tokens)};
}

}  // namespace entente
