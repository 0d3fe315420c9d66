#include "engine/pipeline/machine.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/pipeline/acknowledge.h"
#include "engine/pipeline/failure.h"
#include "engine/pipeline/uncertain.h"
#include "engine/pipeline/adopt.h"
#include "engine/pipeline/agenda.h"
#include "engine/pipeline/apply.h"
#include "engine/pipeline/bar.h"
#include "engine/pipeline/columns.h"
#include "engine/pipeline/document.h"
#include "engine/pipeline/erase.h"
#include "engine/pipeline/gates.h"
#include "engine/pipeline/guard.h"
#include "engine/pipeline/ingest.h"
#include "engine/pipeline/memory.h"
#include "engine/pipeline/misreport.h"
#include "engine/pipeline/outbox.h"
#include "engine/pipeline/project.h"
#include "engine/pipeline/refusal.h"
#include "engine/pipeline/restored.h"
#include "engine/pipeline/run.h"
#include "engine/pipeline/state.h"
#include "engine/pipeline/trigger.h"
#include "engine/pipeline/turn.h"
#include "engine/pipeline/window.h"
#include "engine/pipeline/work.h"

namespace entente {
namespace {

template <typename... F>
struct Overloaded : F... {
  using F::operator()...;
};
template <typename... F>
Overloaded(F...) -> Overloaded<F...>;

// No interface takes so many operations at once; what the engine hands over is bounded by itself far below.
constexpr int kReadyMax = 100'000;

std::string CompanyMeta(Side side) { return absl::StrCat("company.", Index(side)); }

void TellMissingColumns(Turn& turn, const SessionInfo& session) {
  const std::vector<std::string> missing = MissingColumns(turn.pack(), session);
  const std::string group = absl::StrCat("columns:", turn.pack().sides[session.side].name);
  if (!missing.empty()) {
    OpenGroupItem(turn, group, "column_missing", "", static_cast<int>(Index(session.side)), {{"columns", absl::StrJoin(missing, ", ")}}, {"dismiss"});
  } else if (const auto item = turn.FindGroup(group)) {
    CloseGroupItem(turn, *item, "the system has them");
  }
}

void OpenedSession(Turn& turn, const SessionInfo& session) {
  const Side side = session.side;
  AllUncertain(turn, side);
  turn.PutMeta(CompanyMeta(side), session.company_id);
  turn.Wake(WaitForSession(side));
  turn.Notice("info", absl::StrCat("session opened  side=", turn.pack().sides[side].name, " session=", session.session_id, " version=", session.version));
  const ShapesPtr shapes = ShapesNow(turn.pack(), session, turn.state().unread);
  TakeLabels(turn, side, *shapes);
  TellMissingColumns(turn, session);
  LookAtSession(turn, session);
  PollAtReconnect(turn, session);
  // What waits to be written since before the engine started was decided with the pack's lengths alone, or another session's.
  const bool is_first = turn.state().sides[side].last_info == nullptr;
  for (const auto& [place, entry] : turn.state().outbox) {
    if (is_first && place.side == side && !entry.sent) turn.LeaveDirty(entry.link);
  }
  // Other rules were taken between the question what it is to feed and its opening.
  const bool is_outdated = session.generation != 0 && session.generation != turn.state().generation;
  if (is_outdated) turn.effects().outdated.emplace_back(side, session.number);
  turn.OnHandled([side, session, shapes, is_outdated](State& state) {
    SideState& s = state.sides[side];
    s.session = session;
    s.last_info = std::make_shared<const SessionInfo>(session);
    s.is_outdated = is_outdated;
    s.shapes = shapes;
    s.last_session = std::max(s.last_session, session.number);
    s.ready = 0;
    s.listings.clear();
    s.doubted_rows.clear();
    s.handed_over.clear();
    s.last_batch = 0;
    s.cursors_seen.clear();
    s.refused_reason.clear();
  });
}

void ClosedSession(Turn& turn, const SessionClosed& closed) {
  const auto& session = turn.state().sides[closed.side].session;
  if (!session || session->number != closed.number) return;
  AllUncertain(turn, closed.side);
  turn.Notice("info", absl::StrCat("session closed  side=", turn.pack().sides[closed.side].name, " reason=", closed.reason));
  turn.OnHandled([side = closed.side](State& state) {
    state.sides[side].session.reset();
    state.sides[side].ready = 0;
    state.sides[side].listings.clear();
  });
}

void Poll(Turn& turn, const PollNow& poll, std::uint64_t request) {
  for (Side side : kSides) {
    const auto& session = turn.state().sides[side].session;
    if (!session) continue;
    for (const EntityRule& entity : turn.pack().entities) {
      const std::string& resource = entity.sides[side].resource;
      if (resource.empty() || !session->resources.contains(resource)) continue;
      if (!poll.resources.empty() && !poll.resources.contains(resource)) continue;
      turn.Ask({.side = side, .kind = OperationKind::kPoll, .purpose = "poll", .resource = resource});
    }
  }
  turn.effects().replies.push_back({request, absl::OkStatus(), {}});
}

// When the pause began, and when it ended: what was edited meanwhile may have a rule of its own.
void NotePause(Turn& turn, bool paused) {
  if (paused == turn.state().paused) return;
  if (paused) turn.PutMeta("pause.from", absl::StrCat(turn.micros()));
  turn.PutMeta("pause.until", paused ? std::nullopt : std::optional(absl::StrCat(turn.micros())));
  turn.OnHandled([paused, at = turn.micros()](State& state) {
    if (paused) state.pause_from_micros = at;
    state.pause_until_micros = paused ? 0 : at;
  });
}

void Pause(Turn& turn, const SetPaused& what, std::uint64_t request) {
  if (turn.state().applying) {
    turn.effects().replies.push_back({request, absl::FailedPreconditionError("PLAN_ACTIVE: a plan is being applied. Wait until it ends."), {}});
    return;
  }
  const bool paused = what.paused || what.observing;
  turn.PutMeta("paused", paused ? std::optional<std::string>("1") : std::nullopt);
  turn.PutMeta("observing", what.observing ? std::optional<std::string>("1") : std::nullopt);
  NotePause(turn, paused);
  turn.OnHandled([paused, observing = what.observing](State& state) {
    state.paused = paused;
    state.observing = observing;
  });
  turn.Notice("info", what.observing ? "only observing, by an operator" : paused ? "paused by an operator" : "resumed by an operator");
  turn.effects().replies.push_back({request, absl::OkStatus(), {}});
}

void Answer(Turn& turn, const Request& request) {
  std::visit(Overloaded{
                 [&](const StartRun& what) { Start(turn, what, request.id); },
                 [&](const PushQuote& what) { Push(turn, what, request.id); },
                 [&](const ResolveItem& what) { Resolve(turn, what.id, what.choice, request.id); },
                 [&](const RetryDeadLetter& what) { RetryDead(turn, what.id, request.id); },
                 [&](const DiscardDeadLetter& what) { DiscardDead(turn, what.id, request.id); },
                 [&](const SetPaused& what) { Pause(turn, what, request.id); },
                 [&](const PollNow& what) { Poll(turn, what, request.id); },
                 [&](const ApplyPlan& what) { StartApply(turn, what, request.id); },
                 [&](const ActivatePack& what) { Activate(turn, what, request.id); },
                 [&](const EraseLink& what) { Erase(turn, what, request.id); },
                 [&](const EraseRemains& what) { TakeRemains(turn, what, request.id); },
                 [&](const EndErasure& what) { TakeEnd(turn, what, request.id); },
                 [&](const NoteBackup& what) { TakeBackup(turn, what, request.id); },
             },
             request.what);
}

// What connectors report, without what was erased.
template <typename Reported>
void Take(Turn& turn, const Reported& event, void (*take)(Turn&, const Reported&)) {
  const std::optional<Reported> clean = turn.state().bars.empty() ? std::nullopt : WithoutErased(turn.state(), event);
  take(turn, clean ? *clean : event);
}

void Dispatch(Turn& turn, const Event& event) {
  std::visit(Overloaded{
                 [&](const SessionOpened& e) { OpenedSession(turn, e.session); },
                 [&](const SessionClosed& e) { ClosedSession(turn, e); },
                 [&](const FeedBatch& e) { Take(turn, e, &Ingest); },
                 [&](const StatisticsArrived& e) {
                   turn.OnHandled([e](State& state) { state.sides[e.side].statistics = e.statistics; });
                 },
                 [&](const OperationsReady& e) {
                   if (e.count > kReadyMax) Misreport(turn, e.side, "", "ready_without_bound");
                   turn.OnHandled([e](State& state) {
                     SideState& side = state.sides[e.side];
                     if (side.session && side.session->number == e.session) side.ready = std::min(side.ready + std::min(e.count, kReadyMax), kReadyMax);
                   });
                 },
                 [&](const ResultBatch& e) { Take(turn, e, &TakeResults); },
                 [&](const TimerDue&) {},
                 [&](const Request& e) { Answer(turn, e); },
             },
             event);
}

// The side whose session begins or ends with the event.
std::optional<Side> ChangesSession(const Event& event) {
  if (const auto* opened = std::get_if<SessionOpened>(&event)) return opened->session.side;
  if (const auto* closed = std::get_if<SessionClosed>(&event)) return closed->side;
  return std::nullopt;
}

// Somebody waits for what follows from it: what else could go waits for the next turn.
bool IsBrief(const Event& event) {
  const auto* results = std::get_if<ResultBatch>(&event);
  const auto* request = std::get_if<Request>(&event);
  return (results != nullptr && results->is_urgent) || (request != nullptr && std::holds_alternative<PushQuote>(request->what));
}

std::int64_t Earliest(std::initializer_list<std::int64_t> times) {
  std::int64_t earliest = 0;
  for (std::int64_t at : times) {
    if (at != 0 && (earliest == 0 || at < earliest)) earliest = at;
  }
  return earliest;
}

std::int64_t NextHold(const State& state, std::int64_t now) {
  // What is over budget waits for a person, not for a time.
  auto it = state.holds_due.upper_bound({now, ~WorkItemId{0}});
  return it == state.holds_due.end() ? 0 : it->first;
}

}  // namespace

class Machine::Impl {
 public:
  Impl(PackPtr pack, Tuning tuning, Boot boot, std::uint64_t epoch) : memory_(static_cast<std::size_t>(tuning.cached_links_max)) {
    state_.pack = std::move(pack);
    state_.tuning = std::move(tuning);
    state_.epoch = epoch;
    // Ids of an epoch never meet those of another, though nothing of them is stored.
    state_.last_delivery = epoch << 40;
    state_.last_link = boot.last_link;
    state_.last_work = boot.last_work;
    state_.dirty = std::move(boot.dirty);
    state_.runs = std::move(boot.runs);
    for (auto& [id, push] : boot.pushes) state_.SetPush(push);
    for (auto& [id, run] : state_.runs) state_.last_run = std::max(state_.last_run, id);
    for (auto& [id, push] : state_.pushes) state_.last_push = std::max(state_.last_push, id);
    for (const auto& [place, entry] : boot.outbox) state_.SetOutbox(place, entry);
    for (const auto& [id, item] : boot.open_work) state_.SetWork(id, item);
    // What happened last before the engine died may be what they waited for.
    for (const std::string& wait : boot.waits) {
      state_.waits.insert(WaitHash(wait));
      state_.wakes_queued.insert(wait);
      state_.wakes.push_back(wait);
    }
    cursors_ = std::move(boot.cursors);
    ReadMeta(boot.meta);
    for (Side side : kSides) state_.sides[side].shapes = RememberedShapes(*state_.pack, side, meta_);
    if (state_.adopting) {
      // What they owe may have been decided by the former rules.
      for (const auto& [place, entry] : state_.outbox) {
        if (entry.sent) continue;
        state_.undecided.insert(entry.link);
        state_.dirty.insert({Lane::kContinuous, 0, entry.link});
      }
    }
  }

