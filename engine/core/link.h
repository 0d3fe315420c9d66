#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "engine/core/boxed.h"
#include "engine/core/digest.h"
#include "engine/core/side.h"
#include "engine/core/value.h"

// What the engine knows of one thing: the records of either side that are it, what they agreed on, and what is owed.
namespace entente {

// Given in arrival order, never hashed, never reused.
using LinkId = std::uint64_t;
using DeliveryId = std::uint64_t;
using WorkItemId = std::uint64_t;

// Orders reads and effects of one side: session number first, then the session's counter.
struct Stamp {
  std::uint64_t session = 0;
  std::uint64_t seq = 0;
  friend auto operator<=>(const Stamp&, const Stamp&) = default;
};

struct Row {
  std::string incarnation;
  std::int64_t number = 0;
  friend auto operator<=>(const Row&, const Row&) = default;
};

enum class Presence : std::uint8_t {
  kNone = 0,        // never had a record on this side
  kPresent = 1,
  kDeleted = 2,     // a tombstone: was there, is gone
  kOutOfScope = 3,  // there, but a filter no longer holds: kept, not updated
};

// The record of one side.
//
// `shadow` holds the native fields the pack maps, as last observed (those of a seal as they were sealed); after a write whose effect nobody saw yet, `observed` is
// false and the written fields hold what we sent. Content read before `done` is never taken as an edit.
struct Member {
  std::string resource;
  std::string key;
  std::vector<std::string> former_keys;
  std::optional<Row> row;
  Presence presence = Presence::kNone;
  Fields shadow;
  Digest digest;           // over the mapped fields as observed
  Stamp read;              // of the shadow
  Stamp done;              // of the last effect of ours
  bool observed = true;
  std::string revision;
  // Interval in which the last change happened by the system's own date, and in which we first saw it; UTC, unset = 0.
  std::int64_t changed_from_micros = 0;
  std::int64_t changed_to_micros = 0;
  std::int64_t equal_until_micros = 0;   // last read that still showed the former content
  std::int64_t seen_micros = 0;          // first read that showed this content
  // Hashes in the match index, one per match rule that applied.
  std::vector<std::uint64_t> match_hashes;
  // A read was asked for because what we know may be stale.
  bool verify = false;
  // Another key that content of its row bore: believed once nothing stands under `key` any more. Empty: none.
  std::string moved_to;
  // Since when nothing but our own receipt tells of it; 0: it was seen, or is not of our making. Its absence is then no user's delete.
  std::int64_t unseen_since_micros = 0;
  friend bool operator==(const Member&, const Member&) = default;
};

// What both sides agreed on for one field: the canonical value as each side holds it (they differ where a lens cut one), and
// where the value came from.
struct BaseField {
  Both<Value> held;
  std::string rule;          // "party.name"
  std::string pack_version;
  int source_side = 0;       // Side the value came from
  std::int64_t since_micros = 0;
  std::int64_t seen_micros = 0;   // when the source was first seen with it; 0: not known
  // The side did not hold what we sent and gave the same other value twice: accepted as its rendering.
  bool not_held = false;
  // References of the value for which the side was given something else, because their targets were missing.
  Both<std::int32_t> stand_ins{};
  friend bool operator==(const BaseField&, const BaseField&) = default;
};

enum class Verb : std::uint8_t { kNone = 0, kCreate = 1, kUpdate = 2, kDelete = 3, kUndelete = 4, kRead = 5, kFind = 6, kPrice = 7 };

// Paced: written when its time has come, and with whatever else is written before.
enum class Lane : std::uint8_t { kOnDemand = 0, kContinuous = 1, kBulk = 2, kPaced = 3 };

// One write owed to one side of a link. At most one per link and side; a newer decision replaces it until it is sent.
struct Delivery {
  enum class State : std::uint8_t { kQueued = 0, kSent = 1, kUncertain = 2, kBackingOff = 3, kDead = 4 };
  DeliveryId id = 0;
  Verb verb = Verb::kNone;
  State state = State::kQueued;
  Lane lane = Lane::kContinuous;
  std::uint64_t order = 0;       // position in the outbox
  std::string key;               // target record; for creates the key to give, or empty
  Fields writes;                 // native
  Fields expected;               // native values believed to stand there now
  std::string find_field;
  Value find_value;
  bool search_first = false;
  std::string idempotency_key;
  // Base once the receipt is there: by our field, the canonical value each side then holds.
  NamedMap<BaseField> settles;
  std::string rule;              // the rule behind it: "party.name", "contact.delete" …
  std::string reason;            // why, for people
  int attempts = 0;
  int moved_on = 0;
  std::int64_t not_before_micros = 0;
  int searches = 0;              // after a lost answer
  std::string last_code;
  std::string last_text;
  std::uint64_t run = 0;         // while which it was decided; 0: none
  std::int64_t locked_since_micros = 0;   // the first of the answers that somebody has the record open; 0: the last answer was another one
  friend bool operator==(const Delivery&, const Delivery&) = default;
};

// Why a link is not decided further now. What wakes it is in `wait`.
struct Parking {
  std::string reason;            // "parent_missing", "create_not_allowed_here", "listing_incomplete", "ambiguous_match" …
  std::string wait;              // wait key: "link:42:1", "listing:1:party", "item:7", "approval:user", empty: only a change wakes it
  WorkItemId item = 0;
  std::int64_t since_micros = 0;
  friend bool operator==(const Parking&, const Parking&) = default;
};

// Value sent and value found instead, for "the same sent twice and the same other back twice".
struct Unheld {
  Value sent;
  Value found;
  int times = 0;
  friend bool operator==(const Unheld&, const Unheld&) = default;
};

// State of a document that travels on demand.
struct DocumentProgress {
  std::string state;             // name of the DocumentState
  std::string step;              // "", reading, pricing, writing_prices, sending, writing_number
  std::uint64_t push = 0;        // id of the Push, 0: none
  bool price_wanted = false;
  bool push_wanted = false;
  std::string number;            // the other side's number
  std::string push_key;
  Digest sent_digest;            // of the user-owned fields sent
  Fields result;                 // what pricing or the document answered, our names
  std::vector<std::string> problems;
  int attempts = 0;
  std::int64_t not_before_micros = 0;
  friend bool operator==(const DocumentProgress&, const DocumentProgress&) = default;
};

// Native fields of one side's record that never change any more, as they stood when a rule of the pack sealed it. The shadow keeps them so,
// whatever is observed later, and everything decided goes by the shadow.
struct Seal {
  Side side = Side::kLeft;
  std::int64_t since_micros = 0;
  Digest digest;                // over the sealed fields: a record that still has it needs no comparing
  Fields found;                 // what was observed in their place; null: nothing stood there. Empty: all is as it was sealed
  friend bool operator==(const Seal&, const Seal&) = default;
};

// What is left of a link whose person was erased: no value, and no key. What bars its records from coming back is kept beside it as keyed
// hashes (engine/pipeline/erasing.h).
struct Erasure {
  std::int64_t at_micros = 0;
  std::int64_t clean_micros = 0;              // since when no file holds a value of it any more; 0: files are being rewritten
  std::string request_id;                     // of who asked
  std::vector<LinkId> absorbed;               // links that had become one with it: their histories went as well
  Both<bool> held{};                          // the side's system had a record then
  Both<bool> reported{};                      // it was reported since, and an item says so
  bool lifted = false;                        // a person let a record that was barred come back
  friend bool operator==(const Erasure&, const Erasure&) = default;
};

// One entity's life on both sides. Keys of members are unique within (side, resource).
struct Link {
  LinkId id = 0;
  std::string entity;
  std::string phase;
  Side origin = Side::kLeft;
  Both<Member> members;
  NamedMap<BaseField> base;                   // empty: no agreement yet
  Both<Boxed<Delivery>> owed;
  std::optional<Parking> parked;
  std::map<std::string, Both<Unheld>> unheld;
  // Drift kept by policy: our field → the foreign value flagged.
  std::map<std::string, Value> drift;
  // Open work items about this link, by reason (one a reason).
  std::map<std::string, WorkItemId> items;
  // Decisions a person took for this link: "restore", "winner:name=left", "approve_delete" …; consumed when acted upon.
  std::map<std::string, std::string> choices;
  std::optional<DocumentProgress> document;
  std::optional<Seal> seal;
  std::optional<Erasure> erased;              // then nothing else is there but id, entity and history
  std::string evidence;                       // how the members were matched
  std::int64_t created_micros = 0;
  std::uint64_t journal_seq = 0;              // last journal entry
  std::uint64_t generation = 0;               // of pack and catalogue the base was computed with

  bool Has(Side side) const { return members[side].presence == Presence::kPresent; }
  bool linked() const { return Has(Side::kLeft) && Has(Side::kRight); }
  friend bool operator==(const Link&, const Link&) = default;
};

}  // namespace entente
