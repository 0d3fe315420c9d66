#include "engine/plan/planner.h"

#include <algorithm>
#include <deque>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/pipeline/machine.h"
#include "engine/plan/cost.h"
#include "engine/plan/overlay.h"
#include "engine/plan/undo.h"

namespace entente {
namespace {

// Turns without a single write after which rules are called endless: far more than any chain of waits is long.
constexpr int kIdleTurnsMax = 100'000;
constexpr int kOperationsReady = 1'000'000;
constexpr std::int64_t kHorizonMicros = 3'600'000'000;   // what backs off is let go within this time

absl::Status Refused(std::string_view text) { return absl::FailedPreconditionError(absl::string_view(text.data(), text.size())); }

// Placeholders in a value, as numbers of the creates that make them.
void Needs(const std::string& text, std::set<int>* numbers) {
  for (std::size_t at = text.find(kPlaceholderOpens); at != std::string::npos; at = text.find(kPlaceholderOpens, at + 1)) {
    const std::size_t hash = text.find('#', at);
    if (hash != std::string::npos) numbers->insert(std::atoi(text.c_str() + hash + 1));
  }
}

void Needs(const Value& value, std::set<int>* numbers) {
  if (const auto* text = value.As<std::string>()) Needs(*text, numbers);
  if (const auto* reference = value.As<Reference>()) Needs(reference->key, numbers);
  if (const auto* list = value.As<List>()) {
    for (const Value& element : *list) Needs(element, numbers);
  }
  if (const auto* map = value.As<Map>()) {
    for (const auto& [name, element] : *map) Needs(element, numbers);
  }
}

LinkOutcome OutcomeOf(const Link& link) {
  constexpr std::string_view kConflict = "conflict:", kTold = "told:";
  LinkOutcome outcome{.entity = link.entity, .parked = link.parked ? link.parked->reason : ""};
  for (Side side : kSides) {
    outcome.presence[side] = link.members[side].presence;
    outcome.key[side] = link.members[side].key;
  }
  for (const auto& [reason, item] : link.items) {
    if (reason.starts_with(kConflict)) outcome.conflicts.insert(reason.substr(kConflict.size()));
  }
  for (const auto& [name, choice] : link.choices) {
    if (name.starts_with(kTold)) outcome.conflicts.insert(name.substr(kTold.size()));
  }
  return outcome;
}

class Planner {
 public:
  Planner(const PlanGround& ground, const PlanRequest& request, const std::function<bool()>& is_cancelled)
      : ground_(ground), request_(request), is_cancelled_(is_cancelled), pack_(request.pack ? request.pack : ground.pack), overlay_(*ground.snapshot, ground.form), now_(ground.now) {}

  absl::StatusOr<Plan> Run() {
    if (absl::Status status = Begin(); !status.ok()) return status;
    int idle = 0;
    while (true) {
      if (is_cancelled_()) return absl::CancelledError("CANCELLED: the caller gave up waiting for the plan.");
      const std::size_t before = plan_.writes.size();
      absl::StatusOr<bool> moved = Step();
      if (!moved.ok()) return moved.status();
      if (!*moved) break;
      idle = plan_.writes.size() == before ? idle + 1 : 0;
      if (idle > kIdleTurnsMax) return absl::InternalError("PLAN_ENDLESS: the rules do not come to rest on this state. Check the pack: entente pack check.");
    }
    if (absl::Status status = Finish(); !status.ok()) return status;
    return std::move(plan_);
  }

