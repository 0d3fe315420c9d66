#include "engine/pipeline/run.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/pipeline/absence.h"
#include "engine/pipeline/adopt.h"
#include "engine/pipeline/ensure.h"
#include "engine/pipeline/ingest.h"
#include "engine/pipeline/misreport.h"
#include "engine/pipeline/project.h"
#include "engine/pipeline/work.h"

namespace entente {
namespace {

std::string ListedMeta(Side side, const std::string& resource) { return absl::StrCat("listed.", Index(side), ".", resource); }

void AskListing(Turn& turn, Side side, const std::string& resource, FeedMode mode, std::uint64_t run) {
  const std::string id = absl::StrCat(turn.state().epoch, "-", run, "-", Index(side), "-", resource, "-", turn.micros());
  turn.Ask({.side = side, .kind = OperationKind::kStartListing, .purpose = "listing", .resource = resource, .listing_id = id, .listing_mode = mode});
  turn.OnHandled([side, resource, mode, id, run, at = turn.micros()](State& state) {
    Listing listing;
    listing.id = id;
    listing.since_micros = at;
    listing.mode = mode;
    listing.run = run;
    listing.began_micros = at;
    state.sides[side].listings[resource] = std::move(listing);
  });
}

bool ListsDeleted(const State& state, Side side, const std::string& resource) {
  const auto& session = state.sides[side].session;
  if (!session) return true;
  auto it = session->resources.find(resource);
  return it == session->resources.end() || it->second.lists_deleted;
}

// Records we know that the listing did not show.
std::vector<std::string> Missing(Turn& turn, const FeedBatch& batch, const Listing& listing) {
  std::set<std::uint64_t> last;
  for (const FeedChange& change : batch.changes) last.insert(KeyHash(change.key));
  std::vector<std::string> missing;
  // What was seen may still be among them: entries that are not on disk yet.
  for (const auto& [key, entry] : turn.Range(batch.side, batch.resource, listing.seen)) {
    if (entry.deleted || entry.alias || entry.link == 0) continue;
    const std::uint64_t hash = KeyHash(key);
    if (!listing.seen->contains(hash) && !last.contains(hash)) missing.push_back(key);
  }
  return missing;
}

// Absence is a hypothesis: a few missing records are read once more; many are a person's business; a missing canary ends it.
void JudgeMissing(Turn& turn, const EntityRule& entity, const FeedBatch& batch, const Listing& listing) {
  if (ListsDeleted(turn.state(), batch.side, batch.resource)) return;
  const std::vector<std::string> missing = Missing(turn, batch, listing);
  const std::string place = absl::StrCat(turn.pack().sides[batch.side].name, ":", batch.resource);
  const auto canary = turn.state().tuning.canaries.find(place);
  if (canary != turn.state().tuning.canaries.end() && std::find(missing.begin(), missing.end(), canary->second) != missing.end()) {
    OpenGroupItem(turn, "canary_missing:" + place, "canary_missing", entity.name, static_cast<int>(Index(batch.side)),
                  {{"missing", static_cast<std::int64_t>(missing.size())}}, {"dismiss"});
    return;
  }
  const std::string group = absl::StrCat("mass_missing:", place);
  const auto links = turn.state().entity_links.find(entity.name);
  const std::int64_t known = links == turn.state().entity_links.end() ? 0 : links->second;
  const std::int64_t budget = std::max<std::int64_t>(entity.delete_budget_min, known / 100);
  const std::int64_t count = static_cast<std::int64_t>(missing.size());
  const bool is_approved = count > budget && turn.state().approved.contains(group);
  if (count > budget && !is_approved) {
    List samples;
    for (std::size_t i = 0; i < missing.size() && i < 10; ++i) samples.push_back(missing[i]);
    OpenGroupItem(turn, group, "mass_delete", entity.name, static_cast<int>(Index(batch.side)),
                  {{"count", count}, {"budget", budget}, {"samples", std::move(samples)}}, {"approve", "reject"});
    return;
  }
  NoteWholeListing(turn, batch.side, batch.resource, listing.began_micros, missing);
  for (const std::string& key : missing) {
    const RecordEntry* entry = turn.FindRecord({batch.side, batch.resource, key});
    turn.Ask({.side = batch.side, .kind = OperationKind::kRead, .link = entry ? entry->link : 0, .purpose = "missing", .resource = batch.resource,
              .key = key, .listing_id = listing.id, .is_approved = is_approved, .since_micros = listing.since_micros});
  }
  if (is_approved) {
    turn.PutMeta("approved." + group, std::nullopt);
    turn.OnHandled([group](State& state) { state.approved.erase(group); });
  }
  turn.Count("missing." + batch.resource, count);
}

void EndListing(Turn& turn, const FeedBatch& batch, const Listing& listing) {
  const EntityRule* entity = turn.pack().EntityOf(batch.side, batch.resource);
  if (entity) JudgeMissing(turn, *entity, batch, listing);
  if (listing.mode == FeedMode::kListing) {
    turn.PutMeta(ListedMeta(batch.side, batch.resource), "1");
    turn.Wake(WaitForListing(batch.side, batch.resource));
    NoteRead(turn, batch.side, batch.resource);
    if (entity) EnsureRecords(turn, *entity, batch.side);
  }
  if (listing.run != 0) {
    if (RunState* run = turn.EditRun(listing.run)) run->pending.erase(ListingToken(batch.side, batch.resource));
  }
  turn.OnHandled([side = batch.side, resource = batch.resource, mode = listing.mode, at = turn.micros()](State& state) {
    if (mode == FeedMode::kListing) state.sides[side].listed[resource] = true;
    state.sides[side].last_sweep[resource] = at;
    state.sides[side].listings.erase(resource);
  });
}

// An entity that is not polled by itself is not swept by itself either: at the hours of its calendar, or not at all.
bool SweepIsDue(const State& state, Side side, const EntityRule& entity, std::int64_t since, std::int64_t now) {
  if (entity.triggers.continuous) return now - since >= absl::ToInt64Microseconds(entity.sides[side].sweep_interval * state.tuning.poll_interval_factor);
  const auto kept = state.sides[side].last_calendar.find(entity.sides[side].resource);
  return entity.triggers.calendar && kept != state.sides[side].last_calendar.end() && kept->second > since;
}

bool Settled(const State& state) {
  if (!state.dirty.empty() || !state.wakes.empty()) return false;
  for (const auto& [id, question] : state.questions) {
    if (question.purpose != "poll") return false;
  }
  for (const auto& [id, entry] : state.outbox) {
    // What backs off waits for the other system, not for us.
    if (entry.sent || entry.not_before_micros == 0) return false;
  }
  for (Side side : kSides) {
    if (!state.sides[side].listings.empty()) return false;
  }
  return true;
}

// A run lists everything itself, and sweeps go on after it; but one that is held back by a pause, for weeks of observing, has listed what it lists.
bool SweepsRest(const State& state) {
  const RunState* run = state.ActiveRun();
  return run != nullptr && (!run->pending.empty() || !state.paused);
}

}  // namespace

std::string ListingToken(Side side, const std::string& resource) { return absl::StrCat(Index(side), ":", resource); }

namespace {

void NoteFullRun(Turn& turn) {
  turn.PutMeta("full_run", absl::StrCat(turn.micros()));
  turn.OnHandled([at = turn.micros()](State& state) { state.last_full_micros = at; });
}

}  // namespace

std::int64_t NextReconcile(const State& state) {
  const absl::Duration interval = state.tuning.reconcile_interval;
  const bool is_connected = state.sides[Side::kLeft].session && state.sides[Side::kRight].session;
  const bool rests = state.planning || (state.paused && !state.observing) || !is_connected;
  if (rests || interval <= absl::ZeroDuration() || state.last_full_micros == 0 || state.ActiveRun()) return 0;
  return state.last_full_micros + absl::ToInt64Microseconds(interval);
}

void KeepReconciling(Turn& turn) {
  const std::int64_t due = NextReconcile(turn.state());
  if (due == 0 || due > turn.micros()) return;
  RunState run;
  run.id = turn.NextRun();
  run.kind = "reconcile";
  run.state = "running";
  run.started_micros = turn.micros();
  for (const EntityRule& entity : turn.pack().entities) {
    for (Side side : kSides) {
      const std::string& resource = entity.sides[side].resource;
      // What a system has not cannot be waited for; nobody is there to see that the run does not end.
      if (turn.state().sides[side].session->resources.contains(resource)) run.pending.insert(ListingToken(side, resource));
    }
  }
  NoteFullRun(turn);
  turn.Notice("info", absl::StrCat("run started by itself  run=", run.id, " kind=", run.kind));
  turn.PutRun(std::move(run));
}

void Start(Turn& turn, const StartRun& start, std::uint64_t request) {
  if (turn.state().ActiveRun()) {
    turn.effects().replies.push_back({request, absl::FailedPreconditionError("RUN_ACTIVE: another run is under way. Wait until it ends, or watch it."), {}});
    return;
  }
  RunState run;
  run.id = turn.NextRun();
  run.kind = start.kind;
  run.state = "running";
  run.started_micros = turn.micros();
  for (const EntityRule& entity : turn.pack().entities) {
    if (!start.entities.empty() && !start.entities.contains(entity.name)) continue;
    for (Side side : kSides) {
      if (entity.sides[side].resource.empty()) continue;
      run.pending.insert(ListingToken(side, entity.sides[side].resource));
      if (start.kind != "first_load") continue;
      // Nothing is created before this run's listings are whole.
      turn.PutMeta(ListedMeta(side, entity.sides[side].resource), std::nullopt);
      turn.OnHandled([side, resource = entity.sides[side].resource](State& state) { state.sides[side].listed[resource] = false; });
    }
  }
  if (start.entities.empty()) NoteFullRun(turn);
  turn.effects().replies.push_back({request, absl::OkStatus(), {{"run", static_cast<std::int64_t>(run.id)}}});
  turn.Notice("info", absl::StrCat("run started  run=", run.id, " kind=", run.kind));
  turn.PutRun(std::move(run));
}

void NoteListing(Turn& turn, const FeedBatch& batch) {
  const auto& listings = turn.state().sides[batch.side].listings;
  auto it = listings.find(batch.resource);
  if (it == listings.end() || it->second.id != batch.listing_id) {
    // What is left of one that broke off may still come.
    if (!batch.listing_failed && !turn.state().sides[batch.side].listing_not_before.contains(batch.resource)) Misreport(turn, batch.side, batch.resource, "listing_not_asked_for");
    return;
  }
  if (batch.listing_failed) return ListingFailed(turn, batch.side, batch.resource, "LISTING_BROKEN_OFF");
  if (batch.listing_total > 0 && it->second.run != 0) {
    const std::string name = absl::StrCat("total.", turn.pack().sides[batch.side].name, ".", batch.resource);
    turn.OnHandled([run = it->second.run, name, total = batch.listing_total](State& state) {
      const auto counted = state.runs.find(run);
      if (counted == state.runs.end()) return;
      counted->second.counts[name] = total;
      state.counted_run = run;
    });
  }
  if (batch.listing_ends) return EndListing(turn, batch, it->second);
  std::vector<std::uint64_t> hashes;
  hashes.reserve(batch.changes.size());
  for (const FeedChange& change : batch.changes) hashes.push_back(KeyHash(change.key));
  turn.OnHandled([side = batch.side, resource = batch.resource, hashes = std::move(hashes)](State& state) {
    auto listing = state.sides[side].listings.find(resource);
    if (listing == state.sides[side].listings.end()) return;
    listing->second.begun = true;
    listing->second.seen->insert(hashes.begin(), hashes.end());
    listing->second.count += static_cast<std::int64_t>(hashes.size());
  });
}

void LoseCursor(Turn& turn, Side side, const std::string& resource) {
  turn.Notice("warn", absl::StrCat("cursor lost, a full listing follows  side=", Index(side), " resource=", resource));
  turn.PutCursor(side, resource, std::nullopt);
  turn.PutMeta(ListedMeta(side, resource), std::nullopt);
  turn.OnHandled([side, resource](State& state) { state.sides[side].listed[resource] = false; });
  turn.PutMeta(absl::StrCat("relist.", Index(side), ".", resource), "1");
  turn.OnHandled([side, resource](State& state) { state.relist.insert({side, resource}); });
}

void ListingFailed(Turn& turn, Side side, const std::string& resource, const std::string& code, absl::Duration wait) {
  turn.Notice("warn", absl::StrCat("a listing broke off and is started again later  side=", Index(side), " resource=", resource, " code=", code));
  turn.OnHandled([side, resource, at = turn.micros() + absl::ToInt64Microseconds(wait)](State& state) {
    state.sides[side].listings.erase(resource);
    state.sides[side].listing_not_before[resource] = at;
  });
}

void KeepListing(Turn& turn) {
  const State& state = turn.state();
  const RunState* run = state.ActiveRun();
  for (Side side : kSides) {
    if (!state.sides[side].session || state.sides[side].is_outdated) continue;
    for (const EntityRule& entity : turn.pack().entities) {
      const std::string& resource = entity.sides[side].resource;
      if (resource.empty() || state.sides[side].listings.contains(resource)) continue;
      if (!state.sides[side].session->resources.contains(resource)) continue;
      auto not_before = state.sides[side].listing_not_before.find(resource);
      if (not_before != state.sides[side].listing_not_before.end() && not_before->second > turn.micros()) continue;
      if (run && run->pending.contains(ListingToken(side, resource))) {
        AskListing(turn, side, resource, FeedMode::kListing, run->id);
        continue;
      }
      if (state.relist.contains({side, resource})) {
        AskListing(turn, side, resource, FeedMode::kListing, 0);
        turn.PutMeta(absl::StrCat("relist.", Index(side), ".", resource), std::nullopt);
        turn.OnHandled([side, resource](State& s) { s.relist.erase({side, resource}); });
        continue;
      }
      const absl::Duration sweep = entity.sides[side].sweep_interval * state.tuning.poll_interval_factor;
      if (sweep <= absl::ZeroDuration() || SweepsRest(state) || !state.Listed(side, resource)) continue;
      auto last = state.sides[side].last_sweep.find(resource);
      const std::int64_t since = last == state.sides[side].last_sweep.end() ? 0 : last->second;
      if (SweepIsDue(state, side, entity, since, turn.micros())) AskListing(turn, side, resource, FeedMode::kKeys, 0);
    }
  }
}

std::int64_t NextSweep(const State& state) {
  std::int64_t due = 0;
  if (SweepsRest(state)) return due;
  for (Side side : kSides) {
    if (!state.sides[side].session || state.sides[side].is_outdated) continue;
    for (const EntityRule& entity : state.pack->entities) {
      const absl::Duration sweep = entity.sides[side].sweep_interval * state.tuning.poll_interval_factor;
      const std::string& resource = entity.sides[side].resource;
      if (sweep <= absl::ZeroDuration() || !entity.triggers.continuous || !state.Listed(side, resource) || state.sides[side].listings.contains(resource)) continue;
      if (!state.sides[side].session->resources.contains(resource)) continue;
      auto last = state.sides[side].last_sweep.find(resource);
      if (last == state.sides[side].last_sweep.end()) continue;
      const std::int64_t at = last->second + absl::ToInt64Microseconds(sweep);
      if (due == 0 || at < due) due = at;
    }
  }
  return due;
}

void EndRuns(Turn& turn) {
  const RunState* active = turn.state().ActiveRun();
  if (!active || !active->pending.empty() || !turn.dirty().empty() || !Settled(turn.state())) return;
  RunState& run = *turn.EditRun(active->id);
  run.state = "done";
  run.ended_micros = turn.micros();
  turn.Notice("info", absl::StrCat("run ended  run=", run.id, " kind=", run.kind));
}

}  // namespace entente
