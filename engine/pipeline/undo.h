#pragma once

#include <set>
#include <string>
#include <string_view>

#include "engine/pipeline/turn.h"

// Undo: writes of ours are taken back as a plan of kind "undo" shows (engine/plan/undo.h makes it), and what was taken back is not written
// again by itself.
//
// A value that was taken back is agreed on as it stands on either side: the pair differs, and nobody is written while both halves stand.
// Where the rules would not write the source's value over it anyway, that is all. Else the field is *held*: it is left out of every decision
// until a person edits it on either side, the rules come to agree with it, or somebody lets the rules write again (work item "undone", one
// for each entity and undo, with the number of what is held). The existence of a record is held likewise: one whose create was undone is
// not made again, one whose delete was undone is not deleted again.
namespace entente {

inline constexpr std::string_view kUndoPlan = "undo";

// The delivery takes an earlier write back.
bool IsUndo(const Delivery& delivery);

// Decides a link of the undo that is applied: its write is queued if everything still stands as the plan shows, else refused by name.
void CarryOutUndo(Turn& turn, const EntityRule& entity, Link& link);

// A record was read once more before it is deleted. By the system's own date it may have changed where the pack does not look.
void NoteLookedAt(Turn& turn, LinkId link, Side side, const FeedChange& change);

// After a lost answer: what was found holds what the undo wrote.
bool HasArrived(Turn& turn, const EntityRule& entity, const Link& link, Side side, const Delivery& delivery, const FeedChange& found);

// The undo was done: what the rules would write over it is held.
void NoteUndone(Turn& turn, const EntityRule& entity, Link& link, Side side, const Delivery& delivery);

struct Held {
  std::set<std::string> fields;   // our names
  bool existence = false;
};
// What is still held of the link; holds whose reason is gone end here.
Held TakeHeld(Turn& turn, const EntityRule& entity, Link& link);

// The entity without the fields that are held.
EntityRule Without(const EntityRule& entity, const std::set<std::string>& fields);

}  // namespace entente
