#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "engine/pipeline/memory.h"
#include "engine/pipeline/state.h"

namespace entente {

// Thrown inside a turn when something is not in memory; never leaves Machine::Handle().
struct NotInMemory {};

// One event being handled: reads see memory and the turn's own writes; nothing is kept unless Finish() is called.
//
// A read of something unknown notes it as wanted and answers "absent": the turn goes on only to learn what else it will want, and is
// dropped at its end (has_missed). Where there is no going on without the thing, NotInMemory is thrown. Code that handles many records
// asks for all it knows first (Prefetch…, then Require), so that one fetch serves them all.
class Turn {
 public:
  Turn(Memory& memory, State& state, absl::Time now) : memory_(memory), state_(state), now_(now) {}

  // ---- reads
  const Link* FindLink(LinkId id);
  const RecordEntry* FindRecord(const RecordId& id);
  std::optional<LinkId> FindRow(const RowId& id);
  const WorkItem* FindWork(WorkItemId id);
  // REQUIRES: the item exists.
  const WorkItem& GetWork(WorkItemId id);
  // The open item that stands for many records of one cause, also when this very turn opened it.
  std::optional<WorkItemId> FindGroup(const std::string& group) const;
  // Records that count against the entity's capacity, as this turn leaves them.
  std::int64_t CapacityUsed(const EntityRule& entity) const { return CapacityChanges(entity) + CapacityBefore(entity); }
  // What this turn spent of a budget's window (guard.cc).
  std::int64_t Spent(const std::string& window) const {
    const auto it = spent_.find(window);
    return it == spent_.end() ? 0 : it->second;
  }
  void Spend(const std::string& window, std::int64_t by) { spent_[window] += by; }
  std::set<LinkId> Matches(const MatchId& id);
  std::set<LinkId> Parked(const std::string& wait);
  std::set<LinkId> Refers(LinkId target);
  // Entries of the resource, of whose keys those in `without` may be left out; whole where the turn has nothing but what was fetched so.
  const std::vector<std::pair<std::string, RecordEntry>>& Range(Side side, const std::string& resource, const std::shared_ptr<const KeyHashes>& without);

  void PrefetchLink(LinkId id);
  void PrefetchRecord(const RecordId& id);
  void PrefetchRow(const RowId& id);
  void PrefetchParked(const std::string& wait);
  void PrefetchMatches(const MatchId& id);
  // Throws when anything asked for so far is missing.
  void Require();
  // As Require(), for whoever can return at once: true when anything is missing, and nothing more is done for the event.
  bool Stops() {
    is_stopped_ = is_stopped_ || has_missed();
    return is_stopped_;
  }
  void Stop() { is_stopped_ = true; }
  bool is_stopped() const { return is_stopped_; }
  bool has_missed() const { return !wanted_.empty(); }
  // What is missing so far no longer stops Require(): work that does not depend on it says what it needs itself, and one fetch
  // serves all. TakeWanted() gives everything.
  void SetWantedAside();
  bool has_wanted_aside() const { return !aside_.empty(); }
  Wanted TakeWanted() {
    SetWantedAside();
    return std::move(aside_);
  }

  // ---- writes
  // A link to change; what is changed is written. REQUIRES: the link exists.
  Link& Edit(LinkId id);
  Link& NewLink(std::string entity, Side origin);
  void Erase(LinkId id);
  void Put(const RecordId& id, std::optional<RecordEntry> entry) { writes_.records[id] = std::move(entry); }
  void Put(const RowId& id, std::optional<LinkId> link) { writes_.rows[id] = link; }
  void PutMatch(const MatchId& id, LinkId link, bool put) { writes_.matches[{id, link}] = put; }
  void PutParked(const std::string& wait, LinkId link, bool put) { writes_.parked[{wait, link}] = put; }
  void PutRefers(LinkId target, LinkId referring, bool put) { writes_.refers[{target, referring}] = put; }
  void PutOutbox(const OutboxId& id, std::optional<OutboxEntry> entry) { writes_.outbox[id] = entry; }
  // What this turn puts into the outbox, or takes out of it.
  const std::map<OutboxId, std::optional<OutboxEntry>>& outbox_writes() const { return writes_.outbox; }
  void PutCursor(Side side, const std::string& resource, std::optional<std::string> cursor) { writes_.cursors[{side, resource}] = std::move(cursor); }
  void PutRun(RunState run) { writes_.runs[run.id] = std::move(run); }
  void PutPush(PushState push) { writes_.pushes[push.id] = std::move(push); }
  void PutMeta(const std::string& name, std::optional<std::string> value) { writes_.meta[name] = std::move(value); }
  std::map<std::string, std::optional<std::string>>* meta() { return &writes_.meta; }
  WorkItem& NewWork(WorkItem item);
  WorkItem& EditWork(WorkItemId id);
  // REQUIRES: the item exists.
  void DropWork(WorkItemId id) { writes_.work[id] = std::nullopt; }
  // The link's history goes, but for what this turn tells from now on.
  void ForgetJournal(LinkId id);
  // Entries of histories that take the place of what stands there under the same number.
  void PutJournal(JournalEntry entry) { writes_.journal.push_back(std::move(entry)); }
  // One line of the link's history.
  void Tell(Link& link, std::string kind, std::string rule, int side, Fields details);

