#include "engine/server/live_instance.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/language/rule_diff.h"
#include "engine/pipeline/erase_sweep.h"
#include "engine/pipeline/gates.h"
#include "engine/rpc/pack_fit.h"
#include "engine/runtime/log.h"
#include "engine/runtime/error.h"
#include "engine/server/pack_trial.h"
#include "engine/store/codec.h"

namespace entente {
namespace {

constexpr absl::Duration kOpenSessionTimeout = absl::Seconds(20);
constexpr absl::Duration kActivationTimeout = absl::Seconds(30);
constexpr absl::Duration kEraseAsk = absl::Seconds(30);
constexpr absl::Duration kStatusTimeout = absl::Seconds(10);
// How often a waiter looks whether its caller gave up.
constexpr absl::Duration kCancelCheck = absl::Milliseconds(200);
// Links of one batch, above which nothing more is gathered for it while the one before is written: whoever waits for a push waits for two of
// them, some ten milliseconds each. A sync of so many costs nothing worth having.
constexpr std::size_t kPendingLinksMax = 500;
constexpr std::size_t kPendingLinksWhileAwaitedMax = 50;

absl::Status Stopping() {
  return MakeError(absl::StatusCode::kUnavailable, "ENGINE_STOPPING", "The engine is stopping. Try again once it runs.");
}

}  // namespace

LiveInstance::LiveInstance(Parts parts, const Clock& clock) : parts_(std::move(parts)), clock_(clock) {
  loader_ = std::make_unique<Loader>(
      *parts_.store, clock_,
      [this](Source source, Fetched fetched) {
        const std::lock_guard lock(mutex_);
        fetched_[source] = std::move(fetched);
        wake_.notify_all();
      },
      [this](const absl::Status& status) { NoteTrouble(&load_trouble_, status); });
  committer_ = std::make_unique<Committer>(
      *parts_.store, clock_, [this](Effects effects) { Leave(std::move(effects)); }, [this](std::uint64_t batches) { Settle(batches); },
      [this](const absl::Status& status) { NoteTrouble(&commit_trouble_, status); });
  control_ = std::thread([this] { Control(); });
  eraser_ = std::make_unique<Eraser>(*parts_.store, clock_, [this](What what) { return Ask(std::move(what), kEraseAsk).status(); });
  if (parts_.is_erasing) eraser_->Wake();
}

LiveInstance::~LiveInstance() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  wake_.notify_all();
  answered_.notify_all();
  eraser_.reset();
  control_.join();
  loader_.reset();
  committer_.reset();
}

// ------------------------------------------------------------------------------------------------- asked by others

bool LiveInstance::Await(std::unique_lock<std::mutex>& lock, absl::Time until, const std::function<bool()>& is_done) {
  while (!is_done() && !is_stopping_) {
    if (clock_.Now() >= until) return false;
    clock_.WaitUntil(lock, answered_, until);
  }
  return true;
}

absl::StatusOr<Machine::Opening> LiveInstance::AskForSession(SessionInfo session, bool is_check) {
  struct Answer {
    std::optional<absl::StatusOr<Machine::Opening>> opening;
  };
  const auto answer = std::make_shared<Answer>();
  const auto request = std::make_shared<OpenRequest>();
  request->session = std::move(session);
  request->is_check = is_check;
  request->done = [answer](absl::StatusOr<Machine::Opening> opening) { answer->opening = std::move(opening); };

  std::unique_lock lock(mutex_);
  if (!trouble().ok()) return trouble();
  const Source source = request->session.side == Side::kLeft ? Source::kLeftSession : Source::kRightSession;
  queue_.Push(source, {TimerDue{}, request});
  wake_.notify_all();
  if (!Await(lock, clock_.Now() + kOpenSessionTimeout, [&] { return answer->opening.has_value(); })) {
    return MakeError(absl::StatusCode::kDeadlineExceeded, "ENGINE_BUSY", "The engine did not open the session in time. Try again.");
  }
  if (!answer->opening) return Stopping();
  return *std::move(answer->opening);
}