 private:
  absl::Status Begin() {
    absl::StatusOr<Boot> boot = ground_.snapshot->Load();
    if (!boot.ok()) return boot.status();
    for (Side side : kSides) {
      if (!ground_.sessions[side]) return Refused(absl::StrCat("SESSION_MISSING: the connector of ", pack_->sides[side].name, " is not connected. Start it, then plan again."));
    }
    for (const EntityRule& entity : pack_->entities) {
      for (Side side : kSides) {
        const std::string& resource = entity.sides[side].resource;
        if (resource.empty() || !ground_.pack->EntityOf(side, resource) || boot->meta.contains(absl::StrCat("listed.", Index(side), ".", resource))) continue;
        return Refused(absl::StrCat("NOT_LISTED: ", pack_->sides[side].name, "/", resource,
                                    " was never listed whole, so nothing can be said of what is missing there. Run: entente observe, then entente reconcile, then plan again."));
      }
    }
    if (request_.answer) {
      boot->dirty = {};
      boot->meta.erase("paused");
      boot->meta.erase("observing");
      std::erase_if(boot->meta, [](const auto& entry) { return entry.first.starts_with("adopt."); });
    } else if (request_.start) {
      TakeStart(*boot);
    } else if (request_.kind != "pending") {
      if (absl::Status status = MarkAll(*boot); !status.ok()) return status;
    }
    plan_.kind = request_.kind;
    plan_.pack = pack_->name;
    plan_.pack_version = pack_->version;
    plan_.pack_hash = pack_->hash;
    plan_.made_micros = absl::ToUnixMicros(now_);
    for (const DirtyId& dirty : boot->dirty) looked_.insert(dirty.link);
    if (request_.start) {
      for (const auto& [rank, link] : request_.start->links) looked_.insert(link);
    }
    plan_.links = static_cast<std::int64_t>(looked_.size());
    for (const auto& [id, push] : boot->pushes) {
      if (push.state != "done" && push.state != "refused") pushes_.push_back(push.link);
    }
    // An epoch of its own, so that no id of the plan meets one of the engine's.
    machine_ = std::make_unique<Machine>(pack_, ground_.tuning, *std::move(boot), kPlanEpoch);
    if (!request_.answer) machine_->BeginPlanning(request_.start ? request_.start->adopting : std::nullopt);
    for (Side side : kSides) {
      SessionInfo session = *ground_.sessions[side];
      // What it was asked for by the rules that run does not matter here.
      session.generation = 0;
      plan_.company[side] = session.company_id;
      session.number = session_[side] = machine_->OpenSession(session).number;
      events_.push_back(SessionOpened{session});
      events_.push_back(OperationsReady{side, session_[side], kOperationsReady});
    }
    if (request_.answer) events_.push_back(Request{1, *request_.answer});
    return absl::OkStatus();
  }

  void TakeStart(Boot& boot) {
    const PlanStart& start = *request_.start;
    overlay_.Commit(start.laid_over);
    for (const auto& [name, value] : start.meta) boot.meta[name] = value;
    if (start.adopting) return;
    for (const auto& [rank, link] : start.links) boot.dirty.insert({Lane::kBulk, rank, link});
  }

  absl::Status MarkAll(Boot& boot) const {
    constexpr int kTogether = 1000;
    for (LinkId after = 0;;) {
      absl::StatusOr<std::vector<Link>> links = ground_.snapshot->Links(after, kTogether);
      if (!links.ok()) return links.status();
      for (const Link& link : *links) {
        const EntityRule* entity = pack_->Entity(link.entity);
        if (!entity || (!request_.entities.empty() && !request_.entities.contains(link.entity))) continue;
        boot.dirty.insert({Lane::kBulk, entity->rank, link.id});
      }
      if (static_cast<int>(links->size()) < kTogether) return absl::OkStatus();
      after = links->back().id;
    }
  }

  // Handles one event, or what is due. False when nothing is left that moves by itself.
  absl::StatusOr<bool> Step() {
    if (!events_.empty()) {
      const Event event = std::move(events_.front());
      events_.pop_front();
      absl::Status status = Handle(event);
      if (!status.ok()) return status;
      return true;
    }
    if (timer_micros_ == 0 || timer_micros_ > absl::ToUnixMicros(ground_.now) + kHorizonMicros) return false;
    if (timer_micros_ > absl::ToUnixMicros(now_)) {
      // Listings of their own accord go on for ever; only what waits to be written is waited for.
      const MachineStatus status = machine_->Status();
      if (status.quiet) return false;
      now_ = absl::FromUnixMicros(timer_micros_);
    }
    absl::Status status = Handle(TimerDue{});
    if (!status.ok()) return status;
    return true;
  }

  absl::Status Handle(const Event& event) {
    while (!machine_->Handle(event, now_)) {
      absl::StatusOr<Fetched> fetched = overlay_.Get(machine_->wanted());
      if (!fetched.ok()) return fetched.status();
      machine_->Supply(*std::move(fetched));
    }
    Effects effects = machine_->TakeEffects();
    timer_micros_ = effects.timer_micros;
    for (const auto& [id, link] : effects.batch.links) {
      if (!link) plan_.united.push_back(id);
    }
    overlay_.Commit(std::move(effects.batch));
    machine_->BatchDurable(1);
    for (const SendOperations& send : effects.operations) {
      if (absl::Status status = Answer(send); !status.ok()) return status;
    }
    return absl::OkStatus();
  }

