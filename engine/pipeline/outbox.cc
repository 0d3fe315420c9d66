#include "engine/pipeline/outbox.h"

#include <algorithm>
#include <vector>

#include "engine/pipeline/apply.h"
#include "engine/pipeline/undo.h"
#include "engine/pipeline/lock.h"
#include "engine/pipeline/window.h"
#include "engine/pipeline/work.h"

namespace entente {
namespace {

OutboxId PlaceOf(Side side, const Delivery& delivery) { return {side, delivery.lane, delivery.order}; }

void PutEntry(Turn& turn, const Link& link, Side target, bool sent, std::int64_t not_before) {
  const Delivery& delivery = *link.owed[target];
  OutboxEntry entry{.link = link.id, .sent = sent, .not_before_micros = not_before, .creates = {}};
  if (delivery.verb == Verb::kCreate) entry.creates = turn.pack().Entity(link.entity)->sides[target].resource;
  turn.PutOutbox(PlaceOf(target, delivery), std::move(entry));
}

bool SameContent(const Delivery& a, const Delivery& b) { return a.verb == b.verb && a.writes == b.writes && a.key == b.key; }

OperationOut OperationOf(const Link& link, Side side, const Delivery& delivery, const Pack& pack) {
  OperationOut out;
  out.id = delivery.id;
  out.link = link.id;
  out.rule = delivery.rule;
  out.reason = delivery.reason;
  out.kind = OperationKind::kWrite;
  out.verb = delivery.verb;
  out.resource = pack.Entity(link.entity)->sides[side].resource;
  out.key = delivery.key;
  out.fields = delivery.writes;
  out.expected = delivery.expected;
  out.idempotency_key = delivery.idempotency_key;
  out.find_field = delivery.find_field;
  out.find_value = delivery.find_value;
  out.search_first = delivery.search_first;
  out.is_urgent = delivery.lane == Lane::kOnDemand;
  return out;
}

bool IsUrgent(const Question& question) { return question.purpose == "price" || question.purpose == "push_read"; }

OperationOut OperationOf(DeliveryId id, const Question& question) {
  OperationOut out;
  out.id = id;
  out.kind = question.kind;
  out.resource = question.resource;
  out.key = question.key;
  out.fields = question.fields;
  out.find_field = question.find_field;
  out.find_value = question.find_value;
  out.listing_id = question.listing_id;
  out.listing_mode = question.listing_mode;
  out.is_urgent = IsUrgent(question);
  return out;
}

// So many urgent operations may be under way beyond what is for all, where the connector has room: they do not wait for a bulk to end.
constexpr int kUrgentBeyond = 8;

// How many operations the side takes now.
struct Room {
  int urgent = 0;
  int others = 0;
  void Take() {
    --urgent;
    --others;
  }
};

Room RoomOf(const State& state, Side side) {
  const SideState& s = state.sides[side];
  if (!s.session || s.is_outdated || (state.paused && !state.observing && !state.applying)) return {};
  const SideRule& rule = state.pack->sides[side];
  const int most = rule.operations_max > 0 ? std::min(rule.operations_max, state.tuning.operations_in_flight_max) : state.tuning.operations_in_flight_max;
  const int together = rule.batch_max > 0 ? rule.batch_max : s.ready;
  const int left = most - static_cast<int>(s.in_flight.size());
  // The pack's own number is kept to the letter: a system that takes one operation at a time takes one.
  const int beyond = rule.operations_max > 0 ? 0 : kUrgentBeyond;
  return {.urgent = std::min({s.ready, left + beyond, together}), .others = std::min({s.ready, left, together})};
}

void SendQuestions(Turn& turn, Side side, Room& room, std::vector<OperationOut>& out) {
  for (const auto& [id, question] : turn.state().questions) {
    if (room.urgent <= 0) break;
    if (question.side != side || question.sent || question.not_before_micros > turn.micros()) continue;
    if (room.others <= 0 && !IsUrgent(question)) continue;
    out.push_back(OperationOf(id, question));
    room.Take();
    // A listing takes as long as there are records.
    const bool is_short = question.kind != OperationKind::kStartListing && question.kind != OperationKind::kPoll;
    turn.OnHandled([id = id, side, is_short, at = turn.micros()](State& state) {
      auto it = state.questions.find(id);
      if (it != state.questions.end()) it->second.sent = true;
      if (is_short) state.sides[side].handed_over.emplace_back(at, id);
      state.sides[side].in_flight.insert(id);
      --state.sides[side].ready;
    });
  }
}

using OutboxWrites = std::map<OutboxId, std::optional<OutboxEntry>>;

// The outbox of a side in order, as it is with `writes`; until `take` answers false.
template <typename Take>
void WalkOutbox(const State& state, const OutboxWrites& writes, Side side, Take take) {
  auto held = state.outbox.lower_bound({side, Lane::kOnDemand, 0});
  auto write = writes.lower_bound({side, Lane::kOnDemand, 0});
  const auto is_held = [&] { return held != state.outbox.end() && held->first.side == side; };
  const auto is_written = [&] { return write != writes.end() && write->first.side == side; };
  while (is_held() || is_written()) {
    if (!is_written() || (is_held() && held->first < write->first)) {
      if (!take(held->first, held->second)) return;
      ++held;
      continue;
    }
    if (is_held() && held->first == write->first) ++held;
    if (write->second && !take(write->first, *write->second)) return;
    ++write;
  }
}

// Deliveries to send now, at most `room`, with what was just decided. Bulk work waits until it fills a bulk or nothing else is under way: a call
// costs the same for one record as for many, and systems ration calls.
//
// `is_settled(link)`: what was decided of it holds.
template <typename IsSettled>
std::vector<std::pair<OutboxId, LinkId>> DueDeliveries(const State& state, const OutboxWrites& writes, Side side, Room room, std::int64_t now, IsSettled is_settled) {
  std::vector<std::pair<OutboxId, LinkId>> due;
  if (state.paused && !state.applying) return due;
  std::size_t urgent = 0;
  WalkOutbox(state, writes, side, [&](const OutboxId& place, const OutboxEntry& entry) {
    if (static_cast<int>(due.size()) >= (place.lane == Lane::kOnDemand ? room.urgent : room.others)) return false;
    if (entry.sent || entry.not_before_micros > now || !IsAdmitted(state, entry.link, side)) return true;
    if (state.undecided.contains(entry.link) || !is_settled(place, entry.link)) return true;
    due.emplace_back(place, entry.link);
    if (place.lane < Lane::kBulk) urgent = due.size();
    return true;
  });
  // What the pack lets go together is a whole bulk.
  const SideRule& rule = state.pack->sides[side];
  int bulk = state.tuning.bulk_deliveries_min;
  for (const int most : {rule.batch_max, rule.operations_max}) {
    if (most > 0) bulk = std::min(bulk, most);
  }
  const bool fills = due.size() - urgent >= static_cast<std::size_t>(bulk);
  if (!fills && !state.sides[side].in_flight.empty()) due.resize(urgent);
  return due;
}

void SendDeliveries(Turn& turn, Side side, bool is_brief, Room& room, std::vector<OperationOut>& out) {
  // Of bulk work some links would have to be fetched first.
  if (is_brief) room.others = 0;
  // What this turn decided goes out with it, unless the link is to be decided once more.
  const auto is_settled = [&turn](const OutboxId& place, LinkId link) { return !turn.outbox_writes().contains(place) || !turn.IsLeftDirty(link); };
  const std::vector<std::pair<OutboxId, LinkId>> due = DueDeliveries(turn.state(), turn.outbox_writes(), side, room, turn.micros(), is_settled);
  for (const auto& [place, link] : due) turn.PrefetchLink(link);
  if (turn.Stops()) return;
  for (const auto& [place, id] : due) {
    const Link* found = turn.FindLink(id);
    if (!found || !found->owed[side] || !(PlaceOf(side, *found->owed[side]) == place) || !turn.pack().Entity(found->entity)) {
      turn.PutOutbox(place, std::nullopt);   // overtaken in this very turn
      continue;
    }
    Link& link = turn.Edit(id);
    const EntityRule& entity = *turn.pack().Entity(link.entity);
    Delivery& delivery = *link.owed[side];
    if (IsUndo(delivery) && !turn.state().applying) {
      // Left over by an engine that died: nobody looks any more whether it still holds. What it was for can be planned again.
      Withdraw(turn, link, side);
      turn.LeaveDirty(id);
      continue;
    }
    if (const std::int64_t opens = MayStartAt(turn.state(), entity, side, delivery, turn.micros()); opens > turn.micros()) {
      WaitForWindow(turn, entity, link, side, opens);
      continue;
    }
    EndWindow(turn, link, side);
    delivery.state = Delivery::State::kSent;
    ++delivery.attempts;
    PutEntry(turn, link, side, true, 0);
    out.push_back(OperationOf(link, side, delivery, turn.pack()));
    room.Take();
    turn.OnHandled([delivery_id = delivery.id, place = place, side, at = turn.micros()](State& state) {
      state.sides[side].handed_over.emplace_back(at, delivery_id);
      state.sides[side].in_flight.insert(delivery_id);
      state.outbox_of[delivery_id] = place;
      --state.sides[side].ready;
    });
  }
}

}  // namespace

std::int64_t BackoffMicros(const Tuning& tuning, LinkId link, int attempts) {
  const std::int64_t first = absl::ToInt64Microseconds(tuning.retry_first);
  const std::int64_t longest = absl::ToInt64Microseconds(tuning.retry_longest);
  const std::int64_t step = std::min(longest, first << std::min(std::max(attempts - 1, 0), 20));
  const std::int64_t spread = static_cast<std::int64_t>((link * 2654435761u + static_cast<std::uint64_t>(attempts) * 40503u) % 401) - 200;
  return step + step / 1000 * spread;
}

void Queue(Turn& turn, const EntityRule& entity, Link& link, Side target, Delivery delivery) {
  if (!Admits(turn, link, target, delivery)) return;
  if (auto& owed = link.owed[target]) {
    if (SameContent(*owed, delivery) && owed->state != Delivery::State::kSent && owed->state != Delivery::State::kUncertain) {
      owed->settles = std::move(delivery.settles);
      owed->expected = std::move(delivery.expected);
      return LookAtWindow(turn, entity, link, target);
    }
    const int moved_on = owed->moved_on;
    delivery.locked_since_micros = owed->locked_since_micros;
    turn.PutOutbox(PlaceOf(target, *owed), std::nullopt);
    owed.reset();
    delivery.moved_on = moved_on;
  }
  delivery.id = turn.NextDelivery();
  if (const RunState* run = turn.state().ActiveRun()) delivery.run = run->id;
  delivery.order = delivery.id;
  if (delivery.lane != Lane::kOnDemand && delivery.lane != Lane::kPaced) delivery.lane = turn.state().FirstLoadRunning() ? Lane::kBulk : Lane::kContinuous;
  if (delivery.idempotency_key.empty()) delivery.idempotency_key = std::to_string(turn.state().epoch) + "-" + std::to_string(delivery.id);
  turn.Tell(link, "decided", delivery.rule, static_cast<int>(Index(target)),
            {{"delivery", static_cast<std::int64_t>(delivery.id)}, {"verb", static_cast<int>(delivery.verb)}, {"reason", delivery.reason}});
  link.owed[target] = std::move(delivery);
  CloseItem(turn, link, "dead_letter", "superseded");
  PutEntry(turn, link, target, false, link.owed[target]->not_before_micros);
  turn.Count("decided." + entity.name);
}

void Withdraw(Turn& turn, Link& link, Side target) {
  if (!link.owed[target]) return;
  EndLocked(turn, link, target);
  turn.PutOutbox(PlaceOf(target, *link.owed[target]), std::nullopt);
  link.owed[target].reset();
  if (turn.state().applying) {
    turn.OnHandled([place = std::pair(link.id, target)](State& state) {
      if (state.applying) state.applying->admitted.erase(place);
    });
  }
}

void Leave(Turn& turn, Link& link, Side target) {
  if (!link.owed[target]) return;
  turn.PutOutbox(PlaceOf(target, *link.owed[target]), std::nullopt);
  link.owed[target].reset();
}

void Postpone(Turn& turn, Link& link, Side target, std::int64_t at_micros, bool sent) {
  link.owed[target]->not_before_micros = at_micros;
  PutEntry(turn, link, target, sent, at_micros);
}

void HandOver(Turn& turn, std::optional<Side> changes_session, bool is_brief) {
  for (Side side : kSides) {
    if (side == changes_session) continue;
    Room room = RoomOf(turn.state(), side);
    if (room.urgent <= 0) continue;
    std::vector<OperationOut> out;
    SendQuestions(turn, side, room, out);
    SendDeliveries(turn, side, is_brief, room, out);
    if (turn.is_stopped()) return;
    if (out.empty()) continue;
    turn.effects().operations.push_back({side, turn.state().sides[side].session->number, std::move(out)});
  }
}

bool MaySend(const State& state, std::int64_t now) {
  for (Side side : kSides) {
    const Room room = RoomOf(state, side);
    if (room.urgent <= 0) continue;
    for (const auto& [id, question] : state.questions) {
      const bool fits = room.others > 0 || IsUrgent(question);
      if (fits && question.side == side && !question.sent && question.not_before_micros <= now) return true;
    }
    if (!DueDeliveries(state, {}, side, room, now, [](const OutboxId&, LinkId) { return true; }).empty()) return true;
  }
  return false;
}

std::int64_t NextDue(const State& state, std::int64_t now) {
  // What is due already waits for a session or for room, and those come as events; only searches are dealt out over turns.
  for (const auto& [at, place] : state.outbox_due) {
    if (at > now) break;
    if (state.outbox.at(place).sent && state.sides[place.side].session) return now;
  }
  std::int64_t due = 0;
  auto later = state.outbox_due.upper_bound({now, OutboxId{Side::kRight, Lane::kPaced, ~std::uint64_t{0}}});
  if (later != state.outbox_due.end()) due = later->first;
  for (const auto& [id, question] : state.questions) {
    if (question.sent || question.not_before_micros <= now) continue;
    if (due == 0 || question.not_before_micros < due) due = question.not_before_micros;
  }
  return due;
}

}  // namespace entente
