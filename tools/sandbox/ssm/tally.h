#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>

#include "nlohmann/json_fwd.hpp"

namespace entente::sandbox::ssm {

// One record written, by the API or by a user.
struct WriteEntry {
  std::int64_t number = 0;  // 1, 2, … since the start; never reset
  std::string by;           // "api" or "user"
  std::string verb;         // "create", "update", "delete"
  std::string resource;
  std::int64_t id = 0;
};

// What was called and what was written. Not thread-safe. Keeps the last kEntriesMax writes one by one.
class Tally {
 public:
  static constexpr std::size_t kEntriesMax = 200000;

  // `call` is "GET accounts", "POST contacts/bulk", …; `status` what it was answered (0 = the answer was lost).
  void CountCall(const std::string& call, int status);
  void CountWrite(const std::string& by, const std::string& verb, const std::string& resource, std::int64_t id);
  void Reset();

  // {"calls":{…}, "calls_total", "statuses":{…}, "api_writes":{resource:{verb:n}}, "api_writes_total", "user_writes":{…}, "image_calls"}
  nlohmann::json ToJson() const;
  // Entries after `number`, oldest first.
  nlohmann::json WritesAfter(std::int64_t number) const;

 private:
  std::map<std::string, std::int64_t> calls_;
  std::map<int, std::int64_t> statuses_;
  std::map<std::string, std::map<std::string, std::map<std::string, std::int64_t>>> writes_;  // by → resource → verb
  std::int64_t image_calls_ = 0;
  std::int64_t last_number_ = 0;
  std::deque<WriteEntry> entries_;
};

}  // namespace entente::sandbox::ssm
