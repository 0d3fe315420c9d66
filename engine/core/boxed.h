#pragma once

#include <memory>
#include <utility>

namespace entente {

// Reads and is set like std::optional, but what is in it lies elsewhere: where there is nothing it takes one word. A copy copies the content.
template <typename T>
class Boxed {
 public:
  Boxed() noexcept = default;
  Boxed(T value) : content_(std::make_unique<T>(std::move(value))) {}
  Boxed(const Boxed& other) : content_(other.content_ ? std::make_unique<T>(*other.content_) : nullptr) {}
  Boxed(Boxed&& other) noexcept = default;
  Boxed& operator=(const Boxed& other) {
    if (this != &other) *this = Boxed(other);
    return *this;
  }
  Boxed& operator=(Boxed&& other) noexcept = default;
  Boxed& operator=(T value) {
    content_ = std::make_unique<T>(std::move(value));
    return *this;
  }

  explicit operator bool() const noexcept { return content_ != nullptr; }
  bool has_value() const noexcept { return content_ != nullptr; }
  // REQUIRES of both: there is one.
  const T& operator*() const { return *content_; }
  T& operator*() { return *content_; }
  const T* operator->() const { return content_.get(); }
  T* operator->() { return content_.get(); }
  T& emplace() { return *(content_ = std::make_unique<T>()); }
  void reset() noexcept { content_.reset(); }

  friend bool operator==(const Boxed& a, const Boxed& b) { return a.has_value() == b.has_value() && (!a.has_value() || *a == *b); }

 private:
  std::unique_ptr<T> content_;
};

}  // namespace entente
