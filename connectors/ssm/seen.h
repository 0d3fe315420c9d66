#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <unordered_map>

namespace entente::ssm {

// Rows this session has reported, so that the overlap of two polls is not reported twice.
//
// A row counts as repeated when its whole content is the same and was read after the last write to it: what was read before
// that write may have been set aside by the engine, and must come again. Forgets what two polls did not see.
// Thread-safe. Holds 24 bytes and the key a row of the last two polls.
class Seen {
 public:
  // A poll of `resource` begins; every read from now on has a higher number than `sequence`.
  void BeginPoll(const std::string& resource, std::uint64_t sequence);

  // True when the row was reported before with this content.
  bool IsRepeat(const std::string& resource, const std::string& key, const std::string& content);

  // The row, read at `read_seq`, was reported with this content.
  void Remember(const std::string& resource, const std::string& key, const std::string& content, std::uint64_t read_seq);

  // A write to the record ended at `sequence`.
  void NoteWrite(const std::string& resource, const std::string& key, std::uint64_t sequence);

 private:
  struct Rows {
    std::unordered_map<std::string, std::uint64_t> current;  // key to digest
    std::unordered_map<std::string, std::uint64_t> former;
    std::unordered_map<std::string, std::uint64_t> written;  // key to sequence
  };

  std::mutex mutex_;
  std::map<std::string, Rows> resources_;
};

}  // namespace entente::ssm