  bool Handle(const Event& event, absl::Time now) {
    now_micros_ = absl::ToUnixMicros(now);
    Turn turn(memory_, state_, now);
    if (!Go(turn, event)) {
      wanted_ = turn.TakeWanted();
      ++fetching_;
      return false;
    }
    KeepTotals(turn);
    turn.LeaveOutUnchanged(meta_, cursors_);
    turn.Finish(effects_);
    for (const auto& [key, cursor] : effects_.batch.cursors) {
      if (cursor) cursors_[key] = *cursor;
      else cursors_.erase(key);
    }
    // The gates compare with the company of an earlier session of this very run, too.
    for (const auto& [name, value] : effects_.batch.meta) {
      if (value) meta_[name] = *value;
      else meta_.erase(name);
    }
    effects_.timer_micros = Due(absl::ToUnixMicros(now));
    memory_.Trim(fetching_ > 0);
    return true;
  }

  void Supply(Fetched fetched) {
    memory_.Supply(std::move(fetched));
    if (fetching_ > 0) --fetching_;
  }

  Effects TakeEffects() {
    if (state_.counted_run != 0 && !effects_.batch.empty()) {
      const std::uint64_t run = std::exchange(state_.counted_run, 0);
      effects_.batch.runs[run] = state_.runs.at(run);
    }
    Effects out = std::exchange(effects_, {});
    effects_.timer_micros = out.timer_micros;
    memory_.Seal();
    return out;
  }

