#pragma once

#include <map>
#include <string>
#include <vector>

#include "engine/examples/cast.h"
#include "engine/examples/stage.h"
#include "engine/language/example.h"
#include "engine/language/problems.h"

namespace entente::examples {

// Whether what was expected of a field is what stands there: numbers by their value, absent as null, of a map the keys that are named,
// `{has: WORDS}` by its words.
bool Matches(const Value& expected, const Value& actual);

// What the outcomes of an example are judged by.
struct Judged {
  const Pack& pack;
  Stage& stage;
  Cast& cast;
  // Sessions that were refused, by side: the reason in lower case.
  std::map<Side, std::string> refused;
};

// One problem for each outcome that does not hold.
void Judge(const Example& example, const Judged& judged, Problems& problems);

}  // namespace entente::examples
