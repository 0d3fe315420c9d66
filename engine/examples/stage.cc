#include "engine/examples/stage.h"

#include <algorithm>
#include <utility>

namespace entente::examples {
namespace {

// Far more than any example needs; rules that feed each other would go on for ever.
constexpr int kTurnsMax = 5'000;
constexpr int kOperationsReady = 1'000;
constexpr int kAllOfThem = 1'000'000;
constexpr absl::Duration kPollInterval = absl::Minutes(1);
// A Monday in September 2026, in the afternoon: formulas that read the time give the same every time.
constexpr std::int64_t kBegins = 1'790'000'000;

Tuning TuningOf(const Pack& pack) {
  Tuning tuning;
  tuning.delete_hold = pack.delete_hold;
  return tuning;
}

}  // namespace

Stage::Stage(const LoadedPack& loaded, const Example& example)
    : pack_(*loaded.pack), tuning_(TuningOf(*loaded.pack)), now_(absl::FromUnixSeconds(kBegins)), turns_left_(kTurnsMax) {
  for (Side side : kSides) ends_.emplace_back(side, pack_, loaded.examples->catalogues[side], example);
  machine_ = std::make_unique<Machine>(loaded.pack, tuning_, store_.Load().value(), 1);
}

Stage::~Stage() = default;

absl::Status Stage::Connect(Side side) {
  SessionInfo session = end(side).Describe();
  if (absl::Status status = machine_->CheckSession(session, now_); !status.ok()) return status;
  session.number = session_[side] = machine_->OpenSession(session).number;
  Handle(SessionOpened{session});
  Handle(OperationsReady{side, session_[side], kOperationsReady});
  return absl::OkStatus();
}

void Stage::FirstLoad() {
  Ask(StartRun{"first_load", {}});
  Drain();
  // One approval may bring the next.
  for (bool asked = true; asked && !is_endless();) {
    asked = false;
    for (const WorkItem& item : Items()) {
      if (item.reason != "approve_creates" || item.state != WorkItem::State::kOpen) continue;
      Ask(ResolveItem{item.id, "approve"});
      asked = true;
    }
    Drain();
  }
  Settle();
}

void Stage::Reconcile() {
  Ask(StartRun{"reconcile", {}});
  Settle();
}

void Stage::Settle() {
  // What a poll brings may be answered by writes that only the next poll shows.
  do {
    Drain();
    Poll();
  } while (!events_.empty() && !is_endless());
}

void Stage::RunFor(absl::Duration time) {
  const absl::Time end = now_ + time;
  while (now_ < end && !is_endless()) {
    absl::Time next = std::min(end, now_ + kPollInterval);
    const absl::Time due = absl::FromUnixMicros(timer_micros_);
    if (timer_micros_ != 0 && due > now_) next = std::min(next, due);
    now_ = next;
    Settle();
  }
}

void Stage::Poll() {
  const std::map<std::pair<Side, std::string>, std::string> cursors = store_.Load().value().cursors;
  for (const auto& [place, cursor] : cursors) {
    const auto& [side, resource] = place;
    if (session_[side] == 0) continue;
    FeedBatch batch = end(side).ChangesSince(resource, cursor);
    if (batch.cursor_after == cursor) continue;
    batch.session = session_[side];
    batch.batch = ++batch_;
    events_.push_back(std::move(batch));
  }
}

void Stage::Drain() {
  while (!is_endless()) {
    if (!events_.empty()) {
      const Event event = std::move(events_.front());
      events_.pop_front();
      Handle(event);
    } else if (timer_micros_ != 0 && timer_micros_ <= absl::ToUnixMicros(now_)) {
      Handle(TimerDue{});
    } else {
      return;
    }
  }
}

Reply Stage::Ask(decltype(Request::what) what) {
  const std::uint64_t id = ++request_;
  replies_.clear();
  Handle(Request{id, std::move(what)});
  for (const Reply& reply : replies_) {
    if (reply.request == id) return reply;
  }
  return {id, absl::InternalError("NO_REPLY: nothing was answered."), {}};
}

void Stage::Handle(const Event& event) {
  if (turns_left_ > 0) --turns_left_;
  // A memory store always answers.
  while (!machine_->Handle(event, now_)) machine_->Supply(store_.Get(machine_->wanted()).value());
  Effects effects = machine_->TakeEffects();
  timer_micros_ = effects.timer_micros;
  store_.Commit(effects.batch).IgnoreError();
  machine_->BatchDurable(1);
  for (Reply& reply : effects.replies) replies_.push_back(std::move(reply));
  for (const SendOperations& send : effects.operations) Perform(send);
}

void Stage::Perform(const SendOperations& send) {
  ResultBatch results{send.side, send.session, {}};
  for (const OperationOut& operation : send.operations) {
    OperationResult result = end(send.side).Perform(operation, now_);
    const bool is_done = result.kind == OperationResult::Kind::kReceipt;
    if (operation.kind == OperationKind::kWrite && is_done && result.change) {
      written_.push_back({send.side, operation.verb, operation.resource, result.change->key, operation.fields});
      // The key that the engine gives is written like a field.
      const std::string key_field = end(send.side).KeyField(operation.resource);
      if (operation.verb == Verb::kCreate && !operation.key.empty() && !key_field.empty()) written_.back().fields.try_emplace(key_field, operation.key);
    }
    if (operation.kind == OperationKind::kStartListing) {
      for (FeedBatch& batch : end(send.side).List(operation)) {
        batch.session = send.session;
        batch.batch = ++batch_;
        events_.push_back(std::move(batch));
      }
    }
    results.results.push_back(std::move(result));
  }
  events_.push_back(std::move(results));
  events_.push_back(OperationsReady{send.side, send.session, static_cast<int>(send.operations.size())});
}

std::vector<Link> Stage::Links() {
  return store_.Snapshot()->Links(0, kAllOfThem).value();
}

std::optional<Link> Stage::LinkOf(Side side, const std::string& resource, const std::string& key) {
  // Named, because a range-for does not keep alive what stands before its last call.
  std::vector<Link> links = Links();
  for (Link& link : links) {
    const Member& member = link.members[side];
    if (member.resource != resource) continue;
    if (member.key == key || std::find(member.former_keys.begin(), member.former_keys.end(), key) != member.former_keys.end()) return std::move(link);
  }
  return std::nullopt;
}

std::vector<WorkItem> Stage::Items() {
  return store_.Snapshot()->Work(0, kAllOfThem).value();
}

}  // namespace entente::examples
