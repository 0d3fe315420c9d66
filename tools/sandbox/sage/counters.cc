#include "tools/sandbox/sage/counters.h"

namespace entente::sandbox::sage {

void Counters::CountCall(const std::string& route) {
  const std::lock_guard lock(mutex_);
  ++counts_.calls;
  ++counts_.calls_by_route[route];
}

void Counters::CountWrite(const std::string& route) {
  const std::lock_guard lock(mutex_);
  ++counts_.writes;
  ++counts_.writes_by_route[route];
}

void Counters::CountRefusal(const std::string& code) {
  const std::lock_guard lock(mutex_);
  ++counts_.refusals_by_code[code];
}

void Counters::Reset() {
  const std::lock_guard lock(mutex_);
  counts_ = {};
}

Counters::Counts Counters::counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

}  // namespace entente::sandbox::sage
