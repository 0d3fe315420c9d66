#include "connectors/sdk/operation_line.h"

#include <algorithm>
#include <utility>

namespace entente::sdk {
namespace {

// What the bulk interfaces of the systems known take in one call.
constexpr std::size_t kTogetherMax = 100;

}  // namespace

bool IsWrite(const v1::Operation& operation) {
  switch (operation.verb()) {
    case v1::Operation::CREATE:
    case v1::Operation::UPDATE:
    case v1::Operation::DELETE:
    case v1::Operation::UNDELETE: return true;
    default: return false;
  }
}

void OperationLine::Put(std::vector<v1::Operation> operations) {
  for (auto& operation : operations) waiting_.push_back(std::move(operation));
}

std::vector<v1::Operation> OperationLine::Take(bool writes) {
  const auto may_begin = [writes](const v1::Operation& operation) { return writes || !IsWrite(operation); };
  const auto is_urgent = [&](const v1::Operation& operation) { return may_begin(operation) && operation.urgent(); };
  const auto first = std::find_if(waiting_.begin(), waiting_.end(), may_begin);
  if (first == waiting_.end()) return {};
  const bool urgent = std::any_of(first, waiting_.end(), is_urgent);
  const std::uint32_t resource = first->resource();
  std::vector<v1::Operation> together;
  std::deque<v1::Operation> left;
  for (auto& operation : waiting_) {
    const bool goes = urgent ? is_urgent(operation) : may_begin(operation) && operation.resource() == resource;
    if (goes && together.size() < kTogetherMax) together.push_back(std::move(operation));
    else left.push_back(std::move(operation));
  }
  waiting_ = std::move(left);
  return together;
}

}  // namespace entente::sdk
