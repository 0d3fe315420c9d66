#include "engine/pipeline/acknowledge.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "engine/pipeline/absence.h"
#include "engine/pipeline/document.h"
#include "engine/pipeline/failure.h"
#include "engine/pipeline/identity.h"
#include "engine/pipeline/ingest.h"
#include "engine/pipeline/misreport.h"
#include "engine/pipeline/outbox.h"
#include "engine/pipeline/project.h"
#include "engine/pipeline/receipt.h"
#include "engine/pipeline/run.h"
#include "engine/pipeline/uncertain.h"
#include "engine/pipeline/undo.h"

namespace entente {
namespace {

// What a read brought against what it asked for, and why.
void LookAtRead(Turn& turn, const Question& question, const FeedChange& found) {
  const Link* link = question.link == 0 ? nullptr : turn.FindLink(question.link);
  const Member* member = link ? &link->members[question.side] : nullptr;
  const bool is_same_row = member && found.row && member->row == found.row;
  if (found.key != question.key && !is_same_row) Misreport(turn, question.side, question.resource, "answer_of_another");
  // It was there before the listing was asked for, and is there now.
  if (question.purpose == "missing" && member && member->seen_micros != 0 && member->seen_micros < question.since_micros) Misreport(turn, question.side, question.resource, "listed_incompletely");
}

// A system that answers for the former key with the record under its new one has said it itself.
void FollowAnswer(Turn& turn, const EntityRule& entity, const Question& question, const FeedChange& found) {
  if (question.link == 0 || found.key == question.key || !turn.FindLink(question.link)) return;
  if (turn.FindLink(question.link)->members[question.side].moved_to == found.key) FollowMove(turn, entity, turn.Edit(question.link), question.side);
}

void TakeRead(Turn& turn, const EntityRule& entity, const Question& question, const OperationResult& result, Stamp at) {
  const bool missing = result.kind == OperationResult::Kind::kFailure || result.found.empty();
  if (!missing) LookAtRead(turn, question, result.found.front());
  if (!missing) FollowAnswer(turn, entity, question, result.found.front());
  if (missing) {
    ObserveGone(turn, entity, question.side, question.key, at, question.listing_id, Word::kAbsent);
  } else {
    if (question.link != 0) NoteLookedAt(turn, question.link, question.side, result.found.front());
    Observe(turn, entity, question.side, result.found.front(), at);
  }
  if (question.link == 0 || !turn.FindLink(question.link)) return;
  Link& link = turn.Edit(question.link);
  if (!missing && link.members[question.side].key == question.key) DoubtMove(turn, entity, link, question.side);
  // One answer for all that were missing: what was approved is held no second time.
  if (missing && question.is_approved && link.members[question.side].presence == Presence::kDeleted) link.choices["delete_released"] = "1";
  if (!missing || link.members[question.side].presence == Presence::kDeleted) link.members[question.side].verify = false;
  turn.Wake(WaitForVerified(link.id));
  // This very question is still under way to the turn: what is to be read once more is asked in the next.
  if (link.members[question.side].verify) return turn.LeaveDirty(link.id);
  turn.MarkDirty(link.id);
}

bool IsUnderWay(const State& state, const Question& listing) {
  const auto& listings = state.sides[listing.side].listings;
  const auto it = listings.find(listing.resource);
  return it != listings.end() && it->second.id == listing.listing_id;
}

void AskLater(Turn& turn, DeliveryId id, std::int64_t retry_after_millis) {
  const std::int64_t at = turn.micros() + std::max<std::int64_t>(retry_after_millis * 1000, BackoffMicros(turn.state().tuning, id, 2));
  turn.OnHandled([id, at](State& state) {
    auto it = state.questions.find(id);
    if (it == state.questions.end()) return;
    it->second.sent = false;
    it->second.not_before_micros = at;
  });
}

void TakeAnswer(Turn& turn, DeliveryId id, const Question& question, const OperationResult& result, Stamp at) {
  const bool failed = result.kind == OperationResult::Kind::kFailure;
  const bool not_there = failed && result.failure == FailureClass::kNever && result.code == "NOT_FOUND";
  if (failed && !not_there && question.purpose == "listing") {
    turn.OnHandled([id](State& state) { state.questions.erase(id); });
    return ListingFailed(turn, question.side, question.resource, result.code);
  }
  const bool again = failed && (result.failure == FailureClass::kAgain || result.failure == FailureClass::kUncertain || result.failure == FailureClass::kWaiting);
  if (again && question.purpose != "poll") return AskLater(turn, id, result.retry_after_millis);
  turn.OnHandled([id](State& state) { state.questions.erase(id); });
  if (question.purpose == "listing" && IsUnderWay(turn.state(), question)) {
    // Its answer comes when the end mark is durable.
    Misreport(turn, question.side, question.resource, "listing_without_end");
    // Whoever ends none reads all there is each time.
    return ListingFailed(turn, question.side, question.resource, "LISTING_WITHOUT_END", absl::Minutes(10));
  }
  const EntityRule* entity = turn.pack().EntityOf(question.side, question.resource);
  if (!entity) return;
  if (question.purpose == "verify" || question.purpose == "unknown" || question.purpose == "missing") {
    if (failed && !not_there) return turn.Notice("warn", absl::StrCat("a read was refused  side=", Index(question.side), " code=", result.code));
    TakeRead(turn, *entity, question, result, at);
  } else if (question.purpose == "moved") {
    if (not_there || result.found.empty()) return;
    if (turn.FindLink(question.link)) TakeDoubted(turn, *entity, turn.Edit(question.link), question.side, result.found.front());
    Observe(turn, *entity, question.side, result.found.front(), at);
  } else if (question.purpose == "search") {
    if (turn.FindLink(question.link)) TakeSearch(turn, *entity, turn.Edit(question.link), question.side, result, at);
  } else if (question.purpose == "price") {
    TakePriced(turn, question.link, result);
  } else if (question.purpose == "push_read") {
    TakeFreshRead(turn, question.link, result, at);
  }
}

struct Answered {
  const OperationResult* result;
  const Question* question = nullptr;
  LinkId link = 0;
};

}  // namespace

void TakeResults(Turn& turn, const ResultBatch& batch) {
  const SideState& side = turn.state().sides[batch.side];
  if (!side.session || side.session->number != batch.session) return;
  std::vector<Answered> answers;
  std::set<DeliveryId> taken;
  for (const OperationResult& result : batch.results) {
    if (!side.in_flight.contains(result.id) || !taken.insert(result.id).second) {
      turn.Count("answers.not_awaited");
      continue;
    }
    Answered answered{&result};
    if (auto question = turn.state().questions.find(result.id); question != turn.state().questions.end()) {
      answered.question = &question->second;
      answered.link = question->second.link;
    } else if (auto place = turn.state().outbox_of.find(result.id); place != turn.state().outbox_of.end()) {
      auto entry = turn.state().outbox.find(place->second);
      if (entry != turn.state().outbox.end()) answered.link = entry->second.link;
      // Whose record it is that was made.
      const bool is_made = entry != turn.state().outbox.end() && !entry->second.creates.empty() && result.change && !result.change->key.empty();
      if (is_made) turn.PrefetchRecord({batch.side, entry->second.creates, result.change->key});
    }
    if (answered.link != 0) turn.PrefetchLink(answered.link);
    const EntityRule* entity = answered.question ? turn.pack().EntityOf(batch.side, answered.question->resource) : nullptr;
    if (entity && answered.question->kind == OperationKind::kRead) {
      turn.PrefetchRecord({batch.side, entity->sides[batch.side].resource, answered.question->key});
    }
    answers.push_back(answered);
  }
  if (turn.Stops()) return;
  for (const Answered& answered : answers) {
    const OperationResult& result = *answered.result;
    const Stamp at{batch.session, result.seq};
    turn.OnHandled([s = batch.side, id = result.id](State& state) {
      state.sides[s].in_flight.erase(id);
      state.outbox_of.erase(id);
    });
    if (answered.question) {
      TakeAnswer(turn, result.id, *answered.question, result, at);
      continue;
    }
    if (answered.link == 0 || !turn.FindLink(answered.link)) continue;
    Link& link = turn.Edit(answered.link);
    const EntityRule* entity = turn.pack().Entity(link.entity);
    if (!link.owed[batch.side] || link.owed[batch.side]->id != result.id) continue;
    if (!entity) {
      // The pack has the entity no more: the answer is nobody's business.
      Leave(turn, link, batch.side);
      continue;
    }
    if (result.kind == OperationResult::Kind::kFailure) {
      TakeFailure(turn, *entity, link, batch.side, result, at);
    } else {
      TakeReceipt(turn, *entity, link, batch.side, result, at);
    }
  }
}

}  // namespace entente
