#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/core/link.h"
#include "engine/core/rules.h"
#include "engine/pipeline/turn.h"

// What stands behind the value a record holds: who gave it, what was seen there, which rule made of it what stands here. The rule is
// evaluated once more over what was seen, by the code that writes, so that every answer shows whether it is true.
namespace entente {

enum class Origin {
  kAbsent,     // there is no record on this side, or it has no such field
  kOwn,        // given by the people or the system of this side
  kWritten,    // made of the other side's record
  kComputed,   // read from this very record by a formula; nothing is stored
  kAnswered,   // of a document: what the other side answered when it was asked, or the state it is in
  kEnsured,    // of a record the pack itself asks for
  kUndone,     // brought back by an undo
};

// What was seen, and of which record.
struct SourceReading {
  Side side = Side::kLeft;
  std::string resource, key;
  // Native fields that the rule reads, by the side whose record they are of; of `side` nearly always.
  Both<Fields> read;
  std::int64_t seen_micros = 0;                                   // when this was first seen
  std::int64_t changed_from_micros = 0, changed_to_micros = 0;    // when it changed, by the system's own date; 0: not said
  // What the rule takes from it, canonical. Where `is_past`, what it took then: `read` shows another value since.
  Value taken;
  bool is_past = false;
};

struct Evidence {
  Origin origin = Origin::kAbsent;
  Value now;                    // canonical: what the rule reads there
  Value held;                   // native, as last seen; of a computed field canonical
  std::string rule;             // "party.city", "product.mark", "quote.price", "product.ensure.placeholder"
  std::string pack_version;     // by which it was decided
  RuleSource source;            // where the rule stands in the pack that runs
  std::int64_t since_micros = 0;   // decided, or agreed on; 0: nothing was decided
  std::optional<SourceReading> observation;
  Value again;                  // what the rule gives now: native where it is written, else canonical
  // "same": the record holds what the rule gives. "rendering": its system's own way to hold it, accepted. Else why it holds another value:
  // owed, refused:WHY, target_missing, drift, conflict, undone, edited_since, observed_only … as ValueOrigin of sync/v1 lists them.
  std::string agreement;
};

// Both sides of one field of a link. `journal`: the link's, oldest first. Total: every field of every link has an answer.
// An error is a formula's, and names it.
absl::StatusOr<Both<Evidence>> EvidenceOf(Turn& turn, const EntityRule& entity, const Link& link, const FieldRule& field,
                                          const std::vector<JournalEntry>& journal);

// What the rule of the evidence gives for the side, made of its observation alone: native where it is written, else canonical.
absl::StatusOr<Value> Reexecute(Turn& turn, const EntityRule& entity, const Link& link, const FieldRule& field, Side side, const Evidence& evidence);

}  // namespace entente
