#include "tests/support/world.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <exception>
#include <iostream>
#include <sstream>

#include "engine/certificate/certificate.h"
#include "engine/language/rule_diff.h"
#include "engine/pipeline/restored.h"
#include "engine/plan/undo.h"
#include "engine/store/codec.h"

namespace entente::testing {
namespace {

LoadOptions OptionsOf(const std::map<std::string, std::string>& parameters) {
  LoadOptions options;
  options.parameters = parameters;
  options.parameters.try_emplace("default_branch", "Siège");
  options.parameters.try_emplace("default_sales_rep", "admin");
  options.parameters.try_emplace("user_default_phone", "0100000000");
  return options;
}

LoadedPack OrAbort(absl::StatusOr<LoadedPack> loaded) {
  if (loaded.ok()) return *std::move(loaded);
  std::cerr << loaded.status() << "\n";
  std::abort();
}

// No engine would run it otherwise.
LoadedPack CertifiedOrAbort(LoadedPack loaded) {
  const certificate::Certificate proved = certificate::Certify(*loaded.pack);
  for (const certificate::Refusal& refusal : proved.refusals) std::cerr << certificate::ToText(refusal) << "\n";
  if (!proved.holds()) std::abort();
  return loaded;
}

constexpr int kEventsMax = 2'000'000;

}  // namespace

const LoadedPack& LoadedRules(const std::map<std::string, std::string>& parameters, const std::string& pack) {
  // Packs never change: each is loaded once a program.
  static std::map<std::pair<std::string, std::map<std::string, std::string>>, LoadedPack> known;
  LoadedPack& held = known[{pack, parameters}];
  if (held.pack) return held;
  held = OrAbort(LoadWholePack(pack.empty() ? std::string(ENTENTE_SOURCE_DIR) + "/rules/ssm" : pack, OptionsOf(parameters)));
  // The pack as it is shipped is proved by the tests of the certificate.
  if (!parameters.empty() || !pack.empty()) held = CertifiedOrAbort(std::move(held));
  return held;
}

LoadedPack OverlaidRules(const std::string& content, const std::map<std::string, std::string>& parameters) {
  LoadOptions options = OptionsOf(parameters);
  options.search_path = {std::string(ENTENTE_SOURCE_DIR) + "/rules"};
  return CertifiedOrAbort(OrAbort(LoadWholePack(PackFiles{"try/pack.yaml", {{"try/pack.yaml", "name: try\nversion: \"2\"\nextends: ssm\n" + content}}}, options)));
}

World::World(std::map<std::string, std::string> parameters, const std::string& pack) : World(LoadedRules(parameters, pack)) {}

World::World(LoadedPack pack) : World(pack.pack) { loaded_ = std::move(pack); }

World::World(PackPtr pack) : pack_(std::move(pack)), store_(std::make_unique<store::MemoryStore>()), now_(absl::FromUnixSeconds(1'790'000'000)) {
  for (Side side : kSides) systems_.push_back(std::make_unique<SimSystem>(side, pack_->sides[side].name, *pack_));
  for (auto& system : systems_) system->clock_micros = [this] { return absl::ToUnixMicros(now_); };
  tuning.delete_hold = absl::Seconds(5);
  tuning.retry_first = absl::Seconds(1);
  // Little stays in memory: what a turn forgets to ask for shows.
  tuning.cached_links_max = 2;
  Boot();
}

World::~World() {
  if (ends_at_rest_ && machine_ && !std::uncaught_exceptions()) ExpectRest();
}

void World::ExpectRest() {
  // What a test forced on a system may refer to what is gone with the test.
  on_send = nullptr;
  for (auto& system : systems_) {
    system->fail = nullptr;
    system->reachable = true;
    system->hidden.clear();
  }
  if (killed_) Restart();
  for (Side side : kSides) {
    // A system that the gates refuse has nothing to rest from.
    if (session_[side] == 0 && !Connect(side).ok()) return;
  }
  // Nothing was ever read: there is no first pass a second one could follow.
  if (status().paused || store_->Load()->cursors.empty()) return;
  Settle();
  // Holds and back-offs end, sweeps are made.
  RunFor(absl::Minutes(45));
  Settle();
  ResetCounts();
  Reconcile();
  EXPECT_EQ(writes(), 0) << "a second pass writes nothing, whatever happened before\n" << Story();
  EXPECT_TRUE(status().quiet) << Story();
}

void World::Boot() {
  auto boot = store_->Load();
  machine_ = std::make_unique<Machine>(pack_, tuning, *std::move(boot), ++epoch_);
  timer_micros_ = 0;
  killed_ = false;
  kill_after_ = -1;
}

absl::Status World::Connect(Side side) {
  system(side).Follow(*pack_);
  SessionInfo session = system(side).Describe(0);
  if (absl::Status status = machine_->CheckSession(session, now_); !status.ok()) return status;
  const Machine::Opening opening = machine_->OpenSession(session);
  session.number = opening.number;
  session.generation = opening.generation;
  session_[side] = opening.number;
  for (const auto& feed : opening.feeds) {
    if (feed.interval > absl::ZeroDuration()) feeds_[{side, feed.resource}] = {feed.interval, now_ + feed.interval};
  }
  Handle(SessionOpened{session});
  Handle(OperationsReady{side, session_[side], 1000});
  return absl::OkStatus();
}

void World::ConnectBoth() {
  for (Side side : kSides) {
    if (absl::Status status = Connect(side); !status.ok()) std::cerr << status << "\n";
  }
}

void World::Disconnect(Side side) {
  Handle(SessionClosed{side, session_[side], "test"});
  session_[side] = 0;
  std::erase_if(feeds_, [side](const auto& feed) { return feed.first.first == side; });
}

void World::FirstLoad(bool approve) {
  if (session_[Side::kLeft] == 0) ConnectBoth();
  Ask(StartRun{"first_load", {}});
  Drain();
  while (approve) {
    const auto items = Items("approve_creates");
    if (items.empty()) break;
    Ask(ResolveItem{items.front().id, "approve"});
    Drain();
  }
  Settle();
}

void World::Reconcile() {
  Ask(StartRun{"reconcile", {}});
  Settle();
}

void World::Poll() {
  for (Side side : kSides) Poll(side);
}

void World::Poll(Side side) {
  for (const std::string& resource : system(side).ResourceNames()) Poll(side, resource);
}

void World::Poll(Side side, const std::string& resource) {
  if (session_[side] == 0 || !system(side).reachable) return;
  const auto stored = store_->Load()->cursors;
  auto it = stored.find({side, resource});
  if (it == stored.end()) return;   // no cursor: a listing comes first
  FeedBatch batch = system(side).ChangesSince(resource, it->second);
  if (batch.changes.empty() && batch.cursor_after == it->second) return;
  batch.session = session_[side];
  batch.batch = ++batch_;
  events_.push_back(std::move(batch));
}

bool World::Step() {
  if (killed_) return false;
  if (!to_open_anew_.empty()) {
    const Side side = *to_open_anew_.begin();
    to_open_anew_.erase(side);
    if (session_[side] == 0) return true;
    Disconnect(side);
    if (absl::Status status = Connect(side); !status.ok()) std::cerr << status << "\n";
    return true;
  }
  if (!events_.empty()) {
    const Event event = std::move(events_.front());
    events_.pop_front();
    Handle(event);
    return true;
  }
  if (timer_micros_ == 0 || timer_micros_ > absl::ToUnixMicros(now_)) return false;
  Handle(TimerDue{});
  return true;
}

bool World::Drain() {
  for (int i = 0; i < kEventsMax; ++i) {
    if (killed_) return false;
    if (!Step()) return true;
  }
  return false;
}

bool World::Settle() {
  for (int round = 0; round < 60; ++round) {
    Poll();
    const bool nothing = events_.empty();
    if (!Drain()) return false;
    const std::int64_t soon = absl::ToUnixMicros(now_ + absl::Seconds(30));
    if (!status().quiet && timer_micros_ != 0 && timer_micros_ <= soon) {
      now_ = absl::FromUnixMicros(std::max(timer_micros_, absl::ToUnixMicros(now_)));
      continue;
    }
    if (nothing) return true;
  }
  return false;
}

void World::Advance(absl::Duration by) {
  now_ += by;
  Handle(TimerDue{});
  Drain();
}

void World::RunFor(absl::Duration time) {
  const absl::Time end = now_ + time;
  while (true) {
    absl::Time next = end;
    for (const auto& [feed, pace] : feeds_) next = std::min(next, pace.next);
    if (timer_micros_ != 0) next = std::min(next, std::max(now_, absl::FromUnixMicros(timer_micros_)));
    now_ = next;
    for (auto& [feed, pace] : feeds_) {
      if (pace.next > now_) continue;
      pace.next = now_ + pace.interval;
      Poll(feed.first, feed.second);
    }
    Drain();
    if (now_ == end) return;
  }
}

void World::Restart() {
  events_.clear();
  to_open_anew_.clear();
  session_ = {};
  Boot();
}

void World::RestartOn(store::MemoryStore& backup) {
  store_ = backup.Copy();
  Batch mark;
  mark.meta[kRestoredKey] = "1";
  store_->Commit(mark).IgnoreError();
  absl::StatusOr<entente::Boot> boot = store_->Load();
  Batch owed;
  OweListings(&*boot, &owed);
  store_->Commit(owed).IgnoreError();
  Restart();
}

Reply World::Ask(Request request) {
  replies_.clear();
  Handle(request);
  for (const Reply& reply : replies_) {
    if (reply.request == request.id) return reply;
  }
  return {request.id, absl::InternalError("no reply"), {}};
}

Reply World::Ask(decltype(Request::what) what) { return Ask(Request{++request_, std::move(what)}); }

void World::Handle(const Event& event) {
  int fetches = 0;
  while (!machine_->Handle(event, now_)) {
    auto fetched = store_->Get(machine_->wanted());
    machine_->Supply(*std::move(fetched));
    if (++fetches > 1000) {
      std::cerr << "an event never had what it needed\n";
      std::abort();
    }
  }
  Flush();
}

void World::Flush() {
  Effects effects = machine_->TakeEffects();
  timer_micros_ = effects.timer_micros;
  if (!effects.batch.empty()) ++state_writes_;
  if (absl::Status status = store_->Commit(effects.batch); !status.ok()) {
    std::cerr << status << "\n";
    std::abort();
  }
  machine_->BatchDurable(1);
  for (Reply& reply : effects.replies) replies_.push_back(std::move(reply));
  for (const auto& [side, number] : effects.outdated) {
    if (session_[side] == number) to_open_anew_.insert(side);
  }
  for (const SendOperations& send : effects.operations) Perform(send);
}

void World::Perform(const SendOperations& send) {
  if (on_send) on_send(send.side, send.operations.size());
  ResultBatch results{send.side, send.session, {}};
  for (const OperationOut& operation : send.operations) {
    if (kill_after_ == 0) break;
    if (operation.kind == OperationKind::kWrite) performed_.emplace_back(send.side, operation);
    OperationResult result = system(send.side).Perform(operation);
    const bool done = result.kind != OperationResult::Kind::kFailure;
    if (done && operation.kind == OperationKind::kStartListing) {
      for (FeedBatch& batch : system(send.side).List(operation)) {
        batch.session = send.session;
        batch.batch = ++batch_;
        events_.push_back(std::move(batch));
      }
    }
    if (done && operation.kind == OperationKind::kPoll) Poll(send.side, operation.resource);
    results.results.push_back(std::move(result));
    if (kill_after_ > 0) --kill_after_;
  }
  if (kill_after_ == 0) {
    killed_ = true;
    events_.clear();
    return;
  }
  events_.push_back(std::move(results));
  events_.push_back(OperationsReady{send.side, send.session, static_cast<int>(send.operations.size())});
}

std::vector<Link> World::Links(const std::string& entity) {
  std::vector<Link> links;
  // Named, because a range-for does not keep what stands before its last member call alive.
  auto all = store_->Snapshot()->Links(0, 1'000'000);
  for (Link& link : *all) {
    if (entity.empty() || link.entity == entity) links.push_back(std::move(link));
  }
  return links;
}

std::optional<Link> World::LinkOf(Side side, const std::string& resource, const std::string& key) {
  Wanted wanted;
  wanted.records.insert({side, resource, key});
  const auto records = store_->Get(wanted);
  const auto entry = records->records.begin()->second;
  if (!entry || entry->link == 0) return std::nullopt;
  Wanted link;
  link.links.insert(entry->link);
  return store_->Get(link)->links.begin()->second;
}

std::vector<WorkItem> World::Items(const std::string& reason, bool open_only) {
  std::vector<WorkItem> items;
  auto all = store_->Snapshot()->Work(0, 1'000'000);
  for (WorkItem& item : *all) {
    if (item.reason == reason && (!open_only || item.state == WorkItem::State::kOpen)) items.push_back(std::move(item));
  }
  return items;
}

std::vector<JournalEntry> World::History(LinkId link) { return *store_->Snapshot()->Journal(link, 0, 100'000); }

Reply World::Resolve(const std::string& reason, const std::string& choice) {
  const auto items = Items(reason);
  if (items.empty()) return {0, absl::NotFoundError("no open item " + reason), {}};
  return Ask(ResolveItem{items.front().id, choice});
}

std::string World::Story() {
  std::ostringstream out;
  for (const Link& link : Links()) {
    out << "link " << link.id << " " << link.entity << " phase=" << link.phase;
    for (Side side : kSides) {
      const Member& member = link.members[side];
      out << " " << pack_->sides[side].name << "=" << member.key << "/" << static_cast<int>(member.presence);
      if (const auto& owed = link.owed[side]) out << " owes(verb " << static_cast<int>(owed->verb) << " state " << static_cast<int>(owed->state) << " " << owed->last_code << ")";
    }
    if (link.parked) out << " parked=" << link.parked->reason << " wait=" << link.parked->wait;
    for (const auto& [reason, item] : link.items) out << " item:" << reason << "#" << item;
    if (link.document) out << " document=" << link.document->state << "/" << link.document->step;
    out << "\n";
  }
  const auto work = store_->Snapshot()->Work(0, 1000);
  for (const WorkItem& item : *work) {
    out << (item.state == WorkItem::State::kOpen ? "open " : "closed ") << item.id << " " << item.reason << " link=" << item.link;
    for (const auto& [name, value] : item.details) out << " " << name << "=" << value.ToDisplay();
    out << "\n";
  }
  const MachineStatus now = status();
  for (const auto& [name, count] : now.counters) out << name << "=" << count << " ";
  out << "\nquiet=" << now.quiet << " dirty=" << now.dirty << " outbox=" << now.outbox_left << "/" << now.outbox_right;
  for (const RunState& run : now.runs) {
    out << "\nrun " << run.id << " " << run.kind << " " << run.state;
    for (const std::string& pending : run.pending) out << " " << pending;
  }
  return out.str();
}

absl::StatusOr<Plan> World::MakePlan(const PlanRequest& request) {
  return entente::MakePlan(GroundNow(), request, [] { return false; });
}

PlanGround World::GroundNow() {
  PlanGround ground{.pack = pack_, .tuning = tuning, .snapshot = store_->Snapshot(), .sessions = {}, .now = now_, .form = {&store::EncodeLink, &store::DecodeLink}};
  const MachineStatus status = machine_->Status();
  for (Side side : kSides) ground.sessions[side] = status.sides[side].session;
  return ground;
}

absl::StatusOr<WhatIf> World::MakeWhatIf(const LoadedPack& after) {
  return entente::MakeWhatIf(GroundNow(), after.pack, DiffPacks(loaded_, after), [] { return false; });
}

absl::Status World::Activate(const LoadedPack& after) {
  const std::vector<RuleChange> changes = DiffPacks(loaded_, after);
  const Reply reply = Ask(ActivatePack{.pack = after.pack, .before = pack_, .adoption = std::make_shared<const Adoption>(AdoptionOf(*pack_, *after.pack, changes)), .meta = {},
                                       .at_micros = absl::ToUnixMicros(now_)});
  if (!reply.status.ok()) return reply.status;
  former_packs_.push_back(pack_);
  loaded_ = after;
  pack_ = after.pack;
  return absl::OkStatus();
}

absl::StatusOr<ApplyReport> World::Apply(const Plan& plan) {
  auto withheld = ReferencedSince(*store_->Snapshot(), plan, [] { return false; });
  if (!withheld.ok()) return withheld.status();
  const Reply reply = Ask(ApplyPlan{std::make_shared<const Plan>(plan), *std::move(withheld)});
  if (!reply.status.ok()) return reply.status;
  for (int round = 0; round < 100 && status().apply.running; ++round) {
    Drain();
    if (timer_micros_ > absl::ToUnixMicros(now_)) now_ = absl::FromUnixMicros(timer_micros_);
  }
  return status().apply;
}

void World::ResetCounts() {
  performed_.clear();
  state_writes_ = 0;
  for (auto& system : systems_) system->ResetCounts();
}

}  // namespace entente::testing
