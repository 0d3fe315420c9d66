#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/simulation/engine.h"
#include "engine/simulation/lies.h"
#include "engine/simulation/system.h"
#include "engine/simulation/wire.h"

namespace entente::simulation {

// What the network does next to the messages of a side; each is used up by the message it meets.
struct Weather {
  int drops = 0, duplicates = 0, delays = 0, swaps = 0;
  std::int64_t delay_micros = 0;
  std::int64_t partition_until = 0;
};

// The connector of a side, and its connection to the engine: dials in, polls, lists, carries out operations, reports, and starts anew when
// the connection breaks. It keeps nothing durable. Messages of a stream stay in order; streams overtake each other.
//
// An honest one, unless it is told a lie to tell (lies.h). One thread.
class Connector {
 public:
  struct Settings {
    bool encodes = false;      // messages go through their bytes
    bool is_instant = false;   // nothing takes time
    double pace = 1.0;         // factor on poll intervals
  };
  struct Ports {
    std::function<Engine*()> engine;                   // null: none runs
    std::function<void(Fault)> count;
    std::function<void(std::string)> trace;
    // An operation is handed to the system.
    std::function<void(Side, const OperationOut&)> performed;
    std::function<PackPtr()> pack;
  };

  Connector(System& system, Timeline& timeline, Random random, Settings settings, Ports ports);

  // ---- as its operator
  void Start();
  void Kill();                       // effects under way may still happen; nobody hears of them
  bool runs() const { return runs_; }
  void DialTwice();                  // a second one takes over, the first still talks
  bool is_connected() const { return session_ != nullptr && session_->is_open; }
  std::uint64_t session() const { return session_ ? session_->number : 0; }

  // ---- the network
  Weather weather;
  void Cut();                        // both ends know
  void HalfOpen();                   // only the connector's end goes on

  // ---- as the engine's other end
  void TakeOperations(const SendOperations& send, std::uint64_t epoch);
  void TakeAcknowledgement(const AcknowledgeBatch& acknowledgement);
  void EndOutdated(std::uint64_t session);
  void EngineDied();

  // Polls everything it has a cursor for, now.
  void PollAll();
  // No message, poll, listing or operation is under way.
  bool IsIdle() const { return under_way_ == 0; }
  void StopPolling() { polls_by_itself_ = false; }
  void GoOnPolling();

  Lie lie = Lie::kNone;
  // The last refusal of a session, as the engine shows it.
  const std::string& refusal() const { return refusal_; }
  std::uint64_t calls() const { return calls_; }
  int operations_open_max() const { return operations_open_max_; }
  // More operations were handed over than were asked for.
  bool is_overrun() const { return is_overrun_; }
  // Writes handed to the system in this session of which the engine did not hear yet.
  const std::set<DeliveryId>& unanswered() const { return unanswered_; }
  // The last cursor of each feed that the engine said is durable.
  const std::map<std::string, std::string>& acknowledged() const { return acknowledged_; }
  void ForgetAcknowledged() { acknowledged_.clear(); }
  void ForgetUnanswered() { unanswered_.clear(); }

 private:
  struct Session {
    std::uint64_t number = 0, epoch = 0;
    int schema = 0;                  // of the system, when it was described
    bool is_open = true;             // as the connector knows
    bool is_mute = false;            // nothing gets through any more, and neither end knows yet
    std::int64_t closed_at = 0;      // as the connector knows
    std::unique_ptr<Wire> wire;
    std::map<DeliveryId, std::string> asked;
    std::int64_t feed_free = 0, results_free = 0, down_free = 0, acks_free = 0, works_until = 0;   // when the last message of each stream arrives
    std::uint64_t seq = 0, batch = 0;
    int credits = 0, unacknowledged = 0;
    int open_operations = 0, granted = 0;
    std::deque<FeedBatch> waits_for_credits;
    struct Reported {
      std::string resource, cursor;    // no cursor: none went with it
      std::function<void()> durable;
    };
    std::map<std::uint64_t, Reported> on_durable;
    struct Feed {
      std::string cursor;
      bool has_cursor = false, is_polling = false;
      std::int64_t interval = 0;
      std::vector<DeliveryId> requests;
    };
    std::map<std::string, Feed> feeds;
    Engine* engine = nullptr;
  };
  using SessionPtr = std::shared_ptr<Session>;

  void Dial();
  void DialLater();
  void Begin(SessionPtr session, const Machine::Opening& opening);
  void End(const SessionPtr& session, bool engine_hears);
  void SchedulePoll(const SessionPtr& session, const std::string& resource, std::int64_t after);
  void Poll(const SessionPtr& session, const std::string& resource);
  void PollPage(const SessionPtr& session, const std::string& resource, std::string from, std::string cursor_after, bool is_first);
  void ListPage(const SessionPtr& session, const OperationOut& operation, std::string from, std::string cursor_after, bool is_first);
  void Take(const SessionPtr& session, const OperationOut& operation);
  void Perform(const SessionPtr& session, const OperationOut& operation, std::int64_t started);
  // The next message of a stream: what the network does to it. False: it does not arrive.
  bool Passes(const SessionPtr& session, std::int64_t* late_micros);
  void Answer(const SessionPtr& session, DeliveryId id, bool is_done);
  void Report(const SessionPtr& session, FeedBatch batch, std::function<void()> durable);
  void SendBatch(const SessionPtr& session, FeedBatch batch);
  void SendResults(const SessionPtr& session, ResultBatch results);
  void SendReady(const SessionPtr& session, int count);
  // Delivers to the engine in the order of the stream, if the network lets it.
  void Up(const SessionPtr& session, std::int64_t Session::* stream, std::function<void(Engine&)> deliver);
  std::int64_t Latency();
  void After(std::int64_t micros, std::function<void()> what);

  System& system_;
  Timeline& timeline_;
  Random random_;
  const Settings settings_;
  Ports ports_;
  bool runs_ = false, polls_by_itself_ = true, is_dialling_ = false;
  SessionPtr session_;
  int under_way_ = 0;
  int life_ = 0;                     // raised when the process dies
  std::string refusal_;
  std::uint64_t calls_ = 0;
  int operations_open_max_ = 0;
  bool is_overrun_ = false;
  std::set<DeliveryId> unanswered_;
  std::map<std::string, std::string> acknowledged_;
  LieMemory lied_;
};

}  // namespace entente::simulation
