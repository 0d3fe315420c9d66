#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/core/decimal.h"
#include "tools/sandbox/ssm/table.h"

namespace entente::sandbox::ssm {

// The label of a record another one refers to: "" when there is none.
using LabelOf = std::function<std::string(const std::string& table, std::int64_t id)>;

// A compiled `where`: comparisons (= <> > >= < <= LIKE, NOT LIKE) joined by AND, OR and parentheses.
//
// Text and dates stand in single quotes, numbers and booleans bare; a quote inside a text cannot be written. A reference is compared
// through its id ("accountId.id = 5") or its label ("statusId.value = 'Client'"). A record whose field is null matches no comparison.
// Text is compared without regard to ASCII case. Immutable after Compile; Match is safe from any thread.
class Where {
 public:
  // INVALID_ARGUMENT (the API's 901) names what is wrong.
  static absl::StatusOr<Where> Compile(std::string_view text, const Resource& resource);

  bool Match(const Row& row, const LabelOf& label) const;

  // Positions of rows that may match, found by the table's indexes, ascending; empty when every row has to be looked at.
  std::optional<std::vector<std::size_t>> Candidates(const Table& table) const;

  bool HasOr() const;

  struct Node;

 private:
  std::shared_ptr<const Node> root_;
};

}  // namespace entente::sandbox::ssm
