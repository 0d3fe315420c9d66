#include "engine/examples/end.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/pipeline/project.h"

namespace entente::examples {
namespace {

// Lays `more` over `fields`: maps key by key, lists line by line.
void Lay(const Fields& more, Fields& fields);

Value Laid(const Value& more, const Value& under) {
  if (const auto* map = more.As<Map>(); map && under.As<Map>()) {
    Map laid = *under.As<Map>();
    Lay(*map, laid);
    return laid;
  }
  const auto* list = more.As<List>();
  if (list == nullptr || under.As<List>() == nullptr) return more;
  List laid = *under.As<List>();
  laid.resize(std::max(laid.size(), list->size()));
  for (std::size_t i = 0; i < list->size(); ++i) laid[i] = Laid((*list)[i], laid[i]);
  return laid;
}

void Lay(const Fields& more, Fields& fields) {
  for (const auto& [name, value] : more) fields[name] = Laid(value, FieldOf(fields, name));
}

std::string TextOf(const Value& value) {
  if (const auto* text = value.As<std::string>()) return *text;
  if (const auto* number = value.As<std::int64_t>()) return absl::StrCat(*number);
  return "";
}

// What an example may say something of; nothing: of reads and listings it says nothing.
std::optional<ExampleAnswer::Operation> Asked(const OperationOut& operation) {
  using Operation = ExampleAnswer::Operation;
  if (operation.kind == OperationKind::kPrice) return Operation::kPrice;
  if (operation.kind != OperationKind::kWrite) return std::nullopt;
  if (operation.verb == Verb::kCreate) return Operation::kCreate;
  if (operation.verb == Verb::kUpdate) return Operation::kUpdate;
  return operation.verb == Verb::kDelete ? std::optional(Operation::kDelete) : std::nullopt;
}

FieldInfo InfoOf(const DeclaredField& field) {
  FieldInfo info;
  info.name = field.name;
  info.type = field.type;
  info.length_max = field.length_max;
  info.writable = field.writable;
  info.set_once = field.set_once;
  info.required_on_create = field.is_required;
  info.target = field.target;
  info.labels = field.labels;
  return info;
}

}  // namespace

End::End(Side side, const Pack& pack, const DeclaredCatalogue& catalogue, const Example& example) : side_(side), pack_(pack), catalogue_(catalogue), example_(example) {
  for (const EntityRule& entity : pack.entities) {
    if (!entity.sides[side].resource.empty()) resources_[entity.sides[side].resource];
  }
}

bool End::Can(const std::string& resource, bool DeclaredResource::* what) const {
  const DeclaredResource* declared = Declared(resource);
  return declared == nullptr || declared->*what;
}

SessionInfo End::Describe() const {
  const ExampleSystem& system = example_.systems[side_];
  const auto either = [](const std::string& own, const std::string& declared) { return own.empty() ? declared : own; };
  SessionInfo session;
  session.side = side_;
  session.session_id = pack_.sides[side_].name;
  session.system = pack_.sides[side_].system;
  session.product = either(system.product, catalogue_.product);
  session.version = either(system.version, catalogue_.system_version);
  session.edition = either(system.edition, catalogue_.edition);
  session.catalogue_version = pack_.sides[side_].catalogue_version;
  session.company_id = absl::StrCat("example-", pack_.sides[side_].name);
  session.companies = system.companies;
  session.settle_time = absl::Seconds(1);
  for (const auto& [name, records] : resources_) session.resources[name] = Describe(name);
  return session;
}

ResourceInfo End::Describe(const std::string& resource) const {
  ResourceInfo info;
  info.name = resource;
  info.can_create = Can(resource, &DeclaredResource::can_create);
  info.can_update = Can(resource, &DeclaredResource::can_update);
  info.can_delete = Can(resource, &DeclaredResource::can_delete);
  info.can_price = Can(resource, &DeclaredResource::can_price);
  info.returns_record = Can(resource, &DeclaredResource::returns_record);
  info.feeds_deletes = Can(resource, &DeclaredResource::reports_deleted);
  const DeclaredResource* declared = Declared(resource);
  info.can_undelete = declared != nullptr && declared->can_undelete;
  info.lists_deleted = declared != nullptr && declared->lists_deleted;
  info.checks_expected = info.lists_keys = true;
  if (declared != nullptr) {
    for (const DeclaredField& field : declared->fields) info.fields.push_back(InfoOf(field));
  } else if (const EntityRule* entity = pack_.EntityOf(side_, resource)) {
    for (const std::string& native : entity->native_fields[side_]) {
      FieldInfo& field = info.fields.emplace_back();
      field.name = native;
      field.writable = true;
    }
  }
  return info;
}

std::string End::KeyField(const std::string& resource) const {
  const EntityRule* entity = pack_.EntityOf(side_, resource);
  // A key of several fields is made of what the record refers to.
  return entity != nullptr && entity->sides[side_].key.size() == 1 ? entity->sides[side_].key.front() : "";
}

std::string End::KeyOf(const std::string& resource, Fields& fields) {
  const std::string field = KeyField(resource);
  if (!field.empty()) {
    if (const std::string given = TextOf(FieldOf(fields, field)); !given.empty()) return given;
  }
  const std::int64_t number = ++last_key_;
  if (!field.empty()) {
    const DeclaredField* declared = Declared(resource) != nullptr ? Declared(resource)->Field(field) : nullptr;
    fields[field] = declared != nullptr && declared->type == "int" ? Value(number) : Value(absl::StrCat(number));
  }
  return absl::StrCat(number);
}

void End::Touch(Record& record, absl::Time now) {
  record.change = ++last_change_;
  record.changed_micros = absl::ToUnixMicros(now);
  erase_if(record.fields, [](const auto& field) { return field.second.IsNull(); });
}

std::string End::Create(const std::string& resource, Fields fields, absl::Time now) { return Make(resource, "", std::move(fields), now); }

std::string End::Make(const std::string& resource, std::string key, Fields fields, absl::Time now) {
  if (key.empty()) key = KeyOf(resource, fields);
  Record& record = resources_[resource][key];
  record = Record{std::move(fields), false, ++last_row_};
  Touch(record, now);
  return key;
}

bool End::Edit(const std::string& resource, const std::string& key, const Fields& changes, absl::Time now) {
  const auto record = resources_[resource].find(key);
  if (record == resources_[resource].end() || record->second.is_deleted) return false;
  for (const auto& [name, value] : changes) record->second.fields[name] = value;
  Touch(record->second, now);
  return true;
}

bool End::Delete(const std::string& resource, const std::string& key, absl::Time now) {
  const auto record = resources_[resource].find(key);
  if (record == resources_[resource].end() || record->second.is_deleted) return false;
  record->second.is_deleted = true;
  Touch(record->second, now);
  return true;
}

const Fields* End::Find(const std::string& resource, const std::string& key) const {
  const auto records = resources_.find(resource);
  if (records == resources_.end()) return nullptr;
  const auto record = records->second.find(key);
  return record == records->second.end() || record->second.is_deleted ? nullptr : &record->second.fields;
}

std::vector<std::string> End::ResourceNames() const {
  std::vector<std::string> names;
  for (const auto& [name, records] : resources_) names.push_back(name);
  return names;
}

FeedChange End::ContentOf(const std::string& key, const Record& record, std::uint64_t seq) const {
  FeedChange change;
  change.key = key;
  change.read_seq = seq;
  change.row = Row{"example", record.row};
  change.revision = absl::StrCat(record.change);
  change.changed_from_micros = change.changed_to_micros = record.changed_micros;
  if (record.is_deleted) {
    change.kind = ChangeKind::kDeleted;
  } else {
    change.fields = record.fields;
  }
  return change;
}

FeedBatch End::ChangesSince(const std::string& resource, const std::string& cursor) {
  FeedBatch batch;
  batch.side = side_;
  batch.resource = resource;
  const std::int64_t since = std::strtoll(cursor.c_str(), nullptr, 10);
  const bool tells_deleted = Can(resource, &DeclaredResource::reports_deleted);
  const std::uint64_t seq = ++seq_;
  for (const auto& [key, record] : resources_[resource]) {
    if (record.change > since && (!record.is_deleted || tells_deleted)) batch.changes.push_back(ContentOf(key, record, seq));
  }
  batch.cursor_after = absl::StrCat(last_change_);
  batch.poll_ends = true;
  return batch;
}

std::vector<FeedBatch> End::List(const OperationOut& listing) {
  FeedBatch content;
  content.side = side_;
  content.resource = listing.resource;
  content.mode = listing.listing_mode;
  content.listing_id = listing.listing_id;
  FeedBatch end = content;
  content.listing_begins = true;
  end.listing_ends = true;
  if (listing.listing_mode == FeedMode::kListing) end.cursor_after = absl::StrCat(last_change_);
  const DeclaredResource* declared = Declared(listing.resource);
  const bool shows_deleted = declared != nullptr && declared->lists_deleted;
  const std::uint64_t seq = ++seq_;
  for (const auto& [key, record] : resources_[listing.resource]) {
    if (record.is_deleted && !shows_deleted) continue;
    FeedChange change = ContentOf(key, record, seq);
    if (listing.listing_mode == FeedMode::kKeys) {
      change.kind = ChangeKind::kKeyOnly;
      change.fields.clear();
    }
    content.changes.push_back(std::move(change));
  }
  content.listing_total = static_cast<std::int64_t>(content.changes.size());
  return {content, end};
}

const ExampleAnswer* End::AnswerTo(ExampleAnswer::Operation operation, const std::string& resource, bool is_failure) {
  const EntityRule* entity = pack_.EntityOf(side_, resource);
  for (const ExampleAnswer& answer : example_.answers) {
    if (answer.to != operation || answer.side != side_ || entity == nullptr || answer.entity != entity->name) continue;
    if (is_failure != (answer.fails != ExampleAnswer::Failure::kNone)) continue;
    if (answer.times > 0 && answered_[&answer] >= answer.times) continue;
    ++answered_[&answer];
    return &answer;
  }
  return nullptr;
}

OperationResult End::Failed(const OperationOut& operation, FailureClass failure, std::string code, std::string text) {
  OperationResult result;
  result.id = operation.id;
  result.kind = OperationResult::Kind::kFailure;
  result.failure = failure;
  result.text = text.empty() ? code : std::move(text);
  result.code = std::move(code);
  result.seq = ++seq_;
  return result;
}

OperationResult End::Write(const OperationOut& operation, absl::Time now) {
  Records& records = resources_[operation.resource];
  std::string key = operation.key;
  OperationResult result;
  result.id = operation.id;
  if (operation.verb == Verb::kCreate) {
    if (!Can(operation.resource, &DeclaredResource::can_create)) return Failed(operation, FailureClass::kNever, "NOT_SUPPORTED", "");
    Fields fields = operation.fields;
    if (const ExampleAnswer* answer = AnswerTo(ExampleAnswer::Operation::kCreate, operation.resource, false)) Lay(answer->adds, fields);
    if (const std::string field = KeyField(operation.resource); !field.empty() && !key.empty()) fields[field] = Value(key);
    // What the system itself gives every record that comes from outside.
    if (const EntityRule* entity = pack_.EntityOf(side_, operation.resource)) fields.insert(entity->sides[side_].born_with.begin(), entity->sides[side_].born_with.end());
    // A record that is there already answers a repeated create.
    std::string there = !key.empty() && Find(operation.resource, key) != nullptr ? key : "";
    for (const auto& [other, record] : records) {
      const bool is_searched = operation.search_first && !operation.find_field.empty() && !record.is_deleted;
      if (is_searched && NativeOf(record.fields, operation.find_field) == operation.find_value) there = other;
    }
    result.existed = !there.empty();
    key = there.empty() ? Make(operation.resource, key, std::move(fields), now) : there;
  } else {
    const auto record = records.find(key);
    if (record == records.end() || record->second.is_deleted != (operation.verb == Verb::kUndelete)) return Failed(operation, FailureClass::kNever, "NOT_FOUND", "");
    if (operation.verb == Verb::kDelete) {
      if (!Can(operation.resource, &DeclaredResource::can_delete)) return Failed(operation, FailureClass::kNever, "NOT_SUPPORTED", "");
      record->second.is_deleted = true;
    } else if (operation.verb == Verb::kUndelete) {
      record->second.is_deleted = false;
    } else {
      if (!Can(operation.resource, &DeclaredResource::can_update)) return Failed(operation, FailureClass::kNever, "NOT_SUPPORTED", "");
      for (const auto& [field, expected] : operation.expected) {
        if (NativeOf(record->second.fields, field) == expected) continue;
        OperationResult moved = Failed(operation, FailureClass::kMovedOn, "REVISION_MISMATCH", "");
        moved.change = ContentOf(key, record->second, moved.seq);
        return moved;
      }
      Fields fields = operation.fields;
      if (const ExampleAnswer* answer = AnswerTo(ExampleAnswer::Operation::kUpdate, operation.resource, false)) Lay(answer->adds, fields);
      for (const auto& [name, value] : fields) record->second.fields[name] = value;
    }
    Touch(record->second, now);
  }
  result.seq = ++seq_;
  result.change = ContentOf(key, records.at(key), result.seq);
  const bool returns = Can(operation.resource, &DeclaredResource::returns_record);
  result.observation = returns ? Observation::kAtomic : Observation::kUnobserved;
  if (!returns && result.change->kind == ChangeKind::kContent) result.change->fields.clear();
  return result;
}

OperationResult End::Found(const OperationOut& operation) {
  OperationResult result;
  result.id = operation.id;
  result.kind = OperationResult::Kind::kFound;
  result.seq = ++seq_;
  for (const auto& [key, record] : resources_[operation.resource]) {
    const bool is_meant = operation.kind == OperationKind::kRead ? key == operation.key
                          : !operation.find_field.empty()        ? NativeOf(record.fields, operation.find_field) == operation.find_value
                                                                 : false;
    if (is_meant && !record.is_deleted) result.found.push_back(ContentOf(key, record, result.seq));
  }
  return result;
}

OperationResult End::Perform(const OperationOut& operation, absl::Time now) {
  using Failing = ExampleAnswer::Failure;
  const std::optional<ExampleAnswer::Operation> asked = Asked(operation);
  const ExampleAnswer* failure = asked ? AnswerTo(*asked, operation.resource, true) : nullptr;
  if (failure != nullptr && failure->fails != Failing::kUncertain) {
    return Failed(operation, failure->fails == Failing::kAgain ? FailureClass::kAgain : FailureClass::kNever, failure->code, failure->text);
  }
  OperationResult result;
  result.id = operation.id;
  switch (operation.kind) {
    case OperationKind::kWrite: result = Write(operation, now); break;
    case OperationKind::kRead:
    case OperationKind::kFind: result = Found(operation); break;
    case OperationKind::kPrice:
      result.priced = operation.fields;
      if (const ExampleAnswer* answer = AnswerTo(ExampleAnswer::Operation::kPrice, operation.resource, false)) Lay(answer->adds, result.priced);
      result.seq = ++seq_;
      break;
    case OperationKind::kStartListing:
    case OperationKind::kPoll: result.seq = ++seq_; break;
  }
  return failure != nullptr ? Failed(operation, FailureClass::kUncertain, failure->code, failure->text) : result;
}

}  // namespace entente::examples
