#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "connectors/sage100/database.h"
#include "connectors/sage100/source.h"
#include "connectors/sdk/connector.h"

namespace entente::sage100 {

// Reports what changed in the company, and lists what it holds.
//
// Every poll and every listing is one read transaction. A poll looks again at everything changed within `overlap` before the
// last change seen, because a transaction may commit late; what it reported before is left out by the hashes in the cursor.
// Deletes leave no trace in Sage: they show in KEYS listings only.
// Borrows database and sources. One thread.
class ChangeFeed {
 public:
  ChangeFeed(Database& database, const std::vector<std::unique_ptr<Source>>& sources, absl::Duration overlap);

  void Begin(std::shared_ptr<const Company> company, sdk::SequenceCounter* sequence);

  // OUT_OF_RANGE when the cursor is of another company, of a later time or a higher cbMarq: a backup was restored.
  absl::Status Poll(const std::string& resource, const std::string& cursor, sdk::ChangeSink& sink);
  absl::Status List(const std::string& resource, v1::FeedMode mode, sdk::ChangeSink& sink);

 private:
  const Source* Find(const std::string& resource) const;

  Database& database_;
  const std::vector<std::unique_ptr<Source>>& sources_;
  absl::Duration overlap_;
  std::shared_ptr<const Company> company_;
  sdk::SequenceCounter* sequence_ = nullptr;
};

}  // namespace entente::sage100
