#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/core/rules.h"
#include "engine/language/example.h"
#include "engine/pipeline/event.h"

namespace entente::examples {

// One of the two systems of an example, in memory: it has what the pack declares of it, keeps what it is sent, and answers as the example
// says.
//
// Users of the system act through Create(), Edit() and Delete(); the engine through Perform(). Where the pack declares no catalogue, the
// system has every field the pack names and can do everything. One thread.
class End {
 public:
  // None is owned; all of them outlive the end.
  End(Side side, const Pack& pack, const DeclaredCatalogue& catalogue, const Example& example);

  SessionInfo Describe() const;
  // Field that holds the key of a resource; empty: none does.
  std::string KeyField(const std::string& resource) const;

  // ---- as a user of the system
  // The key of the record made: what its key field says, else a number.
  std::string Create(const std::string& resource, Fields fields, absl::Time now);
  // False when there is no such record.
  bool Edit(const std::string& resource, const std::string& key, const Fields& changes, absl::Time now);
  bool Delete(const std::string& resource, const std::string& key, absl::Time now);
  // Null when there is none, or it was deleted.
  const Fields* Find(const std::string& resource, const std::string& key) const;

  // ---- as its connector
  std::vector<std::string> ResourceNames() const;
  FeedBatch ChangesSince(const std::string& resource, const std::string& cursor);
  std::vector<FeedBatch> List(const OperationOut& listing);
  OperationResult Perform(const OperationOut& operation, absl::Time now);

 private:
  struct Record {
    Fields fields;
    bool is_deleted = false;
    std::int64_t row = 0;
    std::int64_t change = 0;
    std::int64_t changed_micros = 0;
  };
  using Records = std::map<std::string, Record>;

  const DeclaredResource* Declared(const std::string& resource) const { return catalogue_.Resource(resource); }
  bool Can(const std::string& resource, bool DeclaredResource::* what) const;
  ResourceInfo Describe(const std::string& resource) const;
  std::string KeyOf(const std::string& resource, Fields& fields);
  std::string Make(const std::string& resource, std::string key, Fields fields, absl::Time now);
  void Touch(Record& record, absl::Time now);
  FeedChange ContentOf(const std::string& key, const Record& record, std::uint64_t seq) const;
  // What the example says of the operation, or of its failing; null: nothing. Counts how often it was said.
  const ExampleAnswer* AnswerTo(ExampleAnswer::Operation operation, const std::string& resource, bool is_failure);
  OperationResult Write(const OperationOut& operation, absl::Time now);
  OperationResult Found(const OperationOut& operation);
  OperationResult Failed(const OperationOut& operation, FailureClass failure, std::string code, std::string text);

  const Side side_;
  const Pack& pack_;
  const DeclaredCatalogue& catalogue_;
  const Example& example_;
  std::map<std::string, Records> resources_;
  std::map<const ExampleAnswer*, int> answered_;
  std::int64_t last_row_ = 0, last_change_ = 0, last_key_ = 100;
  std::uint64_t seq_ = 0;
};

}  // namespace entente::examples
