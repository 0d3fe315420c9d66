#include "engine/core/lens/comment.h"

#include "engine/core/text.h"

namespace entente {
namespace {

// Takes the first line and the break behind it.
std::string_view TakeLine(std::string_view* text) {
  const std::size_t end = text->find('\n');
  const std::string_view line = text->substr(0, end);
  text->remove_prefix(end == std::string_view::npos ? text->size() : end + 1);
  return line;
}

void DropLineBreak(std::string* text) {
  if (!text->empty() && text->back() == '\n') text->pop_back();
  if (!text->empty() && text->back() == '\r') text->pop_back();
}

// Takes the lines of a block, the begin marker already taken.
std::string TakeBlock(std::string_view* rest, const CommentMarkers& markers) {
  const std::string_view all = *rest;
  const bool is_closed = [&] {
    for (std::string_view probe = all; !probe.empty();) {
      const std::string_view line = Trim(TakeLine(&probe));
      if (line == markers.end) return true;
      if (line == markers.begin) return false;
    }
    return false;
  }();
  std::string block;
  while (!rest->empty()) {
    const std::string_view before = *rest;
    const std::string_view line = TakeLine(rest);
    const std::string_view trimmed = Trim(line);
    if (is_closed && trimmed == markers.end) break;
    if (!is_closed && (trimmed.empty() || trimmed == markers.begin)) {
      *rest = before;
      break;
    }
    if (!block.empty()) block += '\n';
    block += TrimRight(line);
  }
  while (!block.empty() && block.back() == '\n') block.pop_back();
  return block;
}

}  // namespace

Comment Comment::Split(std::string_view text, const CommentMarkers& markers) {
  Comment comment;
  bool has_block = false;
  while (!text.empty()) {
    const std::string_view before = text;
    if (Trim(TakeLine(&text)) != markers.begin) {
      comment.free.append(before.substr(0, before.size() - text.size()));
      continue;
    }
    // The break before a marker belongs to the block.
    DropLineBreak(&comment.free);
    std::string block = TakeBlock(&text, markers);
    if (!has_block) comment.block = std::move(block);
    has_block = true;
    if (!text.empty() && !comment.free.empty()) comment.free += '\n';
  }
  return comment;
}

std::string Comment::Join(const CommentMarkers& markers) const {
  if (block.empty()) return free;
  return free + (free.empty() ? "" : "\n") + markers.begin + "\n" + block + "\n" + markers.end;
}

bool Comment::Shorten(const CommentMarkers& markers, std::size_t characters_max, bool* was_cut) {
  *was_cut = false;
  if (characters_max == 0) return true;
  if (CharacterCount(free) > characters_max) return false;
  while (!block.empty() && CharacterCount(Join(markers)) > characters_max) {
    *was_cut = true;
    const std::size_t last_line = block.rfind('\n');
    block.resize(last_line == std::string::npos ? 0 : last_line);
  }
  return true;
}

}  // namespace entente