  std::size_t PendingLinks() const { return effects_.batch.links.size(); }
  bool IsAwaited() const { return state_.IsAwaited(now_micros_); }

  void BatchDurable(std::uint64_t batches) {
    durable_ += batches;
    memory_.Durable(durable_, fetching_ > 0);
  }

  absl::Status CheckSession(const SessionInfo& session) {
    absl::Status status = Gates(session);
    SideState& side = state_.sides[session.side];
    // What is refused beside a running session is that caller's affair alone.
    if (!status.ok() && !side.session && !session.validate_only) side.refused_reason = std::string(status.message());
    return status;
  }

  Opening OpenSession(const SessionInfo& session) {
    Opening opening;
    SideState& side = state_.sides[session.side];
    side.last_session = std::max(side.last_session, state_.epoch << 24) + 1;
    opening.number = side.last_session;
    opening.pack = state_.pack;
    opening.generation = state_.generation;
    opening.options = state_.pack->sides[session.side].options;
    opening.credits = state_.tuning.feed_credits;
    for (const EntityRule& entity : state_.pack->entities) {
      const EntitySide& entity_side = entity.sides[session.side];
      if (entity_side.resource.empty() || !session.resources.contains(entity_side.resource)) continue;
      Opening::Feed feed;
      feed.resource = entity_side.resource;
      if (auto it = cursors_.find({session.side, entity_side.resource}); it != cursors_.end()) feed.cursor = it->second;
      feed.interval = entity.triggers.continuous ? entity_side.interval * state_.tuning.poll_interval_factor : absl::ZeroDuration();
      feed.fields.assign(entity.native_fields[session.side].begin(), entity.native_fields[session.side].end());
      opening.feeds.push_back(std::move(feed));
    }
    return opening;
  }

