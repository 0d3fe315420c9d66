#include "engine/simulation/wire.h"

#include <utility>

#include "engine/rpc/session_catalogue.h"
#include "engine/rpc/wire_value.h"
#include "entente/connector/v1/connector.pb.h"

namespace entente::simulation {
namespace {

namespace v1 = ::entente::connector::v1;

constexpr std::uint32_t kUnknownField = 9'999;

v1::Field::Type TypeOf(std::string_view type) {
  if (type == "bool") return v1::Field::BOOL;
  if (type == "int") return v1::Field::INT;
  if (type == "decimal") return v1::Field::DECIMAL;
  if (type == "bytes") return v1::Field::BYTES;
  if (type == "date") return v1::Field::DATE;
  if (type == "timestamp") return v1::Field::TIMESTAMP;
  if (type == "reference") return v1::Field::REFERENCE;
  if (type == "list") return v1::Field::LIST;
  if (type == "map") return v1::Field::MAP;
  if (type == "blob") return v1::Field::BLOB;
  return type.empty() ? v1::Field::TYPE_UNSPECIFIED : v1::Field::TEXT;
}

v1::Change::Kind KindOf(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::kContent: return v1::Change::CONTENT;
    case ChangeKind::kDeleted: return v1::Change::DELETED;
    case ChangeKind::kOutOfScope: return v1::Change::OUT_OF_SCOPE;
    case ChangeKind::kKeyOnly: return v1::Change::KEY_ONLY;
    case ChangeKind::kChangedResource: return v1::Change::CHANGED_RESOURCE;
  }
  return v1::Change::CONTENT;
}

v1::Failure::Class ClassOf(FailureClass failure) {
  switch (failure) {
    case FailureClass::kAgain: return v1::Failure::AGAIN;
    case FailureClass::kMovedOn: return v1::Failure::MOVED_ON;
    case FailureClass::kNever: return v1::Failure::NEVER;
    case FailureClass::kUncertain: return v1::Failure::UNCERTAIN;
    case FailureClass::kWaiting: return v1::Failure::WAITING;
  }
  return v1::Failure::UNCERTAIN;
}

OperationKind KindOf(v1::Operation::Verb verb) {
  switch (verb) {
    case v1::Operation::READ: return OperationKind::kRead;
    case v1::Operation::FIND: return OperationKind::kFind;
    case v1::Operation::PRICE: return OperationKind::kPrice;
    case v1::Operation::START_LISTING: return OperationKind::kStartListing;
    case v1::Operation::POLL: return OperationKind::kPoll;
    default: return OperationKind::kWrite;
  }
}

Verb VerbOf(v1::Operation::Verb verb) {
  switch (verb) {
    case v1::Operation::CREATE: return Verb::kCreate;
    case v1::Operation::UPDATE: return Verb::kUpdate;
    case v1::Operation::DELETE: return Verb::kDelete;
    case v1::Operation::UNDELETE: return Verb::kUndelete;
    default: return Verb::kNone;
  }
}

void FillCatalogue(const SessionInfo& session, v1::Catalogue* wire) {
  wire->set_version(session.catalogue_version);
  std::uint32_t number = 0;
  for (const auto& [name, info] : session.resources) {
    v1::Resource* resource = wire->add_resources();
    resource->set_number(++number);
    resource->set_name(name);
    std::uint32_t field_number = 0;
    for (const FieldInfo& from : info.fields) {
      v1::Field* field = resource->add_fields();
      field->set_number(++field_number);
      field->set_name(from.name);
      field->set_type(TypeOf(from.type));
      field->set_length_max(static_cast<std::uint32_t>(from.length_max));
      field->set_writable(from.writable);
      field->set_set_once(from.set_once);
      field->set_required_on_create(from.required_on_create);
      field->set_custom(from.custom);
      field->set_target(from.target);
      for (const std::string& label : from.labels) field->add_labels(label);
      for (const std::string& code : from.label_codes) field->add_label_codes(code);
    }
    v1::ResourceCapabilities* can = resource->mutable_capabilities();
    can->set_can_create(info.can_create);
    can->set_can_update(info.can_update);
    can->set_can_delete(info.can_delete);
    can->set_can_undelete(info.can_undelete);
    can->set_feeds_deletes(info.feeds_deletes);
    can->set_lists_deleted(info.lists_deleted);
    can->set_returns_record(info.returns_record);
    can->set_can_price(info.can_price);
    can->set_checks_expected(info.checks_expected);
    can->set_lists_keys(info.lists_keys);
    can->set_bulk_max(static_cast<std::uint32_t>(info.bulk_max));
  }
}

v1::OpenSessionRequest RequestOf(const SessionInfo& session) {
  v1::OpenSessionRequest wire;
  wire.set_system(session.system);
  wire.set_product(session.product);
  wire.set_version(session.version);
  wire.set_edition(session.edition);
  wire.set_company_id(session.company_id);
  wire.set_company_name(session.company_name);
  wire.set_connector_version(session.connector_version);
  wire.set_companies(static_cast<std::uint32_t>(session.companies));
  FillCatalogue(session, wire.mutable_catalogue());
  wire.mutable_capabilities()->set_read_lag_millis(absl::ToInt64Milliseconds(session.read_lag));
  wire.mutable_capabilities()->set_settle_time_millis(absl::ToInt64Milliseconds(session.settle_time));
  wire.mutable_capabilities()->set_change_time_precision_millis(absl::ToInt64Milliseconds(session.change_precision));
  wire.mutable_capabilities()->set_fences_epochs(session.fences_epochs);
  wire.set_trouble_code(session.trouble_code);
  wire.set_trouble_text(session.trouble);
  return wire;
}

}  // namespace

