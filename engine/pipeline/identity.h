#pragma once

#include <string>

#include "engine/pipeline/turn.h"

// Which link a reported record is of, and what becomes of it when it bears another key.
//
// A key that is known decides. A row that is known, under a key that is not, is a claim: the record has a new code, or rows are not unique.
// The claim is kept with the member (Member::moved_to) and the former key is read: nothing there, and the new one is followed; still there,
// and the other one is a record of its own.
namespace entente {

struct Known {
  LinkId link = 0;             // 0: none
  bool is_by_row = false;      // by its row alone
};

Known KnownLink(Turn& turn, const std::string& resource, Side side, const FeedChange& change);

// The record has this key from now on; its former one leads to it as an alias.
void Rekey(Turn& turn, Link& link, Side side, const std::string& key);

// Its row was reported under another key: kept, and the record is read under the one we know.
void ClaimMove(Turn& turn, Link& link, Side side, const std::string& key);
// Content too old to count may still tell a new code.
void ClaimMoveOfStale(Turn& turn, Link& link, Side side, const FeedChange& change);

// Nothing stands under the known key any more. True: it moved, is followed, and is to be read under its new key.
bool FollowMove(Turn& turn, const EntityRule& entity, Link& link, Side side);
// A read found the record under the known key. What was reported under the other one is read as what it may be: another record.
void DoubtMove(Turn& turn, const EntityRule& entity, Link& link, Side side);
// The answer to that: content with the row of a record that was just read under its own key. Twice so, and rows of the resource are not
// believed until the system's next session; an item says so.
void TakeDoubted(Turn& turn, const EntityRule& entity, Link& link, Side side, const FeedChange& found);

}  // namespace entente
