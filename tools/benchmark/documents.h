#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "entente/connector/v1/connector.pb.h"

// Quotes as one system writes them and orders as the other one makes of them: a head and five lines.
namespace entente::benchmark {

namespace v1 = ::entente::connector::v1;

inline constexpr std::uint32_t kDocuments = 2;

enum class DocumentKind {
  kQuotes,  // the right side's: written by its users
  kOrders,  // the left side's: priced and numbered here
};

// The documents of one system in memory. Thread-safe.
class Documents {
 public:
  explicit Documents(DocumentKind kind) : kind_(kind) {}

  // The resource as this system's catalogue describes it.
  v1::Resource Describe() const;
  const char* resource() const { return kind_ == DocumentKind::kQuotes ? "quotes" : "orders"; }

  // Adds the first `count` quotes, as if they had always been there; their codes are their keys.
  void Seed(std::uint64_t count);
  static std::string CodeOf(std::uint64_t number);

  std::vector<v1::Change> Rows() const;
  // Answers an operation; `now` is the record afterwards, `priced` what a PRICE computed. False: there is no such record.
  bool Perform(const v1::Operation& operation, v1::Change* now, google::protobuf::RepeatedPtrField<v1::FieldValue>* priced);

  std::size_t size() const;
  // Waits until the document holds a number. False when the time is over.
  bool AwaitNumber(const std::string& key, absl::Duration at_most) const;

 private:
  const DocumentKind kind_;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::map<std::string, v1::Change> rows_;
};

}  // namespace entente::benchmark
