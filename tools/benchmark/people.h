#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "absl/time/time.h"
#include "entente/connector/v1/connector.pb.h"
#include "tools/benchmark/person.h"

namespace entente::benchmark {

// One business system in memory: people by key, a log of changes with a counter, users who edit.
//
// Records are kept as the bytes of a v1::Change, as a system keeps rows. Thread-safe. Never shrinks.
class People {
 public:
  // `key_letter` begins the keys this system gives to records created by others.
  explicit People(char key_letter) : key_letter_(key_letter) {}

  // Adds the first `count` persons, as if they had always been there.
  void Seed(std::uint64_t count);

  // A user edits one text field of the record that stands at `index`. Returns its number in the log.
  std::uint64_t Edit(std::size_t index, std::uint32_t field, const std::string& text);

  // What a connector does. Create answers the key; Update and Remove false when there is no such record.
  std::string Create(const v1::Operation& operation, v1::Change* now);
  enum class Written { kDone, kMovedOn, kNotFound };
  Written Update(const v1::Operation& operation, v1::Change* now);
  bool Read(const std::string& key, v1::Change* now) const;
  bool FindByCode(const std::string& code, v1::Change* now) const;
  // Where the record with this code stands. REQUIRES: it is there.
  std::size_t IndexOf(const std::string& code) const;

  // Up to `count_max` records from `index` on; fewer at the end.
  std::vector<v1::Change> Rows(std::size_t index, std::size_t count_max) const;
  // Records changed after `since`, oldest change first, up to `count_max`; `*until` is the cursor after them.
  std::vector<v1::Change> ChangedSince(std::uint64_t since, std::size_t count_max, std::uint64_t* until) const;
  // Waits until something changed after `since`, but at most `at_most`.
  void AwaitChange(std::uint64_t since, absl::Duration at_most) const;
  void WakeAll() const { changed_.notify_all(); }

  std::size_t size() const;
  std::uint64_t last_change() const;
  // Records written by a connector, and bytes of all records.
  std::uint64_t writes() const;
  std::uint64_t bytes() const;
  // Waits until `writes()` reaches `count`. False when the time is over.
  bool AwaitWrites(std::uint64_t count, absl::Duration at_most) const;
  // True when both hold the same codes with the same fields.
  static bool Agree(const People& left, const People& right, std::string* difference);

 private:
  v1::Change At(std::size_t index) const;
  void Put(std::size_t index, const v1::Change& change);
  std::size_t Add(const v1::Change& change);

  const char key_letter_;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::vector<std::string> rows_;
  std::vector<std::uint64_t> change_of_;
  std::map<std::uint64_t, std::size_t> log_;  // change → row; one entry a row
  std::unordered_map<std::string, std::size_t> by_key_;
  std::unordered_map<std::string, std::size_t> by_code_;
  std::uint64_t last_change_ = 0;
  std::uint64_t writes_ = 0;
  std::uint64_t bytes_ = 0;
};

}  // namespace entente::benchmark
