#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "connectors/sage100/catalogue.h"
#include "connectors/sdk/connector.h"

namespace entente::sage100 {

// Gathers changes into batches of bounded size and hands them over. Borrows the sink. One thread.
class ChangeBatch {
 public:
  explicit ChangeBatch(sdk::ChangeSink& sink) : sink_(sink) {}

  void ExpectTotal(std::int64_t total) { batch_.set_listing_total(total); }
  absl::Status Add(v1::Change change);
  // The last batch, sent even when it is empty.
  absl::Status Finish(const std::string& cursor_after, std::int64_t polled_at_micros);
  std::size_t changes_added() const { return added_; }

 private:
  absl::Status Flush();

  sdk::ChangeSink& sink_;
  v1::ReportChangesRequest batch_;
  std::size_t bytes_ = 0;
  std::size_t added_ = 0;
};

}  // namespace entente::sage100
