#pragma once

#include <string>
#include <vector>

#include "connectors/sage100/source.h"

namespace entente::sage100 {

// The rows that carry a resource's records: which table, which column is the anchor, which rows count.
struct AnchorTable {
  std::string table;
  std::string anchor;
  std::string filter;  // on bare quoted columns; may be empty
};

struct AnchorPage {
  std::vector<std::string> anchors;  // distinct, in the order of cbMarq
  Rows rows;                         // cbMarq, the anchor and `more` columns
  Position next;
  bool is_last = false;
};

absl::StatusOr<std::int64_t> CountAnchors(const Reading& reading, const AnchorTable& from);
absl::StatusOr<AnchorPage> NextAnchors(const Reading& reading, const AnchorTable& from, const Position& after, int rows_max);
absl::StatusOr<std::vector<std::string>> AnchorsWhere(const Reading& reading, const AnchorTable& from, const std::string& condition,
                                                      const std::vector<odbc::Parameter>& values);

// `a AND b`, leaving out empty parts.
std::string And(const std::string& a, const std::string& b);

// A change with nothing but key and row, for KEYS listings.
v1::Change KeyOnly(const Reading& reading, const ResourceSpec& resource, const std::string& key);

}  // namespace entente::sage100