  absl::Status Answer(const SendOperations& send) {
    ResultBatch results{send.side, send.session, {}};
    for (const OperationOut& operation : send.operations) {
      absl::StatusOr<OperationResult> result = Answer(send, operation);
      if (!result.ok()) return result.status();
      results.results.push_back(*std::move(result));
    }
    events_.push_back(std::move(results));
    events_.push_back(OperationsReady{send.side, send.session, static_cast<int>(send.operations.size())});
    return absl::OkStatus();
  }

  absl::StatusOr<OperationResult> Answer(const SendOperations& send, const OperationOut& operation) {
    OperationResult result;
    result.id = operation.id;
    result.seq = ++seq_;
    switch (operation.kind) {
      case OperationKind::kWrite: {
        result.change = AsWritten(send.side, operation, Note(send.side, operation));
        break;
      }
      case OperationKind::kRead: {
        absl::StatusOr<std::optional<FeedChange>> seen = LastSeen(send.side, operation);
        if (!seen.ok()) return seen.status();
        result.kind = OperationResult::Kind::kFound;
        if (*seen) result.found.push_back(**std::move(seen));
        break;
      }
      case OperationKind::kFind: result.kind = OperationResult::Kind::kFound; break;
      case OperationKind::kPrice: break;
      case OperationKind::kPoll: break;
      case OperationKind::kStartListing: {
        if (absl::Status status = List(send, operation); !status.ok()) return status;
        break;
      }
    }
    return result;
  }

  // The record as far as it is known before it is written: of a create, what is sent, what the pack says it is born with, and its key.
  FeedChange AsWritten(Side side, const OperationOut& operation, std::string key) const {
    FeedChange change;
    const EntityRule* entity = pack_->EntityOf(side, operation.resource);
    const auto resource = ground_.sessions[side]->resources.find(operation.resource);
    const bool shown = resource != ground_.sessions[side]->resources.end() && resource->second.returns_record;
    if (entity && shown && operation.verb == Verb::kCreate) {
      const EntitySide& there = entity->sides[side];
      change.fields = there.born_with;
      for (const auto& [name, value] : operation.fields) change.fields[name] = value;
      if (there.key.size() == 1) change.fields[there.key.front()] = key;
    }
    change.key = std::move(key);
    return change;
  }

  // Adds the write to the plan; the key of the record written.
  std::string Note(Side side, const OperationOut& operation) {
    PlannedWrite write;
    write.number = static_cast<int>(plan_.writes.size()) + 1;
    write.link = operation.link;
    write.side = side;
    write.verb = operation.verb;
    write.resource = operation.resource;
    if (const EntityRule* entity = pack_->EntityOf(side, operation.resource)) write.entity = entity->name;
    write.key = operation.key;
    write.writes = operation.fields;
    write.before = operation.expected;
    write.rule = operation.rule;
    write.reason = operation.reason;
    if (write.verb == Verb::kCreate && write.key.empty()) {
      write.makes = absl::StrCat(std::string(1, kPlaceholderOpens), write.resource, "#", write.number, std::string(1, kPlaceholderCloses));
    }
    std::set<int> needs;
    Needs(write.key, &needs);
    for (const auto& [name, value] : write.writes) Needs(value, &needs);
    needs.erase(write.number);
    write.needs.assign(needs.begin(), needs.end());
    std::string key = write.makes.empty() ? write.key : write.makes;
    plan_.writes.push_back(std::move(write));
    return key;
  }

  absl::StatusOr<std::optional<FeedChange>> LastSeen(Side side, const OperationOut& operation) const {
    Wanted wanted;
    const RecordId id{side, operation.resource, operation.key};
    wanted.records.insert(id);
    absl::StatusOr<Fetched> found = overlay_.Get(wanted);
    if (!found.ok()) return found.status();
    const std::optional<RecordEntry>& entry = found->records.at(id);
    if (!entry || entry->link == 0 || entry->deleted) return std::optional<FeedChange>();
    Wanted link;
    link.links.insert(entry->link);
    absl::StatusOr<Fetched> held = overlay_.Get(link);
    if (!held.ok()) return held.status();
    const std::optional<Link>& known = held->links.at(entry->link);
    if (!known) return std::optional<FeedChange>();
    FeedChange change;
    change.key = operation.key;
    change.fields = known->members[side].shadow;
    change.row = known->members[side].row;
    change.read_seq = seq_;
    return std::optional<FeedChange>(std::move(change));
  }

