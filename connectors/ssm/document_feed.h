#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "connectors/sdk/connector.h"
#include "connectors/ssm/cursor.h"
#include "connectors/ssm/documents.h"
#include "connectors/ssm/record_feed.h"
#include "connectors/ssm/turnover_window.h"

namespace entente::ssm {

// Feeds quotes or invoices. A change of a line or of the turnover row is a change of the document, so all three are polled.
//
// A document born since the cursor has all its parts in the same delta and costs no further call; of an older one the
// missing parts are read, many to a call. A row that went over to the other resource is said so.
class DocumentFeed {
 public:
  DocumentFeed(const Access& access, const Documents& documents, const ResourceSpec& resource)
      : access_(access), documents_(documents), resource_(resource) {}

  absl::Status Poll(const Cursor& cursor, sdk::ChangeSink& sink);
  absl::Status List(sdk::ChangeSink& sink);

 private:
  struct Delta {
    std::map<std::string, Json> heads;                        // id to row
    // Head id to line id to row, as text: a first load comes back with all its lines at once.
    std::map<std::string, std::map<std::string, std::string>> lines;
    std::map<std::string, Json> turnover;                      // extId to row
    // What AddMissingHeads took as new: kind of row, key, content.
    std::vector<std::tuple<std::string, std::string, std::string>> parts;
    Tide tide;
  };

  absl::StatusOr<Delta> Read(const Cursor& cursor);
  // Adds the heads of changed lines and turnover rows that are not in the delta themselves.
  absl::Status AddMissingHeads(Delta* delta);
  // Turnover rows older than their new heads.
  absl::Status AddMissingTurnover(const std::vector<Json>& born, Delta* delta);
  // Hands over the documents of the delta, one by one.
  absl::Status Assemble(const Cursor& cursor, Delta& delta, const std::function<absl::Status(const Document&)>& take);
  Document Born(Json head, Delta& delta) const;
  bool Report(const Document& document, std::uint64_t read_seq, v1::ReportChangesRequest* batch);
  // Reports one page of heads with all that belongs to them.
  absl::Status ListPage(std::vector<Json> heads, TurnoverWindow& turnover, std::uint64_t read_seq, sdk::ChangeSink& sink);
  bool HasTurnover() const { return resource_.name == "invoices"; }

  Access access_;
  const Documents& documents_;
  const ResourceSpec& resource_;
  const std::string name_{resource_.name};
  const std::string lines_ = name_ + "/lines";
  const std::string turnover_ = name_ + "/turnover";
  // Ids of rows reported as ours in this session, by NumberedId(); one that leaves is told. Some 10 bytes a document.
  absl::flat_hash_set<std::uint64_t> ours_;
};

}  // namespace entente::ssm