  void BeginPlanning(std::optional<Adopting> adopting) {
    state_.planning = true;
    state_.paused = state_.observing = false;
    state_.adopting = std::move(adopting);
    if (!state_.adopting) return;
    state_.unread = OfPack(Together(Adoption{.unread = state_.unread}, state_.adopting->what).unread, *state_.pack);
    state_.resting = Resting(*state_.pack, state_.unread);
  }

  MachineStatus Status() const {
    MachineStatus status;
    status.paused = state_.paused;
    status.observing = state_.observing;
    status.apply = state_.apply_report;
    status.pack = state_.pack->name;
    status.pack_version = state_.pack->version;
    status.pack_hash = state_.pack->hash;
    status.pack_since_micros = state_.pack_since_micros;
    status.generation = state_.generation;
    if (state_.adopting) status.adopting = (state_.adopting->refreshes ? 2 : 1) * state_.adopting->end - std::min(state_.adopting->end, state_.adopting->next - 1);
    status.unread = state_.unread;
    for (Side side : kSides) {
      const SideState& from = state_.sides[side];
      auto& to = status.sides[side];
      to.connected = from.session.has_value();
      to.outdated = from.is_outdated;
      if (from.session) {
        to.session = from.last_info;
        to.session_id = from.session->session_id;
        to.version = from.session->version;
        to.edition = from.session->edition;
        to.company_id = from.session->company_id;
        to.company_name = from.session->company_name;
        to.connector_version = from.session->connector_version;
      }
      to.refused_reason = from.refused_reason;
      to.statistics = from.statistics;
      to.last_poll_micros = from.last_poll_micros;
      to.operations_in_flight = static_cast<int>(from.in_flight.size());
      to.writes = from.writes;
      to.window_opens_micros = NextOpening(*state_.pack, side, now_micros_);
    }
    status.dirty = state_.dirty.size();
    for (const auto& [place, entry] : state_.outbox) ++(place.side == Side::kLeft ? status.outbox_left : status.outbox_right);
    for (const auto& [reason, count] : state_.open_counts) {
      if (count > 0) status.open_items[reason] = count;
    }
    status.open_groups = state_.work_by_group;
    status.counters = state_.counters;
    for (auto it = state_.runs.rbegin(); it != state_.runs.rend(); ++it) status.runs.push_back(it->second);
    for (auto it = state_.pushes.rbegin(); it != state_.pushes.rend(); ++it) status.pushes.push_back(it->second);
    status.quiet = Quiet();
    return status;
  }

