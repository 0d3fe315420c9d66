#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "engine/core/lens/lens.h"
#include "engine/core/schedule.h"
#include "engine/core/side.h"
#include "engine/core/value.h"

// A pack after loading: plain data and pure functions. `language` builds it from YAML; `core` and `pipeline` read it.
// Immutable once built, shared by pointer, any thread.
namespace entente {

// Where a rule stands in a pack's files; shown by explain and in messages.
struct RuleSource {
  std::string file;
  int line = 0;
};

// What a formula may read of the records that reference fields lead to: by field, "linked" or "sage.CT_Num".
using TargetReads = std::map<std::string, std::set<std::string>>;

// Fields that are made when they are first read.
class LazyFields {
 public:
  virtual ~LazyFields() = default;
  virtual const Fields& Get() const = 0;
};

// What a formula may read. Null pointers read as empty records.
struct Scope {
  Both<const Fields*> record{};          // native fields of either side, as `sage.X`, `ssm.X`
  const Fields* parameters = nullptr;    // `param.x`
  const LazyFields* link = nullptr;      // `link.phase`, `link.origin`, `link.now`, …
  const Fields* targets = nullptr;       // `target.party.sage.CO_No`: what TargetReads() names, of the records referred to
  const Value* value = nullptr;          // `value`: the canonical value at hand, where there is one
  const Fields* item = nullptr;          // `item.x`: one line of a composite record
  const Fields* facts = nullptr;         // `session.version`, …: gates only
};

// An expression of the pack, compiled and type-checked. Total, pure, thread-safe.
class Formula {
 public:
  virtual ~Formula() = default;
  virtual absl::StatusOr<Value> Evaluate(const Scope& scope) const = 0;
  virtual const std::string& text() const = 0;
  // Native fields it reads, per side.
  virtual const Both<std::set<std::string>>& reads() const = 0;
  virtual const TargetReads& target_reads() const = 0;
  // It reads the time of the decision.
  virtual bool reads_clock() const = 0;

  // What is known of a link before a formula is evaluated: native fields that are not blank, by side, and conditions that hold.
  struct Known {
    Both<std::set<std::string>> filled;
    std::vector<const Formula*> holds;
  };
  // What its value may depend on where `known` holds. `is_whole`: a record as a whole, so any field of it.
  struct Dependence {
    Both<std::set<std::string>> natives;
    Both<bool> is_whole{};
    std::set<std::string> link;   // of `link.…`
  };
  virtual Dependence DependsOn(const Known& known) const = 0;
  // Its value where `known` decides it.
  virtual std::optional<bool> TruthWhen(const Known& known) const = 0;
  // It may give null, an empty text or white space.
  virtual bool MayBeBlank(const Known& known) const = 0;
};
using FormulaPtr = std::shared_ptr<const Formula>;

// ------------------------------------------------------------------------------------------------- fields

enum class Flow {
  kNone,     // observed only
  kToLeft,   // right to left
  kToRight,  // left to right
  kBoth,
};

// What happens when the side that does not own a one-way field edits it.
enum class OnForeignEdit {
  kRevert,
  kKeepAndFlag,  // drift: recorded once, ended by the next change of the source
};

enum class BlankRule {
  kClears,  // a blank is an edit like any other
  kKeeps,   // a blank from the other side is not an edit: the owner's value comes back
};

enum class ConflictRule { kLeft, kRight, kNewest, kAsk, kUnion };

enum class OnFirstMeeting { kLeft, kRight, kFillBlanks, kAsk };

// How a reference behaves while its target is not linked yet.
enum class OnMissingTarget {
  kParent,    // the whole record waits
  kFallback,  // write the fallback now, again when the target links
  kDrop,      // leave the field out, write it when the target links
};

// Where an entry of a policy or a life was said: by the field itself, its phase, the entity, the pack. What inherits it shares it.
struct Statement {
  std::string key;     // "conflict"; "blank.ssm"; "approve_delete"
  std::string scope;   // "party.name", "party", "party in the phase customer", "the pack"; "the life of ssm in party"
  RuleSource source;
};

// The policy of one field in one phase.
struct FieldPolicy {
  Flow flow = Flow::kNone;
  // Sent with the create only; afterwards the target's own: never compared, never reverted.
  bool create_only = false;
  // Set once from this side, later changes from there are reverted (the account of a contact).
  std::optional<Side> set_once_from;
  OnForeignEdit on_foreign_edit = OnForeignEdit::kRevert;
  // Indexed by the side the blank comes from.
  Both<BlankRule> blank{};
  ConflictRule conflict = ConflictRule::kLeft;
  // Side that wins overlapping intervals under kNewest, and filled pairs under kFillBlanks.
  Side tie = Side::kLeft;
  OnFirstMeeting first_meeting = OnFirstMeeting::kFillBlanks;
  // True for values that need a person's approval before they are written (`value == false` for is_active).
  FormulaPtr approve_when;
  // Work item raised when a foreign edit is reverted ("convert_in_sage"), empty: none.
  std::string on_revert_item;
  // Not written by itself before this much time has passed since it was written last; anything else that is written takes it along.
  absl::Duration at_most_every = absl::ZeroDuration();
  RuleSource source;
  std::vector<Statement> statements;
};

// The policy lets values of the other side flow to `target`.
bool FlowsTo(const FieldPolicy& policy, Side target);

// How one side of a field is read and written. Get: native field (or formula) → lens → canonical. Put: canonical → lens → native.
struct FieldSide {
  // Written where there is nothing to write, and reads back as nothing: the native value of a plain field (or a list: the first is
  // written), a match key of the target of a reference (kFallback).
  FormulaPtr fallback;
  // References: over the target's records; false stands for a target that is missing (a user who left).
  FormulaPtr usable;
  // The column may be missing from a catalogue without anybody being told.
  bool is_optional = false;
  // Where nothing is named, the only label of the value list is written.
  bool sole_label = false;
  // Native field; empty when the side is computed (read only) or absent.
  std::string native;
  // Type the pack expects of it, by the catalogue's names; empty: any.
  std::string type;
  // Computes the value from the whole record; then nothing is written on this side.
  FormulaPtr formula;
  LensPtr lens;
  bool exists() const { return !native.empty() || formula != nullptr; }
  bool writable() const { return !native.empty() && formula == nullptr; }
};

struct FieldRule {
  std::string name;
  Both<FieldSide> sides;
  Equality equality = Equality::kExact;
  // Entity this field refers to; its canonical value is a LinkReference. Empty: a plain value.
  std::string target;
  OnMissingTarget on_missing = OnMissingTarget::kDrop;
  // Work item raised while a reference cannot be written because its target is missing; empty: none.
  std::string on_missing_item;
  // Composite: the value is a list of maps; each element is mapped by these.
  std::vector<FieldRule> items;
  // By phase; "" holds for phases not named.
  std::map<std::string, FieldPolicy> policies;
  bool sensitive = false;
  // Match rule whose key the field fills on the side it is written to: a value that another record has gets a digit.
  std::string distinct;
  // Items of a document: the owner's users may propose a value of what the other side computes; sent where it is not what was answered.
  bool proposed = false;
  RuleSource source;

