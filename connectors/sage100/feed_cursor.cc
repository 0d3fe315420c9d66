#include "connectors/sage100/feed_cursor.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace entente::sage100 {
namespace {

// Lines of tab-separated words: "1 company parameters server", then "t table modified identity", "b table
// modified rows sum" and "s key content".
constexpr char kVersion[] = "1";

bool Hex(const std::string& text, std::uint64_t* out) { return absl::SimpleHexAtoi(text, out); }

}  // namespace

std::string FeedCursor::Encode() const {
  std::string out = absl::StrCat(kVersion, "\t", company, "\t", absl::Hex(parameters), "\t", server_seconds, "\n");
  for (const auto& [table, mark] : tables) {
    absl::StrAppend(&out, "t\t", table, "\t", mark.modified, "\t", mark.identity, "\n");
    for (const auto& [modified, burst] : mark.bursts) {
      absl::StrAppend(&out, "b\t", table, "\t", modified, "\t", burst.rows, "\t", absl::Hex(burst.sum), "\n");
    }
  }
  for (const auto& [key, content] : seen) absl::StrAppend(&out, "s\t", absl::Hex(key), "\t", absl::Hex(content), "\n");
  return out;
}

std::optional<FeedCursor> FeedCursor::Decode(std::string_view text) {
  FeedCursor out;
  bool is_first = true;
  for (const absl::string_view line : absl::StrSplit(absl::string_view(text.data(), text.size()), '\n', absl::SkipEmpty())) {
    const std::vector<std::string> words = absl::StrSplit(line, '\t');
    if (is_first) {
      is_first = false;
      if (words.size() != 4 || words[0] != kVersion) return std::nullopt;
      out.company = words[1];
      if (!Hex(words[2], &out.parameters) || !absl::SimpleAtoi(words[3], &out.server_seconds)) return std::nullopt;
    } else if (words[0] == "t" && words.size() == 4) {
      TableMark& mark = out.tables[words[1]];
      mark.modified = words[2];
      if (!absl::SimpleAtoi(words[3], &mark.identity)) return std::nullopt;
    } else if (words[0] == "b" && words.size() == 5) {
      Burst& burst = out.tables[words[1]].bursts[words[2]];
      if (!absl::SimpleAtoi(words[3], &burst.rows) || !Hex(words[4], &burst.sum)) return std::nullopt;
    } else if (words[0] == "s" && words.size() == 3) {
      std::uint64_t key = 0, content = 0;
      if (!Hex(words[1], &key) || !Hex(words[2], &content)) return std::nullopt;
      out.seen.emplace(key, content);
    } else {
      return std::nullopt;
    }
  }
  if (is_first) return std::nullopt;
  return out;
}

}  // namespace entente::sage100
