#pragma once

#include <optional>
#include <string>
#include <vector>

#include "connectors/ssm/documents.h"
#include "connectors/ssm/task.h"

namespace entente::ssm {

// One document on its way to what an operation wants: what is wanted, what is there, and the rows that differ.
struct Draft {
  Task* task = nullptr;
  // Wanted head fields, encoded, without `blocked`.
  Json head = Json::Object();
  bool blocked_at_end = false;
  // The operation vouches for the whole document, or names the lock itself. Without that a lock somebody left stays.
  bool settles_lock = false;
  const v1::Value* lines = nullptr;     // null pointer: lines are not written
  const v1::Value* turnover = nullptr;  // null pointer: turnover is not written

  // Empty until the head exists.
  std::string head_id;
  // The head was made by this operation, and nobody can have used it.
  bool is_new = false;
  // What is there; blank for a new document.
  Document current;

  // The rows that differ. Heads of new lines get the head's id when it is known.
  bool writes_head = false;
  std::vector<WriteItem> new_lines;
  std::vector<WriteItem> changed_lines;
  std::vector<WriteItem> gone_lines;
  std::optional<WriteItem> turnover_row;  // without id: to be created

  // Something of this operation reached SSM.
  bool has_written = false;
  bool is_blocked = false;
  std::uint64_t sequence = 0;
  std::optional<WriteOutcome> trouble;

  bool has_parts() const { return !new_lines.empty() || !changed_lines.empty() || !gone_lines.empty() || turnover_row.has_value(); }
};

// Reads what the operation wants into the draft. A failure when a value has no form in SSM.
std::optional<v1::Failure> ReadWishes(const Access& access, const ResourceSpec& resource, bool is_create, Draft* draft);

// Finds the rows that differ from `draft.current`. Lines are matched by their id, then by `order`; a line nobody wants is gone.
std::optional<v1::Failure> PlanRows(const Access& access, const ResourceSpec& resource, Draft* draft);

}  // namespace entente::ssm