  // A listing shows every record that is known and not gone.
  absl::Status List(const SendOperations& send, const OperationOut& operation) {
    Wanted wanted;
    const std::pair<Side, std::string> place{send.side, operation.resource};
    wanted.record_ranges.insert(place);
    absl::StatusOr<Fetched> found = overlay_.Get(wanted);
    if (!found.ok()) return found.status();
    FeedBatch batch;
    batch.side = send.side;
    batch.session = send.session;
    batch.mode = operation.listing_mode;
    batch.resource = operation.resource;
    batch.listing_id = operation.listing_id;
    batch.listing_begins = true;
    for (const auto& [key, entry] : found->record_ranges.at(place)) {
      if (entry.deleted || entry.alias) continue;
      FeedChange change;
      change.kind = ChangeKind::kKeyOnly;
      change.key = key;
      batch.changes.push_back(std::move(change));
    }
    FeedBatch end = batch;
    end.changes.clear();
    end.listing_begins = false;
    end.listing_ends = true;
    events_.push_back(std::move(batch));
    events_.push_back(std::move(end));
    return absl::OkStatus();
  }

  // What stays where it is.
  absl::Status NoteHeld() {
    constexpr std::size_t kTogether = 1000;
    for (auto it = looked_.begin(); it != looked_.end();) {
      Wanted wanted;
      for (; it != looked_.end() && wanted.links.size() < kTogether; ++it) wanted.links.insert(wanted.links.end(), *it);
      absl::StatusOr<Fetched> found = overlay_.Get(wanted);
      if (!found.ok()) return found.status();
      for (const auto& [id, link] : found->links) {
        if (link && link->parked) plan_.held.push_back({id, link->entity, link->parked->reason});
      }
    }
    Wanted wanted;
    wanted.links.insert(pushes_.begin(), pushes_.end());
    absl::StatusOr<Fetched> found = overlay_.Get(wanted);
    if (!found.ok()) return found.status();
    for (const auto& [id, link] : found->links) {
      const EntityRule* entity = link ? pack_->Entity(link->entity) : nullptr;
      if (entity && entity->document) plan_.requests.push_back(link->members[entity->document->owner].key);
    }
    return absl::OkStatus();
  }

  absl::Status NoteOutcomes() {
    constexpr std::size_t kTogether = 1000;
    std::set<LinkId> links = looked_;
    for (const PlannedWrite& write : plan_.writes) links.insert(write.link);
    for (auto it = links.begin(); it != links.end();) {
      Wanted wanted;
      for (; it != links.end() && wanted.links.size() < kTogether; ++it) wanted.links.insert(wanted.links.end(), *it);
      absl::StatusOr<Fetched> found = overlay_.Get(wanted);
      if (!found.ok()) return found.status();
      for (const auto& [id, link] : found->links) {
        if (link) request_.outcomes->emplace(id, OutcomeOf(*link));
      }
    }
    return absl::OkStatus();
  }

  absl::Status Finish() {
    if (request_.outcomes) {
      if (absl::Status status = NoteOutcomes(); !status.ok()) return status;
    }
    plan_.cost = CostOf(plan_.writes, ground_.sessions);
    return NoteHeld();
  }

  static constexpr std::uint64_t kPlanEpoch = (std::uint64_t{1} << 23) - 1;

  const PlanGround& ground_;
  const PlanRequest& request_;
  const std::function<bool()>& is_cancelled_;
  PackPtr pack_;
  Overlay overlay_;
  absl::Time now_;
  std::unique_ptr<Machine> machine_;
  std::deque<Event> events_;
  std::int64_t timer_micros_ = 0;
  std::uint64_t seq_ = 0;
  Both<std::uint64_t> session_{};
  std::set<LinkId> looked_;
  std::vector<LinkId> pushes_;
  Plan plan_;
};

}  // namespace

absl::StatusOr<Plan> MakePlan(const PlanGround& ground, const PlanRequest& request, const std::function<bool()>& is_cancelled) {
  if (request.undo) return MakeUndo(ground, request, is_cancelled);
  return Planner(ground, request, is_cancelled).Run();
}

}  // namespace entente
