#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "engine/pipeline/event.h"

namespace entente::testing {

// One business system in memory, spoken to in the words of a connector: the stand-in of pipeline and pack tests.
//
// Users of the system act through Create, Edit, Delete; the engine through Perform. Both are counted apart. Every record has a key,
// a row number that is never re-used, and a change number; ChangesSince() reports by change number, as a feed does.
//
// Knobs say how the system behaves: whether receipts carry the record, whether listings and feeds show deleted records, who gives
// keys, what it makes of a value it is given (`render`), what a document costs (`price`), and which operations fail (`fail`).
class SimSystem {
 public:
  struct Record {
    Fields fields;
    bool deleted = false;
    std::int64_t row = 0;
    std::int64_t change = 0;
    std::int64_t changed_micros = 0;
  };
  struct Resource {
    std::map<std::string, Record> records;
    bool can_create = true, can_update = true, can_delete = true, can_undelete = false, can_price = false;
    bool feeds_deletes = true, lists_deleted = false, returns_record = true;
    // Field that holds the key ("CT_Num"); empty: the key is not a field.
    std::string key_field;
    // Fields whose values together may stand once only (a contact's name within its party).
    std::vector<std::string> unique;
    // A record whose field is true refuses the edits of users ("readOnly").
    std::string lock_field;
    // What the catalogue says of a field, where it says more than its name: length, labels and their codes, required.
    std::map<std::string, FieldInfo> columns;
    // Fields this system has not.
    std::set<std::string> lacks;
    // Field whose value becomes an external reference to search by.
    std::string find_field;
  };

  SimSystem(Side side, std::string name, const Pack& pack);

  Resource& at(const std::string& resource) { return resources_.at(resource); }

  // ---- as a user of the system
  std::string Create(const std::string& resource, Fields fields, std::string key = "");
  // False when the record is locked against its users: nothing changed then.
  bool Edit(const std::string& resource, const std::string& key, const Fields& changes);
  void Delete(const std::string& resource, const std::string& key);
  // Another key for the same row.
  void Rekey(const std::string& resource, const std::string& key, const std::string& new_key);
  const Record* Find(const std::string& resource, const std::string& key) const;
  // Live records whose field has the value.
  std::vector<std::string> Where(const std::string& resource, const std::string& field, const Value& value) const;
  std::size_t CountLive(const std::string& resource) const;
  const Value& Field(const std::string& resource, const std::string& key, const std::string& field) const;

  // ---- as the connector
  // What the rules ask for from now on: fields they do not name are described to nobody and fed to nobody. The pack outlives the system.
  void Follow(const Pack& pack) { pack_ = &pack; }
  SessionInfo Describe(std::uint64_t number) const;
  // Batches of changes after the cursor, with the cursor after them. Empty when nothing changed.
  FeedBatch ChangesSince(const std::string& resource, const std::string& cursor);
  std::vector<FeedBatch> List(const OperationOut& listing);
  OperationResult Perform(const OperationOut& operation);

  // Knobs.
  std::string version = "11.02", edition = "on_premise", system_id = "company-1", catalogue_version;
  int companies = 1;
  bool reachable = true;
  // What the system makes of a field it is given; default: the value itself.
  std::function<Value(const std::string& resource, const std::string& field, const Value&)> render;
  // Fields of a priced document; problems are added by the function.
  std::function<Fields(const Fields& document, std::vector<DocumentProblem>& problems)> price;
  // What a new record gets besides what was sent.
  std::function<void(const std::string& resource, const std::string& key, Fields&)> defaults;
  // Outcome forced on an operation before (kind kFailure with class kAgain, kNever …) or after its effect (kUncertain).
  std::function<std::optional<OperationResult>(const OperationOut&)> fail;
  // A listing leaves these keys out.
  std::set<std::string> hidden;
  // Records a message of a listing; 0: all in one.
  std::size_t listing_page = 0;
  int extra_fields = 0;
  // Time of the system's own change dates; none: it has no dates.
  std::function<std::int64_t()> clock_micros;

  // ---- what happened
  struct Counts {
    int creates = 0, updates = 0, deletes = 0, undeletes = 0, reads = 0, finds = 0, prices = 0, listings = 0;
    int writes() const { return creates + updates + deletes + undeletes; }
  };
  const Counts& counts() const { return counts_; }
  void ResetCounts() { counts_ = {}; }
  Side side() const { return side_; }
  const std::string& name() const { return name_; }
  std::vector<std::string> ResourceNames() const;

 private:
  std::uint64_t NextSeq() { return ++seq_; }
  FeedChange ContentOf(const std::string& resource, const std::string& key, const Record& record, std::uint64_t read_seq) const;
  std::string NewKey(const std::string& resource);
  OperationResult Write(const OperationOut& operation);
  OperationResult Failed(const OperationOut& operation, FailureClass failure, std::string code);
  void Apply(const std::string& resource, Record& record, const Fields& fields);

  Side side_;
  std::string name_;
  const Pack* pack_;
  std::map<std::string, Resource> resources_;
  std::map<std::string, std::string> resource_system_;
  std::int64_t last_row_ = 0;
  std::int64_t last_change_ = 0;
  std::int64_t last_key_ = 100;
  std::uint64_t seq_ = 0;
  Counts counts_;
};

}  // namespace entente::testing
