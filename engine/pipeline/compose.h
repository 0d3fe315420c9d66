#pragma once

#include <string>
#include <vector>

#include "engine/core/merge.h"
#include "engine/pipeline/project.h"
#include "engine/pipeline/refusal.h"
#include "engine/pipeline/turn.h"

// A delivery being put together, field by field.
namespace entente {

class Composition {
 public:
  Composition(Turn& turn, const EntityRule& entity, Link& link, Side target);

  // Adds the canonical value of a field as it is to stand on the target; `source` is where it comes from (its base).
  // False when the record has to wait for a parent: then wait() says for what.
  absl::StatusOr<bool> Add(const FieldRule& field, const Value& value, const Value& source_holds, bool first_meeting);

  // Puts a field back as the deleted record held it; nothing new is agreed on. False as for Add().
  absl::StatusOr<bool> PutBack(const FieldRule& field);

  bool empty() const { return delivery_.writes.empty(); }
  const std::string& wait() const { return wait_; }
  // Why it waits, for people.
  const std::string& wait_reason() const { return wait_reason_; }
  // What was left out.
  Refusals& refusals() { return refusals_; }
  Delivery& delivery() { return delivery_; }
  // Of formulas over the link as it was when the composition began.
  const Scope& scope() const { return scope_.scope(); }
  // Subscribes to targets that were missing, notes which links this one refers to, and tells of lines whose target is missing.
  void Commit();

 private:
  bool Refuse(const FieldRule& field, const PutOutcome& put);

  Turn& turn_;
  const EntityRule& entity_;
  Link& link_;
  Side target_;
  Refusals refusals_;
  LinkScope scope_;
  Fields record_;      // the target record as it will be
  Delivery delivery_;
  std::string wait_, wait_reason_ = "parent_missing";
  std::vector<std::string> waits_;
  std::vector<LinkId> targets_;
  std::vector<std::string> unresolved_;   // keys that lines name and nothing stands for
  bool has_lines_ = false;
  // The target's record was deleted: what it held is what it is to hold again.
  bool restores_ = false;
};

// A whole record for the target, from the other side's; one that was deleted there comes back as it was, but for what the other side
// changed since. Empty when it waits for a parent or an expression failed; the link is parked then.
std::optional<Delivery> WholeRecord(Turn& turn, const EntityRule& entity, Link& link, Side target);

// An expression of the pack failed on this record: the link waits for a change of data or pack.
void FormulaFailed(Turn& turn, Link& link, const absl::Status& status);

absl::StatusOr<Value> Evaluated(const FormulaPtr& formula, const Pack& pack, const Link& link);

// The native value a canonical one would become, and what refuses it: for the situation of a field.
struct Image {
  Value value;
  std::string refused;
  Value label;            // refused because a value list has it not
  bool missing = false;   // a reference without target there
  std::int32_t stand_ins = 0;   // references for which something else stands in the value
  std::vector<std::string> waits;   // wait keys of targets that are missing
};
absl::StatusOr<Image> ImageOn(Turn& turn, const EntityRule& entity, const FieldRule& field, Side side, const Value& canonical, const Fields& record,
                              const Scope& scope, bool first_meeting);

}  // namespace entente
