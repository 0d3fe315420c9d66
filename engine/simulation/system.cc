#include "engine/simulation/system.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/core/canonical.h"
#include "engine/core/digest.h"

namespace entente::simulation {
namespace {

constexpr std::int64_t kHour = 3'600'000'000;
// Summer time ends in Paris on 25 October 2026 at 01:00 UTC: from 00:00 to 02:00 UTC the clock on the wall shows two to three twice.
constexpr std::int64_t kAmbiguousFrom = 1'792'886'400'000'000, kAmbiguousTurn = kAmbiguousFrom + kHour, kAmbiguousTo = kAmbiguousTurn + kHour;

std::string TextOf(const Value& value) {
  if (const auto* text = value.As<std::string>()) return *text;
  if (const auto* number = value.As<std::int64_t>()) return absl::StrCat(*number);
  return "";
}

// What a person would call the same record: everything that was sent stands there. Systems without a field of ours know their records so.
bool IsTheSame(const Record& record, const Fields& sent) {
  int told = 0;
  for (const auto& [native, value] : sent) {
    if (value.IsBlank()) continue;
    const Value& stands = FieldOf(record.fields, native);
    const bool is_same = value.As<std::string>() ? TokenOf(value) != 0 ? TokenOf(value) == TokenOf(stands) : true : value == stands;
    if (!is_same) return false;
    told += TokenOf(value) != 0 ? 1 : 0;
  }
  return told > 0;
}

// Whether two texts are the same to the system's own search: without case and outer spaces, as databases compare.
std::string Folded(const Value& value) {
  std::string text = TextOf(value);
  for (char& c : text) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  while (!text.empty() && text.back() == ' ') text.pop_back();
  return text;
}

// In characters; a character is never cut in two.
std::string Cut(const std::string& text, std::size_t width) {
  std::size_t characters = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xc0) == 0x80) continue;
    if (++characters > width) return text.substr(0, i);
  }
  return text;
}

}  // namespace

System::System(Side side, const Terrain& terrain, Quirks quirks, Ledger& ledger, std::uint64_t seed)
    : side_(side), terrain_(terrain), quirks_(std::move(quirks)), ledger_(ledger), last_key_(100 + static_cast<std::int64_t>(seed % 800)) {
  for (const Ground& ground : terrain.grounds()) resources_[ground.entity->sides[side].resource];
}

// ------------------------------------------------------------------------------------------------- users

void System::Touch(Record& record, std::int64_t now) {
  record.change = ++last_change_;
  record.touched_micros = now;
}

std::string System::NewKey(const Ground& ground, Fields& fields) {
  const std::string& field = ground.key_field[side_];
  if (!field.empty()) {
    if (const std::string given = TextOf(FieldOf(fields, field)); !given.empty()) return given;
  }
  const std::int64_t number = ++last_key_;
  if (!field.empty()) fields[field] = ground.key_is_number[side_] ? Value(number) : Value(absl::StrCat("K", number));
  return field.empty() || ground.key_is_number[side_] ? absl::StrCat(number) : absl::StrCat("K", number);
}

std::string System::Create(const std::string& resource, std::uint64_t birth, Fields fields, std::map<std::string, std::uint64_t> standing, std::int64_t now) {
  const Ground& ground = *terrain_.FindOf(side_, resource);
  const std::string key = NewKey(ground, fields);
  Record& record = resources_[resource][key];
  // A code that is taken cannot be given again.
  if (record.uid != 0 && !record.is_deleted) return "";
  record = Record{};
  record.uid = ++last_uid_;
  record.birth = birth;
  record.row = ++last_row_;
  record.has_date = !quirks_.has_null_dates || record.uid % 3 != 0;
  record.fields = std::move(fields);
  std::erase_if(record.fields, [](const auto& field) { return field.second.IsNull(); });
  record.standing = std::move(standing);
  Touch(record, now);
  return key;
}

bool System::Edit(const std::string& resource, const std::string& key, const std::string& native, Value value, std::uint64_t edit, std::int64_t now) {
  const auto found = resources_[resource].find(key);
  if (found == resources_[resource].end() || found->second.is_deleted) return false;
  Record& record = found->second;
  if (value.IsNull()) record.fields.erase(native);
  else record.fields[native] = std::move(value);
  if (edit != 0) record.standing[native] = edit;
  else record.standing.erase(native);
  Touch(record, now);
  return true;
}

