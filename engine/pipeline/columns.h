#pragma once

#include <map>
#include <string>

#include "engine/pipeline/shape.h"
#include "engine/pipeline/turn.h"

namespace entente {

// Compares the columns of a session's system with those it had when it was last described, and remembers them.
//
// A column that came back, or is new to us, stands in no shadow, and nothing there must not be taken for a blank: its resource is listed
// anew, rules that read it rest until then, and what stood still meanwhile is decided. Where a column takes more or fewer characters than
// before, links of its entity are decided anew. `meta`: of the state, before this turn.
void NoteColumns(Turn& turn, const SessionInfo& session, const std::map<std::string, std::string>& meta);

// What was remembered of a side's columns, until a session describes them again: fields whose column the system had lost rest on, and what
// nobody could read is not taken for a blank.
ShapesPtr RememberedShapes(const Pack& pack, Side side, const std::map<std::string, std::string>& meta);

}  // namespace entente
