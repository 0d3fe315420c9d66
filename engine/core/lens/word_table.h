#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "engine/core/value.h"

namespace entente {

// Keys and the words that stand for each; the first word of a key is the one written.
//
// A word is looked up as written, then with case, accents and spaces folded. A plain value; any thread once filled.
class WordTable {
 public:
  // False when the word already stands for another key.
  bool Add(const Value& key, const Value& word);
  // A key without words: it is known, and nothing can be written for it.
  void AddKey(const Value& key);

  const Value* KeyOf(const Value& word) const;
  const Value* FirstWordOf(const Value& key) const;
  bool HasKey(const Value& key) const;
  bool empty() const { return keys_.empty(); }

 private:
  std::unordered_map<std::string, Value> keys_;   // canonical bytes of the word → key
  std::unordered_map<std::string, Value> folded_;
  std::unordered_map<std::string, Value> first_;  // canonical bytes of the key → word, null while it has none
};

// "3" as int, "1.5" as decimal, "true" as bool, by the type's name; empty when it is not one. Values of other types stay.
std::optional<Value> ValueOfWord(const Value& word, std::string_view type);

}  // namespace entente
