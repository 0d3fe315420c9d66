#include "engine/pipeline/lock.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "engine/core/calendar.h"
#include "engine/pipeline/outbox.h"
#include "engine/pipeline/work.h"

namespace entente {

namespace {

constexpr char kRecordLocked[] = "record_locked";
// Among the link's choices: a lock was told.
constexpr char kTold[] = "told_of_lock";

// With the pack's words for the kind of lock.
void Tell(Turn& turn, Link& link, Side side, const std::string& code) {
  // Once, though somebody dismissed it.
  if (!link.choices.emplace(kTold, code).second) return;
  const Delivery& delivery = *link.owed[side];
  const WorkItemId id = OpenItem(turn, link, kRecordLocked, static_cast<int>(Index(side)),
                                 {{"code", code}, {"key", delivery.key}, {"since", FormatTimestamp({delivery.locked_since_micros})}}, {"dismiss"});
  const ErrorRule& kind = turn.pack().errors.at(code);
  WorkItem& item = turn.EditWork(id);
  absl::StrAppend(&item.message_fr, " ", kind.message_fr);
  absl::StrAppend(&item.message_en, " ", kind.message_en);
}

}  // namespace

bool IsLocked(const Pack& pack, const OperationResult& result) {
  const auto rule = pack.errors.find(result.code);
  const bool may_be = result.failure != FailureClass::kUncertain && result.failure != FailureClass::kMovedOn;
  return may_be && rule != pack.errors.end() && rule->second.reaction == ErrorRule::Reaction::kLock;
}

std::optional<std::int64_t> NoteLocked(Turn& turn, Link& link, Side side, const OperationResult& result) {
  Delivery& delivery = *link.owed[side];
  const std::int64_t asked = result.retry_after_millis * 1000;
  const auto& rule = turn.pack().sides[side].lock;
  if (!rule) return std::max(asked, BackoffMicros(turn.state().tuning, link.id, delivery.attempts));
  if (delivery.locked_since_micros == 0) delivery.locked_since_micros = turn.micros();
  const absl::Duration lasted = absl::Microseconds(turn.micros() - delivery.locked_since_micros);
  if (lasted >= rule->give_up_after) return std::nullopt;
  if (lasted >= rule->notify_after) Tell(turn, link, side, result.code);
  return std::max(asked, absl::ToInt64Microseconds(rule->retry_every));
}

void EndLocked(Turn& turn, Link& link, Side side) {
  if (link.owed[side]) link.owed[side]->locked_since_micros = 0;
  link.choices.erase(kTold);
  CloseItem(turn, link, kRecordLocked, "released");
}

}  // namespace entente
