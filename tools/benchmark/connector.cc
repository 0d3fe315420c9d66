#include "tools/benchmark/connector.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "absl/time/clock.h"

namespace entente::benchmark {
namespace {

// How long a waiting poll stays in the connector; short enough that an ended session is noticed.
constexpr absl::Duration kWaitLongest = absl::Seconds(2);

}  // namespace

absl::StatusOr<v1::OpenSessionRequest> PeopleConnector::Describe() {
  v1::OpenSessionRequest out;
  out.set_system("synthetic");
  out.set_product("Synthetic system");
  out.set_version("1");
  out.set_edition("memory");
  out.set_company_id(company_);
  out.set_company_name(company_);
  out.set_companies(1);
  out.set_connector_version("1");
  *out.mutable_catalogue() = PeopleCatalogue();
  if (documents_ != nullptr) *out.mutable_catalogue()->add_resources() = documents_->Describe();
  out.mutable_capabilities()->set_fences_epochs(true);
  return out;
}

absl::Status PeopleConnector::Begin(const sdk::SessionPlan&, sdk::SequenceCounter* sequence) {
  sequence_ = sequence;
  ++sessions_;
  return absl::OkStatus();
}

absl::Status PeopleConnector::Poll(const std::string& resource, const std::string& cursor, sdk::ChangeSink& sink) {
  if (documents_ != nullptr && resource == documents_->resource()) return ListDocuments(sink);
  std::uint64_t since = std::strtoull(cursor.c_str(), nullptr, 10);
  if (waits_) people_.AwaitChange(since, kWaitLongest);
  while (true) {
    const std::uint64_t read = sequence_.load()->Next();
    std::uint64_t until = since;
    std::vector<v1::Change> changed = people_.ChangedSince(since, static_cast<std::size_t>(batch_), &until);
    v1::ReportChangesRequest batch;
    for (v1::Change& change : changed) {
      change.set_read_seq(read);
      *batch.add_changes() = std::move(change);
    }
    batch.set_cursor_after(std::to_string(until));
    batch.set_polled_at_micros(absl::GetCurrentTimeNanos() / 1000);
    const bool is_last = batch.changes_size() < batch_;
    if (absl::Status sent = sink.Send(std::move(batch)); !sent.ok()) return sent;
    since = until;
    if (is_last) break;
  }
  reported_ = since;
  return absl::OkStatus();
}

// All of them every time: there are few.
absl::Status PeopleConnector::ListDocuments(sdk::ChangeSink& sink) {
  const std::uint64_t read = sequence_.load()->Next();
  v1::ReportChangesRequest batch;
  for (v1::Change& row : documents_->Rows()) {
    row.set_read_seq(read);
    *batch.add_changes() = std::move(row);
  }
  batch.set_listing_total(batch.changes_size());
  batch.set_cursor_after("0");
  batch.set_polled_at_micros(absl::GetCurrentTimeNanos() / 1000);
  return sink.Send(std::move(batch));
}

absl::Status PeopleConnector::List(const std::string& resource, v1::FeedMode mode, sdk::ChangeSink& sink) {
  if (documents_ != nullptr && resource == documents_->resource()) return ListDocuments(sink);
  const std::uint64_t cursor = people_.last_change();
  const std::size_t total = people_.size();
  for (std::size_t index = 0;;) {
    const std::uint64_t read = sequence_.load()->Next();
    std::vector<v1::Change> rows = people_.Rows(index, std::min(static_cast<std::size_t>(batch_), total - index));
    index += rows.size();
    v1::ReportChangesRequest batch;
    for (v1::Change& change : rows) {
      change.set_read_seq(read);
      if (mode == v1::KEYS) {
        change.set_kind(v1::Change::KEY_ONLY);
        change.clear_fields();
      }
      *batch.add_changes() = std::move(change);
    }
    batch.set_listing_total(static_cast<std::int64_t>(total));
    const bool is_last = index >= total;
    if (is_last) batch.set_cursor_after(std::to_string(cursor));
    if (absl::Status sent = sink.Send(std::move(batch)); !sent.ok()) return sent;
    if (is_last) return absl::OkStatus();
  }
}

void PeopleConnector::DoneWithDocument(const v1::Operation& operation, v1::OperationResult* result) {
  v1::Change now;
  google::protobuf::RepeatedPtrField<v1::FieldValue> priced;
  const bool is_there = documents_->Perform(operation, &now, &priced);
  if (operation.verb() == v1::Operation::READ || operation.verb() == v1::Operation::FIND) {
    v1::Found* found = result->mutable_found();
    if (is_there) *found->add_changes() = std::move(now);
    return;
  }
  if (!is_there) {
    result->mutable_failure()->set_class_(v1::Failure::NEVER);
    result->mutable_failure()->set_reason("NOT_FOUND");
    return;
  }
  v1::Receipt* receipt = result->mutable_receipt();
  receipt->set_observation(v1::Receipt::ATOMIC);
  *receipt->mutable_priced() = std::move(priced);
  if (operation.verb() != v1::Operation::PRICE) *receipt->mutable_change() = std::move(now);
}

void PeopleConnector::DoneWithPerson(const v1::Operation& operation, v1::OperationResult* out) {
  v1::OperationResult& result = *out;
  v1::Receipt* receipt = result.mutable_receipt();
  receipt->set_observation(v1::Receipt::ATOMIC);
  switch (operation.verb()) {
    case v1::Operation::CREATE:
      people_.Create(operation, receipt->mutable_change());
      break;
    case v1::Operation::UPDATE: {
      v1::Change now;
      const People::Written written = people_.Update(operation, &now);
      if (written == People::Written::kDone) {
        *receipt->mutable_change() = std::move(now);
        break;
      }
      v1::Failure* failure = result.mutable_failure();
      failure->set_class_(written == People::Written::kMovedOn ? v1::Failure::MOVED_ON : v1::Failure::NEVER);
      failure->set_reason(written == People::Written::kMovedOn ? "REVISION_MISMATCH" : "NOT_FOUND");
      if (written == People::Written::kMovedOn) *failure->mutable_current() = std::move(now);
      break;
    }
    case v1::Operation::READ:
    case v1::Operation::FIND: {
      v1::Found* found = result.mutable_found();
      v1::Change now;
      const bool is_there = operation.verb() == v1::Operation::READ ? people_.Read(operation.key(), &now)
                                                                    : people_.FindByCode(operation.find_value().text_value(), &now);
      if (is_there) *found->add_changes() = std::move(now);
      break;
    }
    default:
      // The works of the benchmark delete nothing.
      result.mutable_failure()->set_class_(v1::Failure::NEVER);
      result.mutable_failure()->set_reason("NOT_SUPPORTED");
  }
}

v1::OperationResult PeopleConnector::Done(const v1::Operation& operation) {
  v1::OperationResult result;
  result.set_id(operation.id());
  if (documents_ != nullptr && operation.resource() == kDocuments) {
    DoneWithDocument(operation, &result);
  } else {
    DoneWithPerson(operation, &result);
  }
  const std::uint64_t seq = sequence_.load()->Next();
  result.set_seq(seq);
  if (result.has_receipt() && result.receipt().has_change()) result.mutable_receipt()->mutable_change()->set_read_seq(seq);
  if (result.has_found()) {
    for (v1::Change& change : *result.mutable_found()->mutable_changes()) change.set_read_seq(seq);
  }
  return result;
}

void PeopleConnector::Perform(std::vector<v1::Operation> operations, const std::function<bool()>& may_start,
                              const std::function<void(v1::OperationResult)>& done) {
  for (const v1::Operation& operation : operations) {
    if (may_start()) {
      done(Done(operation));
      continue;
    }
    v1::OperationResult late;
    late.set_id(operation.id());
    late.mutable_failure()->set_class_(v1::Failure::AGAIN);
    late.mutable_failure()->set_reason("LEASE_ENDED");
    done(std::move(late));
  }
}

v1::Statistics PeopleConnector::Statistics() const {
  v1::Statistics out;
  out.set_writes(people_.writes());
  return out;
}

void PeopleConnector::Wait(bool waits) {
  waits_ = waits;
  people_.WakeAll();
}

}  // namespace entente::benchmark
