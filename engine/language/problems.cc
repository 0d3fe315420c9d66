#include "engine/language/problems.h"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace entente {
namespace {

std::size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

}  // namespace

std::string Problem::ToString() const {
  std::string text = at.file;
  if (at.line > 0) text += ":" + std::to_string(at.line);
  text += ": " + sentence;
  if (!remedy.empty()) text += " " + remedy;
  return text;
}

void Problems::Add(const Position& at, std::string sentence, std::string remedy) {
  errors_.push_back({at, std::move(sentence), std::move(remedy)});
}

void Problems::Warn(const Position& at, std::string sentence, std::string remedy) {
  warnings_.push_back({at, std::move(sentence), std::move(remedy)});
}

std::string NearestWord(std::string_view word, const std::vector<std::string>& known) {
  std::string best;
  std::size_t best_distance = std::max<std::size_t>(2, word.size() / 3) + 1;
  for (const std::string& candidate : known) {
    const std::size_t distance = EditDistance(word, candidate);
    if (distance < best_distance) {
      best_distance = distance;
      best = candidate;
    }
  }
  return best;
}

std::string OneOf(std::string_view word, const std::vector<std::string>& known) {
  constexpr std::size_t kListedMax = 12;
  std::string text;
  if (const std::string nearest = NearestWord(word, known); !nearest.empty()) text = "Did you mean " + nearest + "? ";
  if (known.empty()) return text + "Nothing is known here.";
  text += known.size() == 1 ? "Write " : "Write one of: ";
  for (std::size_t i = 0; i < known.size() && i < kListedMax; ++i) text += (i ? ", " : "") + known[i];
  if (known.size() > kListedMax) text += " …";
  return text + ".";
}

}  // namespace entente
