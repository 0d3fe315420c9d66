#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

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

// Records one call of the API showed, or one record somebody wrote: in what order whom a value could have reached.
struct AccessEntry {
  std::int64_t number = 0;  // 1, 2, … since the start; never reset
  std::string by;
  std::string verb;  // "read", or as in WriteEntry
  std::string resource;
  std::vector<std::int64_t> ids;
  std::string where;  // what a list was asked for
};

// What was called and what was written. Not thread-safe. Keeps the last kEntriesMax writes one by one, and the last kAccessesMax accesses.
class Tally {
 public:
  static constexpr std::size_t kEntriesMax = 200000;
  static constexpr std::size_t kAccessesMax = 20000;

  // `call` is "GET accounts", "POST contacts/bulk", …; `status` what it was answered (0 = the answer was lost).
  void CountCall(const std::string& call, int status);
  void CountWrite(const std::string& by, const std::string& verb, const std::string& resource, std::int64_t id);
  void CountRead(const std::string& resource, std::vector<std::int64_t> ids, const std::string& where);
  void Reset();

  // {"calls":{…}, "calls_total", "statuses":{…}, "api_writes":{resource:{verb:n}}, "api_writes_total", "user_writes":{…}, "image_calls"}
  nlohmann::json ToJson() const;
  // Entries after `number`, oldest first.
  nlohmann::json WritesAfter(std::int64_t number) const;
  // Accesses to one record after `number`, oldest first, and the last number there is: {"last", "accesses": […]}.
  nlohmann::json AccessesAfter(std::int64_t number, const std::string& resource, std::int64_t id) const;

 private:
  void Access(AccessEntry entry);

  std::map<std::string, std::int64_t> calls_;
  std::map<int, std::int64_t> statuses_;
  std::map<std::string, std::map<std::string, std::map<std::string, std::int64_t>>> writes_;  // by → resource → verb
  std::int64_t image_calls_ = 0;
  std::int64_t last_number_ = 0;
  std::deque<WriteEntry> entries_;
  std::int64_t last_access_ = 0;
  std::deque<AccessEntry> accesses_;
};

}  // namespace entente::sandbox::ssm
