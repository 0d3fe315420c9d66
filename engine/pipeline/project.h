#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/core/rules.h"
#include "engine/pipeline/turn.h"

// Between the records of the systems and the fields of the pack: native values become canonical ones and back, references become links.
namespace entente {

// Reads "CT_Num", or "turnover.total" out of a map field.
const Value& NativeOf(const Fields& record, std::string_view path);
void SetNative(Fields& record, std::string_view path, Value value);
// The field of the record behind a path: "turnover" of "turnover.total".
std::string_view NativeRoot(std::string_view path);

// 64-bit keyed hash of a match key.
std::uint64_t MatchHash(const Tuning& tuning, const EntityRule& entity, const MatchRule& rule, std::string_view within, std::string_view key);

// The part of a match key that says within which parents it is unique, from the native references of one side. Nothing: a reference is
// not set, the rule does not apply.
std::vector<std::string> WithinFields(const MatchRule& rule);
std::string JoinKeys(const std::vector<std::string>& keys);
std::optional<std::string> WithinKey(const EntityRule& entity, const MatchRule& rule, Side side, const Fields& record);

// The scope of formulas over a link's records. `now_micros`, where it is given, is `link.now`.
//
// The link outlives it, and keeps its phase and keys meanwhile: what `link.…` says is put together when an expression first reads it.
class LinkScope : private LazyFields {
 public:
  LinkScope(const Pack& pack, const Link& link, std::int64_t now_micros = 0);
  LinkScope(const LinkScope&) = delete;
  LinkScope& operator=(const LinkScope&) = delete;
  const Scope& scope() const { return scope_; }
  // The record of a side as it is about to be known; it outlives the scope.
  void See(Side side, const Fields& record);

 private:
  const Fields& Get() const override;

  const Pack& pack_;
  const Link& link_;
  std::int64_t now_micros_;
  Both<bool> is_known_{};
  mutable std::optional<Fields> facts_;
  Scope scope_;
};

// The canonical value a side holds for a field. A reference to a record that is not known is answered as a Reference.
absl::StatusOr<Value> GetCanonical(Turn& turn, const EntityRule& entity, const FieldRule& field, Side side, const Fields& record, const Scope& scope);

// Why the native value of a field has no canonical one ("country_unknown"); empty: it has. Such a field is left alone.
std::string Unreadable(const Turn& turn, const FieldRule& field, Side side, const Fields& record);

// The side's system has no such column: the field is left alone.
bool IsAbsent(const Turn& turn, const FieldRule& field, Side side);

// Reasons of a label that the target's value list has not, and of one that nobody chose.
inline constexpr std::string_view kLabelWithoutPartner = "label_without_partner";
inline constexpr std::string_view kLabelNotChosen = "label_not_chosen";
// Reason of a computed value that no field of a system can hold (a map by numbers).
inline constexpr std::string_view kHeldByNoField = "value_held_by_no_field";

// What writing a canonical value to a side comes to.
struct PutOutcome {
  enum class Kind {
    kWritable,
    kRefused,   // does not fit, unknown label: the field waits, the record does not
    kDropped,   // left out while its target is missing
    kWaits,     // the whole record waits for its parent
  };
  Kind kind = Kind::kWritable;
  Value native;
  // What the side would hold afterwards, canonical.
  Value image;
  std::string refused;          // why
  Value label;                  // kLabelWithoutPartner: the label, or the list of labels
  bool is_required = false;     // the system makes no record without the refused field
  std::vector<std::string> notes;
  // Wait keys under which the link wants to be woken: the target is missing or a fallback stands in for it.
  std::vector<std::string> waits;
  // Links referred to.
  std::vector<LinkId> targets;
  // References for which something else is written, because their targets are missing.
  std::int32_t stand_ins = 0;
  // Keys of targets for which something else was written.
  std::vector<std::string> unresolved;
};
absl::StatusOr<PutOutcome> PutCanonical(Turn& turn, const EntityRule& entity, const FieldRule& field, Side side, const Value& canonical,
                                        const Fields& record, const Scope& scope, const PutContext& context = {});

// Native reference on `side` that a natural key of the pack stands for (default rep, placeholder product); null when there is none yet:
// then `waits` gets the keys of what would change that.
Value FindByNaturalKey(Turn& turn, const std::string& entity, Side side, std::string_view key, std::vector<std::string>* waits = nullptr);

// Wait keys.
std::string WaitForLink(LinkId link, Side side);                                   // its record on `side`
std::string WaitForRecord(Side side, const std::string& resource, const std::string& key);
std::string WaitForSession(Side side);
std::string WaitForVerified(LinkId link);
std::string WaitForListing(Side side, const std::string& resource);
std::string WaitForCreates(Side side, const std::string& resource);
std::string WaitForApproval(const std::string& what);
// Group of the one work item that stands for a label without partner.
std::string LabelGroup(const Pack& pack, Side side, const std::string& resource, const std::string& native, std::string_view label);
std::string WaitForMatch(Side side, std::uint64_t hash);                           // a record of `side` leaves this match key
std::string WaitForHolder(Side side, std::uint64_t hash);                          // a record of `side` takes this match key

}  // namespace entente