bool System::Delete(const std::string& resource, const std::string& key, std::int64_t now) {
  const auto found = resources_[resource].find(key);
  if (found == resources_[resource].end() || found->second.is_deleted) return false;
  found->second.is_deleted = true;
  Touch(found->second, now);
  return true;
}

bool System::Rekey(const std::string& resource, const std::string& key, const std::string& new_key, std::int64_t now) {
  Records& records = resources_[resource];
  const auto found = records.find(key);
  if (found == records.end() || found->second.is_deleted || records.contains(new_key)) return false;
  Record record = std::move(found->second);
  records.erase(found);
  former_keys_.emplace(resource, key);
  // Made by the engine and given another code before anybody could read it: if the receipt is lost too, nothing is left to know it by.
  if (Birth* birth = ledger_.FindBirth(record.birth); birth != nullptr && !record.is_shown) birth->is_blurred = true;
  const Ground& ground = *terrain_.FindOf(side_, resource);
  const std::string& field = ground.key_field[side_];
  if (!field.empty()) record.fields[field] = ground.key_is_number[side_] ? Value(std::int64_t{std::atoll(new_key.c_str())}) : Value(new_key);
  if (const std::uint64_t token = TokenOf(FieldOf(record.fields, field)); token != 0) record.standing[field] = token;
  Touch(record, now);
  records[new_key] = std::move(record);
  // What refers to it follows, as the system's own renumbering does.
  for (auto& [name, others] : resources_) {
    for (auto& [other_key, other] : others) {
      bool is_moved = false;
      for (auto& [native, value] : other.fields) {
        const auto* reference = value.As<Reference>();
        if (reference == nullptr || reference->resource != resource || reference->key != key) continue;
        value = Value(Reference{resource, new_key});
        is_moved = true;
      }
      if (is_moved) Touch(other, now);
    }
  }
  return true;
}

void System::Lock(const std::string& resource, const std::string& key, std::int64_t until) {
  const auto found = resources_[resource].find(key);
  if (found != resources_[resource].end()) found->second.locked_until_micros = until;
}

void System::Remember() { backup_ = Backup{resources_, last_row_, last_change_}; }

bool System::Restore(std::int64_t now) {
  if (!backup_) return false;
  // Edits that stood and stand no more were undone by the administrator, births that are gone were his doing too.
  for (const auto& [resource, records] : resources_) {
    for (const auto& [key, record] : records) {
      const auto& former = backup_->resources[resource];
      const auto before = former.find(key);
      const bool is_same = before != former.end() && before->second.uid == record.uid;
      for (const auto& [native, edit] : record.standing) {
        const bool stands = is_same && before->second.standing.contains(native) && before->second.standing.at(native) == edit;
        if (auto* undone = ledger_.FindEdit(edit); undone != nullptr && !stands) undone->is_undone = true;
      }
      if (Birth* birth = ledger_.FindBirth(record.birth)) birth->is_blurred = true;
    }
  }
  for (const auto& [resource, records] : backup_->resources) {
    for (const auto& [key, record] : records) {
      if (Birth* birth = ledger_.FindBirth(record.birth)) birth->is_blurred = true;
    }
  }
  resources_ = backup_->resources;
  if (quirks_.reuses_rows) last_row_ = backup_->last_row;
  last_change_ = backup_->last_change;
  ++incarnation_;
  by_idempotency_.clear();
  for (auto& [resource, records] : resources_) {
    for (auto& [key, record] : records) record.touched_micros = std::min(record.touched_micros, now);
  }
  return true;
}

// ------------------------------------------------------------------------------------------------- connector: reading