void LiveInstance::Offer(Event event) {
  const Source source = SourceOf(event);
  {
    const std::lock_guard lock(mutex_);
    queue_.Push(source, {std::move(event), nullptr});
  }
  wake_.notify_all();
}

absl::StatusOr<Fields> LiveInstance::Ask(What what, absl::Duration timeout) {
  std::unique_lock lock(mutex_);
  if (!trouble().ok()) return trouble();
  const std::uint64_t id = ++last_request_;
  replies_[id] = std::nullopt;
  queue_.Push(Source::kRequests, {Request{id, std::move(what)}, nullptr});
  wake_.notify_all();
  const bool in_time = Await(lock, clock_.Now() + timeout, [&] { return replies_.at(id).has_value(); });
  const std::optional<Reply> reply = std::move(replies_.at(id));
  replies_.erase(id);
  if (reply) return reply->status.ok() ? absl::StatusOr<Fields>(reply->answer) : reply->status;
  if (in_time) return Stopping();
  if (!trouble().ok()) return trouble();
  return MakeError(absl::StatusCode::kDeadlineExceeded, "ENGINE_BUSY", "The engine did not answer in time. It may still do what was asked: look before you repeat it.");
}

InstanceStatus LiveInstance::Status() {
  const auto answer = std::make_shared<std::optional<MachineStatus>>();
  std::unique_lock lock(mutex_);
  lookers_.push_back([answer](const MachineStatus& status) { *answer = status; });
  wake_.notify_all();
  Await(lock, clock_.Now() + kStatusTimeout, [&] { return answer->has_value(); });
  InstanceStatus out;
  if (*answer) out.machine = **std::move(answer);
  out.certification = parts_.certification;
  out.problem_reason = ReasonOf(trouble());
  out.problem = SentenceOf(trouble());
  return out;
}

absl::StatusOr<Plan> LiveInstance::MakePlan(const PlanRequest& request, const std::function<bool()>& is_cancelled) {
  return entente::MakePlan(GroundFor(pack(), clock_.Now()), request, is_cancelled);
}

PlanGround LiveInstance::GroundFor(PackPtr rules, absl::Time now) {
  const MachineStatus status = Status().machine;
  PlanGround ground{.pack = std::move(rules), .tuning = tuning(), .snapshot = Snapshot(), .sessions = {}, .now = now, .form = {&store::EncodeLink, &store::DecodeLink}};
  for (Side side : kSides) ground.sessions[side] = status.sides[side].session;
  return ground;
}

PackPtr LiveInstance::pack() const {
  const std::lock_guard lock(mutex_);
  return parts_.pack.pack;
}

bool LiveInstance::is_pack_activated() const {
  const std::lock_guard lock(mutex_);
  return parts_.is_activated;
}

absl::StatusOr<LoadedPack> LiveInstance::TakeOffer(const PackFiles& files, const std::map<std::string, std::string>& parameters, const LoadedPack& running) {
  if (!parts_.shelf || !running.tree) return MakeError(absl::StatusCode::kUnimplemented, "PACK_FIXED", "This instance takes no other pack.");
  absl::StatusOr<LoadedPack> offer = parts_.shelf->Load(files, parameters);
  if (!offer.ok()) return offer;
  if (offer->pack->hash == running.pack->hash) {
    return MakeError(absl::StatusCode::kFailedPrecondition, "PACK_UNCHANGED", absl::StrCat("The pack is the one that runs: ", running.pack->name, " ", running.pack->version, ", hash ", running.pack->hash, "."));
  }
  if (absl::Status status = CanAdopt(*running.pack, *offer->pack); !status.ok()) return status;
  const MachineStatus status = Status().machine;
  for (Side side : kSides) {
    const auto& session = status.sides[side].session;
    if (!session) continue;
    if (absl::Status passes = PassesGates(*offer->pack, *session); !passes.ok()) return passes;
    if (absl::Status fits = CheckPackFits(*offer->pack, *session, status.sides[Other(side)].session.get()); !fits.ok()) return fits;
  }
  return offer;
}

