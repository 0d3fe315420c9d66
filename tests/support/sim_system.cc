#include "tests/support/sim_system.h"

#include <cstdlib>

#include "engine/pipeline/project.h"

namespace entente::testing {

SimSystem::SimSystem(Side side, std::string name, const Pack& pack) : side_(side), name_(std::move(name)), pack_(&pack) {
  for (const EntityRule& entity : pack.entities) {
    if (!entity.sides[side].resource.empty()) resources_[entity.sides[side].resource];
  }
}

std::vector<std::string> SimSystem::ResourceNames() const {
  std::vector<std::string> names;
  for (const auto& [name, resource] : resources_) names.push_back(name);
  return names;
}

std::string SimSystem::NewKey(const std::string&) { return std::to_string(++last_key_); }

void SimSystem::Apply(const std::string& resource, Record& record, const Fields& fields) {
  for (const auto& [name, value] : fields) {
    const Value held = render ? render(resource, name, value) : value;
    if (held.IsNull()) record.fields.erase(name);
    else record.fields[name] = held;
  }
  record.change = ++last_change_;
  if (clock_micros) record.changed_micros = clock_micros();
}

std::string SimSystem::Create(const std::string& resource, Fields fields, std::string key) {
  Resource& r = resources_.at(resource);
  if (key.empty() && !r.key_field.empty() && fields.contains(r.key_field) && fields[r.key_field].As<std::string>()) {
    key = *fields[r.key_field].As<std::string>();
  }
  const bool is_given = !key.empty();
  if (!is_given) key = NewKey(resource);
  Record record;
  record.row = ++last_row_;
  if (defaults) defaults(resource, key, fields);
  // A number the system makes of its own counter (DO_Piece) is the key.
  if (auto number = fields.find(r.key_field); !is_given && number != fields.end() && number->second.As<std::string>()) key = *number->second.As<std::string>();
  Apply(resource, record, fields);
  if (!r.key_field.empty() && !record.fields.contains(r.key_field)) record.fields[r.key_field] = Value(key);
  r.records[key] = std::move(record);
  return key;
}

bool SimSystem::Edit(const std::string& resource, const std::string& key, const Fields& changes) {
  Resource& r = resources_.at(resource);
  Record& record = r.records.at(key);
  const bool* locked = r.lock_field.empty() ? nullptr : NativeOf(record.fields, r.lock_field).As<bool>();
  if (locked != nullptr && *locked) return false;
  Apply(resource, record, changes);
  return true;
}

void SimSystem::Delete(const std::string& resource, const std::string& key) {
  Record& record = resources_.at(resource).records.at(key);
  record.deleted = true;
  record.change = ++last_change_;
}

void SimSystem::Rekey(const std::string& resource, const std::string& key, const std::string& new_key) {
  Resource& r = resources_.at(resource);
  Record record = r.records.at(key);
  r.records.erase(key);
  if (!r.key_field.empty()) record.fields[r.key_field] = Value(new_key);
  record.change = ++last_change_;
  r.records[new_key] = std::move(record);
}

const SimSystem::Record* SimSystem::Find(const std::string& resource, const std::string& key) const {
  const auto& records = resources_.at(resource).records;
  auto it = records.find(key);
  return it == records.end() || it->second.deleted ? nullptr : &it->second;
}

std::vector<std::string> SimSystem::Where(const std::string& resource, const std::string& field, const Value& value) const {
  std::vector<std::string> keys;
  for (const auto& [key, record] : resources_.at(resource).records) {
    if (!record.deleted && NativeOf(record.fields, field) == value) keys.push_back(key);
  }
  return keys;
}

std::size_t SimSystem::CountLive(const std::string& resource) const {
  std::size_t count = 0;
  for (const auto& [key, record] : resources_.at(resource).records) count += !record.deleted;
  return count;
}

const Value& SimSystem::Field(const std::string& resource, const std::string& key, const std::string& field) const {
  static const Value kNull;
  const Record* record = Find(resource, key);
  return record ? NativeOf(record->fields, field) : kNull;
}

SessionInfo SimSystem::Describe(std::uint64_t number) const {
  SessionInfo session;
  session.side = side_;
  session.session_id = name_ + "-" + std::to_string(number);
  session.number = number;
  session.system = pack_->sides[side_].system;
  session.version = version;
  session.edition = edition;
  session.catalogue_version = catalogue_version;
  session.company_id = system_id;
  session.companies = companies;
  session.settle_time = absl::Seconds(1);
  for (const auto& [name, resource] : resources_) {
    ResourceInfo info;
    info.name = name;
    info.can_create = resource.can_create;
    info.can_update = resource.can_update;
    info.can_delete = resource.can_delete;
    info.can_undelete = resource.can_undelete;
    info.can_price = resource.can_price;
    info.feeds_deletes = resource.feeds_deletes;
    info.lists_deleted = resource.lists_deleted;
    info.returns_record = resource.returns_record;
    info.checks_expected = true;
    info.lists_keys = true;
    if (const EntityRule* entity = pack_->EntityOf(side_, name)) {
      for (const std::string& field : entity->native_fields[side_]) {
        if (resource.lacks.contains(field)) continue;
        const auto column = resource.columns.find(field);
        FieldInfo described = column == resource.columns.end() ? FieldInfo{} : column->second;
        described.name = field;
        described.writable = true;
        info.fields.push_back(std::move(described));
      }
    }
    session.resources[name] = std::move(info);
  }
  return session;
}

FeedChange SimSystem::ContentOf(const std::string& resource, const std::string& key, const Record& record, std::uint64_t read_seq) const {
  FeedChange change;
  change.key = key;
  change.read_seq = read_seq;
  change.row = Row{system_id, record.row};
  change.revision = std::to_string(record.change);
  change.changed_from_micros = change.changed_to_micros = record.changed_micros;
  if (record.deleted) {
    change.kind = ChangeKind::kDeleted;
    return change;
  }
  change.kind = ChangeKind::kContent;
  const EntityRule* entity = pack_->EntityOf(side_, resource);
  for (const auto& [name, value] : record.fields) {
    if (entity && entity->native_fields[side_].contains(name)) change.fields[name] = value;
  }
  change.ignored_fields = extra_fields;
  return change;
}

FeedBatch SimSystem::ChangesSince(const std::string& resource, const std::string& cursor) {
  FeedBatch batch;
  batch.side = side_;
  batch.resource = resource;
  batch.mode = FeedMode::kLive;
  const std::int64_t since = std::strtoll(cursor.c_str(), nullptr, 10);
  const Resource& r = resources_.at(resource);
  const std::uint64_t read = NextSeq();
  for (const auto& [key, record] : r.records) {
    if (record.change <= since || (record.deleted && !r.feeds_deletes)) continue;
    batch.changes.push_back(ContentOf(resource, key, record, read));
  }
  batch.cursor_after = std::to_string(last_change_);
  batch.poll_ends = true;
  return batch;
}

std::vector<FeedBatch> SimSystem::List(const OperationOut& listing) {
  ++counts_.listings;
  const Resource& r = resources_.at(listing.resource);
  FeedBatch begin;
  begin.side = side_;
  begin.resource = listing.resource;
  begin.mode = listing.listing_mode;
  begin.listing_id = listing.listing_id;
  FeedBatch end = begin;
  begin.listing_begins = true;
  begin.listing_total = static_cast<std::int64_t>(r.records.size());
  const std::uint64_t read = NextSeq();
  std::vector<FeedBatch> batches;
  const auto turn_page = [&] {
    batches.push_back(begin);
    begin.changes.clear();
    begin.listing_begins = false;
  };
  for (const auto& [key, record] : r.records) {
    if (listing_page != 0 && begin.changes.size() >= listing_page) turn_page();
    if (hidden.contains(key) || (record.deleted && !r.lists_deleted)) continue;
    FeedChange change = ContentOf(listing.resource, key, record, read);
    if (listing.listing_mode == FeedMode::kKeys) {
      change.kind = ChangeKind::kKeyOnly;
      change.fields.clear();
    }
    begin.changes.push_back(std::move(change));
  }
  end.listing_ends = true;
  if (listing.listing_mode == FeedMode::kListing) end.cursor_after = std::to_string(last_change_);
  turn_page();
  batches.push_back(std::move(end));
  return batches;
}

OperationResult SimSystem::Failed(const OperationOut& operation, FailureClass failure, std::string code) {
  OperationResult result;
  result.id = operation.id;
  result.kind = OperationResult::Kind::kFailure;
  result.failure = failure;
  result.code = std::move(code);
  result.text = result.code;
  result.seq = NextSeq();
  return result;
}

OperationResult SimSystem::Write(const OperationOut& operation) {
  Resource& r = resources_.at(operation.resource);
  OperationResult result;
  result.id = operation.id;
  std::string key = operation.key;
  if (operation.verb == Verb::kCreate) {
    if (!r.can_create) return Failed(operation, FailureClass::kNever, "NOT_SUPPORTED");
    // The same record again is answered with the one that is there.
    std::string existing;
    if (!key.empty() && r.records.contains(key) && !r.records[key].deleted) existing = key;
    if (existing.empty() && operation.search_first && !operation.find_field.empty()) {
      for (const std::string& found : Where(operation.resource, operation.find_field, operation.find_value)) existing = found;
    }
    for (const auto& [other, record] : r.records) {
      bool same = !r.unique.empty() && !record.deleted;
      for (const std::string& field : r.unique) same = same && NativeOf(record.fields, field) == NativeOf(operation.fields, field);
      if (same) existing = other;
    }
    result.existed = !existing.empty();
    if (existing.empty()) {
      ++counts_.creates;
      key = Create(operation.resource, operation.fields, key);
    } else {
      key = existing;
    }
  } else {
    auto it = r.records.find(key);
    if (it == r.records.end() || (it->second.deleted && operation.verb != Verb::kUndelete)) return Failed(operation, FailureClass::kNever, "NOT_FOUND");
    for (const auto& [field, expected] : operation.expected) {
      if (operation.verb == Verb::kUpdate && !(NativeOf(it->second.fields, field) == expected)) {
        OperationResult moved = Failed(operation, FailureClass::kMovedOn, "REVISION_MISMATCH");
        moved.change = ContentOf(operation.resource, key, it->second, moved.seq);
        return moved;
      }
    }
    switch (operation.verb) {
      case Verb::kUpdate:
        if (!r.can_update) return Failed(operation, FailureClass::kNever, "NOT_SUPPORTED");
        ++counts_.updates;
        Apply(operation.resource, it->second, operation.fields);
        break;
      case Verb::kDelete:
        if (!r.can_delete) return Failed(operation, FailureClass::kNever, "NOT_SUPPORTED");
        ++counts_.deletes;
        Delete(operation.resource, key);
        break;
      default:
        ++counts_.undeletes;
        it->second.deleted = false;
        it->second.change = ++last_change_;
        break;
    }
  }
  result.seq = NextSeq();
  const Record& record = r.records.at(key);
  result.change = ContentOf(operation.resource, key, record, result.seq);
  result.observation = r.returns_record ? Observation::kAtomic : Observation::kUnobserved;
  if (!r.returns_record && result.change->kind == ChangeKind::kContent) result.change->fields.clear();
  return result;
}

OperationResult SimSystem::Perform(const OperationOut& operation) {
  if (!reachable) return Failed(operation, FailureClass::kAgain, "UNREACHABLE");
  std::optional<OperationResult> forced = fail ? fail(operation) : std::nullopt;
  if (forced && forced->failure != FailureClass::kUncertain) {
    forced->id = operation.id;
    forced->seq = NextSeq();
    return *forced;
  }
  OperationResult result;
  result.id = operation.id;
  switch (operation.kind) {
    case OperationKind::kWrite: result = Write(operation); break;
    case OperationKind::kRead: {
      ++counts_.reads;
      result.kind = OperationResult::Kind::kFound;
      result.seq = NextSeq();
      if (const Record* record = Find(operation.resource, operation.key)) {
        result.found.push_back(ContentOf(operation.resource, operation.key, *record, result.seq));
      }
      break;
    }
    case OperationKind::kFind: {
      ++counts_.finds;
      result.kind = OperationResult::Kind::kFound;
      result.seq = NextSeq();
      const Resource& r = resources_.at(operation.resource);
      for (const auto& [key, record] : r.records) {
        if (record.deleted) continue;
        bool same = false;
        if (!operation.find_field.empty()) {
          same = NativeOf(record.fields, operation.find_field) == operation.find_value;
        } else {
          same = !r.unique.empty();
          for (const std::string& field : r.unique) same = same && NativeOf(record.fields, field) == NativeOf(operation.fields, field);
        }
        if (same) result.found.push_back(ContentOf(operation.resource, key, record, result.seq));
      }
      break;
    }
    case OperationKind::kPrice:
      ++counts_.prices;
      result.priced = price ? price(operation.fields, result.problems) : operation.fields;
      result.seq = NextSeq();
      break;
    case OperationKind::kStartListing:
    case OperationKind::kPoll: result.seq = NextSeq(); break;
  }
  if (forced) {
    OperationResult lost = Failed(operation, FailureClass::kUncertain, "NO_ANSWER");
    return lost;
  }
  return result;
}

}  // namespace entente::testing
