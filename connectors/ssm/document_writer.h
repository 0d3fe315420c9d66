#pragma once

#include <string>
#include <vector>

#include "connectors/ssm/documents.h"
#include "connectors/ssm/draft.h"
#include "connectors/ssm/task.h"

namespace entente::ssm {

// Writes documents so that writing one again converges: find the head, compare, write the differences.
//
// The order is: head (blocked while parts are missing), lines, turnover, unblock. Each step goes in bulks across all
// documents given together, so a first load of N invoices with L lines costs about (3 N + L) / 100 calls: heads, lines,
// turnover rows and the unblocking. A document with nothing but a head is never blocked.
// A new document whose lines are refused is taken back. One that got stuck half-way is UNCERTAIN: the engine finds it and
// writes it again, which completes it.
class DocumentWriter {
 public:
  DocumentWriter(const Desk& desk, const Documents& documents, const ResourceSpec& resource)
      : desk_(desk), access_(desk.access), documents_(documents), resource_(resource) {}

  void Create(const std::vector<Task*>& tasks);
  void Update(const std::vector<Task*>& tasks);
  void Delete(const std::vector<Task*>& tasks);
  void Read(const std::vector<Task*>& tasks);
  void Find(const std::vector<Task*>& tasks);

 private:
  using Drafts = std::vector<Draft>;

  CallOptions Options() const { return {sdk::CallKind::kOperation, desk_.may_start}; }
  // The current documents of the tasks by id; answers the tasks whose document is not there.
  absl::StatusOr<std::map<std::string, Document>> ReadCurrent(const std::vector<Task*>& tasks, bool with_parts);
  bool AnswerGone(Task& task, const std::map<std::string, Document>& current);
  void UpdateGroup(const std::vector<Task*>& tasks, bool with_parts);
  bool WritesParts(const Task& task) const;

  // Gives the drafts of creates the heads that are there already.
  void FindHeads(const std::vector<Draft*>& drafts);
  void Converge(Drafts& drafts);
  void MakeHeads(Drafts& drafts);
  void AfterLostHeads(const std::vector<Draft*>& lost);
  void ChangeHeads(Drafts& drafts);
  void WriteLines(Drafts& drafts);
  void CheckLostLines(const std::vector<Draft*>& lost);
  void WriteTurnover(Drafts& drafts);
  void Unblock(Drafts& drafts);
  void TakeBack(Drafts& drafts);
  void Answer(Draft& draft);

  // Sends rows of many drafts together; the outcome of each goes to its draft.
  struct Row {
    Draft* draft;
    WriteItem item;
  };
  std::vector<WriteOutcome> Send(const std::string& method, const std::string& path, std::vector<Row> rows);

  const Desk& desk_;
  const Access& access_;
  const Documents& documents_;
  const ResourceSpec& resource_;
};

}  // namespace entente::ssm