absl::StatusOr<PackComparison> LiveInstance::ComparePack(const PackFiles& files, const std::map<std::string, std::string>& parameters, const std::function<bool()>& is_cancelled) {
  const absl::Time began = clock_.Now();
  LoadedPack running;
  {
    const std::lock_guard lock(mutex_);
    running = parts_.pack;
  }
  absl::StatusOr<LoadedPack> offer = TakeOffer(files, parameters, running);
  if (!offer.ok()) return offer.status();
  absl::StatusOr<WhatIf> what_if = MakeWhatIf(GroundFor(running.pack, began), offer->pack, DiffPacks(running, *offer), is_cancelled);
  if (!what_if.ok()) return what_if.status();
  // Values of parameters are the configuration's: a plan that needs others could not be carried out.
  if (parameters.empty()) what_if->plan.rules = std::make_shared<const PlannedRules>(PlannedRules{offer->files.first, offer->files.texts, running.pack->hash});
  return PackComparison{offer->pack, *std::move(what_if), clock_.Now() - began};
}

absl::Status LiveInstance::ActivatePack(const PackFiles& files, const PackActivation& how) {
  const std::lock_guard one_at_a_time(activation_);
  LoadedPack running;
  {
    const std::lock_guard lock(mutex_);
    running = parts_.pack;
  }
  if (!how.etag.empty() && how.etag != running.pack->hash) {
    return MakeError(absl::StatusCode::kAborted, "PACK_CHANGED", absl::StrCat("Another pack holds meanwhile: ", running.pack->name, " ", running.pack->version, ", hash ", running.pack->hash, ". Look what yours would change now, and try again."));
  }
  absl::StatusOr<LoadedPack> offer = TakeOffer(files, {}, running);
  if (!offer.ok()) return offer.status();
  // The start after this activation need not try the pack again.
  std::map<std::string, std::optional<std::string>> tried;
  absl::StatusOr<Certification> certification = TryPackOnce(*parts_.shelf, *offer, offer->files.first, parts_.force_uncertified, {}, &tried);
  if (!certification.ok()) return certification.status();
  const absl::Time now = clock_.Now();
  entente::ActivatePack what{.pack = offer->pack, .before = running.pack, .adoption = nullptr, .meta = ChangeOfMeta(MetaOf(running, {}, now), *offer, {true, parts_.configured_digest}, now), .at_micros = absl::ToUnixMicros(now),
                             .validate_only = how.validate_only};
  what.meta.merge(tried);
  what.adoption = std::make_shared<const Adoption>(AdoptionOf(*running.pack, *offer->pack, DiffPacks(running, *offer)));
  {
    const std::lock_guard lock(mutex_);
    if (!how.validate_only) {
      const std::string hash = offer->pack->hash;
      offered_[hash] = {*std::move(offer), *std::move(certification)};
    }
  }
  return Ask(std::move(what), kActivationTimeout).status();
}

absl::Status LiveInstance::Backup(const std::string& directory) {
  const absl::StatusOr<Fields> noted = Ask(NoteBackup{.directory = directory}, kEraseAsk);
  if (!noted.ok()) return noted.status();
  const absl::Status made = parts_.store->Backup(directory);
  const auto* at = FieldOf(*noted, "noted").As<std::int64_t>();
  if (!made.ok() && at != nullptr) Ask(NoteBackup{.directory = directory, .is_failed = true, .at_micros = *at}, kEraseAsk).IgnoreError();
  return made;
}

