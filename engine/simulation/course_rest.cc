#include "engine/simulation/course.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/core/digest.h"

// The operator of a run, and what is judged when everything has come to rest.
namespace entente::simulation {
namespace {

constexpr int kPassesMax = 24;

}  // namespace

void Course::Ask(decltype(Request::what) what) {
  if (engine_ != nullptr && engine_->is_alive()) engine_->Ask(std::move(what), nullptr);
}

void Course::FirstLoad() {
  Ask(StartRun{"first_load", {}});
  RunUntil(timeline_.now() + 5 * kSecond);
  ApproveAll();
}

std::vector<WorkItem> Course::OpenItems() {
  std::vector<WorkItem> open;
  absl::StatusOr<std::vector<WorkItem>> all = disk_->View()->Work(0, kAll);
  for (WorkItem& item : *all) {
    if (item.state == WorkItem::State::kOpen) open.push_back(std::move(item));
  }
  return open;
}

bool Course::ApproveAll() {
  bool asked = false;
  for (const WorkItem& item : OpenItems()) {
    if (std::find(item.choices.begin(), item.choices.end(), "approve") == item.choices.end()) continue;
    Ask(ResolveItem{item.id, "approve"});
    asked = true;
  }
  return asked;
}

bool Course::RetryDead() {
  bool asked = false;
  for (const WorkItem& item : OpenItems()) {
    if (item.kind != WorkItem::Kind::kDeadLetter) continue;
    Ask(RetryDeadLetter{item.id});
    asked = true;
  }
  return asked;
}

void Course::NoteShown() {
  if (engine_ == nullptr || !engine_->is_alive()) return;
  const MachineStatus status = engine_->Status();
  for (const auto& [reason, count] : status.open_items) ++outcome_.shown[reason];
  for (Side side : kSides) {
    if (!status.sides[side].refused_reason.empty()) ++outcome_.shown[status.sides[side].refused_reason.substr(0, status.sides[side].refused_reason.find(':'))];
    if (!connector(side).refusal().empty()) ++outcome_.shown[connector(side).refusal()];
  }
  for (const auto& [name, count] : status.counters) {
    if (count > 0) ++outcome_.shown[name];
  }
  if (!engine_->trouble().empty()) ++outcome_.shown[engine_->trouble()];
}

void Course::Heal() {
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

void Course::Rest() {
  Note("rest");
  NoteShown();
  Heal();
  for (Side side : kSides) connector(side).StopPolling();
  Settle();
  FinishErasing();
  NoteShown();
  const bool lies = options_.lie != Lie::kNone;
  if (lies) {
    // What is said of a system is said when a session opens.
    connector(options_.liar).Cut();
    RunUntil(timeline_.now() + 20 * kSecond);
    NoteShown();
  }
  // People act on what they are shown; what that brings is work of theirs, not of the engine's.
  for (int i = 0; i < 4 && !lies && (ApproveAll() | (i == 0 && RetryDead())); ++i) Settle();
  int rounds = 0;
  const bool is_at_rest = ComesToRest(rounds);
  outcome_.rounds = std::max(outcome_.rounds, rounds);
  if (options_.lie == Lie::kNone) {
    JudgeRest(rounds, is_at_rest);
  } else {
    NoteShown();
    JudgeLied();
  }
  for (Side side : kSides) connector(side).GoOnPolling();
}

bool Course::Pass() {
  const std::size_t engines = engines_.size();
  Ask(StartRun{"reconcile", {}});
  Settle();
  return engines_.size() == engines;
}

bool Course::ComesToRest(int& rounds) {
  bool is_at_rest = false;
  while (!is_at_rest && rounds < kPassesMax) {
    const int before = Writes();
    const bool is_whole = Pass();
    is_at_rest = is_whole && Writes() == before;
    rounds += is_whole ? 1 : 0;
    if (options_.lie == Lie::kNone && ApproveAll()) Settle();
  }
  return is_at_rest;
}

std::uint64_t Course::StateHash() {
  std::uint64_t hash = 0;
  absl::StatusOr<std::vector<Link>> links = disk_->View()->Links(0, kAll);
  for (const Link& link : *links) {
    for (const auto& [name, base] : link.base) {
      for (Side side : kSides) hash = hash * 31 + DigestOfFields({{name, base.held[side]}}).lo;
    }
    for (Side side : kSides) hash = hash * 31 + DigestOfFields(link.members[side].shadow).lo + static_cast<std::uint64_t>(link.members[side].presence) + DigestOf(link.members[side].key).lo;
  }
  return hash;
}

void Course::JudgeLied() {
  const bool says_gone = options_.lie == Lie::kEverythingDeleted || options_.lie == Lie::kReadSaysGone;
  Scene scene{.terrain = terrain_, .pack = *pack_, .ledger = ledger_, .systems = {{systems_[0].get(), systems_[1].get()}}, .links = {}, .records = {}, .work = {}, .journal = {}, .boot = {}, .status = {}, .operations_open_max = {}, .is_overrun = {}, .damaged = {}};
  scene.work = *disk_->View()->Work(0, kAll);
  Verdicts verdicts;
  CheckReadOnly(scene, verdicts);
  CheckBudgets(scene, verdicts);
  if (!says_gone) CheckResurrection(scene, verdicts);
  for (Violation& violation : verdicts.violations) outcome_.violations.push_back(std::move(violation));
}

void Course::JudgeRest(int rounds, bool is_at_rest) {
  const bool is_core = history_.kind == SeedKind::kCore;
  int before = Writes();
  std::uint64_t state_before = is_core ? 0 : StateHash();
  if (!Pass()) {
    // What the engine had begun when it died is finished first.
    rounds = 0;
    is_at_rest = ComesToRest(rounds);
    before = Writes();
    state_before = is_core ? 0 : StateHash();
    Pass();
  }
  Scene scene{.terrain = terrain_, .pack = *pack_, .ledger = ledger_, .systems = {{systems_[0].get(), systems_[1].get()}}, .links = {}, .records = {}, .work = {}, .journal = {}, .boot = {}, .status = engine_->Status(),
              .rounds = rounds, .is_at_rest = is_at_rest, .writes_after_rest = Writes() - before, .state_before_pass = state_before, .state_after_pass = is_core ? 0 : StateHash(),
              .is_pack_changed = pack_ != packs_.front().pack || was_pack_changed_, .is_state_lost = was_state_lost_, .now = timeline_.now(), .operations_open_max = {}, .is_overrun = {}, .damaged = disk_->damaged};
  const std::unique_ptr<StoreSnapshot> snapshot = disk_->View();
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
  scene.boot = *snapshot->Load();
  scene.erased = ErasedNow(scene.links);
  scene.log = &disk_->log();
  if (options_.on_scene) options_.on_scene(scene);
  Verdicts verdicts;
  Judge(scene, verdicts);
  for (Violation& violation : verdicts.violations) outcome_.violations.push_back(std::move(violation));
  verdicts_.judged += verdicts.judged;
  verdicts_.gaps = verdicts.gaps;
  for (const auto& [why, count] : verdicts.excused) verdicts_.excused[why] += count;
}

}  // namespace entente::simulation
