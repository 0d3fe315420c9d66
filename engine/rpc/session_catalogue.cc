#include "engine/rpc/session_catalogue.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/core/digest.h"
#include "engine/pipeline/project.h"
#include "engine/rpc/wire_value.h"
#include "engine/runtime/error.h"
#include "entente/connector/v1/connector.pb.h"

namespace entente {
namespace {

namespace v1 = ::entente::connector::v1;

using WireFields = google::protobuf::RepeatedPtrField<v1::FieldValue>;

absl::Status Invalid(std::string_view sentence) { return MakeError(absl::StatusCode::kInvalidArgument, "CATALOGUE_INVALID", sentence); }

// Reads the fields whose numbers `wanted` holds; all of them when it is null. `unknown`, where it is given: how many the catalogue has not got.
absl::Status ReadFields(const WireFields& wire, const std::map<std::uint32_t, std::string>& names, const std::set<std::uint32_t>* wanted, Fields* fields, int* unknown = nullptr) {
  fields->reserve(static_cast<std::size_t>(wire.size()));
  for (const v1::FieldValue& field : wire) {
    if (wanted != nullptr && !wanted->contains(field.field())) {
      if (unknown != nullptr && !names.contains(field.field())) ++*unknown;
      continue;
    }
    const auto name = names.find(field.field());
    if (name == names.end()) continue;
    Value value;
    if (absl::Status read = FromWire(field.value(), &value); !read.ok()) return read;
    if (!value.IsNull()) fields->emplace(name->second, std::move(value));
  }
  return absl::OkStatus();
}

std::optional<ChangeKind> KindOf(v1::Change::Kind kind) {
  switch (kind) {
    case v1::Change::CONTENT: return ChangeKind::kContent;
    case v1::Change::DELETED: return ChangeKind::kDeleted;
    case v1::Change::OUT_OF_SCOPE: return ChangeKind::kOutOfScope;
    case v1::Change::KEY_ONLY: return ChangeKind::kKeyOnly;
    case v1::Change::CHANGED_RESOURCE: return ChangeKind::kChangedResource;
    default: return std::nullopt;
  }
}

FeedMode ModeOf(v1::FeedMode mode) {
  if (mode == v1::LISTING) return FeedMode::kListing;
  return mode == v1::KEYS ? FeedMode::kKeys : FeedMode::kLive;
}

Observation ObservationOf(v1::Receipt::Observation observation) {
  if (observation == v1::Receipt::ATOMIC) return Observation::kAtomic;
  return observation == v1::Receipt::REREAD ? Observation::kReread : Observation::kUnobserved;
}

// A failure the connector did not classify may have had its effect.
FailureClass ClassOf(v1::Failure::Class failure) {
  switch (failure) {
    case v1::Failure::AGAIN: return FailureClass::kAgain;
    case v1::Failure::MOVED_ON: return FailureClass::kMovedOn;
    case v1::Failure::NEVER: return FailureClass::kNever;
    case v1::Failure::WAITING: return FailureClass::kWaiting;
    default: return FailureClass::kUncertain;
  }
}

v1::Operation::Verb VerbOf(const OperationOut& operation) {
  switch (operation.kind) {
    case OperationKind::kRead: return v1::Operation::READ;
    case OperationKind::kFind: return v1::Operation::FIND;
    case OperationKind::kPrice: return v1::Operation::PRICE;
    case OperationKind::kStartListing: return v1::Operation::START_LISTING;
    case OperationKind::kPoll: return v1::Operation::POLL;
    case OperationKind::kWrite: break;
  }
  switch (operation.verb) {
    case Verb::kCreate: return v1::Operation::CREATE;
    case Verb::kUpdate: return v1::Operation::UPDATE;
    case Verb::kDelete: return v1::Operation::DELETE;
    case Verb::kUndelete: return v1::Operation::UNDELETE;
    case Verb::kRead: return v1::Operation::READ;
    case Verb::kFind: return v1::Operation::FIND;
    case Verb::kPrice: return v1::Operation::PRICE;
    case Verb::kNone: break;
  }
  return v1::Operation::VERB_UNSPECIFIED;
}

void ReadProblems(const google::protobuf::RepeatedPtrField<v1::Problem>& wire, std::vector<DocumentProblem>* problems) {
  for (const v1::Problem& problem : wire) {
    problems->push_back({problem.severity(), problem.code(), problem.text(), problem.field(), static_cast<int>(problem.line())});
  }
}

std::string TypeName(v1::Field::Type type) {
  std::string name = v1::Field::Type_Name(type);
  for (char& c : name) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return name;
}

FieldInfo ReadField(const v1::Field& wire) {
  FieldInfo field;
  field.name = wire.name();
  field.type = TypeName(wire.type());
  field.length_max = static_cast<int>(wire.length_max());
  field.charset = wire.charset();
  field.writable = wire.writable();
  field.set_once = wire.set_once();
  field.required_on_create = wire.required_on_create();
  field.custom = wire.custom();
  field.target = wire.target();
  field.labels.assign(wire.labels().begin(), wire.labels().end());
  field.label_codes.assign(wire.label_codes().begin(), wire.label_codes().end());
  return field;
}

ResourceInfo ReadResource(const v1::Resource& wire) {
  ResourceInfo resource;
  resource.name = wire.name();
  for (const v1::Field& field : wire.fields()) resource.fields.push_back(ReadField(field));
  const v1::ResourceCapabilities& can = wire.capabilities();
  resource.can_create = can.can_create();
  resource.can_update = can.can_update();
  resource.can_delete = can.can_delete();
  resource.can_undelete = can.can_undelete();
  resource.feeds_deletes = can.feeds_deletes();
  resource.lists_deleted = can.lists_deleted();
  resource.returns_record = can.returns_record();
  resource.can_price = can.can_price();
  resource.checks_expected = can.checks_expected();
  resource.lists_keys = can.lists_keys();
  resource.find_fields.assign(can.find_fields().begin(), can.find_fields().end());
  resource.bulk_max = can.bulk_max() == 0 ? 1 : static_cast<int>(can.bulk_max());
  return resource;
}

}  // namespace

absl::StatusOr<SessionCatalogue> SessionCatalogue::Make(const v1::Catalogue& catalogue, const Pack& pack, Side side) {
  SessionCatalogue out;
  for (const v1::Resource& wire : catalogue.resources()) {
    Resource resource{wire.name(), wire.number(), {}, {}, {}};
    const EntityRule* entity = pack.EntityOf(side, wire.name());
    std::set<std::string, std::less<>> roots;
    if (entity != nullptr) {
      for (const std::string& field : entity->native_fields[side]) roots.emplace(NativeRoot(field));
    }
    for (const v1::Field& field : wire.fields()) {
      const bool is_new = resource.names.emplace(field.number(), field.name()).second && resource.numbers.emplace(field.name(), field.number()).second;
      if (!is_new || field.number() == 0 || field.name().empty()) {
        return Invalid(absl::StrCat("The catalogue gives the field ", wire.name(), ".", field.name(), " (number ", field.number(), ") twice, or without name or number. Correct the connector."));
      }
      if (roots.contains(field.name())) resource.mapped.insert(field.number());
    }
    const bool is_new = out.by_name_.emplace(wire.name(), wire.number()).second && out.resources_.emplace(wire.number(), std::move(resource)).second;
    if (!is_new || wire.number() == 0 || wire.name().empty()) {
      return Invalid(absl::StrCat("The catalogue gives the resource ", wire.name(), " (number ", wire.number(), ") twice, or without name or number. Correct the connector."));
    }
  }
  return out;
}

const SessionCatalogue::Resource* SessionCatalogue::Find(std::uint32_t number) const {
  const auto it = resources_.find(number);
  return it == resources_.end() ? nullptr : &it->second;
}

const SessionCatalogue::Resource* SessionCatalogue::Find(std::string_view name) const {
  const auto it = by_name_.find(name);
  return it == by_name_.end() ? nullptr : Find(it->second);
}

absl::StatusOr<FeedChange> SessionCatalogue::ReadChange(const v1::Change& wire, std::uint32_t fallback) const {
  const Resource* resource = Find(wire.resource() == 0 ? fallback : wire.resource());
  if (resource == nullptr) {
    return MakeError(absl::StatusCode::kInvalidArgument, "RESOURCE_UNKNOWN", absl::StrCat("A change names resource number ", wire.resource(), ", which the session's catalogue does not have."));
  }
  FeedChange change;
  const std::optional<ChangeKind> kind = KindOf(wire.kind());
  if (!kind) return MakeError(absl::StatusCode::kInvalidArgument, "CHANGE_KIND_UNKNOWN", "A change has no kind. Correct the connector.");
  change.kind = *kind;
  change.key = wire.key();
  change.former_key = wire.former_key();
  if (wire.has_row()) change.row = Row{wire.row().incarnation(), wire.row().number()};
  change.read_seq = wire.read_seq();
  int unknown = 0;
  if (absl::Status read = ReadFields(wire.fields(), resource->names, &resource->mapped, &change.fields, &unknown); !read.ok()) return read;
  // Here, many threads share what would be the work of one.
  change.digest = DigestOfFields(change.fields);
  change.revision = wire.revision();
  change.stamp = wire.stamp();
  change.changed_from_micros = wire.changed_from_micros();
  change.changed_to_micros = wire.changed_to_micros();
  change.ignored_fields = static_cast<int>(wire.ignored_fields()) + unknown;
  return change;
}

absl::StatusOr<FeedBatch> SessionCatalogue::ReadBatch(const v1::ReportChangesRequest& wire) const {
  FeedBatch batch;
  batch.batch = wire.batch();
  batch.mode = ModeOf(wire.mode());
  batch.resource = wire.resource();
  const Resource* resource = Find(wire.resource());
  if (resource == nullptr) {
    return MakeError(absl::StatusCode::kInvalidArgument, "RESOURCE_UNKNOWN", absl::StrCat("A batch names the resource \"", wire.resource(), "\", which the session's catalogue does not have."));
  }
  batch.changes.reserve(static_cast<std::size_t>(wire.changes_size()));
  for (const v1::Change& change : wire.changes()) {
    absl::StatusOr<FeedChange> read = ReadChange(change, resource->number);
    if (!read.ok()) return read.status();
    batch.changes.push_back(*std::move(read));
  }
  if (!wire.cursor_after().empty()) batch.cursor_after = wire.cursor_after();
  batch.listing_id = wire.listing_id();
  batch.listing_begins = wire.listing_begins();
  batch.listing_ends = wire.listing_ends();
  batch.listing_failed = wire.listing_failed();
  batch.poll_ends = wire.poll_ends();
  batch.cursor_lost = wire.cursor_lost();
  batch.polled_at_micros = wire.polled_at_micros();
  batch.listing_total = wire.listing_total();
  return batch;
}

absl::StatusOr<OperationResult> SessionCatalogue::ReadResult(const v1::OperationResult& wire, std::uint32_t resource) const {
  OperationResult result;
  result.id = wire.id();
  result.seq = wire.seq();
  const auto read_change = [&](const v1::Change& from) -> absl::StatusOr<FeedChange> {
    if (from.kind() != v1::Change::KIND_UNSPECIFIED) return ReadChange(from, resource);
    // A receipt without a look at the record carries its key only.
    v1::Change change = from;
    change.set_kind(change.fields().empty() ? v1::Change::KEY_ONLY : v1::Change::CONTENT);
    return ReadChange(change, resource);
  };
  if (wire.has_receipt()) {
    const v1::Receipt& receipt = wire.receipt();
    result.kind = OperationResult::Kind::kReceipt;
    result.observation = ObservationOf(receipt.observation());
    result.existed = receipt.existed();
    ReadProblems(receipt.problems(), &result.problems);
    const Resource* of = Find(resource);
    if (of != nullptr) {
      if (absl::Status read = ReadFields(receipt.priced(), of->names, nullptr, &result.priced); !read.ok()) return read;
    }
    if (receipt.has_change() && !receipt.change().key().empty()) {
      absl::StatusOr<FeedChange> change = read_change(receipt.change());
      if (!change.ok()) return change.status();
      result.change = *std::move(change);
    }
  } else if (wire.has_found()) {
    result.kind = OperationResult::Kind::kFound;
    for (const v1::Change& found : wire.found().changes()) {
      absl::StatusOr<FeedChange> change = read_change(found);
      if (!change.ok()) return change.status();
      result.found.push_back(*std::move(change));
    }
  } else {
    const v1::Failure& failure = wire.failure();
    result.kind = OperationResult::Kind::kFailure;
    result.failure = ClassOf(failure.class_());
    result.code = failure.reason().empty() ? "NOT_ANSWERED" : failure.reason();
    result.text = failure.text();
    result.retry_after_millis = failure.retry_after_millis();
    ReadProblems(failure.problems(), &result.problems);
    if (failure.has_current() && !failure.current().key().empty()) {
      absl::StatusOr<FeedChange> change = read_change(failure.current());
      if (!change.ok()) return change.status();
      result.change = *std::move(change);
    }
  }
  return result;
}

absl::Status SessionCatalogue::WriteOperation(const OperationOut& operation, v1::Operation* wire) const {
  const Resource* resource = Find(operation.resource);
  if (resource == nullptr) {
    return MakeError(absl::StatusCode::kNotFound, "RESOURCE_UNKNOWN", absl::StrCat("The connector has no resource \"", operation.resource, "\". Check that connector and pack belong together."));
  }
  const auto write = [&](const Fields& fields, google::protobuf::RepeatedPtrField<v1::FieldValue>* out) -> absl::Status {
    std::vector<std::pair<std::uint32_t, const Value*>> by_number;
    by_number.reserve(fields.size());
    for (const auto& [name, value] : fields) {
      const auto number = resource->numbers.find(name);
      if (number == resource->numbers.end()) {
        return MakeError(absl::StatusCode::kNotFound, "FIELD_UNKNOWN",
                       absl::StrCat("The connector's resource \"", operation.resource, "\" has no field \"", name, "\" any more. Check the system's columns, or the pack."));
      }
      by_number.emplace_back(number->second, &value);
    }
    std::sort(by_number.begin(), by_number.end());
    out->Reserve(static_cast<int>(fields.size()));
    for (const auto& [number, value] : by_number) {
      v1::FieldValue* field = out->Add();
      field->set_field(number);
      ToWire(*value, field->mutable_value());
    }
    return absl::OkStatus();
  };
  wire->set_id(operation.id);
  wire->set_resource(resource->number);
  wire->set_verb(VerbOf(operation));
  wire->set_key(operation.key);
  if (absl::Status written = write(operation.fields, wire->mutable_fields()); !written.ok()) return written;
  if (absl::Status written = write(operation.expected, wire->mutable_expected()); !written.ok()) return written;
  wire->set_idempotency_key(operation.idempotency_key);
  wire->set_find_field(operation.find_field);
  if (!operation.find_value.IsNull()) ToWire(operation.find_value, wire->mutable_find_value());
  wire->set_search_first(operation.search_first);
  wire->set_listing_id(operation.listing_id);
  if (operation.kind == OperationKind::kStartListing) {
    wire->set_listing_mode(operation.listing_mode == FeedMode::kKeys ? v1::KEYS : v1::LISTING);
  }
  return absl::OkStatus();
}

namespace {

// Words of a connector on one line of bounded length: they go to the log and to operators.
std::string OneLine(std::string_view text) {
  constexpr std::size_t kBytesMax = 1000;
  std::string out(text.substr(0, kBytesMax));
  // A character cut in two at the end is dropped whole.
  if (text.size() > kBytesMax) {
    while (!out.empty() && (static_cast<unsigned char>(out.back()) & 0xc0) == 0x80) out.pop_back();
    if (!out.empty() && static_cast<unsigned char>(out.back()) >= 0xc0) out.pop_back();
  }
  for (char& c : out) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  }
  return out;
}

bool IsReason(std::string_view word) {
  return word.size() > 2 && word.size() <= 64 && std::all_of(word.begin(), word.end(), [](char c) { return (c >= 'A' && c <= 'Z') || c == '_' || (c >= '0' && c <= '9'); });
}

}  // namespace