absl::StatusOr<EraseReport> LiveInstance::Erase(const EraseRequest& request, absl::Duration timeout, const std::function<bool()>& is_cancelled) {
  const absl::Time until = clock_.Now() + timeout;
  EraseReport report{.link = request.link, .entity = {}, .erasure = {}, .referring = {}, .backups = {}};
  const std::unique_lock one_at_a_time(erasure_, std::try_to_lock);
  if (!one_at_a_time.owns_lock()) {
    return MakeError(absl::StatusCode::kFailedPrecondition, "ERASE_ACTIVE", "Another person is being erased. Nothing was erased. Erase when that is through.");
  }
  if (absl::Status reaches = parts_.store->CheckPurge(); !reaches.ok()) return reaches;
  absl::StatusOr<ErasePlan> plan = PrepareErase(request);
  if (!plan.ok()) return plan.status();
  plan->what.validate_only = request.validate_only;
  report.entity = plan->entity;
  report.referring = std::move(plan->referring);
  if (absl::Status asked = Ask(std::move(plan->what), kEraseAsk).status(); !asked.ok()) return asked;
  if (!request.validate_only) {
    eraser_->Wake();
    if (!eraser_->Await(request.link, until, is_cancelled)) {
      return MakeError(absl::StatusCode::kDeadlineExceeded, "ERASE_UNDER_WAY",
                       "The values are gone from what the engine works with, and nothing of them comes back; its files are still being rewritten, which goes on by itself, over a restart as well. "
                       "Ask again to see its end.");
    }
  }
  const std::unique_ptr<StoreSnapshot> snapshot = Snapshot();
  Wanted wanted;
  wanted.links = {request.link};
  absl::StatusOr<Fetched> fetched = snapshot->Get(wanted);
  if (!fetched.ok()) return fetched.status();
  const std::optional<Link>& link = fetched->links[request.link];
  if (link && link->erased) {
    report.erasure = *link->erased;
  } else if (link) {
    for (const Side side : kSides) report.erasure.held[side] = link->Has(side) || link->members[side].presence == Presence::kOutOfScope;
  }
  const absl::StatusOr<Meta> meta = snapshot->Meta();
  if (!meta.ok()) return meta.status();
  for (KnownBackup& backup : ReadBackups(*meta)) {
    if (report.erasure.clean_micros == 0 || backup.at_micros <= report.erasure.clean_micros) report.backups.push_back(std::move(backup));
  }
  return report;
}

absl::StatusOr<ErasePlan> LiveInstance::PrepareErase(const EraseRequest& request) {
  const std::unique_ptr<StoreSnapshot> snapshot = Snapshot();
  Wanted wanted;
  wanted.links = {request.link};
  absl::StatusOr<Fetched> fetched = snapshot->Get(wanted);
  if (!fetched.ok()) return fetched.status();
  const std::optional<Link>& link = fetched->links[request.link];
  if (!link) return MakeError(absl::StatusCode::kNotFound, "LINK_UNKNOWN", absl::StrCat("There is no link ", request.link, ". List them with: entente links"));
  if (link->erased) return ErasePlan{.what = {.link = request.link}, .entity = link->entity, .referring = {}};
  return PlanErase(*snapshot, *link, request.request_id);
}

absl::Status LiveInstance::Quiesce(absl::Duration timeout, const std::function<bool()>& is_cancelled) {
  const absl::Time until = clock_.Now() + timeout;
  std::unique_lock lock(mutex_);
  ++quiesce_waiters_;
  is_checked_ = false;
  const std::uint64_t seen = quiet_seen_;
  wake_.notify_all();
  bool is_quiet = false;
  while (!is_stopping_ && clock_.Now() < until && !is_cancelled()) {
    is_quiet = Await(lock, std::min(until, clock_.Now() + kCancelCheck), [&] { return quiet_seen_ > seen; }) && quiet_seen_ > seen;
    if (is_quiet) break;
  }
  --quiesce_waiters_;
  if (is_quiet) return absl::OkStatus();
  if (is_stopping_) return Stopping();
  if (clock_.Now() < until) return MakeError(absl::StatusCode::kCancelled, "CANCELLED", "The caller gave up waiting.");
  return MakeError(absl::StatusCode::kDeadlineExceeded, "NOT_QUIET",
                 "The engine still has work to decide or to send. Look at it with: entente status; or wait longer.");
}

// ------------------------------------------------------------------------------------------------- the control thread

