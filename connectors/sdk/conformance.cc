#include "connectors/sdk/conformance.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "connectors/sdk/catalogue_view.h"
#include "connectors/sdk/decimal_text.h"

namespace entente::sdk {
namespace {

class Counter : public SequenceCounter {
 public:
  std::uint64_t Next() override { return ++value_; }
  std::uint64_t value() const { return value_; }

 private:
  std::atomic<std::uint64_t> value_{0};
};

class Recorder : public ChangeSink {
 public:
  absl::Status Send(v1::ReportChangesRequest batch) override {
    batches.push_back(std::move(batch));
    return absl::OkStatus();
  }
  std::vector<v1::ReportChangesRequest> batches;
};

bool HoldsType(const v1::Value& value, v1::Field::Type type) {
  switch (value.kind_case()) {
    case v1::Value::KIND_NOT_SET: return true;
    case v1::Value::kBoolValue: return type == v1::Field::BOOL;
    case v1::Value::kIntValue: return type == v1::Field::INT;
    case v1::Value::kDecimalValue: return type == v1::Field::DECIMAL;
    case v1::Value::kTextValue: return type == v1::Field::TEXT;
    case v1::Value::kBytesValue: return type == v1::Field::BYTES;
    case v1::Value::kDateValue: return type == v1::Field::DATE;
    case v1::Value::kTimestampValue: return type == v1::Field::TIMESTAMP;
    case v1::Value::kReferenceValue: return type == v1::Field::REFERENCE;
    case v1::Value::kListValue: return type == v1::Field::LIST;
    case v1::Value::kMapValue: return type == v1::Field::MAP;
    case v1::Value::kBlobValue: return type == v1::Field::BLOB;
  }
  return false;
}

// Canonical all the way down: decimals without superfluous zeros, maps sorted and unique.
bool IsCanonical(const v1::Value& value) {
  if (value.kind_case() == v1::Value::kDecimalValue) return CanonicalDecimal(value.decimal_value()) == value.decimal_value();
  if (value.kind_case() == v1::Value::kListValue) {
    return std::all_of(value.list_value().values().begin(), value.list_value().values().end(), IsCanonical);
  }
  if (value.kind_case() == v1::Value::kMapValue) {
    const auto& entries = value.map_value().entries();
    for (int i = 0; i < entries.size(); ++i) {
      if (i > 0 && entries[i - 1].name() >= entries[i].name()) return false;
      if (!IsCanonical(entries[i].value())) return false;
    }
  }
  return true;
}

class Suite {
 public:
  Suite(Connector& connector, const ConformanceOptions& options) : connector_(connector), options_(options) {}

  std::vector<Finding> Run() {
    const auto described = connector_.Describe();
    if (!described.ok()) {
      Find("describe_succeeds", described.status().ToString());
      return findings_;
    }
    CheckDescription(*described);
    const auto again = connector_.Describe();
    if (!again.ok() || DescribeCatalogue(again->catalogue()) != DescribeCatalogue(described->catalogue())) {
      Find("catalogue_is_stable", "a second description differs from the first");
    }
    if (const auto status = connector_.Begin(options_.plan, &counter_); !status.ok()) {
      Find("begin_succeeds", status.ToString());
      return findings_;
    }
    const CatalogueView catalogue(described->catalogue());
    for (const auto& resource : described->catalogue().resources()) {
      const bool is_wanted = options_.resources.empty() ||
                             std::find(options_.resources.begin(), options_.resources.end(), resource.name()) != options_.resources.end();
      if (is_wanted) CheckFeed(catalogue, resource);
    }
    if (options_.operations) CheckOperations(options_.operations(described->catalogue()));
    return findings_;
  }

 private:
  void Find(const std::string& promise, const std::string& sentence) { findings_.push_back({promise, sentence}); }

  void CheckDescription(const v1::OpenSessionRequest& request) {
    if (request.system().empty() || request.product().empty() || request.version().empty() || request.company_id().empty()) {
      Find("identity_is_complete", "system, product, version and company id must be filled");
    }
    if (request.catalogue().version().empty()) Find("catalogue_has_a_version", "it is empty");
    std::set<std::uint32_t> numbers;
    std::set<std::string> names;
    for (const auto& resource : request.catalogue().resources()) names.insert(resource.name());
    if (names.size() != static_cast<std::size_t>(request.catalogue().resources_size())) Find("resource_names_are_unique", "");
    for (const auto& resource : request.catalogue().resources()) {
      if (resource.number() == 0 || !numbers.insert(resource.number()).second) Find("resource_numbers_are_unique", resource.name());
      CheckFields(resource, names);
    }
  }

