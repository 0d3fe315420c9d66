#include "engine/plan/undo.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/core/calendar.h"
#include "engine/pipeline/guard.h"
#include "engine/pipeline/references.h"
#include "engine/pipeline/undo.h"
#include "engine/plan/cost.h"
#include "engine/plan/referrers.h"
#include "engine/plan/undone_record.h"
#include "engine/plan/written.h"

namespace entente {
namespace {

Value Replaced(const Value& value, const std::map<Reference, std::string>& keys) {
  if (const auto* reference = value.As<Reference>()) {
    const auto key = keys.find(*reference);
    return key == keys.end() ? value : Value(Reference{reference->resource, key->second});
  }
  if (const auto* list = value.As<List>()) {
    List out;
    for (const Value& element : *list) out.push_back(Replaced(element, keys));
    return Value(std::move(out));
  }
  if (const auto* map = value.As<Map>()) {
    Map out;
    for (const auto& [name, element] : *map) out[name] = Replaced(element, keys);
    return Value(std::move(out));
  }
  return value;
}

class Undoer {
 public:
  Undoer(const PlanGround& ground, const PlanRequest& request, const std::function<bool()>& is_cancelled)
      : ground_(ground), request_(request), is_cancelled_(is_cancelled), pack_(*ground.pack) {}

  absl::StatusOr<Plan> Run() {
    if (absl::Status begun = Begin(); !begun.ok()) return begun;
    const absl::Status read = ForEachLink(*ground_.snapshot, is_cancelled_, [this](const Link& link) { return Take(link); });
    if (!read.ok()) return read;
    if (absl::Status kept = KeepReferenced(); !kept.ok()) return kept;
    KeepOverBudget();
    Number();
    plan_.cost = CostOf(plan_.writes, ground_.sessions);
    return std::move(plan_);
  }

 private:
  absl::Status Begin() {
    const UndoScope& scope = request_.undo->scope;
    for (Side side : kSides) {
      if (!ground_.sessions[side]) {
        return absl::FailedPreconditionError(absl::StrCat("SESSION_MISSING: the connector of ", pack_.sides[side].name, " is not connected. Start it, then make the undo again."));
      }
      plan_.company[side] = ground_.sessions[side]->company_id;
    }
    if (scope.run != 0) {
      const absl::StatusOr<std::vector<RunState>> runs = ground_.snapshot->Runs();
      if (!runs.ok()) return runs.status();
      const auto run = std::find_if(runs->begin(), runs->end(), [&](const RunState& known) { return known.id == scope.run; });
      if (run == runs->end()) return absl::NotFoundError(absl::StrCat("RUN_UNKNOWN: there is no run ", scope.run, ". List them with: entente runs"));
      begins_micros_ = run->started_micros;
      if (run->state == "running") return absl::FailedPreconditionError(absl::StrCat("RUN_GOES_ON: run ", scope.run, " has not ended. Wait for it with: entente runs ", scope.run));
    }
    if (scope.since_micros != 0) begins_micros_ = scope.since_micros;
    plan_.kind = std::string(kUndoPlan);
    plan_.scope = scope.run != 0              ? absl::StrCat("run ", scope.run)
                  : scope.since_delivery != 0 ? absl::StrCat("since delivery ", scope.since_delivery)
                                              : absl::StrCat("since ", FormatTimestamp({scope.since_micros}));
    plan_.deletes_max = request_.undo->deletes_max;
    plan_.pack = pack_.name;
    plan_.pack_version = pack_.version;
    plan_.pack_hash = pack_.hash;
    plan_.made_micros = absl::ToUnixMicros(ground_.now);
    return absl::OkStatus();
  }

  absl::Status Take(const Link& link) {
    if (link.Has(Side::kLeft) || link.Has(Side::kRight)) ++links_[link.entity];
    if (link.journal_seq == 0 || (!request_.entities.empty() && !request_.entities.contains(link.entity))) return absl::OkStatus();
    absl::StatusOr<std::vector<JournalEntry>> journal = WholeJournal(link.id);
    if (!journal.ok()) return journal.status();
    // The journal is kept for some time only; what was before is not guessed.
    const bool is_whole = begins_micros_ == 0 || link.created_micros > begins_micros_ || (!journal->empty() && (journal->front().seq == 1 || journal->front().at_micros < begins_micros_));
    if (!is_whole) LeaveHistoryGone(link);
    const EntityRule* entity = pack_.Entity(link.entity);
    const Both<Written> written = ReadWritten(*journal, request_.undo->scope, [entity](Side side, const std::string& native, const Value& a, const Value& b) {
      return HoldsTheSame(entity, side, native, a, b);
    });
    bool is_counted = false;
    for (Side side : kSides) {
      if (written[side].empty()) continue;
      is_counted = true;
      UndoneRecord record = Undo(pack_, link, side, written[side], *ground_.sessions[side], request_.undo->approves);
      for (LeftAlone& left : record.left) plan_.left.push_back(std::move(left));
      if (!record.write) continue;
      record.write->reason = absl::StrCat("undo of ", plan_.scope);
      const Verb verb = record.write->verb;
      Step step{*std::move(record.write), entity->rank, link.members[side].key, {}, {}};
      if (verb != Verb::kDelete) step.refers = ReferencesOf(verb == Verb::kUpdate ? step.write.writes : link.members[side].shadow);
      (verb == Verb::kDelete ? deletes_ : verb == Verb::kUpdate ? updates_ : restores_).push_back(std::move(step));
    }
    plan_.links += is_counted;
    return absl::OkStatus();
  }

