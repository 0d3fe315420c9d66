#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace entente {

// The lines that begin and end the part of a comment that the engine writes.
struct CommentMarkers {
  std::string begin = "--- Sage 100 ---";
  std::string end = "--- fin Sage 100 ---";
};

// One comment that people and the engine share: the people's words, and a marked block at the end.
//
// A block whose end was lost goes to the next blank line or the end of the text. Further blocks (a text pasted twice) are dropped; what
// people wrote behind a block is theirs.
struct Comment {
  std::string free;
  std::string block;

  static Comment Split(std::string_view text, const CommentMarkers& markers);
  // Without a block when it is empty.
  std::string Join(const CommentMarkers& markers) const;
  // Drops the block's last lines until the whole has at most `characters_max`; false when `free` alone has more. 0: no limit.
  bool Shorten(const CommentMarkers& markers, std::size_t characters_max, bool* was_cut);
};

}  // namespace entente
