#include "engine/simulation/system.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/simulation/values.h"

// What a model system does for its connector: writes, reads of a record, searches.
namespace entente::simulation {
namespace {

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

// What the system computes of a document: numbers nobody may write.
void System::Compute(const Ground& ground, Fields& fields) const {
  if (!ground.paper) return;
  const DeclaredResource* declared = terrain_.Declared(side_, ground.entity->sides[side_].resource);
  const auto* lines = FieldOf(fields, ground.paper->lines[side_]).As<entente::List>();
  for (std::size_t i = 0; declared != nullptr && i < declared->fields.size(); ++i) {
    const DeclaredField& field = declared->fields[i];
    if (field.type == "decimal" && !field.writable) fields[field.name] = Decimal::FromInt(lines == nullptr ? 0 : static_cast<std::int64_t>(lines->size()) * 10);
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
  bool is_dangling = false;
  for (const auto& [native, value] : operation.fields) {
    Value copy = value;
    EachReference(copy, [&](Reference& reference) {
      if (reference.key.empty() || Find(reference.resource, reference.key) != nullptr) return;
      is_dangling = true;
      const auto at = resources_.find(reference.resource);
      const bool was_there = former_keys_.contains({reference.resource, reference.key}) || (at != resources_.end() && at->second.contains(reference.key));
      // Deleted by somebody a moment ago: nobody could know. Never there: the engine wrote a child before its parent.
      if (!was_there && incarnation_ == 1) ledger_.Break("parents_first", absl::StrCat("a ", operation.resource, " was written that refers to ", reference.resource, " ", reference.key, ", which never was there"));
    });
  }
  if (is_dangling) {
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
        const bool is_visible = now - record.made_micros >= quirks_.search_lag_micros;
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
      record.made_micros = now;
      record.row = ++last_row_;
      record.has_date = !quirks_.has_null_dates || record.uid % 3 != 0;
      for (const auto& [native, value] : operation.fields) {
        const auto* edit = ledger_.FindEdit(TokenWithin(value));
        if (record.birth == 0 && edit != nullptr && ledger_.FindBirth(edit->birth)->entity == ground.entity->name) record.birth = edit->birth;
      }
      record.fields = std::move(fields);
      TakeFields(operation.resource, record, operation.fields, now);
      Compute(ground, record.fields);
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
    Touch(operation.resource, record, now);
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
    if (seen.had_effect && operation.verb == Verb::kCreate && ailments.lagging_creates > 0) {
      --ailments.lagging_creates;
      count(Fault::kReplyLost);
      resources_[operation.resource].at(seen.key).is_hidden = true;
      result = Failed(operation, FailureClass::kUncertain, "NO_ANSWER", seq);
    } else if (seen.had_effect && ailments.lost_replies > 0) {
      --ailments.lost_replies;
      count(Fault::kReplyLost);
      result = Failed(operation, FailureClass::kUncertain, "NO_ANSWER", seq);
    }
    ledger_.writes.push_back(std::move(seen));
    return result;
  }
  if (operation.kind == OperationKind::kPrice) {
    result.priced = operation.fields;
    Compute(*terrain_.FindOf(side_, operation.resource), result.priced);
    return result;
  }
  if (operation.kind != OperationKind::kRead && operation.kind != OperationKind::kFind) return result;
  result.kind = OperationResult::Kind::kFound;
  for (auto& [key, record] : resources_[operation.resource]) {
    if (record.is_deleted) continue;
    bool is_meant = operation.kind == OperationKind::kRead && key == operation.key;
    if (operation.kind == OperationKind::kFind) {
      const bool is_visible = now - record.made_micros >= quirks_.search_lag_micros && !record.is_hidden;
      const bool is_found = operation.find_field.empty() ? IsTheSame(record, operation.fields) : Folded(FieldOf(record.fields, operation.find_field)) == Folded(operation.find_value);
      if (is_found && !is_visible) count(Fault::kSearchLag);
      if (is_found) record.is_hidden = false;
      is_meant = is_visible && is_found;
    }
    if (is_meant) result.found.push_back(ContentOf(operation.resource, key, record, seq, now));
  }
  return result;
}

}  // namespace entente::simulation