  void CheckFields(const v1::Resource& resource, const std::set<std::string>& names) {
    std::set<std::uint32_t> numbers;
    std::set<std::string> fields;
    for (const auto& field : resource.fields()) {
      const std::string place = absl::StrCat(resource.name(), ".", field.name());
      if (field.number() == 0 || !numbers.insert(field.number()).second) Find("field_numbers_are_unique", place);
      if (field.name().empty() || !fields.insert(field.name()).second) Find("field_names_are_unique", place);
      if (field.type() == v1::Field::TYPE_UNSPECIFIED) Find("fields_have_types", place);
      if (field.type() == v1::Field::REFERENCE && !names.contains(field.target())) Find("references_have_targets", place);
      if (field.charset() != "" && field.charset() != "UTF-8" && field.charset() != "CP1252") Find("charsets_are_known", place);
    }
    for (const auto& find : resource.capabilities().find_fields()) {
      if (!fields.contains(find)) Find("find_fields_exist", absl::StrCat(resource.name(), ".", find));
    }
  }

  void CheckChange(const CatalogueView& catalogue, const v1::Resource& resource, const v1::Change& change, bool is_listing) {
    const std::string place = absl::StrCat(resource.name(), " ", change.key());
    if (change.resource() != resource.number()) Find("changes_name_their_resource", place);
    if (change.key().empty()) Find("changes_have_keys", place);
    if (change.kind() == v1::Change::KIND_UNSPECIFIED) Find("changes_have_a_kind", place);
    if (change.read_seq() == 0 || change.read_seq() > counter_.value()) Find("read_seq_comes_from_the_counter", place);
    if (change.changed_from_micros() > change.changed_to_micros()) Find("change_interval_is_ordered", place);
    if (is_listing && change.kind() == v1::Change::KEY_ONLY) Find("listings_have_content", place);
    std::uint32_t last = 0;
    for (const auto& value : change.fields()) {
      const v1::Field* field = catalogue.FindField(resource.number(), value.field());
      if (value.field() <= last) Find("fields_ascend", place);
      last = value.field();
      if (field == nullptr) {
        Find("fields_are_in_the_catalogue", place);
      } else if (!HoldsType(value.value(), field->type())) {
        Find("values_have_the_declared_type", absl::StrCat(place, " ", field->name()));
      }
      if (!IsCanonical(value.value())) Find("values_are_canonical", absl::StrCat(place, " field ", value.field()));
    }
  }

  void CheckFeed(const CatalogueView& catalogue, const v1::Resource& resource) {
    Recorder listing;
    const std::uint64_t before = counter_.value();
    if (const auto status = connector_.List(resource.name(), v1::LISTING, listing); !status.ok()) {
      Find("listing_succeeds", absl::StrCat(resource.name(), ": ", status.ToString()));
      return;
    }
    std::string cursor;
    std::string first_key;
    std::set<std::string> keys;
    for (const auto& batch : listing.batches) {
      if (!batch.cursor_after().empty()) cursor = batch.cursor_after();
      for (const auto& change : batch.changes()) {
        CheckChange(catalogue, resource, change, true);
        if (change.read_seq() <= before) Find("read_seq_rises", absl::StrCat(resource.name(), " ", change.key()));
        keys.insert(change.key());
        if (first_key.empty() && change.kind() == v1::Change::CONTENT) first_key = change.key();
      }
    }
    if (cursor.empty()) {
      Find("listing_ends_with_a_cursor", resource.name());
      return;
    }
    CheckPoll(catalogue, resource, cursor);
    if (!first_key.empty()) CheckRead(resource, first_key);
    if (resource.capabilities().lists_keys()) CheckKeys(resource);
  }

  void CheckPoll(const CatalogueView& catalogue, const v1::Resource& resource, const std::string& cursor) {
    std::string touched;
    if (options_.touch && options_.touched_resource == resource.name()) touched = options_.touch(resource.name());
    const std::uint64_t before = counter_.value();
    Recorder poll;
    if (const auto status = connector_.Poll(resource.name(), cursor, poll); !status.ok()) {
      Find("poll_after_listing_succeeds", absl::StrCat(resource.name(), ": ", status.ToString()));
      return;
    }
    bool saw_touched = touched.empty();
    for (const auto& batch : poll.batches) {
      for (const auto& change : batch.changes()) {
        CheckChange(catalogue, resource, change, false);
        if (change.read_seq() <= before) Find("read_seq_rises", absl::StrCat(resource.name(), " ", change.key()));
        saw_touched = saw_touched || change.key() == touched;
      }
    }
    if (!saw_touched) Find("poll_resumes_without_a_gap", absl::StrCat(resource.name(), " ", touched));
  }

