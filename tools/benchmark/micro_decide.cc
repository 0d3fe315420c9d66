// Decide: a dirty link from the rules of its life to the delivery that is owed, as a turn does it. A turn is begun, decides a hundred links and is
// dropped; nothing is fetched and nothing stored.
#include <memory>

#include "absl/strings/str_cat.h"
#include "engine/pipeline/adopt.h"
#include "engine/pipeline/decide.h"
#include "engine/pipeline/memory.h"
#include "engine/pipeline/state.h"
#include "engine/pipeline/turn.h"
#include "engine/store/memory_store.h"
#include "tools/benchmark/micro_records.h"

namespace entente::micro {
namespace {

constexpr std::size_t kLinksATurn = 128;
static_assert(kRecords % kLinksATurn == 0);

SessionInfo SessionOf(Side side) {
  SessionInfo session;
  session.side = side;
  session.number = 1;
  session.system = "synthetic";
  session.company_id = "company";
  ResourceInfo& resource = session.resources["people"];
  resource.name = "people";
  resource.can_create = resource.can_update = resource.can_delete = true;
  resource.returns_record = resource.checks_expected = true;
  resource.bulk_max = 1000;
  for (const std::string& native : People().native_fields[side]) resource.fields.push_back({.name = native, .writable = true});
  return session;
}

// A machine's state with every link at hand.
class Desk {
 public:
  explicit Desk(const std::vector<Link>& links) : memory_(2 * kRecords) {
    state_.pack = PackPtr(&PeoplePack(), [](const Pack*) {});
    for (Side side : kSides) {
      state_.sides[side].session = SessionOf(side);
      state_.sides[side].shapes = ShapesNow(PeoplePack(), *state_.sides[side].session, {});
      state_.sides[side].listed["people"] = true;
    }
    Batch batch;
    for (const Link& link : links) {
      for (Side side : kSides) {
        const Member& member = link.members[side];
        if (link.Has(side)) batch.records[{side, member.resource, member.key}] = RecordEntry{.link = link.id, .digest = member.digest, .generation = 1};
      }
      batch.links[link.id] = link;
    }
    status_ = store_.Commit(batch);
    // Until nothing is missing any more.
    for (std::size_t first = 0; status_.ok() && first < kRecords; first += kLinksATurn) status_ = Fetch(first);
  }

  const absl::Status& status() const { return status_; }

  // Decides `kLinksATurn` links from `first` on. Returns how many of them owe the right side a write with this verb.
  std::size_t Decide(std::size_t first, Verb verb) {
    Turn turn(memory_, state_, kNow);
    std::size_t owed = 0;
    for (std::size_t i = 0; i < kLinksATurn; ++i) {
      const LinkId id = first + i + 1;
      entente::Decide(turn, id);
      const Link* link = turn.FindLink(id);
      if (link != nullptr && link->owed[Side::kRight] && link->owed[Side::kRight]->verb == verb) ++owed;
    }
    return owed;
  }

 private:
  absl::Status Fetch(std::size_t first) {
    for (int fetches = 0; fetches < 16; ++fetches) {
      Turn turn(memory_, state_, kNow);
      for (std::size_t i = 0; i < kLinksATurn; ++i) {
        try {
          turn.PrefetchLink(first + i + 1);
          entente::Decide(turn, first + i + 1);
        } catch (const NotInMemory&) {
          // What it wants is noted.
        }
        turn.SetWantedAside();   // so that it does not stop the next link
      }
      Wanted wanted = turn.TakeWanted();
      if (wanted.empty()) return absl::OkStatus();
      absl::StatusOr<Fetched> fetched = store_.Get(wanted);
      if (!fetched.ok()) return fetched.status();
      memory_.Supply(*std::move(fetched));
    }
    return absl::InternalError("deciding never has enough");
  }

  static inline const absl::Time kNow = absl::FromUnixSeconds(1'790'000'100);
  store::MemoryStore store_;
  Memory memory_;
  State state_;
  absl::Status status_;
};

void Measure(::benchmark::State& state, const std::vector<Link>& links, Verb verb) {
  Desk desk(links);
  if (!desk.status().ok()) return state.SkipWithError(std::string(desk.status().message()).c_str());
  std::size_t next = 0;
  std::size_t owed = 0;
  for (auto _ : state) {
    owed += desk.Decide(next, verb);
    next = (next + kLinksATurn) % kRecords;
  }
  const std::size_t expected = verb == Verb::kNone ? 0 : static_cast<std::size_t>(state.iterations()) * kLinksATurn;
  if (owed != expected) state.SkipWithError(absl::StrCat("deciding did not end as it should: ", owed, " of ", expected, " deliveries").c_str());
  Report(state, kLinksATurn);
}

std::vector<Link> Links() {
  std::vector<Link> links;
  for (const Record& record : Records()) links.push_back(record.link);
  return links;
}

// Both sides are as agreed.
void DecideUnchanged(::benchmark::State& state) { Measure(state, Links(), Verb::kNone); }

// One field was edited on the left.
void DecideUpdate(::benchmark::State& state) {
  std::vector<Link> links = Links();
  for (Link& link : links) link.members[Side::kLeft].shadow["comment"] = Value(absl::StrCat("Called back, order follows, ", link.id));
  Measure(state, links, Verb::kUpdate);
}

// A record of the left that the right has not, as in a first load.
void DecideCreate(::benchmark::State& state) {
  std::vector<Link> links = Links();
  for (Link& link : links) {
    link.members[Side::kRight] = Member();
    link.members[Side::kRight].resource = "people";
    link.base.clear();
    link.evidence.clear();
  }
  Measure(state, links, Verb::kCreate);
}

// The same field was edited on both sides; the pack says that the left one wins.
void DecideConflict(::benchmark::State& state) {
  std::vector<Link> links = Links();
  for (Link& link : links) {
    link.members[Side::kLeft].shadow["city"] = Value(absl::StrCat("Gauche ", link.id));
    link.members[Side::kRight].shadow["city"] = Value(absl::StrCat("Droite ", link.id));
  }
  Measure(state, links, Verb::kUpdate);
}

BENCHMARK(DecideUnchanged)->Name("decide/unchanged");
BENCHMARK(DecideUpdate)->Name("decide/one_edit");
BENCHMARK(DecideConflict)->Name("decide/conflict");
BENCHMARK(DecideCreate)->Name("decide/create");

}  // namespace
}  // namespace entente::micro
