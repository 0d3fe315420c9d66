#include "tools/sandbox/ssm/tally.h"

#include <algorithm>
#include <utility>

#include "nlohmann/json.hpp"

namespace entente::sandbox::ssm {

void Tally::CountCall(const std::string& call, int status) {
  ++calls_[call];
  ++statuses_[status];
  if (call.find("image") != std::string::npos || call.find("photo") != std::string::npos) ++image_calls_;
}

void Tally::CountWrite(const std::string& by, const std::string& verb, const std::string& resource, std::int64_t id) {
  ++writes_[by][resource][verb];
  entries_.push_back({++last_number_, by, verb, resource, id});
  if (entries_.size() > kEntriesMax) entries_.pop_front();
  Access({.by = by, .verb = verb, .resource = resource, .ids = {id}, .where = ""});
}

void Tally::CountRead(const std::string& resource, std::vector<std::int64_t> ids, const std::string& where) {
  Access({.by = "api", .verb = "read", .resource = resource, .ids = std::move(ids), .where = where});
}

void Tally::Access(AccessEntry entry) {
  entry.number = ++last_access_;
  accesses_.push_back(std::move(entry));
  if (accesses_.size() > kAccessesMax) accesses_.pop_front();
}

void Tally::Reset() {
  calls_.clear();
  statuses_.clear();
  writes_.clear();
  image_calls_ = 0;
}

nlohmann::json Tally::ToJson() const {
  nlohmann::json out = {{"calls", nlohmann::json::object()}, {"statuses", nlohmann::json::object()}, {"image_calls", image_calls_}};
  std::int64_t total = 0;
  for (const auto& [call, count] : calls_) {
    out["calls"][call] = count;
    total += count;
  }
  out["calls_total"] = total;
  for (const auto& [status, count] : statuses_) out["statuses"][status == 0 ? "lost" : std::to_string(status)] = count;
  for (const char* by : {"api", "user"}) {
    nlohmann::json writes = nlohmann::json::object();
    std::int64_t written = 0;
    if (const auto found = writes_.find(by); found != writes_.end()) {
      for (const auto& [resource, verbs] : found->second) {
        for (const auto& [verb, count] : verbs) {
          writes[resource][verb] = count;
          written += count;
        }
      }
    }
    out[std::string(by) + "_writes"] = std::move(writes);
    out[std::string(by) + "_writes_total"] = written;
  }
  return out;
}

nlohmann::json Tally::WritesAfter(std::int64_t number) const {
  auto out = nlohmann::json::array();
  for (const WriteEntry& entry : entries_) {
    if (entry.number <= number) continue;
    out.push_back({{"number", entry.number}, {"by", entry.by}, {"verb", entry.verb}, {"resource", entry.resource}, {"id", entry.id}});
  }
  return out;
}

nlohmann::json Tally::AccessesAfter(std::int64_t number, const std::string& resource, std::int64_t id) const {
  auto out = nlohmann::json::array();
  for (const AccessEntry& entry : accesses_) {
    if (entry.number <= number || entry.resource != resource || std::find(entry.ids.begin(), entry.ids.end(), id) == entry.ids.end()) continue;
    out.push_back({{"number", entry.number}, {"by", entry.by}, {"verb", entry.verb}, {"where", entry.where}});
  }
  return {{"last", last_access_}, {"accesses", std::move(out)}};
}

}  // namespace entente::sandbox::ssm