struct Wire::Numbers {
  struct Resource {
    std::uint32_t number = 0;
    std::map<std::string, std::uint32_t, std::less<>> fields;
    std::map<std::uint32_t, std::string> names;
  };
  std::map<std::string, Resource> resources;
  std::map<std::uint32_t, std::string> names;

  void WriteFields(const std::string& resource, const Fields& fields, google::protobuf::RepeatedPtrField<v1::FieldValue>* wire) const {
    const auto known = resources.find(resource);
    if (known == resources.end()) return;
    for (const auto& [name, value] : fields) {
      const auto number = known->second.fields.find(name);
      v1::FieldValue* field = wire->Add();
      // What the catalogue has not got has a number nobody knows.
      field->set_field(number == known->second.fields.end() ? kUnknownField : number->second);
      ToWire(value, field->mutable_value());
    }
  }

  void WriteChange(const std::string& resource, const FeedChange& change, v1::Change* wire) const {
    const auto known = resources.find(resource);
    if (known != resources.end()) wire->set_resource(known->second.number);
    wire->set_key(change.key);
    wire->set_former_key(change.former_key);
    if (change.row) {
      wire->mutable_row()->set_incarnation(change.row->incarnation);
      wire->mutable_row()->set_number(change.row->number);
    }
    wire->set_read_seq(change.read_seq);
    WriteFields(resource, change.fields, wire->mutable_fields());
    wire->set_kind(KindOf(change.kind));
    wire->set_revision(change.revision);
    wire->set_stamp(change.stamp);
    wire->set_changed_from_micros(change.changed_from_micros);
    wire->set_changed_to_micros(change.changed_to_micros);
    wire->set_ignored_fields(static_cast<std::uint32_t>(change.ignored_fields));
  }

  Fields ReadFields(std::uint32_t resource, const google::protobuf::RepeatedPtrField<v1::FieldValue>& wire) const {
    Fields fields;
    const Resource& known = resources.at(names.at(resource));
    for (const v1::FieldValue& field : wire) {
      Value value;
      if (FromWire(field.value(), &value).ok()) fields[known.names.at(field.field())] = std::move(value);
    }
    return fields;
  }
};

Wire::Wire() = default;
Wire::~Wire() = default;

absl::StatusOr<std::unique_ptr<Wire>> Wire::Open(const SessionInfo& described, const Pack& pack, SessionInfo* understood) {
  v1::OpenSessionRequest request;
  request.ParseFromString(RequestOf(described).SerializeAsString());
  absl::StatusOr<SessionCatalogue> catalogue = SessionCatalogue::Make(request.catalogue(), pack, described.side);
  if (!catalogue.ok()) return catalogue.status();
  *understood = ReadSession(request, described.side);
  understood->session_id = described.session_id;
  std::unique_ptr<Wire> wire(new Wire);
  wire->catalogue_ = std::make_unique<SessionCatalogue>(*std::move(catalogue));
  wire->numbers_ = std::make_unique<Numbers>();
  for (const v1::Resource& resource : request.catalogue().resources()) {
    Numbers::Resource& numbers = wire->numbers_->resources[resource.name()];
    numbers.number = resource.number();
    wire->numbers_->names[resource.number()] = resource.name();
    for (const v1::Field& field : resource.fields()) {
      numbers.fields[field.name()] = field.number();
      numbers.names[field.number()] = field.name();
    }
  }
  return wire;
}

