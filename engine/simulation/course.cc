#include "engine/simulation/course.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

// The engine of a run: its starts and ends, and time.
namespace entente::simulation {
namespace {

// What was put off while the clock ran ahead waits until the true time has caught up with it; the nightly reconcile is not waited for.
constexpr std::int64_t kWaitMax = 20 * 60 * kMinute;
constexpr int kStepsMax = 2'000'000;

}  // namespace

Course::Course(const Terrain& terrain, const History& history, const RunOptions& options)
    : terrain_(terrain), history_(history), options_(options), random_(Random(history.seed).Fork(3)), timeline_(history.begins_micros), trace_(options.keeps_trace), packs_(options.packs) {
  if (packs_.empty()) packs_.push_back(terrain.loaded());
  pack_ = packs_.front().pack;
  const bool is_core = history.kind == SeedKind::kCore;
  disk_ = std::make_unique<Disk>(!is_core, !is_core);
  tuning_.delete_hold = pack_->delete_hold;
  if (!is_core) {
    Random drawn = random_.Fork(7);
    tuning_.cached_links_max = static_cast<int>(drawn.Pick(std::vector<int>{1, 3, 20, 1000}));
    tuning_.decisions_per_turn_max = static_cast<int>(drawn.Pick(std::vector<int>{1, 7, 500}));
    tuning_.feed_credits = static_cast<int>(drawn.Pick(std::vector<int>{5, 40, 4000}));
    tuning_.operations_in_flight_max = static_cast<int>(drawn.Pick(std::vector<int>{1, 5, 400}));
  }
  for (Side side : kSides) {
    systems_[Index(side)] = std::make_unique<System>(side, terrain, history.quirks[side], ledger_, history.seed + Index(side));
    Connector::Ports ports;
    ports.engine = [this]() -> Engine* { return engine_ != nullptr && engine_->is_alive() ? engine_ : nullptr; };
    ports.count = [this](Fault fault) { Count(fault); };
    ports.trace = [this](std::string line) { Note(std::move(line)); };
    ports.performed = [this](Side, const OperationOut&) {};
    ports.pack = [this] { return pack_; };
    connectors_[Index(side)] = std::make_unique<Connector>(*systems_[Index(side)], timeline_, random_.Fork(10 + Index(side)), Connector::Settings{!is_core, is_core, 1.0}, std::move(ports));
  }
  users_ = std::make_unique<Users>(terrain, ledger_, Both<System*>{{systems_[0].get(), systems_[1].get()}});
}

Outcome Course::Run() {
  connector(options_.liar).lie = options_.lie;
  StartEngine();
  for (Side side : kSides) connector(side).Start();
  bool is_loaded = false;
  for (const Happening& event : history_.events) {
    const std::int64_t at = history_.begins_micros + event.at_millis * 1000 + rested_;
    // Everything there at first is found by the first load.
    if (!is_loaded && event.at_millis > 60'000) {
      RunUntil(history_.begins_micros + 50 * kSecond);
      FirstLoad();
      is_loaded = true;
    }
    RunUntil(at);
    if (Apply(event)) outcome_.applied.push_back(event.id);
    if (!outcome_.violations.empty() && event.deed == Deed::kRest) break;
  }
  if (!is_loaded) {
    RunUntil(history_.begins_micros + 50 * kSecond);
    FirstLoad();
  }
  if (outcome_.violations.empty()) Rest();
  outcome_.events = outcome_.applied.size();
  for (Side side : kSides) {
    for (const auto& [resource, records] : system(side).resources()) outcome_.records += records.size();
    outcome_.writes += static_cast<std::uint64_t>(system(side).writes());
    outcome_.calls += connector(side).calls();
    for (std::size_t i = 0; i < kFaultCount; ++i) outcome_.faults[i] += system(side).counts[i];
    trace_.Add(system(side).Fingerprint());
  }
  for (std::size_t i = 0; i < kFaultCount; ++i) outcome_.faults[i] += disk_->counts[i];
  outcome_.commits = disk_->commits;
  outcome_.bytes = disk_->bytes;
  for (const auto& engine : engines_) outcome_.turns += engine->turns();
  outcome_.trace = trace_.hash();
  outcome_.lines = trace_.lines();
  outcome_.gaps = verdicts_.gaps;
  outcome_.judged = verdicts_.judged;
  outcome_.excused = verdicts_.excused;
  return std::move(outcome_);
}

std::int64_t Course::EngineClock() const {
  const std::int64_t now = timeline_.now();
  return (now < still_until_ ? still_at_ : now) + skew_;
}

void Course::StartEngine() {
  Engine::Ports ports;
  const std::uint64_t epoch = ++epoch_;
  ports.send = [this, epoch](SendOperations send) { connector(send.side).TakeOperations(send, epoch); };
  ports.acknowledge = [this](const AcknowledgeBatch& acknowledgement) { connector(acknowledgement.side).TakeAcknowledgement(acknowledgement); };
  ports.end_outdated = [this](Side side, std::uint64_t session) { connector(side).EndOutdated(session); };
  ports.notice = [this](const Notice& notice) {
    if (notice.severity == "warn" || notice.severity == "error") ++outcome_.shown[absl::StrCat("notice: ", notice.text.substr(0, notice.text.find("  ")))];
  };
  ports.pack_taken = [this](PackPtr pack) { pack_ = std::move(pack); };
  ports.edge = [this](EdgeKind) {
    ++outcome_.edges;
    if (options_.dies_at_edge == 0 || outcome_.edges != options_.dies_at_edge) return false;
    Count(Fault::kEngineKilled);
    timeline_.After(0, [this] { Bury(false); });
    timeline_.After(2 * kSecond, [this] { StartEngineAgain(); });
    return true;
  };
  ports.clock = [this] { return EngineClock(); };
  Note(absl::StrCat("engine ", epoch));
  engines_.push_back(nullptr);
  engine_ = nullptr;
  auto engine = std::make_unique<Engine>(pack_, tuning_, *disk_, timeline_, epoch, random_.Fork(100 + epoch), history_.kind == SeedKind::kCore, std::move(ports));
  engine_ = engine.get();
  engines_.back() = std::move(engine);
  if (IsErasing()) timeline_.After(kSecond, [this, epoch] { GoOnErasing(epoch); });
}

std::set<DeliveryId> Course::HandedSinceBlur(Side side) {
  std::set<DeliveryId> handed = connector(side).unanswered();
  std::erase_if(handed, [&](DeliveryId id) { return id >> 40 <= blurred_epoch_; });
  return handed;
}

void Course::Bury(bool is_replaced) {
  const absl::StatusOr<Boot> left = disk_->Load();
  if (left.ok() && options_.lie == Lie::kNone) {
    for (Side side : kSides) {
      Verdicts verdicts;
      CheckDurability(*left, side, HandedSinceBlur(side), connector(side).acknowledged(), verdicts);
      // What its successor starts with may be another state: it is judged by what it is handed itself.
      connector(side).ForgetUnanswered();
      for (Violation& violation : verdicts.violations) outcome_.violations.push_back(std::move(violation));
    }
  }
  if (is_replaced) return;
  for (Side side : kSides) connector(side).EngineDied();
}

bool Course::KillEngine(bool keeps_last_write) {
  if (engine_ == nullptr || !engine_->is_alive()) return false;
  Note("kill");
  engine_->Kill(keeps_last_write);
  Bury(false);
  return true;
}

void Course::StartEngineAgain() {
  if (engine_ != nullptr && engine_->is_alive()) return;
  StartEngine();
}

void Course::RunUntil(std::int64_t micros) {
  while (!timeline_.empty() && timeline_.Next() <= micros) timeline_.Step();
  bool is_there = false;
  timeline_.At(micros, [&is_there] { is_there = true; });
  while (!is_there) timeline_.Step();
}

bool Course::IsIdle() {
  if (engine_ == nullptr || !engine_->is_alive() || !engine_->IsIdle()) return false;
  for (Side side : kSides) {
    if (connector(side).runs() && !connector(side).is_connected() && options_.lie == Lie::kNone) return false;
    if (!connector(side).IsIdle()) return false;
  }
  return true;
}

bool Course::Drain() {
  const std::int64_t until = timeline_.now() + 12 * 60 * kMinute;
  for (int i = 0; i < kStepsMax; ++i) {
    if (IsIdle()) return true;
    if (timeline_.empty() || timeline_.Next() > until) return false;
    timeline_.Step();
  }
  return false;
}

bool Course::HoldsWait(const MachineStatus& status) const {
  const auto held = status.open_items.find("held_delete");
  return held != status.open_items.end() && held->second > 0;
}

void Course::Settle() {
  for (int round = 0; round < 200; ++round) {
    const std::uint64_t before = engine_->turns();
    for (Side side : kSides) connector(side).PollAll();
    if (!Drain()) continue;
    const MachineStatus status = engine_->Status();
    const bool waits = !status.quiet || HoldsWait(status);
    if (waits && engine_->timer() != 0 && engine_->timer() - EngineClock() < kWaitMax) {
      RunUntil(timeline_.now() + std::max<std::int64_t>(engine_->timer() - EngineClock(), 1'000));
      continue;
    }
    if (engine_->turns() == before) return;
  }
}

}  // namespace entente::simulation