  absl::StatusOr<std::vector<JournalEntry>> WholeJournal(LinkId link) const {
    constexpr int kTogether = 2000;
    std::vector<JournalEntry> whole;
    while (true) {
      absl::StatusOr<std::vector<JournalEntry>> part = ground_.snapshot->Journal(link, whole.empty() ? 0 : whole.back().seq, kTogether);
      if (!part.ok()) return part;
      const bool is_last = static_cast<int>(part->size()) < kTogether;
      for (JournalEntry& entry : *part) whole.push_back(std::move(entry));
      if (is_last) return whole;
    }
  }

  struct Step {
    PlannedWrite write;
    int rank = 0;
    std::string former;   // key of the record as it was known
    std::set<Reference> refers;                     // of what comes back
    std::set<std::pair<LinkId, Side>> after;        // writes of other records that go before
  };

  // A record that another one refers to stays, unless that one goes before, or no longer refers to it once its own write was taken back.
  absl::Status KeepReferenced() {
    std::map<Place, LinkId> targets;
    for (const Step& step : deletes_) targets[{step.write.side, {step.write.resource, step.write.key}}] = step.write.link;
    const auto now = FindReferrers(*ground_.snapshot, targets, nullptr, is_cancelled_);
    if (!now.ok()) return now.status();
    std::map<std::pair<LinkId, Side>, const Fields*> undone;
    for (const Step& step : updates_) undone[{step.write.link, step.write.side}] = &step.write.writes;
    const Overlaid overlaid = [&undone](const Link& link, Side side, Fields& record) {
      const auto writes = undone.find({link.id, side});
      if (writes == undone.end()) return;
      for (const auto& [name, value] : *writes->second) record[name] = value;
    };
    const auto then = FindReferrers(*ground_.snapshot, targets, overlaid, is_cancelled_);
    if (!then.ok()) return then.status();
    for (Step& step : deletes_) {
      const Place place{step.write.side, {step.write.resource, step.write.key}};
      const auto referring = now->find(place);
      if (referring == now->end()) continue;
      for (LinkId link : referring->second) step.after.insert({link, step.write.side});
    }
    // What refers and does not go keeps its target, which in turn may keep another one; what is left in the end goes in rounds.
    std::vector<Step> going;
    std::set<std::pair<LinkId, Side>> gone;
    while (true) {
      const std::size_t before = going.size();
      for (auto it = deletes_.begin(); it != deletes_.end();) {
        const Place place{it->write.side, {it->write.resource, it->write.key}};
        const auto referring = then->find(place);
        const bool is_free = referring == then->end() || std::all_of(referring->second.begin(), referring->second.end(), [&](LinkId link) { return gone.contains({link, place.first}); });
        if (!is_free) {
          ++it;
          continue;
        }
        gone.insert({it->write.link, it->write.side});
        going.push_back(std::move(*it));
        it = deletes_.erase(it);
      }
      if (going.size() == before) break;
    }
    for (const Step& step : deletes_) Leave(step.write, "referenced");
    deletes_ = std::move(going);
    return absl::OkStatus();
  }

  void Leave(const PlannedWrite& write, std::string reason) {
    plan_.left.push_back({.link = write.link, .entity = write.entity, .side = write.side, .resource = write.resource, .key = write.key, .field = {}, .ours = {}, .now = {}, .reason = std::move(reason)});
  }

  void LeaveHistoryGone(const Link& link) {
    for (Side side : kSides) {
      const Member& member = link.members[side];
      if (member.key.empty()) continue;
      plan_.left.push_back({.link = link.id, .entity = link.entity, .side = side, .resource = member.resource, .key = member.key, .field = {}, .ours = {}, .now = {}, .reason = "history_gone"});
    }
  }

