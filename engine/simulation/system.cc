#include "engine/simulation/system.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/core/canonical.h"
#include "engine/core/digest.h"
#include "engine/simulation/values.h"

namespace entente::simulation {

System::System(Side side, const Terrain& terrain, Quirks quirks, Ledger& ledger, std::uint64_t seed)
    : side_(side), terrain_(terrain), quirks_(std::move(quirks)), ledger_(ledger), last_key_(100 + static_cast<std::int64_t>(seed % 800)) {
  for (const Ground& ground : terrain.grounds()) resources_[ground.entity->sides[side].resource];
}

// ------------------------------------------------------------------------------------------------- users

void System::Touch(const std::string& resource, Record& record, std::int64_t now) {
  record.change = changed_[resource] = ++last_change_;
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
  record.made_micros = now;
  record.row = ++last_row_;
  record.has_date = !quirks_.has_null_dates || record.uid % 3 != 0;
  record.fields = std::move(fields);
  erase_if(record.fields, [](const auto& field) { return field.second.IsNull(); });
  record.standing = std::move(standing);
  Touch(resource, record, now);
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
  Touch(resource, record, now);
  return true;
}

bool System::Delete(const std::string& resource, const std::string& key, std::int64_t now) {
  const auto found = resources_[resource].find(key);
  if (found == resources_[resource].end() || found->second.is_deleted) return false;
  found->second.is_deleted = true;
  Touch(resource, found->second, now);
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
  Touch(resource, record, now);
  records[new_key] = std::move(record);
  // What refers to it follows, as the system's own renumbering does.
  for (auto& [name, others] : resources_) {
    for (auto& [other_key, other] : others) {
      bool is_moved = false;
      for (auto& [native, value] : other.fields.Mutable()) {
        EachReference(value, [&](Reference& reference) {
          if (reference.resource != resource || reference.key != key) return;
          reference.key = new_key;
          is_moved = true;
        });
      }
      if (is_moved) Touch(name, other, now);
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
  for (auto& [resource, change] : changed_) change = std::min(change, last_change_);
  ++incarnation_;
  by_idempotency_.clear();
  for (auto& [resource, records] : resources_) {
    for (auto& [key, record] : records) record.touched_micros = std::min(record.touched_micros, now);
  }
  return true;
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
