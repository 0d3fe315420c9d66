#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/node_hash_map.h"
#include "engine/pipeline/store.h"

namespace entente {

// What the machine holds of the store between turns: fetched entries, and every write that is not durable yet.
//
// An entry written by a batch stays until that batch is durable, so a later fetch can never bring back an older value. Entries that
// are durable leave when the bound is exceeded, but for links whose delivery is under way. Values under several keys (match index, references, waiting links) are sets that are
// known either whole or not at all; writes to unknown sets are remembered and laid over what a fetch brings.
// One thread at a time.
class Memory {
 public:
  // A value known at a key: present or known to be absent.
  template <typename V>
  struct Known {
    std::optional<V> value;
    std::uint64_t batch = 0;
  };

  explicit Memory(std::size_t links_max) : links_max_(links_max) {}

  const Known<Link>* FindLink(LinkId id) const { return Find(links_, id); }
  const Known<RecordEntry>* FindRecord(const RecordId& id) const { return Find(records_, id); }
  const Known<LinkId>* FindRow(const RowId& id) const { return Find(rows_, id); }
  const Known<WorkItem>* FindWork(WorkItemId id) const { return Find(work_, id); }
  const std::set<LinkId>* FindMatches(const MatchId& id) const { return FindSet(matches_, id); }
  const std::set<LinkId>* FindParked(const std::string& id) const { return FindSet(parked_, id); }
  const std::set<LinkId>* FindRefers(LinkId id) const { return FindSet(refers_, id); }
  // Entries of a resource as of the end of a listing, fetched without those that `without` names; forgotten after one use.
  const std::vector<std::pair<std::string, RecordEntry>>* FindRange(const std::pair<Side, std::string>& id, const std::shared_ptr<const KeyHashes>& without = nullptr) const;
  void ForgetRange(const std::pair<Side, std::string>& id) { ranges_.erase(id); }

  // Takes over the writes of a handled event.
  void Apply(const Batch& writes);
  void Supply(Fetched fetched);
  // The batch being gathered is sealed: later writes belong to the next one. Returns its number.
  std::uint64_t Seal() { return batch_++; }
  // Everything up to batch `number` is durable. `fetching`: a fetch begun earlier has not come back yet.
  void Durable(std::uint64_t number, bool fetching);
  void Trim(bool fetching);

 private:
  template <typename M, typename K>
  static auto Find(const M& map, const K& key) -> decltype(&map.begin()->second) {
    auto it = map.find(key);
    return it == map.end() ? nullptr : &it->second;
  }
  template <typename M, typename K>
  static const std::set<LinkId>* FindSet(const M& map, const K& key) {
    auto it = map.find(key);
    return it == map.end() ? nullptr : &it->second;
  }

  std::size_t links_max_;
  std::uint64_t batch_ = 1;       // number of the batch being gathered
  std::uint64_t durable_ = 0;     // safe to forget
  std::uint64_t announced_ = 0;   // durable, but a fetch may still bring older values
  absl::node_hash_map<LinkId, Known<Link>> links_;
  absl::node_hash_map<RecordId, Known<RecordEntry>> records_;
  std::map<RowId, Known<LinkId>> rows_;
  std::map<WorkItemId, Known<WorkItem>> work_;
  absl::node_hash_map<MatchId, std::set<LinkId>> matches_;
  std::map<std::string, std::set<LinkId>> parked_;
  std::map<LinkId, std::set<LinkId>> refers_;
  struct Range {
    std::vector<std::pair<std::string, RecordEntry>> entries;
    std::shared_ptr<const KeyHashes> without;
  };
  std::map<std::pair<Side, std::string>, Range> ranges_;
  // Writes to sets that are not durable: (key, link) → put or delete, and the batch.
  template <typename K>
  using Pending = std::map<std::pair<K, LinkId>, std::pair<bool, std::uint64_t>>;
  Pending<MatchId> pending_matches_;
  Pending<std::string> pending_parked_;
  Pending<LinkId> pending_refers_;
};

}  // namespace entente
