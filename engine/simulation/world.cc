#include "engine/simulation/world.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/language/rule_diff.h"
#include "engine/pipeline/adoption.h"
#include "engine/simulation/users.h"

namespace entente::simulation {
namespace {

constexpr std::int64_t kSecond = 1'000'000, kMinute = 60 * kSecond;
// What was put off while the clock ran ahead waits until the true time has caught up with it; the nightly reconcile is not waited for.
constexpr std::int64_t kWaitMax = 20 * 60 * kMinute;
constexpr int kPassesMax = 24;
constexpr int kStepsMax = 2'000'000;
constexpr int kAll = 1'000'000;

class World {
 public:
  World(const Terrain& terrain, const History& history, const RunOptions& options)
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

  Outcome Run() {
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

 private:
  System& system(Side side) { return *systems_[Index(side)]; }
  Connector& connector(Side side) { return *connectors_[Index(side)]; }
  void Count(Fault fault) { ++outcome_.faults[static_cast<std::size_t>(fault)]; }
  void Note(std::string line) { trace_.Add(trace_.keeps_lines() ? absl::StrCat(timeline_.now() - history_.begins_micros, " ", line) : line); }

  // ------------------------------------------------------------------------------------------------ the engine's life

  std::int64_t EngineClock() const {
    const std::int64_t now = timeline_.now();
    return (now < still_until_ ? still_at_ : now) + skew_;
  }

  void StartEngine() {
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
  }

  // What an engine handed over before its state was lost or restored is known to no later state; the delayed message of that engine may arrive
  // long after. A delivery bears the epoch of its engine.
  std::set<DeliveryId> HandedSinceBlur(Side side) {
    std::set<DeliveryId> handed = connector(side).unanswered();
    std::erase_if(handed, [&](DeliveryId id) { return id >> 40 <= blurred_epoch_; });
    return handed;
  }

  // What it left is judged, and the connectors hear of it.
  void Bury(bool is_replaced) {
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

  bool KillEngine(bool keeps_last_write) {
    if (engine_ == nullptr || !engine_->is_alive()) return false;
    Note("kill");
    engine_->Kill(keeps_last_write);
    Bury(false);
    return true;
  }

  void StartEngineAgain() {
    if (engine_ != nullptr && engine_->is_alive()) return;
    StartEngine();
  }

  // ------------------------------------------------------------------------------------------------ time

  void RunUntil(std::int64_t micros) {
    while (!timeline_.empty() && timeline_.Next() <= micros) timeline_.Step();
    bool is_there = false;
    timeline_.At(micros, [&is_there] { is_there = true; });
    while (!is_there) timeline_.Step();
  }

  bool IsIdle() {
    if (engine_ == nullptr || !engine_->is_alive() || !engine_->IsIdle()) return false;
    for (Side side : kSides) {
      if (connector(side).runs() && !connector(side).is_connected() && options_.lie == Lie::kNone) return false;
      if (!connector(side).IsIdle()) return false;
    }
    return true;
  }

  // Handles everything that takes no time but messages'.
  bool Drain() {
    const std::int64_t until = timeline_.now() + 12 * 60 * kMinute;
    for (int i = 0; i < kStepsMax; ++i) {
      if (IsIdle()) return true;
      if (timeline_.empty() || timeline_.Next() > until) return false;
      timeline_.Step();
    }
    return false;
  }

  bool HoldsWait(const MachineStatus& status) const {
    const auto held = status.open_items.find("held_delete");
    return held != status.open_items.end() && held->second > 0;
  }

  // Polls both and lets time pass until nothing moves.
  void Settle() {
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

  int Writes() { return system(Side::kLeft).writes() + system(Side::kRight).writes(); }

  // ------------------------------------------------------------------------------------------------ the operator

  void Ask(decltype(Request::what) what) {
    if (engine_ != nullptr && engine_->is_alive()) engine_->Ask(std::move(what), nullptr);
  }

  void FirstLoad() {
    Ask(StartRun{"first_load", {}});
    RunUntil(timeline_.now() + 5 * kSecond);
    ApproveAll();
  }

  std::vector<WorkItem> OpenItems() {
    std::vector<WorkItem> open;
    absl::StatusOr<std::vector<WorkItem>> all = disk_->Snapshot()->Work(0, kAll);
    for (WorkItem& item : *all) {
      if (item.state == WorkItem::State::kOpen) open.push_back(std::move(item));
    }
    return open;
  }

  bool ApproveAll() {
    bool asked = false;
    for (const WorkItem& item : OpenItems()) {
      if (std::find(item.choices.begin(), item.choices.end(), "approve") == item.choices.end()) continue;
      Ask(ResolveItem{item.id, "approve"});
      asked = true;
    }
    return asked;
  }

  bool RetryDead() {
    bool asked = false;
    for (const WorkItem& item : OpenItems()) {
      if (item.kind != WorkItem::Kind::kDeadLetter) continue;
      Ask(RetryDeadLetter{item.id});
      asked = true;
    }
    return asked;
  }

  void NoteShown() {
    if (engine_ == nullptr || !engine_->is_alive()) return;
    const MachineStatus status = engine_->Status();
    for (const auto& [reason, count] : status.open_items) ++outcome_.shown[reason];
    for (Side side : kSides) {
      if (!status.sides[side].refused_reason.empty()) ++outcome_.shown[status.sides[side].refused_reason.substr(0, status.sides[side].refused_reason.find(':'))];
      if (!connector(side).refusal().empty()) ++outcome_.shown[connector(side).refusal()];
    }
    for (const auto& [name, count] : status.counters) {
      if (name.starts_with("failed.") || name == "changes.stale" || name.starts_with("malformed")) ++outcome_.shown[name];
    }
    if (!engine_->trouble().empty()) ++outcome_.shown[engine_->trouble()];
  }

  // ------------------------------------------------------------------------------------------------ rest

  void Heal() {
    skew_ = still_until_ = 0;
    disk_->read_fails_until = disk_->write_fails_until = disk_->full_until = 0;
    disk_->Repair();
    for (Side side : kSides) {
      const bool was_ill = !system(side).ailments.lost_columns.empty() || !system(side).ailments.narrowed.empty() || system(side).ailments.has_more_columns;
      system(side).ailments = Ailments{.schema = system(side).ailments.schema + (was_ill ? 1 : 0)};
      connector(side).weather = Weather{};
      connector(side).Start();
      if (was_ill) connector(side).Cut();
    }
    StartEngineAgain();
    RunUntil(timeline_.now() + 70 * kSecond);
    Ask(SetPaused{false, false});
  }

  void Rest() {
    Note("rest");
    NoteShown();
    Heal();
    for (Side side : kSides) connector(side).StopPolling();
    Settle();
    NoteShown();
    const bool lies = options_.lie != Lie::kNone;
    // People act on what they are shown; what that brings is work of theirs, not of the engine's.
    for (int i = 0; i < 4 && !lies && (ApproveAll() | (i == 0 && RetryDead())); ++i) Settle();
    int rounds = 0;
    bool is_at_rest = false;
    while (!is_at_rest && rounds < kPassesMax) {
      const int before = Writes();
      Ask(StartRun{"reconcile", {}});
      Settle();
      is_at_rest = Writes() == before;
      ++rounds;
      if (!lies && ApproveAll()) Settle();
    }
    outcome_.rounds = std::max(outcome_.rounds, rounds);
    if (options_.lie == Lie::kNone) {
      JudgeRest(rounds, is_at_rest);
    } else {
      NoteShown();
      JudgeLied();
    }
    for (Side side : kSides) connector(side).GoOnPolling();
  }

  std::uint64_t StateHash() {
    std::uint64_t hash = 0;
    absl::StatusOr<std::vector<Link>> links = disk_->Snapshot()->Links(0, kAll);
    for (const Link& link : *links) {
      for (const auto& [name, base] : link.base) {
        for (Side side : kSides) hash = hash * 31 + DigestOfFields({{name, base.held[side]}}).lo;
      }
      for (Side side : kSides) hash = hash * 31 + DigestOfFields(link.members[side].shadow).lo + static_cast<std::uint64_t>(link.members[side].presence) + DigestOf(link.members[side].key).lo;
    }
    return hash;
  }

  // Of a run in which a connector lied nothing can be asked but that nothing was written that may not be: no read-only field, no more deletes
  // than the budget, and none at all but where it was said of a record that it is gone.
  void JudgeLied() {
    const bool says_gone = options_.lie == Lie::kEverythingDeleted || options_.lie == Lie::kReadSaysGone;
    Scene scene{.terrain = terrain_, .pack = *pack_, .ledger = ledger_, .systems = {{systems_[0].get(), systems_[1].get()}}, .links = {}, .records = {}, .work = {}, .journal = {}, .boot = {}, .status = {}, .operations_open_max = {}, .is_overrun = {}, .damaged = {}};
    scene.work = *disk_->Snapshot()->Work(0, kAll);
    Verdicts verdicts;
    CheckReadOnly(scene, verdicts);
    CheckBudgets(scene, verdicts);
    if (!says_gone) CheckResurrection(scene, verdicts);
    for (Violation& violation : verdicts.violations) outcome_.violations.push_back(std::move(violation));
  }

  void JudgeRest(int rounds, bool is_at_rest) {
    const bool is_core = history_.kind == SeedKind::kCore;
    const int before = Writes();
    const std::uint64_t state_before = is_core ? 0 : StateHash();
    Ask(StartRun{"reconcile", {}});
    Settle();
    Scene scene{.terrain = terrain_, .pack = *pack_, .ledger = ledger_, .systems = {{systems_[0].get(), systems_[1].get()}}, .links = {}, .records = {}, .work = {}, .journal = {}, .boot = {}, .status = engine_->Status(),
                .rounds = rounds, .is_at_rest = is_at_rest, .writes_after_rest = Writes() - before, .state_before_pass = state_before, .state_after_pass = is_core ? 0 : StateHash(),
                .is_pack_changed = pack_ != packs_.front().pack || was_pack_changed_, .is_state_lost = was_state_lost_, .now = timeline_.now(), .operations_open_max = {}, .is_overrun = {}, .damaged = disk_->damaged};
    const std::unique_ptr<StoreSnapshot> snapshot = disk_->Snapshot();
    scene.links = *snapshot->Links(0, kAll);
    scene.work = *snapshot->Work(0, kAll);
    for (LinkId link = 1; link <= (scene.links.empty() ? 0 : scene.links.back().id); ++link) {
      auto entries = snapshot->Journal(link, 0, kAll);
      if (!entries->empty()) scene.journal[link] = *std::move(entries);
    }
    Wanted ranges;
    for (const Ground& ground : terrain_.grounds()) {
      for (Side side : kSides) ranges.record_ranges.insert({side, ground.entity->sides[side].resource});
    }
    const absl::StatusOr<Fetched> fetched = snapshot->Get(ranges);
    for (const auto& [range, entries] : fetched->record_ranges) {
      for (const auto& [key, entry] : entries) scene.records[{range.first, range.second, key}] = entry;
    }
    for (Side side : kSides) {
      scene.operations_open_max[side] = connector(side).operations_open_max();
      scene.is_overrun[side] = connector(side).is_overrun();
    }
    if (options_.on_scene) options_.on_scene(scene);
    Verdicts verdicts;
    Judge(scene, verdicts);
    for (Violation& violation : verdicts.violations) outcome_.violations.push_back(std::move(violation));
    verdicts_.judged += verdicts.judged;
    verdicts_.gaps = verdicts.gaps;
    for (const auto& [why, count] : verdicts.excused) verdicts_.excused[why] += count;
  }

  // ------------------------------------------------------------------------------------------------ what happens

  bool Apply(const Happening& event) {
    const bool is_done = ApplyOne(event);
    if (is_done) Note(event.ToText());
    return is_done;
  }

  bool ApplyOne(const Happening& event) {
    switch (event.deed) {
      case Deed::kFault: return GoesWrong(event);
      case Deed::kRest: {
        // The rest of the day begins when it is over.
        const std::int64_t began = timeline_.now();
        Rest();
        rested_ += timeline_.now() - began;
        return true;
      }
      case Deed::kReconcile: Ask(StartRun{"reconcile", {}}); return true;
      case Deed::kPause: Ask(SetPaused{true, event.salt % 3 == 0}); return true;
      case Deed::kResume: Ask(SetPaused{false, false}); return true;
      case Deed::kResolve: return ResolveOne(event.salt);
      case Deed::kRetry: return RetryDead();
      case Deed::kPollNow: Ask(PollNow{}); return true;
      case Deed::kBackup: disk_->Backup(); return true;
      case Deed::kRestoreBackup: return RestoreBackup();
      case Deed::kLoseState: return LoseState();
      case Deed::kChangePack: return ChangePack(event.salt);
      case Deed::kRememberSystem: system(event.side).Remember(); return true;
      case Deed::kRestoreSystem:
        if (!system(event.side).Restore(timeline_.now())) return false;
        Count(Fault::kSystemRestored);
        connector(event.side).ForgetAcknowledged();
        return true;
      default: return users_->Do(event, timeline_.now());
    }
  }

  bool ResolveOne(std::uint64_t salt) {
    const std::vector<WorkItem> open = OpenItems();
    std::vector<const WorkItem*> choosable;
    for (const WorkItem& item : open) {
      if (!item.choices.empty() && item.kind != WorkItem::Kind::kDeadLetter) choosable.push_back(&item);
    }
    if (choosable.empty()) return false;
    const WorkItem& item = *choosable[salt % choosable.size()];
    Ask(ResolveItem{item.id, item.choices[salt / 97 % item.choices.size()]});
    return true;
  }

  bool RestoreBackup() {
    if (!disk_->has_backup()) return false;
    KillEngine(true);
    disk_->Restore();
    Blur();
    Count(Fault::kEngineRestored);
    StartEngineAgain();
    return true;
  }

  bool LoseState() {
    KillEngine(true);
    disk_->Wipe();
    Blur();
    Count(Fault::kStateLost);
    StartEngineAgain();
    timeline_.After(15 * kSecond, [this] { Ask(StartRun{"first_load", {}}); });
    timeline_.After(25 * kSecond, [this] { ApproveAll(); });
    return true;
  }

  // The engine forgot what it knew: who was who is matched anew, and what was edited since may look older than it is.
  void Blur() {
    was_state_lost_ = true;
    blurred_epoch_ = epoch_;
    for (Side side : kSides) connector(side).ForgetAcknowledged();
    for (std::uint64_t birth = 1; birth < ledger_.births().size(); ++birth) ledger_.FindBirth(birth)->is_blurred = true;
  }

  bool ChangePack(std::uint64_t salt) {
    if (packs_.size() < 2 || engine_ == nullptr || !engine_->is_alive()) return false;
    const LoadedPack* running = nullptr;
    for (const LoadedPack& pack : packs_) {
      if (pack.pack == pack_) running = &pack;
    }
    const LoadedPack& next = packs_[salt % packs_.size()];
    if (running == nullptr || next.pack == pack_) return false;
    was_pack_changed_ = true;
    entente::ActivatePack what{.pack = next.pack, .before = running->pack, .adoption = std::make_shared<const Adoption>(AdoptionOf(*running->pack, *next.pack, DiffPacks(*running, next))), .meta = {}, .at_micros = EngineClock()};
    Ask(std::move(what));
    return true;
  }

  bool GoesWrong(const Happening& event) {
    const std::int64_t now = timeline_.now(), length = event.millis * 1000;
    Connector& line = connector(event.side);
    System& at = system(event.side);
    switch (event.fault) {
      case Fault::kMessageDropped: ++line.weather.drops; return true;
      case Fault::kMessageDuplicated: line.weather.duplicates += 1 + static_cast<int>(event.salt % 3); return true;
      case Fault::kMessageDelayed:
        line.weather.delays += 1 + static_cast<int>(event.salt % 4);
        line.weather.delay_micros = length;
        return true;
      case Fault::kStalePage:
        Count(Fault::kStalePage);
        line.PollAll();
        line.weather.delays += 2;
        line.weather.delay_micros = length;
        return true;
      case Fault::kMessagesReordered: line.weather.swaps += 1 + static_cast<int>(event.salt % 3); return true;
      case Fault::kStreamCut: line.Cut(); return true;
      case Fault::kHalfOpen:
        if (!line.is_connected()) return false;
        Count(Fault::kHalfOpen);
        line.HalfOpen();
        return true;
      case Fault::kPartition:
        Count(Fault::kPartition);
        line.weather.partition_until = now + length;
        return true;
      case Fault::kReplyLost: at.ailments.lost_replies += 1 + static_cast<int>(event.salt % 2); return true;
      case Fault::kConnectorKilled:
      case Fault::kConnectorRestarted:
        if (!line.runs()) return false;
        Count(event.fault);
        line.Kill();
        timeline_.After(event.fault == Fault::kConnectorRestarted ? kSecond : length, [&line] { line.Start(); });
        return true;
      case Fault::kTwoConnectors: line.DialTwice(); return true;
      case Fault::kEngineKilled:
      case Fault::kUnsyncedLost:
      case Fault::kTornTail: {
        const bool keeps = event.fault == Fault::kEngineKilled && event.salt % 2 == 0;
        if (!KillEngine(keeps)) return false;
        Count(event.fault);
        timeline_.After(std::min(length, 40 * kSecond), [this] { StartEngineAgain(); });
        return true;
      }
      case Fault::kEngineReplaced:
        if (engine_ == nullptr || !engine_->is_alive()) return false;
        Count(event.fault);
        engine_->Kill(event.salt % 2 == 0);
        Bury(true);
        StartEngineAgain();
        // They hear of it late: what they were handed they carry out.
        timeline_.After(kSecond + length % (20 * kSecond), [this] {
          for (Side side : kSides) connector(side).EngineDied();
        });
        return true;
      case Fault::kBitFlip:
        if (!disk_->FlipBit()) return false;
        timeline_.After(length, [this] { disk_->Repair(); });
        return true;
      case Fault::kReadError: disk_->read_fails_until = now + length; return true;
      case Fault::kWriteError: disk_->write_fails_until = now + length; return true;
      case Fault::kDiskFull: disk_->full_until = now + length; return true;
      case Fault::kClockJump:
        Count(event.fault);
        skew_ += length * 40;
        return true;
      case Fault::kClockStill:
        Count(event.fault);
        still_at_ = now;
        still_until_ = now + length;
        return true;
      case Fault::kClockBack:
        Count(event.fault);
        skew_ -= length * 10;
        return true;
      case Fault::kThrottled: at.ailments.throttled_until = now + length; return true;
      case Fault::kUnreachable: at.ailments.unreachable_until = now + length; return true;
      case Fault::kSlow: at.ailments.slow_until = now + length; return true;
      case Fault::kRefused: at.ailments.refuses_until = now + length; return true;
      case Fault::kRecordLocked: return users_->Lock(event, now + length);
      case Fault::kColumnLost:
      case Fault::kColumnAdded:
      case Fault::kColumnNarrowed: return ChangeSchema(event);
      default: return false;
    }
  }

  bool ChangeSchema(const Happening& event) {
    std::vector<std::pair<std::string, const Column*>> columns;
    for (const Ground& ground : terrain_.grounds()) {
      for (const Column& column : ground.columns[event.side]) {
        if (BearsToken(column.shape) && !column.is_key && !column.is_required && column.width >= 20) columns.emplace_back(ground.entity->sides[event.side].resource, &column);
      }
    }
    Ailments& ailments = system(event.side).ailments;
    if (event.fault == Fault::kColumnAdded) {
      ailments.has_more_columns = true;
    } else if (columns.empty()) {
      return false;
    } else {
      const auto& [resource, column] = columns[event.salt % columns.size()];
      const std::string place = absl::StrCat(resource, ".", column->name);
      if (event.fault == Fault::kColumnLost) ailments.lost_columns.insert(place);
      else ailments.narrowed[place] = 18;
    }
    Count(event.fault);
    ++ailments.schema;
    // The connector notices when it describes its system anew.
    connector(event.side).Cut();
    return true;
  }

  const Terrain& terrain_;
  const History& history_;
  const RunOptions& options_;
  Random random_;
  Timeline timeline_;
  Trace trace_;
  std::vector<LoadedPack> packs_;
  PackPtr pack_;
  Tuning tuning_;
  Ledger ledger_;
  std::unique_ptr<Disk> disk_;
  std::array<std::unique_ptr<System>, 2> systems_;
  std::array<std::unique_ptr<Connector>, 2> connectors_;
  std::unique_ptr<Users> users_;
  std::vector<std::unique_ptr<Engine>> engines_;
  Engine* engine_ = nullptr;
  std::uint64_t epoch_ = 0, blurred_epoch_ = 0;   // the last engine's, and that of the last one whose state was lost
  std::int64_t rested_ = 0;
  std::int64_t skew_ = 0, still_until_ = 0, still_at_ = 0;
  bool was_state_lost_ = false, was_pack_changed_ = false;
  Verdicts verdicts_;
  Outcome outcome_;
};

}  // namespace

Outcome Run(const Terrain& terrain, const History& history, const RunOptions& options) { return World(terrain, history, options).Run(); }

}  // namespace entente::simulation