void LiveInstance::Control() {
  std::unique_lock lock(mutex_);
  while (!is_stopping_) {
    if (!HasWork()) {
      clock_.WaitUntil(lock, wake_, trouble().ok() ? timer_at_ : absl::InfiniteFuture());
      continue;
    }
    TakeFetched(lock);
    ReleaseDurable(lock);
    if (trouble().ok()) {
      CheckTimer();
      HandleOne(lock);
    }
    HandOver(lock);
    Look(lock);
  }
}

bool LiveInstance::HasWork() {
  if (!lookers_.empty() || Releasable() > released_ || (has_effects_ && committer_->IsIdle()) || WantsQuiet()) return true;
  return trouble().ok() && (!fetched_.empty() || timer_at_ <= clock_.Now() || queue_.Next(IsFull()).has_value());
}

bool LiveInstance::IsFull() const {
  const std::size_t most = parts_.machine->IsAwaited() ? kPendingLinksWhileAwaitedMax : kPendingLinksMax;
  return has_effects_ && parts_.machine->PendingLinks() >= most && !committer_->IsIdle();
}

bool LiveInstance::WantsQuiet() const {
  return quiesce_waiters_ > 0 && !is_checked_ && queue_.IsEmpty() && !has_effects_ && durable_ == committed_ && fetching_.empty() &&
         trouble().ok() && timer_at_ > clock_.Now();
}

std::uint64_t LiveInstance::Releasable() const {
  std::uint64_t safe = durable_;
  for (const auto& [source, began] : fetching_) safe = std::min(safe, began);
  return safe;
}

void LiveInstance::CheckTimer() {
  if (timer_at_ > clock_.Now()) return;
  timer_at_ = absl::InfiniteFuture();
  queue_.Push(Source::kTimer, {TimerDue{}, nullptr});
}

bool LiveInstance::Open(std::unique_lock<std::mutex>& lock, const std::shared_ptr<OpenRequest>& request, Event* event) {
  if (!request->opening) {
    lock.unlock();
    const absl::Status checked = parts_.machine->CheckSession(request->session, clock_.Now());
    if (checked.ok() && !request->is_check) request->opening = parts_.machine->OpenSession(request->session);
    lock.lock();
    if (!request->opening) {
      request->done(checked.ok() ? absl::StatusOr<Machine::Opening>(Machine::Opening{}) : checked);
      answered_.notify_all();
      return false;
    }
    request->session.number = request->opening->number;
    request->session.generation = request->opening->generation;
  }
  *event = SessionOpened{request->session};
  return true;
}

void LiveInstance::HandleOne(std::unique_lock<std::mutex>& lock) {
  // What was just fetched is used at once, before memory may let it go again.
  const std::optional<Source> source = supplied_ ? std::exchange(supplied_, std::nullopt) : queue_.Next(IsFull());
  if (!source) return;
  queue_.Advance(*source);
  Queued& front = queue_.Front(*source);
  const std::shared_ptr<OpenRequest> request = front.open;
  if (request != nullptr && !Open(lock, request, &front.event)) {
    queue_.Pop(*source);
    return;
  }
  // The front stays where it is while the lock is let go: only this thread pops, and pushing to a deque moves nothing.
  const Event& event = front.event;
  lock.unlock();
  const bool is_handled = parts_.machine->Handle(event, clock_.Now());
  Wanted wanted;
  if (!is_handled) wanted = parts_.machine->wanted();
  lock.lock();
  if (is_handled) {
    if (request != nullptr) opening_.emplace(committed_ + 1, request);
    queue_.Pop(*source);
    queue_.KeepShort(parts_.machine->IsAwaited());
    has_effects_ = true;
    is_checked_ = false;
    return;
  }
  if (wanted.empty()) {
    LogError("an event was not handled and nothing was asked for; the engine stops, because going on could lose it");
    std::abort();
  }
  queue_.Block(*source);
  fetching_[*source] = durable_;
  loader_->Fetch(*source, std::move(wanted));
}

