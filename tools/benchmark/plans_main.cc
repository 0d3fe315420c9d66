// Plan, what-if and explain on a generated state: time and memory. The state is made once and used again.
#include <CLI/CLI.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/language/pack.h"
#include "engine/language/rule_diff.h"
#include "engine/pipeline/inquiry.h"
#include "engine/plan/what_if.h"
#include "engine/rpc/explain.h"
#include "engine/store/codec.h"
#include "engine/store/rocksdb_store.h"
#include "entente/sync/v1/sync.pb.h"

namespace entente::benchmark {
namespace {

constexpr int kBatch = 2000;
// Every hundredth link is an account; every hundredth person lives in the town whose name changes.
constexpr std::uint64_t kShare = 100;

struct Options {
  std::uint64_t links = 1'000'000;
  std::string state = "build/plans-state";
  std::string packs = "tools/benchmark/packs";
  std::size_t memory_mib = 96;
  std::string only;
};

struct Case {
  const char* name;
  const char* overlay;
};
constexpr Case kCases[] = {
    // Every record of an entity of which there is 1 %.
    {"entity_of_1_percent", "entities:\n  account:\n    fields:\n      city:\n        direction: left -> right\n        left: {formula: \"upper(coalesce(left.city, ''))\"}\n"},
    // 1 % of the records of an entity of which there is 99 %, told apart by their values.
    {"records_of_1_percent",
     "entities:\n  contact:\n    fields:\n      city:\n        direction: left -> right\n        left: {formula: \"left.city == 'Town 7' ? 'TOWN 7' : left.city\"}\n"},
    // A policy that no record meets.
    {"policy_of_99_percent", "entities:\n  contact:\n    fields:\n      city: {conflict: newest}\n"},
};

// Every contact is written anew.
constexpr char kWhole[] = "entities:\n  contact:\n    fields:\n      city:\n        direction: left -> right\n        left: {formula: \"upper(coalesce(left.city, ''))\"}\n";
constexpr int kExplained = 2000;

[[noreturn]] void Fail(const absl::Status& status) {
  std::fprintf(stderr, "entente-bench-plans: %s\n", std::string(status.message()).c_str());
  std::exit(1);
}

template <typename T>
T OrFail(absl::StatusOr<T> value) {
  if (!value.ok()) Fail(value.status());
  return *std::move(value);
}

double Since(std::chrono::steady_clock::time_point began) { return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count(); }

// "VmHWM" or "VmRSS", in MiB.
long Memory(const std::string& name) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.rfind(name + ":", 0) == 0) return std::strtol(line.c_str() + name.size() + 1, nullptr, 10) / 1024;
  }
  return 0;
}

// Begins VmHWM anew.
void ForgetPeak() { std::ofstream("/proc/self/clear_refs") << "5"; }

LoadedPack Overlaid(const Options& options, const std::string& content) {
  LoadOptions load;
  load.search_path = {options.packs, options.packs + "/../../../rules"};
  return OrFail(LoadWholePack(PackFiles{"try/pack.yaml", {{"try/pack.yaml", "name: try\nversion: \"2\"\nextends: whatif\n" + content}}}, load));
}

Fields PersonOf(std::uint64_t n) {
  return {{"code", absl::StrCat("C", n)},       {"last_name", absl::StrCat("Durand ", n)}, {"first_name", "Anne"},           {"email", absl::StrCat("anne", n, "@example.org")},
          {"phone", absl::StrCat("02", 10'000'000 + n % 80'000'000)}, {"street", absl::StrCat(n % 200, " quai du Port")}, {"postcode", "56000"}, {"city", absl::StrCat("Town ", n % kShare)},
          {"discount", *Decimal::Parse("2.50")}, {"visits", static_cast<std::int64_t>(n % 40)}, {"comment", "A few words about her that nobody reads, as they are in every file."}};
}
Fields AccountOf(std::uint64_t n) { return {{"code", absl::StrCat("A", n)}, {"name", absl::StrCat("Account ", n)}, {"city", absl::StrCat("Town ", n % kShare)}}; }

