#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "connectors/ssm/access.h"
#include "connectors/ssm/lookup.h"
#include "connectors/ssm/specs.h"

namespace entente::ssm {

// A sales document: its head, its lines and, for an invoice, the turnover row of /sales.
struct Document {
  Json head;
  std::vector<Json> lines;
  std::optional<Json> turnover;
};

// Reads documents as one record each, and tells quotes from invoices: both live in /salesorders.
class Documents {
 public:
  // `statuses`: labels of invoice statuses; `prefix`: of the extId of invoices.
  Documents(const Access& access, const std::vector<std::string>& statuses, std::string prefix);

  // An invoice has an invoice status, or the extId of one; everything else is a quote.
  bool IsInvoice(const Json& head) const;
  bool BelongsTo(const ResourceSpec& resource, const Json& head) const;
  // A status of an invoice without the extId of one, which we never write: somebody made a quote an invoice.
  bool IsForeignInvoice(const Json& head) const;

  // extId of the turnover row of an invoice: its number.
  std::string TurnoverKey(const Json& head) const;
  // extId of the invoice a turnover row belongs to.
  std::string HeadKey(const std::string& turnover_key) const { return prefix_ + turnover_key; }

  // Living lines by head.
  absl::StatusOr<std::map<std::string, std::vector<Json>>> ReadLines(const std::set<std::string>& heads, const CallOptions& options) const;
  // Turnover rows by extId; a living one is preferred.
  absl::StatusOr<std::map<std::string, Json>> ReadTurnover(const std::set<std::string>& keys, const CallOptions& options) const;

  // Documents of these heads with everything that belongs to them.
  absl::StatusOr<std::vector<Document>> Complete(const ResourceSpec& resource, std::vector<Json> heads, const CallOptions& options) const;

  // The same as Complete for heads next to each other, by ranges of ids where the system takes them; `turnover`: their rows.
  absl::StatusOr<std::vector<Document>> CompleteRange(const ResourceSpec& resource, std::vector<Json> heads,
                                                      const std::map<std::string, Json>& turnover, const CallOptions& options) const;

  v1::Change Decode(const ResourceSpec& resource, const Document& document, std::uint64_t read_seq) const;

 private:
  static std::map<std::string, Json> ByKey(std::vector<Json> rows);
  std::vector<Document> Join(std::vector<Json> heads, const std::map<std::string, std::vector<Json>>& lines,
                             const std::map<std::string, Json>& turnover) const;

  Access access_;
  std::set<std::string> statuses_;
  std::string prefix_;
};

// `line` as the map value of the protocol, lineId included.
v1::Value DecodeLine(const Access& access, const Json& line);

}  // namespace entente::ssm
