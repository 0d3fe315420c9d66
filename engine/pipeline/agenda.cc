#include "engine/pipeline/agenda.h"

#include <algorithm>
#include <limits>
#include <vector>

#include "engine/pipeline/decide.h"
#include "engine/pipeline/project.h"
#include "engine/pipeline/run.h"

namespace entente {
namespace {

constexpr int kNoRank = std::numeric_limits<int>::max();

// The lowest rank that has to wait; ranks below it may be decided.
int HeldFromRank(const State& state) {
  const RunState* run = state.ActiveRun();
  if (run == nullptr || run->kind != "first_load") return kNoRank;
  int held = kNoRank;
  // What waits by rank. Rank 0 is a link whose entity was not at hand when it was left: it is looked at first.
  const auto waiting = state.dirty.lower_bound({Lane::kBulk, 1, 0});
  if (waiting != state.dirty.end() && waiting->lane == Lane::kBulk) held = waiting->rank + 1;
  for (const EntityRule& entity : state.pack->entities) {
    if (entity.rank >= held) break;
    for (Side side : kSides) {
      const std::string& resource = entity.sides[side].resource;
      if (run->pending.contains(ListingToken(side, resource))) held = std::min(held, entity.rank);
      const auto owed = state.sides[side].creates_owed.find(resource);
      if (owed != state.sides[side].creates_owed.end() && owed->second > 0) held = std::min(held, entity.rank + 1);
    }
  }
  return held;
}

// As much of a first load as goes out next is decided already: what is decided ahead of that would be written, forgotten and read again. A side
// that is not there, or whose window is closed, holds nobody up.
bool IsAhead(const State& state) {
  return std::any_of(kSides.begin(), kSides.end(), [&](Side side) {
    const SideState& s = state.sides[side];
    return s.session && !s.is_outdated && s.bulk_waiting >= state.tuning.outbox_entries_max;
  });
}

// The first rank of the bulk lane that has to wait.
int HeldFrom(const State& state) { return IsAhead(state) ? std::numeric_limits<int>::min() : HeldFromRank(state); }

bool IsHeld(const DirtyId& dirty, int held_from) { return dirty.lane == Lane::kBulk && dirty.rank >= held_from; }

// Paused, only links of the plan that is applied are decided.
bool MayDecide(const State& state, LinkId link) {
  return !state.paused || (state.applying && state.applying->links.contains(link) && state.applying->IsReady(link));
}

// What this turn made dirty; what a first load lists is left for its stage.
std::set<LinkId> TakeFresh(Turn& turn, const Event& event, std::size_t room) {
  std::set<LinkId> now;
  const bool is_listed = turn.state().FirstLoadRunning() && std::holds_alternative<FeedBatch>(event);
  const std::set<LinkId> dirty = turn.TakeDirty();
  std::vector<LinkId> order(dirty.begin(), dirty.end());
  // Whoever waits for a quote comes before what a large answer made dirty.
  std::stable_partition(order.begin(), order.end(), [&turn](LinkId link) { return turn.IsOnDemand(link); });
  for (LinkId link : order) {
    if (!MayDecide(turn.state(), link) || (is_listed && !turn.IsOnDemand(link)) || now.size() >= room) {
      turn.LeaveDirty(link);
      continue;
    }
    now.insert(link);
    turn.PrefetchLink(link);
  }
  return now;
}

// Only one source of events takes what waits: two would fetch and decide the same links at the same time.
std::vector<DirtyId> TakeWaiting(Turn& turn, std::size_t room) {
  std::vector<DirtyId> waiting;
  const int held_from = HeldFrom(turn.state());
  for (const DirtyId& dirty : turn.state().dirty) {
    if (waiting.size() >= room || IsHeld(dirty, held_from)) break;
    waiting.push_back(dirty);
    turn.PrefetchLink(dirty.link);
  }
  if (turn.Stops()) return {};
  // Only now is it known what entity some of them are of.
  std::erase_if(waiting, [&](const DirtyId& dirty) {
    const DirtyId known{dirty.lane, turn.RankOf(dirty.link), dirty.link};
    if (known == dirty || !IsHeld(known, held_from)) return false;
    turn.ClearDirty(dirty);
    turn.LeaveDirty(dirty.link);
    return true;
  });
  return waiting;
}

// Of the plan that is applied.
std::set<LinkId> TakePlanned(Turn& turn, std::size_t room) {
  std::set<LinkId> planned;
  for (LinkId link : turn.state().applying->todo) {
    if (planned.size() >= room) break;
    if (!turn.state().applying->IsReady(link)) continue;
    planned.insert(link);
    turn.PrefetchLink(link);
  }
  // First of all: what is left again while these are decided is to be decided again.
  turn.OnHandled([planned](State& state) {
    if (!state.applying) return;
    for (LinkId link : planned) state.applying->todo.erase(link);
  });
  return planned;
}

// What a lone record looks up to find its partner. Asked for before anything is decided, one fetch serves all; Correlate() asks for what is
// left.
void PrefetchPartners(Turn& turn, LinkId id) {
  const Link* link = turn.FindLink(id);
  const EntityRule* entity = link ? turn.pack().Entity(link->entity) : nullptr;
  if (!entity || link->Has(Side::kLeft) == link->Has(Side::kRight)) return;
  const Side here = link->Has(Side::kLeft) ? Side::kLeft : Side::kRight;
  if (link->members[Other(here)].presence != Presence::kNone || !Correlates(*entity, *link, here)) return;
  for (Side side : kSides) {
    if (!turn.state().Listed(side, entity->sides[side].resource)) return;
  }
  // Within a parent the other side's key is another one, which the parent's link says.
  const bool is_same_there = std::all_of(entity->matches.begin(), entity->matches.end(), [](const MatchRule& rule) { return WithinFields(rule).empty(); });
  for (std::uint64_t hash : link->members[here].match_hashes) {
    turn.PrefetchMatches({here, hash});
    if (is_same_there) turn.PrefetchMatches({Other(here), hash});
  }
}

}  // namespace

void TakeWakes(Turn& turn) {
  constexpr int kWakesPerTurn = 256;
  const auto& wakes = turn.state().wakes;
  const std::size_t count = std::min<std::size_t>(wakes.size(), kWakesPerTurn);
  for (std::size_t i = 0; i < count; ++i) turn.PrefetchParked(wakes[i]);
  if (turn.Stops()) return;
  for (std::size_t i = 0; i < count; ++i) {
    for (LinkId link : turn.Parked(wakes[i])) {
      turn.PutParked(wakes[i], link, false);
      turn.LeaveDirty(link);
    }
  }
  turn.OnHandled([count](State& state) {
    for (std::size_t i = 0; i < count; ++i) {
      state.waits.erase(WaitHash(state.wakes.front()));
      state.wakes_queued.erase(state.wakes.front());
      state.wakes.pop_front();
    }
  });
}

void DecideDirty(Turn& turn, const Event& event) {
  const Tuning& tuning = turn.state().tuning;
  const bool is_awaited = turn.state().IsAwaited(turn.micros());
  const auto room = static_cast<std::size_t>(is_awaited ? std::min(tuning.decisions_while_awaited_max, tuning.decisions_per_turn_max) : tuning.decisions_per_turn_max);
  std::set<LinkId> fresh = TakeFresh(turn, event, room);
  std::vector<DirtyId> waiting;
  const bool takes_more = std::holds_alternative<TimerDue>(event);
  if (takes_more && turn.state().applying) fresh.merge(TakePlanned(turn, room - fresh.size()));
  if (takes_more && !turn.state().paused) waiting = TakeWaiting(turn, room - fresh.size());
  if (turn.Stops()) return;
  for (LinkId link : fresh) PrefetchPartners(turn, link);
  for (const DirtyId& dirty : waiting) PrefetchPartners(turn, dirty.link);
  if (turn.Stops()) return;
  bool missed = false;
  const auto decide = [&](LinkId link) {
    try {
      Decide(turn, link);
    } catch (const NotInMemory&) {
      missed = true;   // the rest still says what it needs, so that one fetch serves all
    }
    turn.SetWantedAside();
  };
  for (LinkId link : fresh) decide(link);
  for (const DirtyId& dirty : waiting) {
    turn.ClearDirty(dirty);
    if (!fresh.contains(dirty.link)) decide(dirty.link);
  }
  if (missed || turn.has_wanted_aside()) return turn.Stop();
  // Deciding may dirty others, or the united link: they wait for the next turn.
  for (LinkId link : turn.TakeDirty()) turn.LeaveDirty(link);
}

bool HasDecidable(const State& state) {
  if (state.paused) {
    return state.applying && std::any_of(state.applying->todo.begin(), state.applying->todo.end(), [&](LinkId link) { return state.applying->IsReady(link); });
  }
  return !state.dirty.empty() && !IsHeld(*state.dirty.begin(), HeldFrom(state));
}

}  // namespace entente