// In agreement on both sides, as the engine leaves it.
Link LinkOf(const Pack& pack, LinkId id) {
  const bool is_account = id % kShare == 0;
  const EntityRule& entity = *pack.Entity(is_account ? "account" : "contact");
  const Fields fields = is_account ? AccountOf(id) : PersonOf(id);
  Link link;
  link.id = id;
  link.entity = entity.name;
  for (Side side : kSides) {
    Member& member = link.members[side];
    member.resource = entity.sides[side].resource;
    member.key = absl::StrCat(side == Side::kLeft ? "" : "9", id);
    member.presence = Presence::kPresent;
    member.shadow = fields;
    member.digest = DigestOfFields(fields);
    member.row = Row{"db", static_cast<std::int64_t>(id)};
  }
  for (const FieldRule& field : entity.fields) {
    BaseField& base = link.base[field.name];
    for (Side side : kSides) {
      const FieldSide& own = field.sides[side];
      const Value& native = FieldOf(fields, own.native);
      base.held[side] = own.lens ? own.lens->Get(native) : native;
    }
    base.rule = absl::StrCat(entity.name, ".", field.name);
    base.pack_version = pack.version;
  }
  return link;
}

void Generate(store::RocksDbStore& store, const Pack& pack, std::uint64_t links) {
  const auto began = std::chrono::steady_clock::now();
  for (std::uint64_t from = 1; from <= links; from += kBatch) {
    Batch batch;
    for (LinkId id = from; id < std::min(links + 1, from + kBatch); ++id) {
      Link link = LinkOf(pack, id);
      for (Side side : kSides) batch.records[{side, link.members[side].resource, link.members[side].key}] = RecordEntry{.link = id, .digest = link.members[side].digest, .generation = 1};
      batch.links[id] = std::move(link);
    }
    if (absl::Status written = store.Commit(batch); !written.ok()) Fail(written);
  }
  Batch end;
  end.meta["links.contact"] = absl::StrCat(links - links / kShare);
  end.meta["links.account"] = absl::StrCat(links / kShare);
  for (const EntityRule& entity : pack.entities) {
    for (Side side : kSides) end.meta[absl::StrCat("listed.", Index(side), ".", entity.sides[side].resource)] = "1";
  }
  end.meta["generated"] = absl::StrCat(links);
  if (absl::Status written = store.Commit(end); !written.ok()) Fail(written);
  std::fprintf(stderr, "%llu links generated in %.0f s\n", static_cast<unsigned long long>(links), Since(began));
}

std::shared_ptr<const SessionInfo> SessionOf(const Pack& pack, Side side) {
  auto session = std::make_shared<SessionInfo>();
  session->side = side;
  session->system = pack.sides[side].system;
  session->company_id = "company";
  for (const EntityRule& entity : pack.entities) {
    ResourceInfo& resource = session->resources[entity.sides[side].resource];
    resource.name = entity.sides[side].resource;
    resource.can_create = resource.can_update = resource.can_delete = true;
    resource.bulk_max = 100;
    for (const std::string& native : entity.native_fields[side]) resource.fields.push_back({.name = native, .writable = true});
  }
  return session;
}

class Bench {
 public:
  Bench(const Options& options, const LoadedPack& before, store::RocksDbStore& store) : options_(options), before_(before), store_(store) {}

  void RunWhatIf(const Case& each) const {
    const LoadedPack after = Overlaid(options_, each.overlay);
    const PlanGround ground = Ground();
    ForgetPeak();
    const auto began = std::chrono::steady_clock::now();
    const WhatIf what_if = OrFail(MakeWhatIf(ground, after.pack, DiffPacks(before_, after), [] { return false; }));
    Show(each.name, what_if.looked, what_if.reached, static_cast<std::int64_t>(what_if.plan.writes.size()), Since(began));
  }

  // Every link decided anew.
  void RunPlan(const char* name, const LoadedPack& pack) const {
    const PlanGround ground = Ground();
    PlanRequest request;
    if (pack.pack->hash != before_.pack->hash) request.pack = pack.pack;
    ForgetPeak();
    const auto began = std::chrono::steady_clock::now();
    const Plan plan = OrFail(MakePlan(ground, request, [] { return false; }));
    const auto links = static_cast<std::int64_t>(options_.links);
    Show(name, links, links, static_cast<std::int64_t>(plan.writes.size()), Since(began));
  }

