#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "engine/core/lens/word_table.h"
#include "engine/core/value.h"

namespace entente {

// Reads the arguments of one lens. The first thing wrong is remembered; later reads then give their fallback.
//
// Borrows `fields`. For one thread.
class Arguments {
 public:
  Arguments(std::string_view lens, const Fields& fields, std::vector<std::string_view> known, bool takes_others);

  const Value& Find(std::string_view name) const;
  std::string Text(std::string_view name, std::string_view fallback);
  std::string RequiredText(std::string_view name);
  // A length of at least 1; 0 when it was not given.
  std::size_t Length(std::string_view name);
  std::size_t RequiredLength(std::string_view name);
  bool Flag(std::string_view name, bool fallback);
  // One word of `choices`.
  std::string Choice(std::string_view name, std::string_view fallback, const std::vector<std::string_view>& choices);
  // key → words, see WordTable; `native` and `canonical` are the types the words and keys are read as.
  WordTable Table(std::string_view name, std::string_view native, std::string_view canonical);
  // The table of the arguments that the lens does not know by name: each is a key.
  WordTable OtherArguments();
  // A map from text to text, given as a map or as a list of "from=to".
  Map Pairs(std::string_view name);

  void Fail(std::string sentence);
  const absl::Status& status() const { return status_; }

 private:
  std::string_view lens_;
  const Fields& fields_;
  std::vector<std::string_view> known_;
  absl::Status status_;
};

}  // namespace entente
