#include "engine/pipeline/failure.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "engine/pipeline/apply.h"
#include "engine/pipeline/document.h"
#include "engine/pipeline/ingest.h"
#include "engine/pipeline/lock.h"
#include "engine/pipeline/outbox.h"
#include "engine/pipeline/receipt.h"
#include "engine/pipeline/uncertain.h"
#include "engine/pipeline/undo.h"
#include "engine/pipeline/work.h"

namespace entente {
namespace {

// The pack's word on a code. Whether a lost answer had its effect is no matter of opinion, and what moved on is decided anew.
FailureClass ReactionTo(const Pack& pack, const OperationResult& result) {
  const auto rule = pack.errors.find(result.code);
  if (rule == pack.errors.end() || result.failure == FailureClass::kUncertain || result.failure == FailureClass::kMovedOn) return result.failure;
  switch (rule->second.reaction) {
    case ErrorRule::Reaction::kAgain:
    case ErrorRule::Reaction::kLock: return FailureClass::kAgain;
    case ErrorRule::Reaction::kWait: return FailureClass::kWaiting;
    case ErrorRule::Reaction::kNever: return FailureClass::kNever;
  }
  return result.failure;
}

void AnswerDead(Turn& turn, WorkItemId id, std::uint64_t request, bool retry) {
  const WorkItem* found = turn.FindWork(id);
  if (!found || found->kind != WorkItem::Kind::kDeadLetter || found->state != WorkItem::State::kOpen) {
    turn.effects().replies.push_back({request, absl::NotFoundError("DEAD_LETTER_NOT_FOUND: there is no open dead letter of this id. List them and take an id from there."), {}});
    return;
  }
  const Side side = static_cast<Side>(found->side);
  Link& link = turn.Edit(found->link);
  CloseItem(turn, link, "dead_letter", retry ? "retry" : "discard");
  if (retry) {
    link.owed[side].reset();
    turn.MarkDirty(link.id);
  } else {
    turn.Tell(link, "discarded", "", static_cast<int>(Index(side)), {});
  }
  turn.effects().replies.push_back({request, absl::OkStatus(), {{"item", static_cast<std::int64_t>(id)}}});
}

}  // namespace

void Bury(Turn& turn, const EntityRule& entity, Link& link, Side side, const OperationResult& result) {
  Delivery& delivery = *link.owed[side];
  turn.PutOutbox({side, delivery.lane, delivery.order}, std::nullopt);
  delivery.state = Delivery::State::kDead;
  NoteApplyRefused(turn, link.id, side, result.code);
  // Told by the report of the plan; a retry would not know that it is to take something back.
  if (IsUndo(delivery)) return link.owed[side].reset();
  if (entity.document && side != entity.document->owner && delivery.verb == Verb::kCreate) {
    link.owed[side].reset();
    return NotePushRefused(turn, entity, link, result);
  }
  CloseItem(turn, link, "dead_letter", "refused again");
  const WorkItemId id = OpenItem(turn, link, "dead_letter", static_cast<int>(Index(side)),
                                 {{"code", result.code}, {"text", result.text}, {"rule", delivery.rule}, {"resource", entity.sides[side].resource}},
                                 {"retry", "discard"});
  WorkItem& item = turn.EditWork(id);
  item.kind = WorkItem::Kind::kDeadLetter;
  if (const auto told = turn.pack().errors.find(result.code); told != turn.pack().errors.end()) {
    item.message_fr = told->second.message_fr;
    item.message_en = told->second.message_en;
  }
  turn.Count("dead_letters");
}

void TakeFailure(Turn& turn, const EntityRule& entity, Link& link, Side side, const OperationResult& result, Stamp at) {
  Delivery& delivery = *link.owed[side];
  delivery.last_code = result.code;
  const auto told = turn.pack().errors.find(result.code);
  delivery.last_text = told == turn.pack().errors.end() ? result.text : absl::StrCat(told->second.message_en, " (", result.text, ")");
  turn.Count(absl::StrCat("failed.", turn.pack().sides[side].name, ".", result.code));
  turn.Tell(link, "failed", delivery.rule, static_cast<int>(Index(side)), {{"delivery", static_cast<std::int64_t>(delivery.id)}, {"code", result.code}});
  const bool is_locked = IsLocked(turn.pack(), result);
  if (!is_locked) EndLocked(turn, link, side);
  switch (ReactionTo(turn.pack(), result)) {
    case FailureClass::kAgain:
    case FailureClass::kWaiting: {
      std::int64_t wait = std::max(result.retry_after_millis * 1000, BackoffMicros(turn.state().tuning, link.id, delivery.attempts));
      if (is_locked) {
        const std::optional<std::int64_t> next = NoteLocked(turn, link, side, result);
        if (!next) {
          EndLocked(turn, link, side);
          Bury(turn, entity, link, side, result);
          return turn.MarkDirty(link.id);
        }
        wait = *next;
      }
      delivery.state = Delivery::State::kBackingOff;
      Postpone(turn, link, side, turn.micros() + wait, false);
      // The record may change while it waits: then a newer decision replaces this one.
      turn.MarkDirty(link.id);
      return;
    }
    case FailureClass::kMovedOn: {
      delivery.state = Delivery::State::kQueued;
      ++delivery.moved_on;
      const bool often = delivery.moved_on > turn.state().tuning.moved_on_max;
      if (often) OpenItem(turn, link, "moved_on", static_cast<int>(Index(side)), {}, {"retry"});
      Postpone(turn, link, side, often ? turn.micros() + BackoffMicros(turn.state().tuning, link.id, delivery.moved_on) : 0, false);
      if (HasContent(result.change)) {
        Observe(turn, entity, side, *result.change, at);
      } else {
        link.members[side].verify = true;
      }
      turn.MarkDirty(link.id);
      return;
    }
    case FailureClass::kNever:
      if (result.code == "NOT_FOUND" && delivery.verb == Verb::kDelete) {
        TakeGone(turn, entity, link, side, at);
      } else if (result.code == "NOT_FOUND" && delivery.verb == Verb::kUpdate) {
        Leave(turn, link, side);
        link.members[side].verify = true;
        NoteApplyRefused(turn, link.id, side, result.code);
      } else {
        Bury(turn, entity, link, side, result);
      }
      turn.MarkDirty(link.id);
      return;
    case FailureClass::kUncertain:
      delivery.state = Delivery::State::kUncertain;
      Postpone(turn, link, side, turn.micros() + SettleMicros(turn.state(), side), true);
      return;
  }
}

void RetryDead(Turn& turn, WorkItemId id, std::uint64_t request) { AnswerDead(turn, id, request, true); }
void DiscardDead(Turn& turn, WorkItemId id, std::uint64_t request) { AnswerDead(turn, id, request, false); }

}  // namespace entente
