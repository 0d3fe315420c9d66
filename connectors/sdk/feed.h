#pragma once

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "connectors/sdk/connector.h"
#include "connectors/sdk/session.h"

namespace entente::sdk {

// What is fed when: polls at their intervals, polls and listings on request.
//
// Requested polls go first, then polls that missed a whole interval (the most starved first), then listings in the order
// asked for, then polls that are due. Between two listings that wait there is one poll at most, however short the intervals.
// Internal to the runner: Run() in one thread, the rest from any.
class Feed {
 public:
  // `connector` and `session` outlive the feed.
  Feed(Connector& connector, Session& session, const v1::Catalogue& catalogue);

  // START_LISTING and POLL. Answers unknown resources at once.
  void Take(const v1::Operation& operation);

  // Feeds until the session ends.
  void Run();
  // Wakes Run() so that it sees the end.
  void Wake();

 private:
  struct Polled {
    std::string cursor;
    bool has_cursor = false;
    absl::Duration interval;
    absl::Time due;
    int failures = 0;
    std::vector<std::uint64_t> requests;  // POLL operations to answer when the next poll ends
  };
  struct Work {
    std::string resource;
    std::optional<v1::Operation> listing;
  };

  std::optional<Work> Next(absl::Duration* wait);
  void Poll(const std::string& resource);
  void List(const std::string& resource, const v1::Operation& operation);
  void Answer(std::uint64_t id, std::uint32_t resource, const absl::Status& status, const std::string& reason);
  void Settled(const std::string& resource, const absl::Status& status, const std::string& cursor);

  Connector& connector_;
  Session& session_;
  std::map<std::uint32_t, std::string> names_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::map<std::string, Polled> polled_;
  std::deque<v1::Operation> listings_;
  bool was_poll_ = false;
};

}  // namespace entente::sdk
