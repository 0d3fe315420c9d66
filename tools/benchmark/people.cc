#include "tools/benchmark/people.h"

#include <algorithm>
#include <chrono>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace entente::benchmark {
namespace {

const v1::Value* Find(const google::protobuf::RepeatedPtrField<v1::FieldValue>& fields, std::uint32_t number) {
  for (const v1::FieldValue& field : fields) {
    if (field.field() == number) return &field.value();
  }
  return nullptr;
}

std::string CodeIn(const google::protobuf::RepeatedPtrField<v1::FieldValue>& fields) {
  const v1::Value* code = Find(fields, kCode);
  return code == nullptr ? "" : code->text_value();
}

bool IsNull(const v1::Value* value) { return value == nullptr || value->kind_case() == v1::Value::KIND_NOT_SET; }

bool Same(const v1::Value* one, const v1::Value* other) {
  if (IsNull(one) || IsNull(other)) return IsNull(one) && IsNull(other);
  return one->SerializeAsString() == other->SerializeAsString();
}

// Lays `written` over the fields of `change`, both in ascending order of number.
void Apply(const google::protobuf::RepeatedPtrField<v1::FieldValue>& written, v1::Change* change) {
  for (const v1::FieldValue& field : written) {
    auto* fields = change->mutable_fields();
    const auto place = std::find_if(fields->begin(), fields->end(), [&](const v1::FieldValue& f) { return f.field() >= field.field(); });
    if (place != fields->end() && place->field() == field.field()) {
      *place->mutable_value() = field.value();
      continue;
    }
    const auto index = static_cast<int>(place - fields->begin());
    *fields->Add() = field;
    std::rotate(fields->begin() + index, fields->end() - 1, fields->end());
  }
}

}  // namespace

void People::Seed(std::uint64_t count) {
  const std::lock_guard lock(mutex_);
  rows_.reserve(count);
  for (std::uint64_t number = 0; number < count; ++number) {
    v1::Change change;
    FillPerson(number, &change);
    Add(change);
  }
}

std::uint64_t People::Edit(std::size_t index, std::uint32_t field, const std::string& text) {
  const std::lock_guard lock(mutex_);
  v1::Change change = At(index);
  SetText(field, text, &change);
  Put(index, change);
  changed_.notify_all();
  return last_change_;
}

std::string People::Create(const v1::Operation& operation, v1::Change* now) {
  const std::lock_guard lock(mutex_);
  // The code is unique, as a business system's own codes are: the same record again is answered with the one that is there.
  const auto known = by_code_.find(CodeIn(operation.fields()));
  if (known != by_code_.end()) {
    *now = At(known->second);
    return now->key();
  }
  now->Clear();
  now->set_resource(kPeople);
  now->set_kind(v1::Change::CONTENT);
  now->set_key(operation.key().empty() ? absl::StrFormat("%c%08d", key_letter_, rows_.size()) : operation.key());
  *now->mutable_fields() = operation.fields();
  Add(*now);
  ++writes_;
  changed_.notify_all();
  return now->key();
}

People::Written People::Update(const v1::Operation& operation, v1::Change* now) {
  const std::lock_guard lock(mutex_);
  const auto known = by_key_.find(operation.key());
  if (known == by_key_.end()) return Written::kNotFound;
  *now = At(known->second);
  for (const v1::FieldValue& expected : operation.expected()) {
    if (!Same(&expected.value(), Find(now->fields(), expected.field()))) return Written::kMovedOn;
  }
  Apply(operation.fields(), now);
  Put(known->second, *now);
  ++writes_;
  changed_.notify_all();
  return Written::kDone;
}

bool People::Read(const std::string& key, v1::Change* now) const {
  const std::lock_guard lock(mutex_);
  const auto known = by_key_.find(key);
  if (known == by_key_.end()) return false;
  *now = At(known->second);
  return true;
}

bool People::FindByCode(const std::string& code, v1::Change* now) const {
  const std::lock_guard lock(mutex_);
  const auto known = by_code_.find(code);
  if (known == by_code_.end()) return false;
  *now = At(known->second);
  return true;
}

std::size_t People::IndexOf(const std::string& code) const {
  const std::lock_guard lock(mutex_);
  return by_code_.at(code);
}

std::vector<v1::Change> People::Rows(std::size_t index, std::size_t count_max) const {
  const std::lock_guard lock(mutex_);
  std::vector<v1::Change> out;
  for (; index < rows_.size() && out.size() < count_max; ++index) out.push_back(At(index));
  return out;
}

std::vector<v1::Change> People::ChangedSince(std::uint64_t since, std::size_t count_max, std::uint64_t* until) const {
  const std::lock_guard lock(mutex_);
  std::vector<v1::Change> out;
  *until = since;
  for (auto it = log_.upper_bound(since); it != log_.end() && out.size() < count_max; ++it) {
    out.push_back(At(it->second));
    *until = it->first;
  }
  return out;
}

void People::AwaitChange(std::uint64_t since, absl::Duration at_most) const {
  std::unique_lock lock(mutex_);
  if (last_change_ <= since) changed_.wait_for(lock, absl::ToChronoNanoseconds(at_most));
}

bool People::AwaitWrites(std::uint64_t count, absl::Duration at_most) const {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, absl::ToChronoNanoseconds(at_most), [&] { return writes_ >= count; });
}

std::size_t People::size() const {
  const std::lock_guard lock(mutex_);
  return rows_.size();
}

std::uint64_t People::last_change() const {
  const std::lock_guard lock(mutex_);
  return last_change_;
}

std::uint64_t People::writes() const {
  const std::lock_guard lock(mutex_);
  return writes_;
}

std::uint64_t People::bytes() const {
  const std::lock_guard lock(mutex_);
  return bytes_;
}

bool People::Agree(const People& left, const People& right, std::string* difference) {
  const std::scoped_lock lock(left.mutex_, right.mutex_);
  if (left.rows_.size() != right.rows_.size()) {
    *difference = absl::StrCat(left.rows_.size(), " records on the left, ", right.rows_.size(), " on the right");
    return false;
  }
  for (const auto& [code, index] : left.by_code_) {
    const auto other = right.by_code_.find(code);
    if (other == right.by_code_.end()) {
      *difference = absl::StrCat(code, " is missing on the right");
      return false;
    }
    const v1::Change one = left.At(index);
    const v1::Change two = right.At(other->second);
    for (std::uint32_t field = 1; field <= kPersonFields; ++field) {
      if (Same(Find(one.fields(), field), Find(two.fields(), field))) continue;
      *difference = absl::StrCat(code, " differs in field ", field);
      return false;
    }
  }
  return true;
}

v1::Change People::At(std::size_t index) const {
  v1::Change change;
  change.ParseFromString(rows_[index]);
  return change;
}

void People::Put(std::size_t index, const v1::Change& change) {
  bytes_ -= rows_[index].size();
  rows_[index] = change.SerializeAsString();
  bytes_ += rows_[index].size();
  if (change_of_[index] != 0) log_.erase(change_of_[index]);
  change_of_[index] = ++last_change_;
  log_.emplace_hint(log_.end(), last_change_, index);
}

std::size_t People::Add(const v1::Change& change) {
  const std::size_t index = rows_.size();
  rows_.emplace_back();
  change_of_.push_back(0);
  by_key_.emplace(change.key(), index);
  by_code_.emplace(CodeIn(change.fields()), index);
  Put(index, change);
  return index;
}

}  // namespace entente::benchmark
