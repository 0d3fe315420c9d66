#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/pipeline/event.h"
#include "engine/simulation/faults.h"
#include "engine/simulation/ledger.h"
#include "engine/simulation/quirks.h"
#include "engine/simulation/terrain.h"

namespace entente::simulation {

// A record of a model system.
struct Record {
  std::uint64_t uid = 0;               // never used twice, whatever becomes of keys and rows
  std::uint64_t birth = 0;             // 0: nobody knows what it stands for
  Fields fields;
  std::map<std::string, std::uint64_t> standing;   // by field, the edit whose value stands there
  bool is_deleted = false;
  bool is_shown = true;                // since the engine made it, some read showed it
  std::int64_t row = 0;
  std::int64_t change = 0;
  std::int64_t touched_micros = 0;
  std::int64_t made_micros = 0;
  bool is_hidden = false;              // from the next search that would find it
  bool has_date = true;
  std::int64_t locked_until_micros = 0;
};

// Trouble a system is in, set by faults.
struct Ailments {
  std::int64_t unreachable_until = 0, throttled_until = 0, slow_until = 0, refuses_until = 0;
  int lost_replies = 0;                // so many of the next writes are done, and nobody hears of it
  int lagging_creates = 0;             // so many of the next creates are not heard of either, and the first search for them does not find them
  std::set<std::string> lost_columns;  // "resource.column"
  std::map<std::string, int> narrowed; // "resource.column" → characters
  bool has_more_columns = false;
  int schema = 0;                      // raised whenever columns change
};

// One business system in memory: users on one side, the interface its connector uses on the other.
//
// It has what the pack declares of it, and the quirks it is given. Everything that is done to it goes into the ledger. One thread.
class System {
 public:
  System(Side side, const Terrain& terrain, Quirks quirks, Ledger& ledger, std::uint64_t seed);

  Side side() const { return side_; }
  const Quirks& quirks() const { return quirks_; }
  Ailments ailments;
  FaultCounts counts{};

  // ---- as users; all of them answer whether anything was done
  // Makes the record of a birth. `fields` are complete.
  std::string Create(const std::string& resource, std::uint64_t birth, Fields fields, std::map<std::string, std::uint64_t> standing, std::int64_t now);
  bool Edit(const std::string& resource, const std::string& key, const std::string& native, Value value, std::uint64_t edit, std::int64_t now);
  bool Delete(const std::string& resource, const std::string& key, std::int64_t now);
  bool Rekey(const std::string& resource, const std::string& key, const std::string& new_key, std::int64_t now);
  void Lock(const std::string& resource, const std::string& key, std::int64_t until);

  // ---- as its administrator
  void Remember();                     // the backup of the night
  bool Restore(std::int64_t now);      // false: there is none

  // ---- as its connector
  SessionInfo Describe() const;
  struct Page {
    std::vector<FeedChange> changes;
    std::string cursor;                // after it, of the last page
    bool is_last = true, is_cursor_lost = false;
    std::string next;                  // where the next page begins
  };
  std::string CursorNow(const std::string& resource, std::int64_t now) const;
  Page Poll(const std::string& resource, const std::string& cursor, const std::string& from, std::uint64_t seq, std::int64_t now);
  Page List(const std::string& resource, FeedMode mode, const std::string& from, std::uint64_t seq, std::int64_t now);
  OperationResult Perform(const OperationOut& operation, std::uint64_t seq, std::uint64_t epoch, std::uint64_t session, std::int64_t now);

  // ---- looking
  using Records = std::map<std::string, Record>;
  const std::map<std::string, Records>& resources() const { return resources_; }
  const Record* Find(const std::string& resource, const std::string& key) const;
  // The live record of a birth; null: none. The first by key where there are several.
  const Record* OfBirth(const std::string& resource, std::uint64_t birth, std::string* key) const;
  std::vector<std::string> Live(const std::string& resource) const;
  int writes() const { return writes_; }
  // A hash of all content.
  std::uint64_t Fingerprint() const;

 private:
  FeedChange ContentOf(const std::string& resource, const std::string& key, Record& record, std::uint64_t seq, std::int64_t now);
  void Touch(const std::string& resource, Record& record, std::int64_t now);
  void NoteRead(Record& record, std::int64_t now);
  std::string NewKey(const Ground& ground, Fields& fields);
  Value Stored(const std::string& resource, const std::string& native, const Value& given) const;
  std::uint64_t LatestBlank(const Ground& ground, std::uint64_t birth, const std::string& native) const;
  void TakeFields(const std::string& resource, Record& record, const Fields& fields, std::int64_t now);
  OperationResult Write(const OperationOut& operation, std::uint64_t seq, WriteSeen& seen, std::int64_t now);
  OperationResult Failed(const OperationOut& operation, FailureClass failure, const char* code, std::uint64_t seq) const;
  void Compute(const Ground& ground, Fields& fields) const;
  bool MayWrite(const OperationOut& operation, const Ground& ground);

  const Side side_;
  const Terrain& terrain_;
  const Quirks quirks_;
  Ledger& ledger_;
  std::map<std::string, Records> resources_;
  std::map<std::string, std::pair<std::string, std::string>> by_idempotency_;   // key → (resource, record)
  std::uint64_t last_uid_ = 0;
  std::int64_t last_row_ = 0, last_change_ = 0, last_key_ = 100;
  std::map<std::string, std::int64_t> changed_;   // the last change of each resource
  int incarnation_ = 1;
  std::set<std::pair<std::string, std::string>> former_keys_;   // that records had before they were given another one
  std::uint64_t highest_epoch_ = 0;
  int writes_ = 0;
  struct Backup {
    std::map<std::string, Records> resources;
    std::int64_t last_row = 0, last_change = 0;
  };
  std::optional<Backup> backup_;
};

}  // namespace entente::simulation