  // All fields of one record, as the service answers: the history is read, the rules are evaluated again.
  void RunExplain() const {
    const PlanGround plans = Ground();
    InquiryGround ground{.pack = plans.pack, .tuning = plans.tuning, .snapshot = plans.snapshot.get(), .sessions = plans.sessions, .now = plans.now};
    ForgetPeak();
    std::vector<double> millis;
    std::uint64_t chance = 7;
    for (int i = 0; i < kExplained; ++i) {
      chance = chance * 6364136223846793005u + 1442695040888963407u;   // Knuth's generator (MMIX)
      const LinkId id = 1 + (chance >> 33) % options_.links;
      const auto began = std::chrono::steady_clock::now();
      Wanted wanted;
      wanted.links = {id};
      const Fetched found = OrFail(ground.snapshot->Get(wanted));
      const std::vector<JournalEntry> journal = OrFail(ground.snapshot->Journal(id, 0, 1000));
      sync::v1::Explanation answer;
      const absl::Status asked = Inquire(ground, [&](Turn& turn) {
        Explain(turn, *found.links.at(id), journal, "", &answer);
        return absl::OkStatus();
      });
      if (!asked.ok()) Fail(asked);
      millis.push_back(Since(began) * 1000);
    }
    std::sort(millis.begin(), millis.end());
    std::printf("explain, all fields of one of %d records: median %.2f ms, 99 %% within %.2f ms, peak %ld MiB\n", kExplained, millis[millis.size() / 2], millis[millis.size() * 99 / 100], Memory("VmHWM"));
  }

 private:
  PlanGround Ground() const {
    PlanGround ground{.pack = before_.pack, .tuning = {}, .snapshot = store_.Snapshot(), .sessions = {}, .now = absl::FromUnixSeconds(1'790'000'000), .form = {&store::EncodeLink, &store::DecodeLink}};
    for (Side side : kSides) ground.sessions[side] = SessionOf(*before_.pack, side);
    return ground;
  }
  static void Show(const char* name, std::int64_t looked, std::int64_t decided, std::int64_t writes, double seconds) {
    std::printf("%-22s %10lld %10lld %10lld %8.0f %8ld\n", name, static_cast<long long>(looked), static_cast<long long>(decided), static_cast<long long>(writes), seconds * 1000, Memory("VmHWM"));
    std::fflush(stdout);
  }

  const Options& options_;
  const LoadedPack& before_;
  store::RocksDbStore& store_;
};

int Run(const Options& options) {
  const LoadedPack before = Overlaid(options, "");
  const auto store = OrFail(store::RocksDbStore::Open({.state_directory = options.state, .memory_bytes = options.memory_mib << 20}));
  const auto meta = OrFail(store->Snapshot()->Meta());
  const auto generated = meta.find("generated");
  if (generated == meta.end() || generated->second != absl::StrCat(options.links)) {
    if (generated != meta.end()) Fail(absl::FailedPreconditionError("The state holds another number of links. Name another folder, or remove it."));
    Generate(*store, *before.pack, options.links);
  }
  const Bench bench{options, before, *store};
  std::printf("%-22s %10s %10s %10s %8s %8s\n", "case", "looked at", "decided", "writes", "ms", "MiB");
  if (options.only != "explain") {
    for (const Case& each : kCases) bench.RunWhatIf(each);
    bench.RunPlan("plan_reconcile", before);
    bench.RunPlan("plan_of_other_rules", Overlaid(options, kWhole));
  }
  bench.RunExplain();
  return 0;
}

}  // namespace
}  // namespace entente::benchmark

int main(int argc, char** argv) {
  CLI::App app{"Time and memory of plan, what-if and explain on a generated state.", "entente-bench-plans"};
  entente::benchmark::Options options;
  app.add_option("--links", options.links, "Links of the state")->capture_default_str();
  app.add_option("--state", options.state, "Folder of the state; made when it is not there")->capture_default_str();
  app.add_option("--packs", options.packs, "Folder of the packs of the bench")->capture_default_str();
  app.add_option("--memory-mib", options.memory_mib, "Block cache and memtables, as an instance has")->capture_default_str();
  app.add_option("--only", options.only, "\"explain\": nothing else")->check(CLI::IsMember({"explain"}));
  CLI11_PARSE(app, argc, argv);
  return entente::benchmark::Run(options);
}
