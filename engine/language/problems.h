#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace entente {

// Where something stands in the files of a pack. Line 0: the file as a whole.
struct Position {
  std::string file;
  int line = 0;
};

// One thing wrong with a pack, or worth knowing.
struct Problem {
  Position at;
  // What is wrong and why, one sentence.
  std::string sentence;
  // What to do about it, one sentence.
  std::string remedy;

  // "ssm/party.yaml:12: sentence remedy"
  std::string ToString() const;
};

// Collects everything that is wrong with a pack, so that one load shows all of it.
//
// A plain collection for one thread.
class Problems {
 public:
  void Add(const Position& at, std::string sentence, std::string remedy);
  void Warn(const Position& at, std::string sentence, std::string remedy);

  bool empty() const { return errors_.empty(); }
  const std::vector<Problem>& errors() const { return errors_; }
  const std::vector<Problem>& warnings() const { return warnings_; }

 private:
  std::vector<Problem> errors_;
  std::vector<Problem> warnings_;
};

// The known word nearest to `word`, or empty when none is near enough to be what was meant.
std::string NearestWord(std::string_view word, const std::vector<std::string>& known);

// "Write one of: a, b, c." with "Did you mean a?" before it where one is near. At most twelve words are listed.
std::string OneOf(std::string_view word, const std::vector<std::string>& known);

}  // namespace entente