  const Wanted& wanted() const { return wanted_; }
  const Pack& pack() const { return *state_.pack; }

 private:
  void ReadMeta(const std::map<std::string, std::string>& meta) {
    meta_ = meta;
    state_.paused = meta.contains("paused");
    state_.observing = meta.contains("observing");
    std::uint64_t generation = 1;
    if (auto it = meta.find("generation"); it != meta.end()) generation = std::strtoull(it->second.c_str(), nullptr, 10);
    auto hash = meta.find("pack_hash");
    if (hash != meta.end() && hash->second != state_.pack->hash) ++generation;
    state_.generation = generation;
    if (auto since = meta.find("pack_since"); since != meta.end()) state_.pack_since_micros = std::strtoll(since->second.c_str(), nullptr, 10);
    state_.restored_from = RestoredFrom(meta);
    state_.adopting = ReadAdoption(meta);
    state_.unread = ReadUnread(meta);
    state_.resting = Resting(*state_.pack, state_.unread);
    state_.bars = ReadBars(meta);
    state_.erasing = ReadErasings(meta);
    for (const auto& [name, value] : {std::pair("generation", std::to_string(generation)), std::pair("pack_hash", state_.pack->hash)}) {
      effects_.batch.meta[name] = meta_[name] = value;
    }
    for (const auto& [name, value] : meta) {
      if (name == "full_run") state_.last_full_micros = std::strtoll(value.c_str(), nullptr, 10);
      if (name == "pause.from") state_.pause_from_micros = std::strtoll(value.c_str(), nullptr, 10);
      if (name == "pause.until") state_.pause_until_micros = std::strtoll(value.c_str(), nullptr, 10);
      if (name.starts_with("calendar.")) {
        const Side side = name[9] == '0' ? Side::kLeft : Side::kRight;
        state_.sides[side].last_calendar[name.substr(11)] = std::strtoll(value.c_str(), nullptr, 10);
      }
      if (name.starts_with("approved.")) state_.approved.insert(name.substr(9));
      if (name.starts_with("capacity.")) state_.capacity_used[name.substr(9)] = std::strtoll(value.c_str(), nullptr, 10);
      if (name.starts_with("spent.")) state_.budget_windows[name.substr(6)].spent = std::strtoll(value.c_str(), nullptr, 10);
      if (name.starts_with("spent_from.")) state_.budget_windows[name.substr(11)].from_micros = std::strtoll(value.c_str(), nullptr, 10);
      if (name.starts_with("links.")) state_.entity_links[name.substr(6)] = std::strtoll(value.c_str(), nullptr, 10);
      if (name.starts_with("listed_since.")) {
        const Side side = name[13] == '0' ? Side::kLeft : Side::kRight;
        state_.sides[side].listed_since[name.substr(15)] = std::strtoll(value.c_str(), nullptr, 10);
      }
      for (const char* prefix : {"listed.", "relist."}) {
        if (!name.starts_with(prefix)) continue;
        const Side side = name[7] == '0' ? Side::kLeft : Side::kRight;
        const std::string resource = name.substr(9);
        if (name[0] == 'l') state_.sides[side].listed[resource] = true;
        else state_.relist.insert({side, resource});
      }
    }
  }

