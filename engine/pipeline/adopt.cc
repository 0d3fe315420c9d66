#include "engine/pipeline/adopt.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/pipeline/capacity.h"
#include "engine/pipeline/gates.h"
#include "engine/pipeline/ingest.h"
#include "engine/pipeline/project.h"
#include "engine/pipeline/work.h"

namespace entente {
namespace {

absl::Status MayActivate(const Turn& turn, const ActivatePack& what) {
  const State& state = turn.state();
  if (state.applying) return absl::FailedPreconditionError("PLAN_ACTIVE: a plan is being applied. Wait until it ends.");
  if (state.FirstLoadRunning()) return absl::FailedPreconditionError("RUN_ACTIVE: a first load is under way, and goes by the rules it began with. Wait until it ends, or watch it.");
  if (what.before != nullptr && what.before != state.pack) {
    return absl::AbortedError("PACK_CHANGED: another pack was activated meanwhile. Look what it changed, and try again.");
  }
  if (absl::Status status = CanAdopt(*state.pack, *what.pack); !status.ok()) return status;
  for (Side side : kSides) {
    if (!state.sides[side].session) continue;
    if (absl::Status status = PassesGates(*what.pack, *state.sides[side].session); !status.ok()) return status;
  }
  return absl::OkStatus();
}

// What a run still waits for, without resources that the pack has no more.
void ForgetListings(Turn& turn, const Pack& pack) {
  const RunState* active = turn.state().ActiveRun();
  if (active == nullptr) return;
  RunState& run = *turn.EditRun(active->id);
  std::erase_if(run.pending, [&](const std::string& token) { return !pack.EntityOf(token[0] == '0' ? Side::kLeft : Side::kRight, token.substr(2)); });
}

// The record leaves the scope, by what is known of it. One that enters it is listed, and read, again.
void Rescope(Turn& turn, const EntityRule& entity, Link& link) {
  for (Side side : kSides) {
    Member& member = link.members[side];
    const bool stands = member.presence == Presence::kPresent || turn.state().adopting->enters.contains({link.id, side});
    if (!stands || !entity.sides[side].in_scope) continue;
    const Presence presence = IsInScope(turn, entity, link, side, member.shadow) ? Presence::kPresent : Presence::kOutOfScope;
    if (presence == member.presence) continue;
    member.presence = presence;
    if (presence == Presence::kPresent) turn.Wake(WaitForLink(link.id, side));
    else turn.Tell(link, "out_of_scope", "", static_cast<int>(Index(side)), {});
  }
}

void Reindex(Turn& turn, const EntityRule& entity, Link& link) {
  for (Side side : kSides) {
    const bool stands = link.members[side].presence == Presence::kPresent || link.members[side].presence == Presence::kOutOfScope;
    if (stands) IndexMatches(turn, entity, link, side);
  }
}

// The links gone through in this turn.
std::vector<LinkId> NextLinks(const Adopting& adopting, std::size_t room) {
  std::vector<LinkId> next;
  for (LinkId at = adopting.next; at <= adopting.end && next.size() < room; ++at) next.push_back(adopting.only.empty() ? at : adopting.only[at - 1]);
  return next;
}

// The pass is through: the second one follows, or the end.
void EndPass(Turn& turn, Adopting after) {
  if (after.refreshes) {
    for (const std::string& entity : after.what.reindex) turn.Wake(WaitForKeys(entity));
    for (const std::string& entity : after.what.recount) {
      turn.Wake(WaitForRoom(entity));
      turn.OnHandled([entity, count = after.counted[entity]](State& state) { state.capacity_used[entity] = count; });
    }
    after.refreshes = false;
    after.next = 1;
    after.end = turn.state().last_link;
    WriteAdoption(after, turn.meta());
    turn.OnHandled([after](State& state) { state.adopting = after; });
    return;
  }
  ForgetAdoption(turn.meta());
  turn.Notice("info", absl::StrCat("what was there before is decided by the new rules  links=", after.end));
  turn.OnHandled([](State& state) { state.adopting.reset(); });
}

// The links to go through in this turn, at hand.
std::vector<LinkId> TakeNext(Turn& turn, const Adopting& adopting) {
  // What waits for a decision of its own has room beside it.
  const std::vector<LinkId> next = NextLinks(adopting, static_cast<std::size_t>(std::max(1, turn.state().tuning.decisions_per_turn_max / 2)));
  for (LinkId id : next) turn.PrefetchLink(id);
  turn.Require();
  return next;
}

void GoOn(Turn& turn, Adopting after, std::size_t by) {
  after.next += by;
  if (after.next > after.end) return EndPass(turn, std::move(after));
  WriteAdoption(after, turn.meta());
  turn.OnHandled([after](State& state) { state.adopting = after; });
}

}  // namespace

void Activate(Turn& turn, const ActivatePack& what, std::uint64_t request) {
  if (absl::Status status = MayActivate(turn, what); !status.ok() || what.validate_only) {
    turn.effects().replies.push_back({request, status, {}});
    return;
  }
  const State& state = turn.state();
  std::map<std::string, std::string> meta_before;
  if (state.adopting) {
    std::map<std::string, std::optional<std::string>> written;
    WriteAdoption(*state.adopting, &written);
    for (const auto& [name, value] : written) {
      if (value) meta_before[name] = *value;
    }
  }
  std::map<std::string, std::optional<std::string>> unread_before;
  WriteUnread(state.unread, {}, &unread_before);
  for (const auto& [name, value] : unread_before) {
    if (value) meta_before[name] = *value;
  }
  BeginAdoption(*what.adoption, *what.pack, state.last_link, meta_before, turn.meta());
  std::map<std::string, std::string> meta_after;
  for (const auto& [name, value] : *turn.meta()) {
    if (value) meta_after[name] = *value;
  }
  for (const auto& [name, value] : what.meta) turn.PutMeta(name, value);
  const std::uint64_t generation = state.generation + 1;
  turn.PutMeta("generation", absl::StrCat(generation));
  turn.PutMeta("pack_hash", what.pack->hash);
  ForgetListings(turn, *what.pack);
  // What was decided by the former rules and has not left yet is decided anew before it leaves.
  for (const auto& [place, entry] : state.outbox) {
    if (!entry.sent) turn.LeaveDirty(entry.link);
  }
  Both<bool> is_outdated{};
  for (Side side : kSides) {
    const auto& session = state.sides[side].session;
    is_outdated[side] = session && AskedOf(*state.pack, *session) != AskedOf(*what.pack, *session);
    if (is_outdated[side]) turn.effects().outdated.emplace_back(side, session->number);
  }
  turn.OnHandled([what, generation, is_outdated, relist = what.adoption->relist, meta_after](State& s) {
    const PackPtr former = std::exchange(s.pack, what.pack);
    s.generation = generation;
    if (std::optional<Adopting> adopting = ReadAdoption(meta_after)) s.adopting = std::move(adopting);
    s.unread = ReadUnread(meta_after);
    s.resting = Resting(*s.pack, s.unread);
    for (const auto& place : relist) {
      s.relist.insert(place);
      s.sides[place.first].listed[place.second] = false;
    }
    std::erase_if(s.relist, [&](const auto& place) { return !s.pack->EntityOf(place.first, place.second); });
    for (const auto& [place, entry] : s.outbox) {
      if (!entry.sent) s.undecided.insert(entry.link);
    }
    for (Side side : kSides) {
      SideState& of = s.sides[side];
      of.is_outdated = is_outdated[side];
      for (const auto& [place, fields] : s.unread) {
        if (place.first == side) of.listings.erase(place.second);
      }
      std::erase_if(of.listings, [&](const auto& listing) { return !s.pack->EntityOf(side, listing.first); });
      // Shapes are kept by the rules they are for.
      of.shapes = of.last_info ? ShapesNow(*s.pack, *of.last_info, s.unread) : std::make_shared<Shapes>();
    }
    s.pack_since_micros = what.at_micros;
  });
  turn.effects().pack = what.pack;
  turn.Notice("info", absl::StrCat("pack activated  pack=", what.pack->name, " pack_version=", what.pack->version, " pack_hash=", what.pack->hash, " generation=", generation));
  turn.effects().replies.push_back({request, absl::OkStatus(), {{"generation", static_cast<std::int64_t>(generation)}, {"pack_hash", what.pack->hash}}});
}

void RefreshSome(Turn& turn) {
  if (!HasToAdopt(turn.state()) || !turn.state().adopting->refreshes) return;
  Adopting after = *turn.state().adopting;
  const std::vector<LinkId> next = TakeNext(turn, after);
  for (LinkId id : next) {
    const Link* found = turn.FindLink(id);
    const EntityRule* entity = found ? turn.pack().Entity(found->entity) : nullptr;
    if (!entity) continue;
    if (after.what.reindex.contains(entity->name)) Reindex(turn, *entity, turn.Edit(id));
    if (after.what.recount.contains(entity->name)) after.counted[entity->name] += Counts(turn.pack(), *entity, *turn.FindLink(id)) ? 1 : 0;
  }
  GoOn(turn, std::move(after), next.size());
}

void AdoptSome(Turn& turn) {
  if (!HasToAdopt(turn.state()) || turn.state().adopting->refreshes) return;
  Adopting after = *turn.state().adopting;
  const std::vector<LinkId> next = TakeNext(turn, after);
  for (LinkId id : next) {
    const Link* found = turn.FindLink(id);
    const EntityRule* entity = found ? turn.pack().Entity(found->entity) : nullptr;
    if (!entity || !after.what.decide.contains(entity->name)) continue;
    Link& link = turn.Edit(id);
    if (after.what.rescope.contains(entity->name)) Rescope(turn, *entity, link);
    if (!after.only.empty()) Reindex(turn, *entity, link);
    turn.MarkDirty(id);
  }
  GoOn(turn, std::move(after), next.size());
}

bool HasToAdopt(const State& state) {
  if (!state.adopting) return false;
  // Keys are needed by whatever is decided, for a plan that is applied as well; the rest is decided when decisions are made again.
  return !state.paused || state.adopting->refreshes;
}

void NoteRead(Turn& turn, Side side, const std::string& resource) {
  const auto place = turn.state().unread.find({side, resource});
  if (place == turn.state().unread.end()) return;
  NativeFields left = turn.state().unread;
  left.erase({side, resource});
  WriteUnread(left, turn.state().unread, turn.meta());
  // Who rested for it is decided now; links that wait for another resource's fields go on waiting.
  Adoption adoption;
  const std::set<const FieldSide*> rested = RestingFields(turn.pack(), turn.state().unread), rest = RestingFields(turn.pack(), left);
  for (const EntityRule& entity : turn.pack().entities) {
    const bool wakes = std::any_of(entity.fields.begin(), entity.fields.end(), [&](const FieldRule& field) {
      return std::any_of(kSides.begin(), kSides.end(), [&](Side s) { return rested.contains(&field.sides[s]) && !rest.contains(&field.sides[s]); });
    });
    if (wakes || turn.state().resting.contains(entity.name)) adoption.decide.insert(entity.name);
  }
  const bool has_former = turn.state().adopting.has_value();
  const Adopting after = Begun(has_former ? Together(turn.state().adopting->what, adoption) : adoption, turn.state().last_link);
  WriteAdoption(after, turn.meta());
  turn.OnHandled([left, after](State& state) {
    state.unread = left;
    state.resting = Resting(*state.pack, left);
    state.adopting = after;
    for (Side each : kSides) {
      if (state.sides[each].last_info) state.sides[each].shapes = ShapesNow(*state.pack, *state.sides[each].last_info, left);
    }
  });
}

bool IsReindexing(const State& state, const std::string& entity) {
  return state.adopting && state.adopting->refreshes && state.adopting->what.reindex.contains(entity);
}

bool IsResting(const State& state, const EntityRule& entity, Side* side, std::string* resource) {
  if (!state.resting.contains(entity.name) || state.unread.empty()) return false;
  *side = state.unread.begin()->first.first;
  *resource = state.unread.begin()->first.second;
  return true;
}

ShapesPtr ShapesNow(const Pack& pack, const SessionInfo& session, const NativeFields& unread) {
  ShapesPtr shapes = ShapesOf(pack, session);
  if (unread.empty()) return shapes;
  auto resting = std::make_shared<Shapes>(*shapes);
  for (const FieldSide* side : RestingFields(pack, unread)) (*resting)[side].is_absent = true;
  return resting;
}

Asked AskedOf(const Pack& pack, const SessionInfo& session) {
  Asked asked;
  asked.options = pack.sides[session.side].options;
  asked.limits = pack.limits;
  for (const EntityRule& entity : pack.entities) {
    const EntitySide& side = entity.sides[session.side];
    if (side.resource.empty() || !session.resources.contains(side.resource)) continue;
    asked.feeds[side.resource] = {entity.triggers.continuous ? side.interval : absl::ZeroDuration(), entity.native_fields[session.side]};
  }
  return asked;
}

}  // namespace entente
