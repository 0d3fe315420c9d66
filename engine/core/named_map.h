#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <initializer_list>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace entente {

// Values by name, in order of name: one sorted array, shared by copies until one of them is changed. A copy costs a counter.
//
// Reads like std::map<std::string, V>; what changes a value says so: operator[], FindToChange, Mutable. References and iterators are valid
// until this map is changed in any way. A reference taken to change a value is used before the map is copied: the copy would change with it.
// Threads: as any value; maps that share content may be used by different threads.
template <typename V>
class NamedMap {
 public:
  using key_type = std::string;
  using mapped_type = V;
  using value_type = std::pair<std::string, V>;
  using size_type = std::size_t;
  using difference_type = std::ptrdiff_t;
  using reference = const value_type&;
  using const_reference = const value_type&;
  using const_iterator = const value_type*;
  using iterator = const_iterator;
  using const_reverse_iterator = std::reverse_iterator<const_iterator>;
  using reverse_iterator = const_reverse_iterator;

  NamedMap() noexcept = default;
  NamedMap(const NamedMap& other) noexcept : content_(other.content_) {
    if (content_) content_->owners.fetch_add(1, std::memory_order_relaxed);
  }
  NamedMap(NamedMap&& other) noexcept : content_(std::exchange(other.content_, nullptr)) {}
  // Of two entries with one name the first is kept.
  NamedMap(std::initializer_list<value_type> entries) {
    reserve(entries.size());
    for (const value_type& entry : entries) try_emplace(entry.first, entry.second);
  }
  template <typename It>
    requires requires(It it) { it->first; it->second; }
  NamedMap(It first, It last) {
    insert(first, last);
  }
  ~NamedMap() { Release(); }
  NamedMap& operator=(const NamedMap& other) noexcept {
    NamedMap(other).swap(*this);
    return *this;
  }
  NamedMap& operator=(NamedMap&& other) noexcept {
    NamedMap(std::move(other)).swap(*this);
    return *this;
  }
  void swap(NamedMap& other) noexcept { std::swap(content_, other.content_); }

  // ---- reading
  bool empty() const { return size() == 0; }
  size_type size() const { return content_ ? content_->entries.size() : 0; }
  const_iterator begin() const { return content_ ? content_->entries.data() : nullptr; }
  const_iterator end() const { return content_ ? content_->entries.data() + content_->entries.size() : nullptr; }
  const_reverse_iterator rbegin() const { return const_reverse_iterator(end()); }
  const_reverse_iterator rend() const { return const_reverse_iterator(begin()); }
  const_iterator lower_bound(std::string_view name) const { return LowerBound(begin(), end(), name); }
  const_iterator find(std::string_view name) const {
    const const_iterator at = lower_bound(name);
    return at != end() && at->first == name ? at : end();
  }
  bool contains(std::string_view name) const { return find(name) != end(); }
  size_type count(std::string_view name) const { return contains(name) ? 1 : 0; }
  // REQUIRES: there is one of this name.
  const V& at(std::string_view name) const { return find(name)->second; }

  // ---- changing
  // The value of this name, made when there is none.
  V& operator[](std::string_view name) { return *Emplace(name).first; }
  // The value of this name; null when there is none.
  V* FindToChange(std::string_view name) {
    const const_iterator at = find(name);
    if (at == end()) return nullptr;
    const auto index = at - begin();
    return &Own()[static_cast<std::size_t>(index)].second;
  }
  // All entries, their values to be changed; their names stay.
  std::span<value_type> Mutable() { return empty() ? std::span<value_type>() : std::span<value_type>(Own()); }
  template <typename... Args>
  std::pair<const_iterator, bool> try_emplace(std::string_view name, Args&&... args) {
    const auto [value, is_new] = Emplace(name, std::forward<Args>(args)...);
    return {find(name), is_new};
  }
  template <typename T>
  std::pair<const_iterator, bool> emplace(std::string_view name, T&& value) {
    return try_emplace(name, std::forward<T>(value));
  }
  template <typename T>
  std::pair<const_iterator, bool> insert_or_assign(std::string_view name, T&& value) {
    (*this)[name] = std::forward<T>(value);
    return {find(name), true};
  }
  void insert(const value_type& entry) { try_emplace(entry.first, entry.second); }
  template <typename It>
    requires requires(It it) { it->first; it->second; }
  void insert(It first, It last) {
    for (; first != last; ++first) try_emplace(first->first, first->second);
  }
  // REQUIRES: `name` comes after every name there is.
  void Append(std::string name, V value) { Own().emplace_back(std::move(name), std::move(value)); }
  void reserve(size_type count) {
    if (count > 0) Own().reserve(count);
  }
  size_type erase(std::string_view name) {
    const const_iterator at = find(name);
    if (at == end()) return 0;
    erase(at);
    return 1;
  }
  void erase(const_iterator at) {
    const auto index = at - begin();
    auto& entries = Own();
    entries.erase(entries.begin() + index);
    if (entries.empty()) clear();
  }
  void clear() noexcept {
    Release();
    content_ = nullptr;
  }
  template <typename Predicate>
  friend size_type erase_if(NamedMap& map, Predicate is_to_go) {
    if (std::none_of(map.begin(), map.end(), is_to_go)) return 0;
    const size_type erased = std::erase_if(map.Own(), is_to_go);
    if (map.empty()) map.clear();
    return erased;
  }

  friend bool operator==(const NamedMap& a, const NamedMap& b) {
    return a.content_ == b.content_ || std::equal(a.begin(), a.end(), b.begin(), b.end());
  }

 private:
  struct Content {
    std::atomic<std::size_t> owners{1};
    std::vector<value_type> entries;
  };

  static const_iterator LowerBound(const_iterator first, const_iterator last, std::string_view name) {
    return std::lower_bound(first, last, name, [](const value_type& entry, std::string_view wanted) { return entry.first < wanted; });
  }

  void Release() noexcept {
    if (content_ && content_->owners.fetch_sub(1, std::memory_order_acq_rel) == 1) delete content_;
  }

  // The entries, shared with nobody.
  std::vector<value_type>& Own() {
    if (!content_) {
      content_ = new Content;
    } else if (content_->owners.load(std::memory_order_acquire) != 1) {
      auto* own = new Content;
      own->entries.reserve(content_->entries.size() + 1);
      own->entries.assign(content_->entries.begin(), content_->entries.end());
      Release();
      content_ = own;
    }
    return content_->entries;
  }

  template <typename... Args>
  std::pair<V*, bool> Emplace(std::string_view name, Args&&... args) {
    // What is built in order is the common case.
    const bool is_last = empty() || content_->entries.back().first < name;
    const const_iterator at = is_last ? end() : lower_bound(name);
    const auto index = static_cast<std::size_t>(at - begin());
    const bool is_known = !is_last && at != end() && at->first == name;
    // Made before anything moves: what it is made of may stand in this very map.
    if (is_known) return {&Own()[index].second, false};
    value_type entry(std::piecewise_construct, std::forward_as_tuple(name), std::forward_as_tuple(std::forward<Args>(args)...));
    auto& entries = Own();
    if (entries.capacity() == 0) entries.reserve(4);
    const auto put = entries.insert(entries.begin() + static_cast<difference_type>(index), std::move(entry));
    return {&put->second, true};
  }

  Content* content_ = nullptr;
};

}  // namespace entente