SessionInfo System::Describe() const {
  const Pack& pack = terrain_.pack();
  SessionInfo session;
  session.side = side_;
  session.system = pack.sides[side_].system;
  const auto& examples = terrain_.loaded().examples;
  if (examples) {
    const DeclaredCatalogue& catalogue = examples->catalogues[side_];
    session.product = catalogue.product;
    session.version = catalogue.system_version;
    session.edition = catalogue.edition;
  }
  session.catalogue_version = pack.sides[side_].catalogue_version;
  session.company_id = absl::StrCat("company-", pack.sides[side_].name);
  session.settle_time = absl::Microseconds(quirks_.settle_micros);
  session.change_precision = absl::Microseconds(quirks_.date_precision_micros);
  session.fences_epochs = quirks_.fences_epochs;
  for (const Ground& ground : terrain_.grounds()) {
    const std::string& name = ground.entity->sides[side_].resource;
    const DeclaredResource* declared = terrain_.Declared(side_, name);
    ResourceInfo& info = session.resources[name];
    info.name = name;
    info.can_create = !declared || declared->can_create;
    info.can_update = !declared || declared->can_update;
    info.can_delete = !declared || declared->can_delete;
    info.can_undelete = declared ? declared->can_undelete : quirks_.can_undelete;
    info.can_price = declared && declared->can_price;
    info.feeds_deletes = declared ? declared->reports_deleted : quirks_.feeds_deletes;
    info.lists_deleted = declared ? declared->lists_deleted : quirks_.lists_deleted;
    info.returns_record = declared ? declared->returns_record : quirks_.returns_record;
    info.checks_expected = info.lists_keys = true;
    for (const Column& column : ground.columns[side_]) {
      const std::string place = absl::StrCat(name, ".", column.name);
      if (ailments.lost_columns.contains(place)) continue;
      FieldInfo& field = info.fields.emplace_back();
      const DeclaredField* known = declared ? declared->Field(column.name) : nullptr;
      field.name = column.name;
      if (known) {
        field.type = known->type;
        field.length_max = known->length_max;
        field.required_on_create = known->is_required;
        field.labels = known->labels;
      }
      field.target = column.target;
      field.writable = column.is_writable;
      field.set_once = column.is_set_once;
      if (const auto narrowed = ailments.narrowed.find(place); narrowed != ailments.narrowed.end()) field.length_max = narrowed->second;
    }
    if (ailments.has_more_columns) info.fields.push_back({.name = "Z_added", .type = "text", .custom = true, .target = {}, .labels = {}, .label_codes = {}});
  }
  return session;
}

void System::NoteRead(Record& record, std::int64_t now) {
  record.is_shown = true;
  for (const auto& [native, edit] : record.standing) {
    auto* seen = ledger_.FindEdit(edit);
    if (seen == nullptr || seen->is_read) continue;
    seen->is_read = true;
    seen->read_micros = now;
  }
}

FeedChange System::ContentOf(const std::string& resource, const std::string& key, Record& record, std::uint64_t seq, std::int64_t now) {
  FeedChange change;
  change.key = key;
  change.read_seq = seq;
  change.row = Row{absl::StrCat("db", incarnation_), record.row};
  change.revision = absl::StrCat(incarnation_, ".", record.change);
  if (record.has_date) {
    const std::int64_t precision = quirks_.date_precision_micros;
    change.changed_from_micros = record.touched_micros / precision * precision;
    change.changed_to_micros = change.changed_from_micros + precision - 1;
    if (quirks_.has_local_time && record.touched_micros >= kAmbiguousFrom && record.touched_micros < kAmbiguousTo) {
      if (record.touched_micros < kAmbiguousTurn) change.changed_to_micros += kHour;
      else change.changed_from_micros -= kHour;
    }
  }
  if (record.is_deleted) {
    change.kind = ChangeKind::kDeleted;
    return change;
  }
  NoteRead(record, now);
  change.fields = record.fields;
  for (const std::string& place : ailments.lost_columns) {
    if (place.starts_with(resource + ".")) change.fields.erase(place.substr(resource.size() + 1));
  }
  return change;
}

std::string System::CursorNow(std::int64_t now) const {
  if (quirks_.feeds_by_date) return absl::StrCat(incarnation_, ":", now / 60'000'000);
  return absl::StrCat(incarnation_, ":", last_change_);
}

