#include "connectors/ssm/seen.h"

#include <utility>

namespace entente::ssm {

void Seen::BeginPoll(const std::string& resource, std::uint64_t sequence) {
  const std::lock_guard lock(mutex_);
  Rows& rows = resources_[resource];
  rows.former = std::exchange(rows.current, {});
  std::erase_if(rows.written, [&](const auto& entry) { return entry.second < sequence; });
}

bool Seen::IsRepeat(const std::string& resource, const std::string& key, const std::string& content) {
  const std::uint64_t digest = std::hash<std::string>()(content);
  const std::lock_guard lock(mutex_);
  Rows& rows = resources_[resource];
  const auto now = rows.current.find(key);
  if (now != rows.current.end()) return now->second == digest;
  const auto before = rows.former.find(key);
  if (before == rows.former.end() || before->second != digest) return false;
  rows.current[key] = digest;
  return true;
}

void Seen::Remember(const std::string& resource, const std::string& key, const std::string& content, std::uint64_t read_seq) {
  const std::lock_guard lock(mutex_);
  Rows& rows = resources_[resource];
  const auto written = rows.written.find(key);
  if (written != rows.written.end() && written->second >= read_seq) return;  // to be reported once more
  rows.current[key] = std::hash<std::string>()(content);
}

void Seen::NoteWrite(const std::string& resource, const std::string& key, std::uint64_t sequence) {
  const std::lock_guard lock(mutex_);
  Rows& rows = resources_[resource];
  rows.written[key] = sequence;
  rows.current.erase(key);
  rows.former.erase(key);
}

}  // namespace entente::ssm
