#include "engine/simulation/faults.h"

namespace entente::simulation {
namespace {

struct Described {
  std::string_view name, sentence;
};

constexpr std::array<Described, kFaultCount> kFaults = {{
    {"message_dropped", "a message is lost, and its stream breaks"},
    {"message_duplicated", "a message arrives twice"},
    {"message_delayed", "a message is late"},
    {"messages_reordered", "two messages overtake each other"},
    {"stream_cut", "the connection is cut"},
    {"half_open", "the connection is open on one end only"},
    {"partition", "the connector and the engine do not reach each other for a while"},
    {"reply_lost", "a write is done, and its answer is lost"},
    {"connector_killed", "the connector is killed"},
    {"connector_restarted", "the connector is started again"},
    {"two_connectors", "the connector runs twice"},
    {"engine_killed", "the engine is killed"},
    {"engine_replaced", "another engine takes over while messages of the former are still under way"},
    {"unsynced_lost", "what was not synced yet is lost with the engine"},
    {"torn_tail", "the last write is torn"},
    {"bit_flip", "a bit of the engine's state turns over"},
    {"read_error", "the engine's disk cannot be read for a while"},
    {"write_error", "the engine's disk cannot be written for a while"},
    {"disk_full", "the engine's disk is full for a while"},
    {"clock_jump", "the engine's clock jumps ahead"},
    {"clock_still", "the engine's clock stands still"},
    {"clock_back", "the engine's clock goes back"},
    {"throttled", "the system answers that it is asked too often"},
    {"unreachable", "the system does not answer"},
    {"slow", "the system is slow"},
    {"refused", "the system refuses writes"},
    {"record_locked", "somebody has the record open"},
    {"search_lag", "the system's search lags behind"},
    {"stale_page", "a page is read before a write and reported after its receipt"},
    {"normalised", "the system stores a text its own way"},
    {"system_restored", "the system's database is restored from last night"},
    {"engine_restored", "the engine's state is restored from a backup"},
    {"state_lost", "the engine's state is lost, and it starts from nothing"},
    {"column_lost", "the system loses a column"},
    {"column_added", "the system gains a column"},
    {"column_narrowed", "the system narrows a column"},
}};

}  // namespace

std::string_view NameOf(Fault fault) { return kFaults[static_cast<std::size_t>(fault)].name; }
std::string_view SentenceOf(Fault fault) { return kFaults[static_cast<std::size_t>(fault)].sentence; }

}  // namespace entente::simulation
