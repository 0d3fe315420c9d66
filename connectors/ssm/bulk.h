#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "connectors/ssm/access.h"

namespace entente::ssm {

// One row to write.
struct WriteItem {
  // For PUT and DELETE.
  std::string id;
  // For POST and PUT.
  Json data;
};

// What became of one row.
struct WriteOutcome {
  enum class Kind { kDone, kRefused, kAgain, kUnknown };
  Kind kind = Kind::kAgain;
  // Id of the row.
  std::string id;
  std::string reason;
  std::string text;
  absl::Duration retry_after = absl::ZeroDuration();
  // Sequence number taken after the effect.
  std::uint64_t sequence = 0;

  bool is_done() const { return kind == Kind::kDone; }
};

// Writes rows of one list, many to a call, and tells of each what became of it.
//
// One row goes by the plain call. A row a bulk refused is sent singly, to learn why; a bulk refused as a whole is halved. A
// lost answer makes every row of its call unknown: a POST is then the caller's to search for.
// Outcomes come in the order of the items.
std::vector<WriteOutcome> WriteRows(const Access& access, const std::string& method, const std::string& path,
                                    const std::vector<WriteItem>& items, const std::function<bool()>& may_start);

// The failure that tells the engine of an outcome. REQUIRES: not done.
v1::Failure FailureOf(const WriteOutcome& outcome);
// The same for a read that failed; nothing was written.
v1::Failure FailureOf(const absl::Status& status);

}  // namespace entente::ssm
