#pragma once

#include <compare>
#include <cstddef>
#include <iterator>
#include <map>
#include <utility>

#include "engine/core/link.h"

namespace entente {

struct DirtyId {
  Lane lane = Lane::kContinuous;
  int rank = 0;
  LinkId link = 0;
  friend auto operator<=>(const DirtyId&, const DirtyId&) = default;
};

// Links that wait to be decided, in order: an ordered set of DirtyId kept as ranges of link ids, for ids are given in order of arrival and
// what a first load lists waits in one piece. Memory grows with the number of gaps, not of links.
//
// Iterators are valid until the set is changed. One thread at a time.
class DirtyLinks {
 private:
  using Stage = std::pair<Lane, int>;
  using Ranges = std::map<LinkId, LinkId>;       // first → last, none adjoins the next
  using Stages = std::map<Stage, Ranges>;        // none is empty

 public:
  class const_iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = DirtyId;
    using difference_type = std::ptrdiff_t;
    using reference = DirtyId;
    struct pointer {
      DirtyId id;
      const DirtyId* operator->() const { return &id; }
    };

    const_iterator() = default;
    DirtyId operator*() const { return {stage_->first.first, stage_->first.second, at_}; }
    pointer operator->() const { return {**this}; }
    const_iterator& operator++();
    const_iterator operator++(int) {
      const_iterator before = *this;
      ++*this;
      return before;
    }
    friend bool operator==(const const_iterator& a, const const_iterator& b) { return a.stage_ == b.stage_ && a.at_ == b.at_; }

   private:
    friend class DirtyLinks;
    const_iterator(Stages::const_iterator stage, Stages::const_iterator end) : stage_(stage), end_(end) { Enter(); }
    const_iterator(Stages::const_iterator stage, Stages::const_iterator end, Ranges::const_iterator range, LinkId at)
        : stage_(stage), end_(end), range_(range), at_(at) {}
    // To the first link of the stage, if there is one.
    void Enter();

    Stages::const_iterator stage_, end_;
    Ranges::const_iterator range_;
    LinkId at_ = 0;
  };
  using iterator = const_iterator;
  using value_type = DirtyId;
  using reference = DirtyId;
  using const_reference = DirtyId;
  using size_type = std::size_t;
  using difference_type = std::ptrdiff_t;

  const_iterator begin() const { return {stages_.begin(), stages_.end()}; }
  const_iterator end() const { return {stages_.end(), stages_.end()}; }
  // The first that is not before `id`.
  const_iterator lower_bound(const DirtyId& id) const;
  bool contains(const DirtyId& id) const;
  bool empty() const { return stages_.empty(); }
  size_type size() const { return size_; }

  void insert(const DirtyId& id);
  void erase(const DirtyId& id);

  friend bool operator==(const DirtyLinks& a, const DirtyLinks& b) { return a.stages_ == b.stages_; }

 private:
  Stages stages_;
  size_type size_ = 0;
};

inline void DirtyLinks::const_iterator::Enter() {
  if (stage_ == end_) {
    range_ = {};
    at_ = 0;
    return;
  }
  range_ = stage_->second.begin();
  at_ = range_->first;
}

inline DirtyLinks::const_iterator& DirtyLinks::const_iterator::operator++() {
  if (at_ < range_->second) {
    ++at_;
  } else if (++range_ != stage_->second.end()) {
    at_ = range_->first;
  } else {
    ++stage_;
    Enter();
  }
  return *this;
}

inline DirtyLinks::const_iterator DirtyLinks::lower_bound(const DirtyId& id) const {
  const auto stage = stages_.lower_bound({id.lane, id.rank});
  if (stage == stages_.end() || stage->first != Stage{id.lane, id.rank}) return {stage, stages_.end()};
  const Ranges& ranges = stage->second;
  auto range = ranges.upper_bound(id.link);
  if (range != ranges.begin() && std::prev(range)->second >= id.link) return {stage, stages_.end(), std::prev(range), id.link};
  if (range != ranges.end()) return {stage, stages_.end(), range, range->first};
  return {std::next(stage), stages_.end()};
}

inline bool DirtyLinks::contains(const DirtyId& id) const {
  const auto stage = stages_.find({id.lane, id.rank});
  if (stage == stages_.end()) return false;
  const auto after = stage->second.upper_bound(id.link);
  return after != stage->second.begin() && std::prev(after)->second >= id.link;
}

inline void DirtyLinks::insert(const DirtyId& id) {
  Ranges& ranges = stages_[{id.lane, id.rank}];
  auto after = ranges.upper_bound(id.link);
  const bool has_before = after != ranges.begin();
  auto before = has_before ? std::prev(after) : after;
  if (has_before && before->second >= id.link) return;
  ++size_;
  const bool joins_before = has_before && before->second + 1 == id.link;
  const bool joins_after = after != ranges.end() && after->first == id.link + 1;
  const LinkId last = joins_after ? after->second : id.link;
  if (joins_after) ranges.erase(after);
  if (joins_before) before->second = last;
  else ranges.emplace(id.link, last);
}

inline void DirtyLinks::erase(const DirtyId& id) {
  const auto stage = stages_.find({id.lane, id.rank});
  if (stage == stages_.end()) return;
  Ranges& ranges = stage->second;
  const auto after = ranges.upper_bound(id.link);
  if (after == ranges.begin()) return;
  const auto range = std::prev(after);
  const auto [first, last] = *range;
  if (last < id.link) return;
  --size_;
  if (first < id.link) range->second = id.link - 1;
  else ranges.erase(range);
  if (id.link < last) ranges.emplace(id.link + 1, last);
  if (ranges.empty()) stages_.erase(stage);
}

}  // namespace entente