System::Page System::Poll(const std::string& resource, const std::string& cursor, const std::string& from, std::uint64_t seq, std::int64_t now) {
  Page page;
  const std::size_t colon = cursor.find(':');
  if (colon == std::string::npos || std::atoi(cursor.c_str()) != incarnation_) {
    page.is_cursor_lost = true;
    return page;
  }
  const std::int64_t since = std::atoll(cursor.c_str() + colon + 1);
  const DeclaredResource* declared = terrain_.Declared(side_, resource);
  const bool tells_deleted = declared ? declared->reports_deleted : quirks_.feeds_deletes;
  // Oldest change first, from where the last page ended.
  std::vector<std::pair<std::int64_t, std::string>> order;
  for (const auto& [key, record] : resources_[resource]) {
    const bool is_due = quirks_.feeds_by_date ? record.touched_micros / 60'000'000 >= since : record.change > since;
    if (!is_due || (record.is_deleted && !tells_deleted) || record.change <= std::atoll(from.c_str())) continue;
    order.emplace_back(record.change, key);
  }
  std::sort(order.begin(), order.end());
  page.is_last = order.size() <= static_cast<std::size_t>(quirks_.page_size);
  if (!page.is_last) order.resize(static_cast<std::size_t>(quirks_.page_size));
  for (const auto& [change, key] : order) page.changes.push_back(ContentOf(resource, key, resources_[resource].at(key), seq, now));
  if (!order.empty()) page.next = absl::StrCat(order.back().first);
  return page;
}

System::Page System::List(const std::string& resource, FeedMode mode, const std::string& from, std::uint64_t seq, std::int64_t now) {
  Page page;
  const DeclaredResource* declared = terrain_.Declared(side_, resource);
  const bool lists_deleted = declared ? declared->lists_deleted : quirks_.lists_deleted;
  Records& records = resources_[resource];
  for (auto it = from.empty() ? records.begin() : records.upper_bound(from); it != records.end(); ++it) {
    if (it->second.is_deleted && !lists_deleted) continue;
    if (page.changes.size() >= static_cast<std::size_t>(quirks_.page_size)) {
      page.is_last = false;
      break;
    }
    page.next = it->first;
    FeedChange change = ContentOf(resource, it->first, it->second, seq, now);
    if (mode == FeedMode::kKeys && change.kind == ChangeKind::kContent) {
      change.kind = ChangeKind::kKeyOnly;
      change.fields.clear();
    }
    page.changes.push_back(std::move(change));
  }
  return page;
}

// ------------------------------------------------------------------------------------------------- connector: writing

OperationResult System::Failed(const OperationOut& operation, FailureClass failure, const char* code, std::uint64_t seq) const {
  OperationResult result;
  result.id = operation.id;
  result.kind = OperationResult::Kind::kFailure;
  result.failure = failure;
  result.code = result.text = code;
  result.seq = seq;
  return result;
}

// Invariants that the system itself can see: nothing is written that may not be, nothing refers to what is not there.
bool System::MayWrite(const OperationOut& operation, const Ground& ground) {
  const DeclaredResource* declared = terrain_.Declared(side_, operation.resource);
  const auto refuse = [&](const std::string& what) {
    ledger_.Break("read_only", absl::StrCat("the engine ", what, " in ", terrain_.pack().sides[side_].name, ".", operation.resource, ", which the catalogue says nobody may"));
    return false;
  };
  if (operation.verb == Verb::kCreate && declared && !declared->can_create) return refuse("creates a record");
  if (operation.verb == Verb::kUpdate && declared && !declared->can_update) return refuse("changes a record");
  if (operation.verb == Verb::kDelete && declared && !declared->can_delete) return refuse("deletes a record");
  for (const auto& [path, value] : operation.fields) {
    const std::string native = path.substr(0, path.find('.'));
    const Column* column = ground.Find(side_, native);
    if (!column) continue;
    if (!column->is_writable) return refuse(absl::StrCat("writes the field ", native));
    if (column->is_set_once && operation.verb == Verb::kUpdate) return refuse(absl::StrCat("changes the field ", native, ", set once,"));
  }
  return true;
}

Value System::Stored(const std::string& resource, const std::string& native, const Value& given) const {
  const Ground* ground = terrain_.FindOf(side_, resource);
  const Column* column = ground->Find(side_, native);
  const auto* text = given.As<std::string>();
  if (text == nullptr || column == nullptr) return given;
  std::string stored = *text;
  std::size_t width = column->width;
  if (const auto narrowed = ailments.narrowed.find(absl::StrCat(resource, ".", native)); narrowed != ailments.narrowed.end()) width = static_cast<std::size_t>(narrowed->second);
  if (width != 0) stored = Cut(stored, width);
  if (quirks_.normalises && column->shape == Shape::kText && !column->is_key && native.size() % 2 == 0) {
    for (char& c : stored) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  }
  return stored.empty() ? Value() : Value(std::move(stored));
}

