#include "tools/sandbox/sage/locks.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "tools/sandbox/sage/refusal.h"

namespace entente::sandbox::sage {

std::string RecordLocks::Name(std::string_view table, std::string_view key) {
  return absl::AsciiStrToUpper(absl::StrCat(std::string(table), "/", std::string(key)));
}

void RecordLocks::Lock(std::string_view table, std::string_view key) {
  const std::lock_guard lock(mutex_);
  locked_.insert(Name(table, key));
}

bool RecordLocks::Unlock(std::string_view table, std::string_view key) {
  const std::lock_guard lock(mutex_);
  return locked_.erase(Name(table, key)) > 0;
}

void RecordLocks::UnlockAll() {
  const std::lock_guard lock(mutex_);
  locked_.clear();
}

absl::Status RecordLocks::Check(std::string_view table, std::string_view key) const {
  const std::lock_guard lock(mutex_);
  if (locked_.contains(Name(table, ""))) {
    return Refuse({.code = "FILE_LOCKED", .text = absl::StrCat("the file ", std::string(table), " is locked by another user; try again later"), .sage_code = 80004});
  }
  if (locked_.contains(Name(table, key))) {
    return Refuse({.code = "RECORD_LOCKED", .text = "the record is open in Sage by another user; try again later", .sage_code = 80003});
  }
  return absl::OkStatus();
}

}  // namespace entente::sandbox::sage