  absl::Status Gates(const SessionInfo& session) const {
    if (!session.trouble_code.empty()) return absl::FailedPreconditionError(absl::StrCat(session.trouble_code, ": ", session.trouble));
    const auto company = meta_.find(CompanyMeta(session.side));
    return PassesGates(*state_.pack, session, company == meta_.end() ? nullptr : &company->second);
  }

  // False when something is not in memory.
  bool Go(Turn& turn, const Event& event) {
    try {
      Dispatch(turn, event);
      if (turn.is_stopped()) return false;
      if (const auto* opened = std::get_if<SessionOpened>(&event)) NoteColumns(turn, opened->session, meta_);
      if (std::holds_alternative<TimerDue>(event)) TakeWakes(turn);
      if (turn.is_stopped()) return false;
      if (!state_.paused) JudgeHolds(turn);
      if (!state_.paused || state_.observing || state_.applying) ChaseUncertain(turn);
      LookForAnswers(turn);
      if (!state_.paused || state_.observing) KeepReconciling(turn);
      if (!state_.paused || state_.observing) KeepListing(turn);
      if (!state_.paused || state_.observing) PollByCalendar(turn);
      if (std::holds_alternative<TimerDue>(event)) AdoptSome(turn);
      DecideDirty(turn, event);
      if (turn.is_stopped()) return false;
      if (std::holds_alternative<TimerDue>(event)) RefreshSome(turn);
      HandOver(turn, ChangesSession(event), IsBrief(event));
      if (turn.is_stopped()) return false;
      EndRuns(turn);
      EndApply(turn);
      return !turn.has_missed();
    } catch (const NotInMemory&) {
      return false;
    }
  }

  // Counts of live links survive a restart, and so does what was spent: budgets are shares of the ones, and no restart renews the others.
  void KeepTotals(Turn& turn) {
    turn.OnHandled([this](State& state) {
      if (state.entity_links != kept_links_) {
        for (const auto& [entity, count] : state.entity_links) KeepTotal("links." + entity, count);
        kept_links_ = state.entity_links;
      }
      if (state.capacity_used != kept_capacity_) {
        for (const auto& [entity, count] : state.capacity_used) KeepTotal("capacity." + entity, count);
        kept_capacity_ = state.capacity_used;
      }
      for (const auto& [window, spent] : state.budget_windows) {
        KeepTotal("spent_from." + window, spent.from_micros);
        KeepTotal("spent." + window, spent.spent);
      }
    });
  }
  void KeepTotal(const std::string& name, std::int64_t count) {
    auto [written, is_new] = written_totals_.try_emplace(name, 0);
    if (written->second == count) return;
    written->second = count;
    effects_.batch.meta[name] = std::to_string(count);
  }