// The latest edit of the other side that emptied the field; 0: none did.
std::uint64_t System::LatestBlank(const Ground& ground, std::uint64_t birth, const std::string& native) const {
  for (const Carrier& carrier : ground.carriers) {
    if (carrier.native[side_] != native) continue;
    for (std::uint64_t edit = ledger_.NextEdit(); edit-- > 1;) {
      const auto& e = *ledger_.FindEdit(edit);
      if (e.birth == birth && e.is_blank && e.side != side_ && e.native == carrier.native[Other(side_)]) return edit;
    }
  }
  return 0;
}

void System::TakeFields(const std::string& resource, Record& record, const Fields& fields, std::int64_t now) {
  const Ground& ground = *terrain_.FindOf(side_, resource);
  for (const auto& [native, given] : fields) {
    if (ailments.lost_columns.contains(absl::StrCat(resource, ".", native))) continue;
    Value value = Stored(resource, native, given);
    if (!(value == given) && !given.IsBlank()) ++counts[static_cast<std::size_t>(Fault::kNormalised)];
    std::uint64_t token = TokenOf(value);
    // A column that may not be empty holds something that stands for an empty one.
    const Column* column = ground.Find(side_, native);
    const bool stands_for_blank = token == 0 && column != nullptr && column->is_required && BearsToken(column->shape);
    if (value.IsBlank() || stands_for_blank) {
      token = LatestBlank(ground, record.birth, native);
    }
    if (const auto stood = record.standing.find(native); stood != record.standing.end() && stood->second != token) {
      auto* lost = ledger_.FindEdit(stood->second);
      if (lost != nullptr && !lost->is_read) lost->overwritten_micros = now;
    }
    auto* edit = token != 0 ? ledger_.FindEdit(token) : nullptr;
    if (edit != nullptr && edit->side != side_) edit->is_carried = true;
    if (edit != nullptr) record.standing[native] = token;
    else record.standing.erase(native);
    if (value.IsNull()) record.fields.erase(native);
    else record.fields[native] = std::move(value);
  }
}

