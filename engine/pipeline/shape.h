#pragma once

#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/core/rules.h"
#include "engine/pipeline/event.h"

// What a session's catalogue says of the fields the pack names: the pack's lengths are the expected ones, the catalogue's count.
namespace entente {

struct FieldShape {
  LensPtr lens;                                // the pack's lens fitted to the column; null: the pack's own
  std::map<std::string, std::string> labels;   // folded → as the list spells it; empty: no list, or not known
  bool is_required = false;                    // on create
  bool is_list = false;                        // of labels
  bool is_absent = false;                      // the system has no such column
};

// By the field's side in the pack, which outlives them. Immutable.
using Shapes = std::unordered_map<const FieldSide*, FieldShape>;
using ShapesPtr = std::shared_ptr<const Shapes>;

ShapesPtr ShapesOf(const Pack& pack, const SessionInfo& session);
// Without the labels of one field: what a person says was completed meanwhile is left to the system to judge.
ShapesPtr WithoutLabels(const Shapes& shapes, const Pack& pack, Side side, const std::string& resource, const std::string& native);

// Columns the pack names, not as optional ones, and the session's system has not: "party.CT_Site".
std::vector<std::string> MissingColumns(const Pack& pack, const SessionInfo& session);

// A label as a list spells it; null when the list has no such label. A list of labels: each of them, null when one is missing.
Value Spelled(const FieldShape& shape, const Value& native);

}  // namespace entente
