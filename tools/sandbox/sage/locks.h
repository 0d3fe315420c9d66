#pragma once

#include <mutex>
#include <set>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "tools/sandbox/sage/value.h"

namespace entente::sandbox::sage {

// Records and files that somebody has open in Sage. These are application locks: readers of the database do not notice. Any thread.
class RecordLocks {
 public:
  // A record by table and key ("F_COMPTET", "ABC"), or a whole file with a blank key.
  void Lock(std::string_view table, std::string_view key);
  // False when it was not locked.
  bool Unlock(std::string_view table, std::string_view key);
  void UnlockAll();
  // RECORD_LOCKED (80003) or FILE_LOCKED (80004) when somebody has it open.
  absl::Status Check(std::string_view table, std::string_view key) const;

 private:
  static std::string Name(std::string_view table, std::string_view key);

  mutable std::mutex mutex_;
  std::set<std::string> locked_;
};

}  // namespace entente::sandbox::sage
