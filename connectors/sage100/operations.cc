#include "connectors/sage100/operations.h"

#include <map>

#include "absl/strings/str_cat.h"
#include "connectors/sage100/quote_writer.h"
#include "connectors/sage100/record_writer.h"
#include "connectors/sdk/values.h"

namespace entente::sage100 {
namespace {

constexpr std::size_t kReadsTogether = 500;

v1::OperationResult FoundResult(const v1::Operation& operation, std::vector<v1::Change> changes, std::uint64_t seq) {
  v1::OperationResult result;
  result.set_id(operation.id());
  result.set_seq(seq);
  result.mutable_found();
  for (v1::Change& change : changes) *result.mutable_found()->add_changes() = std::move(change);
  return result;
}

bool IsTrouble(const std::string& reason) {
  return reason == "GATEWAY_UNREACHABLE" || reason == "DATABASE_UNAVAILABLE" || reason == "UNAUTHENTICATED" || reason == "STALE_EPOCH" ||
         reason == "LICENCE_EXHAUSTED" || reason == "SAGE_UNAVAILABLE";
}

}  // namespace

Operations::Operations(const Sage100Config& config, Database& database, const std::vector<std::unique_ptr<Source>>& sources,
                       Gateway& gateway, sdk::Timer& timer)
    : database_(database), sources_(sources), gateway_(gateway), timer_(timer), settle_time_(config.settle_time), lookup_(database, sources) {}

void Operations::Begin(std::shared_ptr<const Company> company, sdk::SequenceCounter* sequence) {
  lookup_.Begin(company, sequence);
  company_ = std::move(company);
  sequence_ = sequence;
  is_fenced_ = false;
  counters_.calls = 0;
  counters_.writes = 0;
  counters_.blind_overwrites = 0;
}

void Operations::Perform(const std::vector<v1::Operation>& operations, const std::function<bool()>& may_start, const Done& done) {
  std::vector<const v1::Operation*> reads;
  const auto flush = [&] {
    if (!reads.empty()) Read(reads, done);
    reads.clear();
  };
  for (const v1::Operation& operation : operations) {
    if (!may_start()) {
      done(Failed(operation, v1::Failure::AGAIN, "LEASE_ENDED", "the engine was not heard of for too long; nothing was started"));
      continue;
    }
    if (operation.verb() == v1::Operation::READ) {
      if (!reads.empty() && (reads.front()->resource() != operation.resource() || reads.size() >= kReadsTogether)) flush();
      reads.push_back(&operation);
      continue;
    }
    // A read asked for before a write is answered before it.
    flush();
    v1::OperationResult result = operation.verb() == v1::Operation::FIND ? Find(operation) : Write(operation);
    NoteTrouble(result);
    done(std::move(result));
  }
  flush();
}

void Operations::Read(const std::vector<const v1::Operation*>& reads, const Done& done) {
  const ResourceSpec* resource = FindResource(reads.front()->resource());
  std::vector<std::string> keys;
  for (const v1::Operation* operation : reads) keys.push_back(operation->key());
  auto found = resource == nullptr ? absl::StatusOr<LookedUp>(absl::InvalidArgumentError("there is no such resource in Sage 100"))
                                   : lookup_.ByKey(*resource, keys);
  std::multimap<std::string, const v1::Change*> by_key;
  if (found.ok()) {
    for (const v1::Change& change : found->changes) by_key.emplace(change.key(), &change);
  }
  for (const v1::Operation* operation : reads) {
    if (!found.ok()) {
      v1::OperationResult failed = ReadFailed(*operation, found.status());
      NoteTrouble(failed);
      done(std::move(failed));
      continue;
    }
    std::vector<v1::Change> own;
    const auto [begin, end] = by_key.equal_range(operation->key());
    for (auto at = begin; at != end; ++at) own.push_back(*at->second);
    v1::OperationResult result = FoundResult(*operation, std::move(own), found->read_seq);
    NoteTrouble(result);
    done(std::move(result));
  }
}

v1::OperationResult Operations::Find(const v1::Operation& operation) {
  const ResourceSpec* resource = FindResource(operation.resource());
  Conditions conditions;
  const auto add = [&](const FieldSpec* field, const v1::Value& value) {
    if (field == nullptr || field->rendering == Rendering::kMade) return false;
    conditions.emplace_back(field, value);
    return true;
  };
  bool is_known = resource != nullptr;
  if (is_known && !operation.find_field().empty()) is_known = add(sage100::FindField(*resource, operation.find_field()), operation.find_value());
  for (const v1::FieldValue& given : operation.fields()) {
    const v1::Field* described = company_->catalogue.FindField(operation.resource(), given.field());
    is_known = is_known && described != nullptr && add(sage100::FindField(*resource, described->name()), given.value());
  }
  if (!is_known || conditions.empty()) {
    return Failed(operation, v1::Failure::NEVER, "FIELD_NOT_SEARCHABLE", absl::StrCat("records cannot be searched by ", operation.find_field()));
  }
  auto found = lookup_.ByFields(*resource, conditions);
  if (!found.ok()) return ReadFailed(operation, found.status());
  return FoundResult(operation, std::move(found->changes), found->read_seq);
}

v1::OperationResult Operations::Write(const v1::Operation& operation) {
  const ResourceSpec* resource = FindResource(operation.resource());
  if (resource == nullptr) return Failed(operation, v1::Failure::NEVER, "RESOURCE_UNKNOWN", "there is no such resource in Sage 100");
  if (is_fenced_ && operation.verb() != v1::Operation::PRICE) {
    return Failed(operation, v1::Failure::AGAIN, "STALE_EPOCH", "a newer engine writes to this company; this session writes nothing more");
  }
  auto parameters = lookup_.ReadParameters();
  if (!parameters.ok()) return ReadFailed(operation, parameters.status());
  Writing writing{.company = *company_,
                  .parameters = *parameters,
                  .gateway = gateway_,
                  .lookup = lookup_,
                  .timer = timer_,
                  .settle_time = settle_time_,
                  .sequence = *sequence_,
                  .counters = counters_};
  v1::OperationResult result = Dispatch(writing, *resource, operation);
  if (result.has_failure() && result.failure().reason() == "STALE_EPOCH") is_fenced_ = true;
  return result;
}

v1::OperationResult Operations::Dispatch(Writing& writing, const ResourceSpec& resource, const v1::Operation& operation) {
  const bool is_quote = resource.can_price;
  switch (operation.verb()) {
    case v1::Operation::CREATE:
      if (is_quote) return CreateQuote(writing, operation);
      if (resource.can_create) return CreateRecord(writing, resource, operation);
      break;
    case v1::Operation::UPDATE:
      if (resource.can_update) return UpdateRecord(writing, resource, operation);
      break;
    case v1::Operation::DELETE:
      if (resource.can_delete) return DeleteRecord(writing, resource, operation);
      break;
    case v1::Operation::PRICE:
      if (is_quote) return PriceQuote(writing, operation);
      break;
    default: break;
  }
  return Failed(operation, v1::Failure::NEVER, "NOT_SUPPORTED",
                absl::StrCat("Sage 100 takes no ", v1::Operation::Verb_Name(operation.verb()), " of ", resource.name, " from outside"));
}

void Operations::NoteTrouble(const v1::OperationResult& result) {
  const std::lock_guard lock(mutex_);
  if (result.has_failure() && IsTrouble(result.failure().reason())) {
    trouble_ = {result.failure().reason(), result.failure().text()};
  } else if (!result.has_failure()) {
    // A read proves the database only, a receipt both.
    if (result.has_receipt() || trouble_.code == "DATABASE_UNAVAILABLE") trouble_ = {};
  }
}

void Operations::GatewayAnswers() {
  const std::lock_guard lock(mutex_);
  if (trouble_.code == "GATEWAY_UNREACHABLE" || trouble_.code == "UNAUTHENTICATED") trouble_ = {};
}

Trouble Operations::trouble() const {
  const std::lock_guard lock(mutex_);
  return trouble_;
}

}  // namespace entente::sage100