  void CheckRead(const v1::Resource& resource, const std::string& key) {
    v1::Operation read;
    read.set_id(++last_id_);
    read.set_resource(resource.number());
    read.set_verb(v1::Operation::READ);
    read.set_key(key);
    const auto results = Perform({read}, true);
    if (results.size() != 1 || !results[0].has_found() || results[0].found().changes_size() != 1 ||
        results[0].found().changes(0).key() != key) {
      Find("a_listed_record_can_be_read_by_its_key", absl::StrCat(resource.name(), " ", key));
    }
  }

  void CheckKeys(const v1::Resource& resource) {
    Recorder keys;
    if (const auto status = connector_.List(resource.name(), v1::KEYS, keys); !status.ok()) {
      Find("key_listing_succeeds", absl::StrCat(resource.name(), ": ", status.ToString()));
    }
    for (const auto& batch : keys.batches) {
      for (const auto& change : batch.changes()) {
        if (change.kind() == v1::Change::KEY_ONLY && change.stamp().empty()) Find("keys_carry_stamps", absl::StrCat(resource.name(), " ", change.key()));
      }
    }
  }

  void CheckOperations(std::vector<v1::Operation> operations) {
    for (auto& operation : operations) operation.set_id(++last_id_);
    for (const auto& result : Perform(operations, false)) {
      if (!result.has_failure() || result.failure().reason() != "LEASE_ENDED" || result.failure().class_() != v1::Failure::AGAIN) {
        Find("nothing_starts_after_the_lease", absl::StrCat("operation ", result.id()));
      }
    }
    const std::uint64_t before = counter_.value();
    for (const auto& result : Perform(operations, true)) {
      const std::string place = absl::StrCat("operation ", result.id());
      if (result.outcome_case() == v1::OperationResult::OUTCOME_NOT_SET) Find("results_have_an_outcome", place);
      if (result.has_failure() && (result.failure().class_() == v1::Failure::CLASS_UNSPECIFIED || result.failure().reason().empty())) {
        Find("failures_have_class_and_reason", place);
      }
      if (result.has_failure()) continue;
      if (result.seq() <= before) Find("results_carry_seq", place);
      if (result.has_receipt() && result.receipt().change().key().empty()) Find("receipts_carry_keys", place);
      if (result.has_receipt() && result.receipt().observation() == v1::Receipt::OBSERVATION_UNSPECIFIED) Find("receipts_say_how_observed", place);
    }
  }

  std::vector<v1::OperationResult> Perform(const std::vector<v1::Operation>& operations, bool may_start) {
    std::map<std::uint64_t, int> answers;
    for (const auto& operation : operations) answers[operation.id()] = 0;
    std::vector<v1::OperationResult> results;
    connector_.Perform(operations, [&] { return may_start; }, [&](v1::OperationResult result) {
      ++answers[result.id()];
      results.push_back(std::move(result));
    });
    for (const auto& [id, count] : answers) {
      if (count != 1) Find("operations_are_answered_once", absl::StrCat("operation ", id, " was answered ", count, " times"));
    }
    return results;
  }

  Connector& connector_;
  const ConformanceOptions& options_;
  Counter counter_;
  std::uint64_t last_id_ = 0;
  std::vector<Finding> findings_;
};

}  // namespace

std::vector<Finding> CheckConformance(Connector& connector, const ConformanceOptions& options) {
  return Suite(connector, options).Run();
}

std::string DescribeCatalogue(const v1::Catalogue& catalogue) {
  std::string out = absl::StrCat("catalogue ", catalogue.version(), "\n");
  for (const auto& resource : catalogue.resources()) {
    absl::StrAppend(&out, resource.number(), " ", resource.name(), "\n");
    for (const auto& field : resource.fields()) {
      absl::StrAppend(&out, "  ", field.number(), " ", field.name(), " ", v1::Field::Type_Name(field.type()));
      if (!field.target().empty()) absl::StrAppend(&out, "(", field.target(), ")");
      if (field.length_max() > 0) absl::StrAppend(&out, " length=", field.length_max());
      absl::StrAppend(&out, field.writable() ? " writable" : "", field.set_once() ? " set_once" : "",
                      field.required_on_create() ? " required" : "", field.custom() ? " custom" : "", "\n");
    }
  }
  return out;
}

}  // namespace entente::sdk
