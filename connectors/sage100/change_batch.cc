#include "connectors/sage100/change_batch.h"

#include <utility>

namespace entente::sage100 {
namespace {

// Far below the 4 MiB a message may have; a single record larger than this travels alone.
constexpr std::size_t kBatchBytesMax = 1 << 20;
constexpr int kBatchRecordsMax = 500;

}  // namespace

absl::Status ChangeBatch::Add(v1::Change change) {
  const std::size_t size = change.ByteSizeLong();
  if (batch_.changes_size() > 0 && (batch_.changes_size() >= kBatchRecordsMax || bytes_ + size > kBatchBytesMax)) {
    if (absl::Status s = Flush(); !s.ok()) return s;
  }
  bytes_ += size;
  ++added_;
  *batch_.add_changes() = std::move(change);
  return absl::OkStatus();
}

absl::Status ChangeBatch::Finish(const std::string& cursor_after, std::int64_t polled_at_micros) {
  batch_.set_cursor_after(cursor_after);
  batch_.set_polled_at_micros(polled_at_micros);
  return Flush();
}

absl::Status ChangeBatch::Flush() {
  v1::ReportChangesRequest out = std::move(batch_);
  batch_ = v1::ReportChangesRequest();
  batch_.set_listing_total(out.listing_total());
  bytes_ = 0;
  return sink_.Send(std::move(out));
}

}  // namespace entente::sage100