std::string Wire::Encode(const FeedBatch& batch) const {
  v1::ReportChangesRequest wire;
  wire.set_batch(batch.batch);
  wire.set_mode(batch.mode == FeedMode::kKeys ? v1::KEYS : batch.mode == FeedMode::kListing ? v1::LISTING : v1::LIVE);
  wire.set_resource(batch.resource);
  for (const FeedChange& change : batch.changes) numbers_->WriteChange(batch.resource, change, wire.add_changes());
  if (batch.cursor_after) wire.set_cursor_after(*batch.cursor_after);
  wire.set_listing_id(batch.listing_id);
  wire.set_listing_begins(batch.listing_begins);
  wire.set_listing_ends(batch.listing_ends);
  wire.set_listing_failed(batch.listing_failed);
  wire.set_poll_ends(batch.poll_ends);
  wire.set_cursor_lost(batch.cursor_lost);
  wire.set_polled_at_micros(batch.polled_at_micros);
  wire.set_listing_total(batch.listing_total);
  return wire.SerializeAsString();
}

absl::StatusOr<FeedBatch> Wire::DecodeBatch(const std::string& bytes) const {
  v1::ReportChangesRequest wire;
  if (!wire.ParseFromString(bytes)) return absl::InvalidArgumentError("MESSAGE_MALFORMED: the bytes are no message.");
  return catalogue_->ReadBatch(wire);
}

std::string Wire::Encode(const ResultBatch& batch, const std::map<DeliveryId, std::string>& asked) const {
  v1::PerformOperationsRequest wire;
  for (const OperationResult& result : batch.results) {
    v1::OperationResult* out = wire.add_results();
    out->set_id(result.id);
    out->set_seq(result.seq);
    const auto of = asked.find(result.id);
    const std::string resource = of == asked.end() ? std::string() : of->second;
    if (result.kind == OperationResult::Kind::kReceipt) {
      v1::Receipt* receipt = out->mutable_receipt();
      receipt->set_observation(result.observation == Observation::kAtomic ? v1::Receipt::ATOMIC : result.observation == Observation::kReread ? v1::Receipt::REREAD : v1::Receipt::UNOBSERVED);
      receipt->set_existed(result.existed);
      numbers_->WriteFields(resource, result.priced, receipt->mutable_priced());
      if (result.change) numbers_->WriteChange(resource, *result.change, receipt->mutable_change());
    } else if (result.kind == OperationResult::Kind::kFound) {
      out->mutable_found();
      for (const FeedChange& change : result.found) numbers_->WriteChange(resource, change, out->mutable_found()->add_changes());
    } else {
      v1::Failure* failure = out->mutable_failure();
      failure->set_class_(ClassOf(result.failure));
      failure->set_reason(result.code);
      failure->set_text(result.text);
      failure->set_retry_after_millis(result.retry_after_millis);
      if (result.change) numbers_->WriteChange(resource, *result.change, failure->mutable_current());
    }
  }
  return wire.SerializeAsString();
}

absl::StatusOr<ResultBatch> Wire::DecodeResults(const std::string& bytes, const std::map<DeliveryId, std::string>& asked) const {
  v1::PerformOperationsRequest wire;
  if (!wire.ParseFromString(bytes)) return absl::InvalidArgumentError("MESSAGE_MALFORMED: the bytes are no message.");
  ResultBatch batch;
  for (const v1::OperationResult& result : wire.results()) {
    const auto of = asked.find(result.id());
    const auto known = of == asked.end() ? numbers_->resources.end() : numbers_->resources.find(of->second);
    absl::StatusOr<OperationResult> read = catalogue_->ReadResult(result, known == numbers_->resources.end() ? 0 : known->second.number);
    if (!read.ok()) return read.status();
    batch.results.push_back(*std::move(read));
  }
  return batch;
}

absl::StatusOr<std::string> Wire::Encode(const OperationOut& operation, std::uint64_t epoch) const {
  v1::Operation wire;
  if (absl::Status written = catalogue_->WriteOperation(operation, &wire); !written.ok()) return written;
  wire.set_epoch(epoch);
  return wire.SerializeAsString();
}

OperationOut Wire::DecodeOperation(const std::string& bytes) const {
  v1::Operation wire;
  wire.ParseFromString(bytes);
  OperationOut operation;
  operation.id = wire.id();
  operation.kind = KindOf(wire.verb());
  operation.verb = VerbOf(wire.verb());
  operation.resource = numbers_->names.at(wire.resource());
  operation.key = wire.key();
  operation.fields = numbers_->ReadFields(wire.resource(), wire.fields());
  operation.expected = numbers_->ReadFields(wire.resource(), wire.expected());
  operation.idempotency_key = wire.idempotency_key();
  operation.find_field = wire.find_field();
  if (wire.has_find_value()) FromWire(wire.find_value(), &operation.find_value).IgnoreError();
  operation.search_first = wire.search_first();
  operation.listing_id = wire.listing_id();
  operation.listing_mode = wire.listing_mode() == v1::KEYS ? FeedMode::kKeys : FeedMode::kListing;
  return operation;
}

}  // namespace entente::simulation