OperationResult System::Write(const OperationOut& operation, std::uint64_t seq, WriteSeen& seen, std::int64_t now) {
  const Ground& ground = *terrain_.FindOf(side_, operation.resource);
  Records& records = resources_[operation.resource];
  OperationResult result;
  result.id = operation.id;
  std::string key = operation.key;
  if (!MayWrite(operation, ground)) {
    seen.is_refused = true;
    return Failed(operation, FailureClass::kNever, "NOT_SUPPORTED", seq);
  }
  for (const auto& [native, value] : operation.fields) {
    const auto* reference = value.As<Reference>();
    if (reference == nullptr || reference->key.empty()) continue;
    if (Find(reference->resource, reference->key) != nullptr) continue;
    const auto at = resources_.find(reference->resource);
    const bool was_there = former_keys_.contains({reference->resource, reference->key}) || (at != resources_.end() && at->second.contains(reference->key));
    // Deleted by somebody a moment ago: nobody could know. Never there: the engine wrote a child before its parent.
    if (!was_there && incarnation_ == 1) ledger_.Break("parents_first", absl::StrCat("a ", operation.resource, " was written that refers to ", reference->resource, " ", reference->key, ", which never was there"));
    seen.is_refused = true;
    return Failed(operation, FailureClass::kNever, "REFERENCE_UNKNOWN", seq);
  }
  if (operation.verb == Verb::kCreate) {
    std::string existing;
    if (!key.empty() && Find(operation.resource, key) != nullptr) existing = key;
    if (existing.empty() && quirks_.remembers_keys) {
      const auto known = by_idempotency_.find(operation.idempotency_key);
      if (known != by_idempotency_.end() && Find(known->second.first, known->second.second) != nullptr) existing = known->second.second;
    }
    if (existing.empty() && operation.search_first) {
      for (const auto& [other, record] : records) {
        const bool is_visible = now - record.touched_micros >= quirks_.search_lag_micros;
        if (operation.find_field.empty()) {
          if (!record.is_deleted && is_visible && IsTheSame(record, operation.fields)) existing = other;
          continue;
        }
        if (!record.is_deleted && is_visible && Folded(FieldOf(record.fields, operation.find_field)) == Folded(operation.find_value)) existing = other;
      }
    }
    result.existed = !existing.empty();
    if (existing.empty()) {
      Fields fields;
      if (!key.empty() && !ground.key_field[side_].empty()) fields[ground.key_field[side_]] = ground.key_is_number[side_] ? Value(std::int64_t{std::atoll(key.c_str())}) : Value(key);
      for (const auto& [native, value] : ground.entity->sides[side_].born_with) fields.emplace(native, value);
      key = key.empty() ? NewKey(ground, fields) : key;
      Record record;
      record.uid = ++last_uid_;
      record.row = ++last_row_;
      record.has_date = !quirks_.has_null_dates || record.uid % 3 != 0;
      for (const auto& [native, value] : operation.fields) {
        const auto* edit = ledger_.FindEdit(TokenOf(value));
        if (record.birth == 0 && edit != nullptr && ledger_.FindBirth(edit->birth)->entity == ground.entity->name) record.birth = edit->birth;
      }
      record.fields = std::move(fields);
      TakeFields(operation.resource, record, operation.fields, now);
      for (const Carrier& carrier : ground.carriers) {
        const std::string& native = carrier.native[side_];
        if (!FieldOf(record.fields, native).IsBlank()) continue;
        if (const std::uint64_t blank = LatestBlank(ground, record.birth, native); blank != 0) record.standing[native] = blank;
      }
      if (const std::uint64_t token = TokenOf(Value(key)); token != 0 && !ground.key_field[side_].empty()) record.standing[ground.key_field[side_]] = token;
      records[key] = std::move(record);
      if (quirks_.remembers_keys) by_idempotency_[operation.idempotency_key] = {operation.resource, key};
      seen.had_effect = true;
    } else {
      key = existing;
    }
  } else {
    const auto found = records.find(key);
    if (found == records.end() || found->second.is_deleted != (operation.verb == Verb::kUndelete)) return Failed(operation, FailureClass::kNever, "NOT_FOUND", seq);
    Record& record = found->second;
    seen.birth = record.birth;
    seen.uid = record.uid;
    if (record.locked_until_micros > now) ++counts[static_cast<std::size_t>(Fault::kRecordLocked)];
    if (record.locked_until_micros > now) return Failed(operation, FailureClass::kAgain, "RECORD_LOCKED", seq);
    if (operation.verb == Verb::kUpdate) {
      for (const auto& [native, expected] : operation.expected) {
        if (FieldOf(record.fields, native) == expected || (FieldOf(record.fields, native).IsBlank() && expected.IsBlank())) continue;
        if (native.find('.') != std::string::npos || ailments.lost_columns.contains(absl::StrCat(operation.resource, ".", native))) continue;
        OperationResult moved = Failed(operation, FailureClass::kMovedOn, "REVISION_MISMATCH", seq);
        moved.change = ContentOf(operation.resource, key, record, seq, now);
        return moved;
      }
      TakeFields(operation.resource, record, operation.fields, now);
    } else {
      record.is_deleted = operation.verb == Verb::kDelete;
    }
    seen.had_effect = true;
  }
  Record& record = records.at(key);
  if (seen.had_effect) {
    Touch(record, now);
    ++writes_;
  }
  seen.key = key;
  seen.birth = record.birth;
  seen.uid = record.uid;
  result.seq = seq;
  result.change = ContentOf(operation.resource, key, record, seq, now);
  // The receipt may never arrive: it shows nothing yet.
  if (operation.verb == Verb::kCreate && !result.existed) record.is_shown = false;
  const DeclaredResource* declared = terrain_.Declared(side_, operation.resource);
  const bool returns = declared ? declared->returns_record : quirks_.returns_record;
  result.observation = returns ? Observation::kAtomic : Observation::kUnobserved;
  if (!returns && result.change->kind == ChangeKind::kContent) result.change->fields.clear();
  return result;
}

