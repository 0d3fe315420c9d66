#pragma once

#include <map>
#include <string>
#include <vector>

#include "connectors/ssm/task.h"

namespace entente::ssm {

// Creates, changes and deletes records of the plain resources, many to a call.
//
// A create searches first when asked to, and after a lost answer; two rows for one key are never made knowingly. A change
// reads the record just before when the engine says what it expects. All tasks given together are of one resource.
class RecordWriter {
 public:
  RecordWriter(const Desk& desk, const ResourceSpec& resource) : desk_(desk), access_(desk.access), resource_(resource) {}

  void Create(std::vector<Task*> tasks);
  void Update(std::vector<Task*> tasks);
  void Delete(std::vector<Task*> tasks);
  // READ and FIND of plain records.
  void Read(std::vector<Task*> tasks);
  void Find(std::vector<Task*> tasks);

 private:
  using Rows = std::map<std::string, Json>;  // key to row

  absl::StatusOr<Rows> ReadByKeys(const std::vector<Task*>& tasks);
  // Answers the creates whose record is there already; returns the others.
  std::vector<Task*> AnswerExisting(const std::vector<Task*>& tasks);
  void AfterLostAnswer(const std::vector<Task*>& lost, const WriteOutcome& outcome);
  // The id to put into the path: the key itself, or that of the price row.
  std::string IdFor(const Task& task, const Rows& rows) const;
  void Settle(Task& task, const WriteOutcome& outcome, const std::string& key, bool existed);
  std::string NameOf() const { return std::string(resource_.name); }

  const Desk& desk_;
  const Access& access_;
  const ResourceSpec& resource_;
};

// The member a find field is searched by: "description" stands for the one of the configured language.
std::string SearchName(const Access& access, const ResourceSpec& resource, const std::string& field);

}  // namespace entente::ssm
