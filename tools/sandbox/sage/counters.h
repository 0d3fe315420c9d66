#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>

namespace entente::sandbox::sage {

// How often the gateway was called, wrote and refused. Any thread.
class Counters {
 public:
  void CountCall(const std::string& route);
  // A write that took effect, whether or not its answer arrived.
  void CountWrite(const std::string& route);
  void CountRefusal(const std::string& code);
  void Reset();

  struct Counts {
    std::int64_t calls = 0;
    std::int64_t writes = 0;
    std::map<std::string, std::int64_t> calls_by_route;
    std::map<std::string, std::int64_t> writes_by_route;
    std::map<std::string, std::int64_t> refusals_by_code;
  };
  Counts counts() const;

 private:
  mutable std::mutex mutex_;
  Counts counts_;
};

}  // namespace entente::sandbox::sage