SessionInfo ReadSession(const v1::OpenSessionRequest& wire, Side side) {
  SessionInfo session;
  session.side = side;
  session.system = wire.system();
  session.product = wire.product();
  session.version = wire.version();
  session.edition = wire.edition();
  session.company_id = wire.company_id();
  session.company_name = wire.company_name();
  session.connector_version = wire.connector_version();
  session.catalogue_version = wire.catalogue().version();
  session.companies = wire.companies() == 0 ? 1 : static_cast<int>(wire.companies());
  for (const v1::Resource& resource : wire.catalogue().resources()) session.resources.emplace(resource.name(), ReadResource(resource));
  session.read_lag = absl::Milliseconds(wire.capabilities().read_lag_millis());
  session.settle_time = absl::Milliseconds(wire.capabilities().settle_time_millis());
  session.change_precision = absl::Milliseconds(wire.capabilities().change_time_precision_millis());
  session.calls_per_minute = static_cast<int>(wire.capabilities().calls_per_minute());
  session.fences_epochs = wire.capabilities().fences_epochs();
  session.advice.assign(wire.advice().begin(), wire.advice().end());
  session.validate_only = wire.validate_only();
  if (!wire.trouble_code().empty()) {
    session.trouble_code = IsReason(wire.trouble_code()) ? wire.trouble_code() : "CONNECTOR_TROUBLE";
    session.trouble = OneLine(wire.trouble_text());
  }
  return session;
}

}  // namespace entente
