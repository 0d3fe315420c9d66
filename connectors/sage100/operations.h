#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "connectors/sage100/config.h"
#include "connectors/sage100/lookup.h"
#include "connectors/sage100/trouble.h"
#include "connectors/sage100/writing.h"

namespace entente::sage100 {

// Performs the engine's operations, one after the other: reads and searches through SQL, writes through the gateway.
//
// After the gateway refused our epoch it writes nothing more in this session: a newer engine has taken over.
// Perform() from one thread; counters() and trouble() from any.
class Operations {
 public:
  Operations(const Sage100Config& config, Database& database, const std::vector<std::unique_ptr<Source>>& sources, Gateway& gateway,
             sdk::Timer& timer);

  void Begin(std::shared_ptr<const Company> company, sdk::SequenceCounter* sequence);

  void Perform(const std::vector<v1::Operation>& operations, const std::function<bool()>& may_start,
               const std::function<void(v1::OperationResult)>& done);

  const WriteCounters& counters() const { return counters_; }
  Trouble trouble() const;
  // The gateway was seen to answer: what was said of it no longer holds. From any thread.
  void GatewayAnswers();

 private:
  using Done = std::function<void(v1::OperationResult)>;

  void Read(const std::vector<const v1::Operation*>& reads, const Done& done);
  v1::OperationResult Find(const v1::Operation& operation);
  v1::OperationResult Write(const v1::Operation& operation);
  v1::OperationResult Dispatch(Writing& writing, const ResourceSpec& resource, const v1::Operation& operation);
  void NoteTrouble(const v1::OperationResult& result);

  Database& database_;
  const std::vector<std::unique_ptr<Source>>& sources_;
  Gateway& gateway_;
  sdk::Timer& timer_;
  const absl::Duration settle_time_;
  Lookup lookup_;
  std::shared_ptr<const Company> company_;
  sdk::SequenceCounter* sequence_ = nullptr;
  bool is_fenced_ = false;
  WriteCounters counters_;
  mutable std::mutex mutex_;
  Trouble trouble_;
};

}  // namespace entente::sage100
