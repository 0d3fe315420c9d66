#pragma once

#include <mutex>
#include <string>
#include <unordered_map>

namespace entente::ssm {

// Ids of price rows by product and rate ("12|3"), as creates and lists told them: SSM may leave the id out of a row, and a
// row without it cannot be changed. Known for the life of the program only. Thread-safe. Some 60 bytes a price.
class PriceIds {
 public:
  // Blank ids are not kept.
  void Note(const std::string& pair, const std::string& id) {
    if (id.empty()) return;
    const std::lock_guard lock(mutex_);
    ids_[pair] = id;
  }

  // Blank when nobody told.
  std::string Find(const std::string& pair) const {
    const std::lock_guard lock(mutex_);
    const auto found = ids_.find(pair);
    return found == ids_.end() ? std::string() : found->second;
  }

 private:
  mutable std::mutex mutex_;
  std::unordered_map<std::string, std::string> ids_;
};

}  // namespace entente::ssm
