#pragma once

#include <string>

#include "engine/pipeline/adoption.h"
#include "engine/pipeline/event.h"
#include "engine/pipeline/turn.h"

// New rules taken on a living state, in a turn. See adoption.h.
namespace entente {

// From the next turn on the pack of `what` holds. Open sessions that are asked for other things are told to open anew.
void Activate(Turn& turn, const ActivatePack& what, std::uint64_t request);

// Goes through the next links, of the second pass before links are decided, of the first one after. Called with the clock's turns only.
void AdoptSome(Turn& turn);
void RefreshSome(Turn& turn);
// Something is left to go through, and may be gone through now.
bool HasToAdopt(const State& state);

// A listing of the resource is whole: fields it was read for are known now.
void NoteRead(Turn& turn, Side side, const std::string& resource);

// Nothing of the entity is correlated now.
bool IsReindexing(const State& state, const std::string& entity);
// The entity's links wait for fields that were not read yet; a place to read is in `side` and `resource`.
bool IsResting(const State& state, const EntityRule& entity, Side* side, std::string* resource);

// Shapes of a session's catalogue, with the fields at rest.
ShapesPtr ShapesNow(const Pack& pack, const SessionInfo& session, const NativeFields& unread);

// What a session of a side is asked for: resources with their fields, options, limits.
struct Asked {
  std::map<std::string, std::pair<absl::Duration, std::set<std::string>>> feeds;
  std::map<std::string, std::string> options;
  std::map<std::string, std::int64_t> limits;
  friend bool operator==(const Asked&, const Asked&) = default;
};
Asked AskedOf(const Pack& pack, const SessionInfo& session);

}  // namespace entente