  // All of an entity on a side go, or none.
  void KeepOverBudget() {
    std::map<std::pair<std::string, Side>, std::int64_t> counts;
    for (const Step& step : deletes_) ++counts[{step.write.entity, step.write.side}];
    const bool is_approved = static_cast<std::int64_t>(deletes_.size()) <= plan_.deletes_max;
    std::set<LinkId> kept;
    const auto stays = [&](const Step& step) {
      const EntityRule* entity = pack_.Entity(step.write.entity);
      const bool needs_kept = std::any_of(step.after.begin(), step.after.end(), [&](const auto& before) { return kept.contains(before.first); });
      if (!needs_kept && (is_approved || counts[{step.write.entity, step.write.side}] <= DeleteBudget(*entity, links_[step.write.entity]))) return false;
      Leave(step.write, needs_kept ? "referenced" : "over_budget");
      kept.insert(step.write.link);
      return true;
    };
    std::erase_if(deletes_, stays);
  }

  void Number() {
    std::stable_sort(restores_.begin(), restores_.end(), [](const Step& a, const Step& b) { return a.rank < b.rank; });
    std::map<std::pair<LinkId, Side>, int> numbers;
    for (std::vector<Step>* steps : {&restores_, &updates_, &deletes_}) {
      for (Step& step : *steps) {
        PlannedWrite& write = step.write;
        write.number = static_cast<int>(plan_.writes.size()) + 1;
        std::set<int> needs;
        for (const Reference& reference : step.refers) {
          if (const auto back = back_.find({write.side, reference}); back != back_.end()) needs.insert(back->second);
        }
        for (const auto& before : step.after) {
          if (const auto number = numbers.find(before); number != numbers.end()) needs.insert(number->second);
        }
        write.needs.assign(needs.begin(), needs.end());
        Repoint(step);
        numbers[{write.link, write.side}] = write.number;
        plan_.writes.push_back(write);
      }
    }
  }

  // What refers to a record that is made anew refers to the key it will get.
  void Repoint(Step& step) {
    PlannedWrite& write = step.write;
    std::map<Reference, std::string>& keys = keys_[write.side];
    for (auto& [name, value] : write.writes.Mutable()) value = Replaced(value, keys);
    if (write.verb != Verb::kCreate && write.verb != Verb::kUndelete) return;
    const Reference former{write.resource, step.former};
    back_[{write.side, former}] = write.number;
    if (write.verb != Verb::kCreate || !write.key.empty()) return;
    write.makes = absl::StrCat(std::string(1, kPlaceholderOpens), write.resource, "#", write.number, std::string(1, kPlaceholderCloses));
    keys[former] = write.makes;
  }

  const PlanGround& ground_;
  const PlanRequest& request_;
  const std::function<bool()>& is_cancelled_;
  const Pack& pack_;
  std::vector<Step> restores_, updates_, deletes_;
  std::map<Place, int> back_;                       // numbers of what comes back, by the former key
  Both<std::map<Reference, std::string>> keys_;     // of what is made anew: the key it had, the placeholder of the one it gets
  std::map<std::string, std::int64_t> links_;
  std::int64_t begins_micros_ = 0;                  // of what is undone; 0: not known
  Plan plan_;
};

}  // namespace

absl::StatusOr<Plan> MakeUndo(const PlanGround& ground, const PlanRequest& request, const std::function<bool()>& is_cancelled) {
  return Undoer(ground, request, is_cancelled).Run();
}

absl::StatusOr<std::map<int, std::string>> ReferencedSince(const StoreSnapshot& snapshot, const Plan& undo, const std::function<bool()>& is_cancelled) {
  std::map<Place, LinkId> targets;
  if (undo.kind != kUndoPlan) return std::map<int, std::string>();
  std::map<std::pair<LinkId, Side>, const PlannedWrite*> writes;
  for (const PlannedWrite& write : undo.writes) {
    writes[{write.link, write.side}] = &write;
    if (write.verb == Verb::kDelete) targets[{write.side, {write.resource, write.key}}] = write.link;
  }
  const auto referring = FindReferrers(snapshot, targets, [&](const Link& link, Side side, Fields& record) {
    const auto write = writes.find({link.id, side});
    if (write == writes.end()) return;
    if (write->second->verb == Verb::kDelete) record.clear();
    for (const auto& [name, value] : write->second->writes) record[name] = value;
  }, is_cancelled);
  if (!referring.ok()) return referring.status();
  std::map<int, std::string> withheld;
  for (const auto& [place, links] : *referring) withheld[writes.at({targets.at(place), place.first})->number] = "referenced";
  return withheld;
}

}  // namespace entente