OperationResult System::Perform(const OperationOut& operation, std::uint64_t seq, std::uint64_t epoch, std::uint64_t session, std::int64_t now) {
  const auto count = [this](Fault fault) { ++counts[static_cast<std::size_t>(fault)]; };
  if (ailments.unreachable_until > now) count(Fault::kUnreachable);
  else if (ailments.throttled_until > now) count(Fault::kThrottled);
  if (ailments.unreachable_until > now) return Failed(operation, FailureClass::kAgain, "UNREACHABLE", seq);
  if (ailments.throttled_until > now) {
    OperationResult throttled = Failed(operation, FailureClass::kAgain, "THROTTLED", seq);
    throttled.retry_after_millis = (ailments.throttled_until - now) / 1000 + 1;
    return throttled;
  }
  OperationResult result;
  result.id = operation.id;
  result.seq = seq;
  if (operation.kind == OperationKind::kWrite) {
    WriteSeen seen{.side = side_, .id = operation.id, .link = operation.link, .verb = operation.verb, .resource = operation.resource, .key = operation.key, .rule = operation.rule, .epoch = epoch, .session = session, .at_micros = now};
    if (quirks_.fences_epochs && epoch < highest_epoch_) {
      seen.is_refused = true;
      ledger_.writes.push_back(std::move(seen));
      return Failed(operation, FailureClass::kNever, "EPOCH_FENCED", seq);
    }
    highest_epoch_ = std::max(highest_epoch_, epoch);
    if (ailments.refuses_until > now) {
      seen.is_refused = true;
      count(Fault::kRefused);
      result = Failed(operation, FailureClass::kNever, "PERIOD_CLOSED", seq);
    } else {
      result = Write(operation, seq, seen, now);
    }
    if (seen.had_effect && ailments.lost_replies > 0) {
      --ailments.lost_replies;
      count(Fault::kReplyLost);
      result = Failed(operation, FailureClass::kUncertain, "NO_ANSWER", seq);
    }
    ledger_.writes.push_back(std::move(seen));
    return result;
  }
  if (operation.kind != OperationKind::kRead && operation.kind != OperationKind::kFind) return result;
  result.kind = OperationResult::Kind::kFound;
  for (auto& [key, record] : resources_[operation.resource]) {
    if (record.is_deleted) continue;
    bool is_meant = operation.kind == OperationKind::kRead && key == operation.key;
    if (operation.kind == OperationKind::kFind) {
      const bool is_visible = now - record.touched_micros >= quirks_.search_lag_micros;
      const bool is_found = operation.find_field.empty() ? IsTheSame(record, operation.fields) : Folded(FieldOf(record.fields, operation.find_field)) == Folded(operation.find_value);
      if (is_found && !is_visible) count(Fault::kSearchLag);
      is_meant = is_visible && is_found;
    }
    if (is_meant) result.found.push_back(ContentOf(operation.resource, key, record, seq, now));
  }
  return result;
}

// ------------------------------------------------------------------------------------------------- looking

const Record* System::Find(const std::string& resource, const std::string& key) const {
  const auto records = resources_.find(resource);
  if (records == resources_.end()) return nullptr;
  const auto found = records->second.find(key);
  return found == records->second.end() || found->second.is_deleted ? nullptr : &found->second;
}

const Record* System::OfBirth(const std::string& resource, std::uint64_t birth, std::string* key) const {
  const auto records = resources_.find(resource);
  if (records == resources_.end() || birth == 0) return nullptr;
  for (const auto& [name, record] : records->second) {
    if (record.birth != birth || record.is_deleted) continue;
    if (key != nullptr) *key = name;
    return &record;
  }
  return nullptr;
}

std::vector<std::string> System::Live(const std::string& resource) const {
  std::vector<std::string> live;
  for (const auto& [key, record] : resources_.at(resource)) {
    if (!record.is_deleted) live.push_back(key);
  }
  return live;
}

std::uint64_t System::Fingerprint() const {
  std::uint64_t hash = 0;
  for (const auto& [resource, records] : resources_) {
    for (const auto& [key, record] : records) {
      const Digest digest = DigestOfFields(record.fields);
      hash = (hash * 0x100000001b3ull) ^ digest.lo ^ (record.is_deleted ? 1 : 0) ^ DigestOf(key).lo;
    }
  }
  return hash;
}

}  // namespace entente::simulation
