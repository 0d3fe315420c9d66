#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "tools/benchmark/people.h"

namespace entente::benchmark {

// One bare end of the floor: People behind two gRPC streams, without the SDK. Reports what it is told to report, applies what arrives.
// Reporting is for one thread; `people` outlives the end.
class FloorEnd {
 public:
  // `window`: unacknowledged records under way.
  FloorEnd(People& people, std::string side, std::int64_t window);
  ~FloorEnd();

  // Connects; returns once the floor knows this end.
  absl::Status Connect(const std::string& address);
  // Ends both streams.
  void Disconnect();

  // Sends one batch with the word of floor_words.h, waiting for the window.
  absl::Status Report(const char* word, std::vector<v1::Change> changes, bool begins = false);
  // Waits until everything reported is acknowledged.
  absl::Status AwaitAcknowledged(absl::Duration at_most);

 private:
  struct Streams;
  void ReadAcknowledgements();
  void ReadOperations();

  People& people_;
  const std::string side_;
  const std::int64_t window_;
  std::unique_ptr<Streams> streams_;
  std::mutex mutex_;
  std::condition_variable moved_;
  std::uint64_t last_batch_ = 0;
  std::uint64_t acknowledged_ = 0;
  std::int64_t under_way_ = 0;
  std::map<std::uint64_t, std::int64_t> sizes_;
  bool is_known_ = false;
  bool is_broken_ = false;
};

}  // namespace entente::benchmark