void LiveInstance::TakeFetched(std::unique_lock<std::mutex>& lock) {
  if (fetched_.empty() || !trouble().ok()) return;
  auto taken = fetched_.extract(fetched_.begin());
  const Source source = taken.key();
  lock.unlock();
  parts_.machine->Supply(std::move(taken.mapped()));
  lock.lock();
  fetching_.erase(source);
  queue_.Unblock(source);
  supplied_ = source;
}

void LiveInstance::ReleaseDurable(std::unique_lock<std::mutex>& lock) {
  const std::uint64_t safe = Releasable();
  if (safe <= released_) return;
  const std::uint64_t fresh = safe - std::exchange(released_, safe);
  lock.unlock();
  parts_.machine->BatchDurable(fresh);
  lock.lock();
}

void LiveInstance::HandOver(std::unique_lock<std::mutex>& lock) {
  if (!has_effects_ || !committer_->IsIdle()) return;
  has_effects_ = false;
  ++committed_;
  lock.unlock();
  Effects effects = parts_.machine->TakeEffects();
  lock.lock();
  timer_at_ = effects.timer_micros == 0 ? absl::InfiniteFuture() : absl::FromUnixMicros(effects.timer_micros);
  committer_->Commit(std::move(effects));
}

void LiveInstance::Look(std::unique_lock<std::mutex>& lock) {
  const bool wants_quiet = WantsQuiet();
  if (lookers_.empty() && !wants_quiet) return;
  lock.unlock();
  const MachineStatus status = parts_.machine->Status();
  lock.lock();
  for (const auto& look : std::exchange(lookers_, {})) look(status);
  if (wants_quiet && queue_.IsEmpty()) {
    is_checked_ = true;
    if (status.quiet) ++quiet_seen_;
  }
  answered_.notify_all();
}

// ------------------------------------------------------------------------------------------------- the committer's thread

void LiveInstance::Leave(Effects effects) {
  Outlet* const outlet = outlet_;
  if (outlet != nullptr) {
    for (SendOperations& operations : effects.operations) outlet->Send(std::move(operations));
    for (const AcknowledgeBatch& acknowledgement : effects.acknowledgements) outlet->Acknowledge(acknowledgement);
    for (const auto& [side, session] : effects.outdated) outlet->EndOutdated(side, session);
  }
  for (const Notice& notice : effects.notices) Log(notice.severity, notice.text);
  {
    const std::lock_guard lock(mutex_);
    if (effects.pack) {
      parts_.pack = LoadedPack{.pack = effects.pack, .files = {}, .tree = nullptr};
      parts_.is_activated = true;
      if (auto offered = offered_.find(effects.pack->hash); offered != offered_.end()) {
        parts_.pack = std::move(offered->second.pack);
        parts_.certification = std::move(offered->second.certification);
      }
      offered_.clear();
    }
    for (Reply& reply : effects.replies) {
      const auto waiting = replies_.find(reply.request);
      if (waiting != replies_.end()) waiting->second = std::move(reply);
    }
  }
  answered_.notify_all();
  watchers_.Tell(effects.notices);
}

void LiveInstance::Settle(std::uint64_t batches) {
  {
    const std::lock_guard lock(mutex_);
    durable_ = batches;
    const auto end = opening_.upper_bound(batches);
    for (auto it = opening_.begin(); it != end; ++it) it->second->done(*it->second->opening);
    opening_.erase(opening_.begin(), end);
  }
  wake_.notify_all();
  answered_.notify_all();
}

void LiveInstance::NoteTrouble(absl::Status* trouble_of, const absl::Status& status) {
  bool is_new = false;
  {
    const std::lock_guard lock(mutex_);
    is_new = ReasonOf(*trouble_of) != ReasonOf(status);
    *trouble_of = status;
  }
  if (is_new && status.ok()) LogInfo(absl::StrCat("the engine goes on  instance=", parts_.name));
  if (is_new && !status.ok()) {
    LogError(absl::StrCat("the engine holds still  instance=", parts_.name, " reason=", ReasonOf(status), " text=", SentenceOf(status)));
  }
  wake_.notify_all();
  answered_.notify_all();
  watchers_.Tell({});
}

}  // namespace entente
