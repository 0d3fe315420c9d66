#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace entente::certificate {

// What is proved. Stable words; the sentence is for people.
namespace law {
inline constexpr std::string_view kConverges = "converges";            // at most kRoundsMax passes write, then one writes nothing
inline constexpr std::string_view kNoPingPong = "no_ping_pong";        // no side gets back a value it held before
inline constexpr std::string_view kAgrees = "agrees";                  // at rest both sides agree as far as they can hold it
inline constexpr std::string_view kNoEditLost = "no_edit_lost";        // what somebody typed is there, or a record names it
inline constexpr std::string_view kAllowedWrites = "allowed_writes";   // only where the rules let values flow, and only values that are there
inline constexpr std::string_view kNoNeedlessWrite = "no_needless_write";
inline constexpr std::string_view kRuledWinner = "ruled_winner";       // who wins is who the rules say
inline constexpr std::string_view kNoDeleteByDefault = "no_delete_by_default";
inline constexpr std::string_view kNoResurrection = "no_resurrection"; // what is gone comes back by a rule that restores
inline constexpr std::string_view kNothingIgnored = "nothing_ignored"; // a record on one side alone is acted upon or shown
inline constexpr std::string_view kReachable = "reachable";            // every rule decides something
inline constexpr std::string_view kOneOwner = "one_owner";             // conditions read only what one side owns
inline constexpr std::string_view kAcyclic = "acyclic";                // no field is computed from itself
}  // namespace law

// Passes that may write until one writes nothing, for a record without parents.
inline constexpr int kRoundsMax = 3;

// A law that does not hold, and one way to see it.
struct Violation {
  std::string_view law;
  std::string sentence;
  // From the start to the violation, a sentence a step.
  std::vector<std::string> trace;
};

}  // namespace entente::certificate