  DeliveryId NextDelivery();
  std::uint64_t NextRun();
  std::uint64_t NextPush();
  RunState* EditRun(std::uint64_t id);
  PushState* EditPush(std::uint64_t id);
  // Adds to the counters of status, and of the running run.
  void Count(const std::string& name, std::int64_t by = 1);

  // The link has to be decided: in this turn when there is room, else later.
  void MarkDirty(LinkId id) { dirty_.insert(id); }
  std::set<LinkId> TakeDirty() { return std::move(dirty_); }
  const std::set<LinkId>& dirty() const { return dirty_; }
  // The link has to be decided in a later turn.
  void LeaveDirty(LinkId id);
  // So it was said in this turn.
  bool IsLeftDirty(LinkId id) const;
  // The rules were not asked, or not heard: a plan is being applied. They decide once the engine goes on.
  void LeaveUndecided(LinkId id);
  // What a plan had next for this place was made or refused in this turn; the state says so from the next turn on.
  void NotePlannedEnded(LinkId link, Side side) { planned_ended_.insert({link, side}); }
  bool HasPlannedEnded(LinkId link, Side side) const { return planned_ended_.contains({link, side}); }
  // Of the link's entity; 0 when the link is not at hand. Asks for nothing.
  int RankOf(LinkId id) const;
  // Somebody waits for it: a document that is being priced or sent. False when the link is not at hand. Asks for nothing.
  bool IsOnDemand(LinkId id) const;
  void ClearDirty(const DirtyId& id) { writes_.dirty[id] = false; }
  // Links waiting for `wait` are decided anew, soon.
  void Wake(const std::string& wait) { wakes_.push_back(wait); }

  // Runs once the event was handled to its end; changes State.
  void OnHandled(std::function<void(State&)> change) { changes_.push_back(std::move(change)); }
  Effects& effects() { return effects_; }
  void Notice(std::string severity, std::string text) { effects_.notices.push_back({std::move(severity), std::move(text)}); }

  // Asks a connector something (an operation that writes nothing).
  DeliveryId Ask(Question question);

  const State& state() const { return state_; }
  const Pack& pack() const { return *state_.pack; }
  absl::Time now() const { return now_; }
  std::int64_t micros() const { return absl::ToUnixMicros(now_); }

  // What is written as it stands already is not written. `meta`, `cursors`: as all earlier turns left them.
  void LeaveOutUnchanged(const std::map<std::string, std::string>& meta, const std::map<std::pair<Side, std::string>, std::string>& cursors);
  // Keeps everything: memory and state change, effects and writes are added to `out`.
  void Finish(Effects& out);

 private:
  // The link if it is in memory; null otherwise.
  const Link* AtHand(LinkId id) const;
  std::int64_t CapacityBefore(const EntityRule& entity) const;
  std::int64_t CapacityChanges(const EntityRule& entity) const;

  Memory& memory_;
  std::map<std::string, std::int64_t> spent_;
  State& state_;
  absl::Time now_;
  Batch writes_;
  Wanted wanted_;
  Wanted aside_;
  std::set<LinkId> dirty_;
  std::set<std::pair<LinkId, Side>> planned_ended_;
  std::map<std::string, WorkItemId> groups_;
  std::vector<std::string> wakes_;
  std::vector<std::function<void(State&)>> changes_;
  std::map<std::string, std::int64_t> counts_;
  Effects effects_;
  bool is_stopped_ = false;
  LinkId links_given_ = 0;
  WorkItemId work_given_ = 0;
  DeliveryId deliveries_given_ = 0;
  std::uint64_t runs_given_ = 0, pushes_given_ = 0;
};

}  // namespace entente