  std::int64_t Due(std::int64_t now) const {
    if (HasToAdopt(state_)) return now;
    if (state_.paused && !state_.observing && !state_.applying) return 0;
    const bool more = (HasDecidable(state_) || !state_.wakes.empty() || MaySend(state_, now) || EndsSoon());
    if (more) return now;
    return Earliest({NextOverdue(state_), NextDue(state_, now), NextHold(state_, now), NextSweep(state_), NextListing(now), NextCalendar(state_), NextReconcile(state_)});
  }

  // A run whose last step was just taken ends in the next turn.
  bool EndsSoon() const { return state_.ActiveRun() != nullptr && state_.ActiveRun()->pending.empty() && Quiet(); }

  // When the next listing owed to a run, or after a lost cursor, may be asked for.
  std::int64_t NextListing(std::int64_t now) const {
    std::int64_t due = 0;
    const RunState* run = state_.ActiveRun();
    for (Side side : kSides) {
      if (!state_.sides[side].session || state_.sides[side].is_outdated) continue;
      for (const EntityRule& entity : state_.pack->entities) {
        const std::string& resource = entity.sides[side].resource;
        if (!state_.sides[side].session->resources.contains(resource) || state_.sides[side].listings.contains(resource)) continue;
        const bool owed = state_.relist.contains({side, resource}) || (run && run->pending.contains(ListingToken(side, resource)));
        if (!owed) continue;
        auto not_before = state_.sides[side].listing_not_before.find(resource);
        due = Earliest({due, not_before == state_.sides[side].listing_not_before.end() ? now : std::max(now, not_before->second)});
      }
    }
    return due;
  }

  bool Quiet() const {
    if (!state_.dirty.empty() || !state_.wakes.empty() || !state_.questions.empty() || state_.adopting) return false;
    for (Side side : kSides) {
      if (state_.sides[side].session && state_.sides[side].is_outdated) return false;
    }
    // What is written at its own pace only is nothing to wait for.
    const bool is_paced = std::all_of(state_.outbox.begin(), state_.outbox.end(),
                                      [](const auto& entry) { return entry.first.lane == Lane::kPaced && !entry.second.sent; });
    if (!is_paced) return false;
    for (Side side : kSides) {
      if (!state_.sides[side].listings.empty()) return false;
    }
    const RunState* run = state_.ActiveRun();
    return !run || run->pending.empty();
  }

  Memory memory_;
  State state_;
  Wanted wanted_;
  int fetching_ = 0;
  std::int64_t now_micros_ = 0;   // of the last event
  std::uint64_t durable_ = 0;
  Effects effects_;
  std::map<std::pair<Side, std::string>, std::string> cursors_;
  std::map<std::string, std::string> meta_;
  std::map<std::string, std::int64_t> written_totals_;
  std::map<std::string, std::int64_t> kept_links_, kept_capacity_;   // as they were written last
};

Machine::Machine(PackPtr pack, Tuning tuning, Boot boot, std::uint64_t epoch)
    : impl_(std::make_unique<Impl>(std::move(pack), std::move(tuning), std::move(boot), epoch)) {}
Machine::~Machine() = default;

bool Machine::Handle(const Event& event, absl::Time now) { return impl_->Handle(event, now); }
const Wanted& Machine::wanted() const { return impl_->wanted(); }
void Machine::Supply(Fetched fetched) { impl_->Supply(std::move(fetched)); }
Effects Machine::TakeEffects() { return impl_->TakeEffects(); }
std::size_t Machine::PendingLinks() const { return impl_->PendingLinks(); }
bool Machine::IsAwaited() const { return impl_->IsAwaited(); }
void Machine::BatchDurable(std::uint64_t batches) { impl_->BatchDurable(batches); }
absl::Status Machine::CheckSession(const SessionInfo& session, absl::Time) { return impl_->CheckSession(session); }
Machine::Opening Machine::OpenSession(const SessionInfo& session) { return impl_->OpenSession(session); }
void Machine::BeginPlanning(std::optional<Adopting> adopting) { impl_->BeginPlanning(std::move(adopting)); }
MachineStatus Machine::Status() const { return impl_->Status(); }
const Pack& Machine::pack() const { return impl_->pack(); }

}  // namespace entente