  const FieldPolicy& PolicyIn(const std::string& phase) const;
};

// ------------------------------------------------------------------------------------------------- life

enum class CreateRule {
  kAllowed,
  kPark,         // not allowed from this side: parked with `reason`
  kApprove,      // during a first load after one approval for all; afterwards a work item `reason` (awaiting_invite)
  kOnDemand,     // only by a push
  kIgnore,       // not ours: counted, never linked (documents typed in Sage)
};

enum class DeleteRule {
  kPropagate,          // delete on the other side, after the hold
  kMark,               // write `mark` on the other side instead
  kMarkIfReferenced,   // mark when other links refer to it, else propagate
  kRestore,            // bring it back on the side that deleted it
  kUnlink,             // forget the pair, keep the survivor
  kBlock,              // work item only
};

// What one side may do to records of an entity in a phase.
struct LifeRule {
  CreateRule create = CreateRule::kPark;
  std::string create_reason = "create_not_allowed_here";
  // What a deletion on this side means for the other.
  DeleteRule on_delete = DeleteRule::kBlock;
  // kMark: our field and value to write on the other side; `approve` asks first.
  std::string mark_field;
  Value mark_value;
  bool approve_delete = false;
  // Overrides `on_delete` for records born on this side (option by_origin).
  std::optional<DeleteRule> on_delete_if_born_here;
  // kMarkIfReferenced: entities whose records count; empty: any.
  std::set<std::string> referenced_by;
  // A work item, never a delete (posted invoices): condition over the record last seen on this side.
  FormulaPtr never_delete_when;
  std::string never_delete_item;
  RuleSource source;
  std::vector<Statement> statements;
};

struct MatchRule {
  std::string name;
  // Reference field within whose linked target the key is unique; empty: unique in the entity.
  std::string within;
  // Further reference fields, all of whose targets must be linked too (a price is a product within a price list).
  std::vector<std::string> also_within;
  // Records of one side that share the key are neither linked nor created: a work item.
  bool unique = false;
  // Records of these sides whose key is empty are neither linked nor created: a work item.
  Both<bool> not_empty{};
  // Key of a record on either side; null or blank: the rule does not apply to the record.
  Both<FormulaPtr> key;
  RuleSource source;
};

enum class Severity { kWarning, kError };

struct Check {
  std::string name;
  Severity severity = Severity::kError;
  // True when the record is in order.
  FormulaPtr holds;
  std::string message_fr;
  std::string message_en;
  RuleSource source;
};

struct PhaseRule {
  std::string name;
  // First true wins. Evaluated over the left record when there is one, else over the right one.
  FormulaPtr when;
  RuleSource source;
};

// When writes to a side may start: what is decided outside waits. See pipeline/window.h.
struct WriteWindow {
  Window hours;
  // What somebody asked for goes at any time.
  bool on_demand_passes = false;
  friend bool operator==(const WriteWindow&, const WriteWindow&) = default;
};

// What becomes of a write whose record, or whose system, somebody has open. See pipeline/lock.h.
struct LockRule {
  absl::Duration retry_every = absl::Minutes(2);
  absl::Duration notify_after = absl::InfiniteDuration();    // since the first such answer: a work item
  absl::Duration give_up_after = absl::InfiniteDuration();   // a dead letter
  friend bool operator==(const LockRule&, const LockRule&) = default;
};

struct EntitySide {
  // Catalogue resource.
  std::string resource;
  // Native fields that hold the record's own key: a record that exists has them.
  std::vector<std::string> key;
  // Key to give to a record created on this side from the other; null: the system gives it.
  FormulaPtr create_key;
  // Native field that carries the other side's key and the value to search by before and after a create.
  std::string find_field;
  FormulaPtr find_value;
  // False: out of scope (kept, no longer updated, shown). Reads the record, and of a linked one the other side and the link's facts.
  FormulaPtr in_scope;
  // False: not ours at all, counted as ignored. Reads the record alone; what is linked stays ours.
  FormulaPtr relevant;
  absl::Duration interval = absl::Minutes(2);
  // KEYS sweep for deletions on this side every so often; zero: never (the feed reports deletions).
  absl::Duration sweep_interval = absl::ZeroDuration();
  // Native fields the system itself fills in a record it creates for us. With `key` they are what a plan knows of such a record.
  Fields born_with;
  // The entity's own, or the side's; none: at any time.
  std::optional<WriteWindow> window;
  RuleSource source;
};

// Documents that travel on demand (quotes): states, who moves them, what is locked. See pipeline/document.h.
struct DocumentState {
  std::string name;
  std::string label;         // on the owning side, already resolved from parameters
  bool editable = true;      // user-owned fields may change
  bool locked = false;
  std::string on_enter;      // "", "price" or "push"
  // Left-side outcome that puts a sent document into this state; null: never from there.
  FormulaPtr when;
  RuleSource source;
};

struct DocumentRule {
  Side owner = Side::kRight;
  std::string state_field;                  // our field whose canonical value is the state's label
  std::vector<DocumentState> states;
  std::string draft, validated, waiting, sent, error, deleted;   // names of the states with these roles
  std::vector<std::string> user_fields;     // our fields the user owns; editing them re-opens the calculation
  std::vector<std::string> result_fields;   // our fields the pricing and the document answer fill
  std::string report_field;                 // our text field for messages to the user
  FormulaPtr push_key;                      // external reference on the other side
  std::string push_key_native;
  std::string number_field;                 // our field that takes the other side's number
  FormulaPtr allowed_without_stock;
  std::string lock_field;                   // our boolean field that locks the record while a state is `locked`; empty: none
  RuleSource source;
};

// A record that must stand on one side though the other has none (the product of lines without an article). See pipeline/ensure.h.
struct EnsuredRecord {
  std::string name;
  Side side = Side::kRight;
  Fields fields;   // native
};

// At most so many records of a side count at a time (an active user takes a licence). See pipeline/capacity.h.
struct CapacityRule {
  Side side = Side::kRight;
  std::optional<std::int64_t> max;   // none: any number
  FormulaPtr counts;                 // over the side's record; null: every record counts
  std::string reason;                // of the work item when there is no room
  RuleSource source;
};

// What sets an entity going. Runs (first load, reconcile, a lost cursor) and people who ask read it whatever stands here.
struct TriggerRule {
  bool continuous = true;               // its feeds are polled at the intervals of its sides
  bool on_reconnect = false;            // they are polled when a session begins
  std::optional<Calendar> calendar;     // they are polled at these hours
  FormulaPtr on_state;                  // a record that stands on one side alone waits until this is true
  RuleSource source;
};

// From a moment on, fields of one side's record never change: a change of them is told and not passed on. See pipeline/seal.h.
struct SealRule {
  Side side = Side::kLeft;              // whose records are sealed
  FormulaPtr when;
  std::set<std::string> fields;         // ours
  std::set<std::string> natives;        // of `side`, that they are read from
  std::string raises;                   // reason of the work item
  // Allowed corrections: true of the record as it is now, or a person's word. The seal is taken anew then.
  FormulaPtr corrected_when;
  bool corrected_by_approval = false;
  std::string correction_fr, correction_en;   // how to correct, for people; empty: the pack says nothing
  RuleSource source;
};

struct EntityRule {
  std::string name;
  std::string label_fr, label_en;
  // Parents have lower ranks.
  int rank = 0;
  // Rows of the shown matrix; empty: auxiliary.
  struct MatrixRow {
    std::string name, phase, direction, owner, trigger, delete_policy;
    std::string label_fr, label_en;
  };
  std::vector<MatrixRow> matrix;
  Both<EntitySide> sides;
  std::vector<PhaseRule> phases;
  std::vector<MatchRule> matches;
  std::vector<FieldRule> fields;
  // By phase ("" holds for the rest), then by the acting side.
  std::map<std::string, Both<LifeRule>> life;
  std::vector<Check> checks;
  std::optional<DocumentRule> document;
  std::vector<EnsuredRecord> ensured;
  std::optional<CapacityRule> capacity;
  std::optional<SealRule> seal;
  TriggerRule triggers;
  // Policy for edits of records that are one-way as a whole: revert | keep_and_flag | mark_read_only.
  std::string foreign_edits = "revert";
  int delete_budget_min = 5;
  Decimal delete_budget_percent;
  int change_budget_min = 500;
  Decimal change_budget_percent;
  RuleSource source;

  const LifeRule& LifeIn(const std::string& phase, Side side) const;
  const FieldRule* Field(std::string_view field) const;
  // Native fields any rule reads or writes on a side: what a shadow keeps.
  Both<std::set<std::string>> native_fields;
  // Those among them that records referring to this one read of it: when they change, the others are decided anew.
  Both<std::set<std::string>> read_by_referrers;
  // Reference fields through which rules read the records referred to.
  std::set<std::string> looks_through;
  // Native fields that hold a person's data: masked in what leaves the engine.
  Both<std::set<std::string>> sensitive_fields;
};

struct Parameter {
  std::string name, type, label_fr, label_en, scope = "instance";
  Value value;      // default, or what the configuration set
  bool secret = false;
  RuleSource source;
};

// What people read of a reason a rule of the pack gives.
struct ReasonText {
  std::string fr, en;
};

struct SideRule {
  std::string name;    // "sage"
  std::string system;  // "sage100"
  struct Gate {
    std::string reason;  // "version_not_supported"
    FormulaPtr holds;
    std::string message_fr, message_en;
  };
  std::vector<Gate> gates;
  int companies_max = 1;
  std::optional<LockRule> lock;
  // Of the catalogue the pack was written for; empty: any.
  std::string catalogue_version;
  // Operations under way at a time, and in one message; 0: as many as the connector takes.
  int operations_max = 0, batch_max = 0;
  // Options handed to the connector, already resolved from parameters.
  std::map<std::string, std::string> options;
};

// What a connector's code means to people, and what the engine does about it.
struct ErrorRule {
  enum class Reaction {
    kAgain,
    kNever,
    kWait,
    kLock,   // somebody has it open: as the side's LockRule says, or like kAgain
  };
  Reaction reaction = Reaction::kNever;
  std::string message_fr, message_en;
};

struct Pack {
  std::string name;
  std::string version;
  std::string hash;   // of all files and parameter values
  std::string folder;   // of its own files, as sources name them: what it inherits stands in others
  Both<SideRule> sides;
  std::map<std::string, Parameter> parameters;
  Fields parameter_values;
  std::vector<EntityRule> entities;  // by rank
  std::map<std::string, bool> flags;
  std::map<std::string, std::int64_t> limits;
  std::map<std::string, ErrorRule> errors;   // by code
  std::map<std::string, ReasonText, std::less<>> reasons;
  // Native fields that hold a label of a value list: "accounts.statusId".
  std::set<std::string> value_lists;
  absl::Duration delete_hold = absl::Minutes(10);
  // Whose values stand in fields of both sides after a pause, where they differ; none: as the fields' own policies say.
  std::optional<Side> resume_wins;

  const EntityRule* Entity(std::string_view entity) const;
  // The entity fed by a resource of a side, or null.
  const EntityRule* EntityOf(Side side, std::string_view resource) const;
};
using PackPtr = std::shared_ptr<const Pack>;

}  // namespace entente
