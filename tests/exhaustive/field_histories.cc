#include "tests/exhaustive/field_histories.h"

#include <cstring>
#include <map>
#include <unordered_map>

namespace entente::exhaustive {
namespace {

constexpr int kPassesMax = 8, kWritingPassesMax = 3;

struct HashOfState {
  std::size_t operator()(const State& state) const {
    static_assert(sizeof(State) == 24);
    std::uint64_t words[3] = {};
    std::memcpy(words, &state, sizeof state);
    std::uint64_t hash = words[0] * 0x9E3779B97F4A7C15ull;
    hash = (hash ^ (hash >> 29) ^ words[1]) * 0xBF58476D1CE4E5B9ull;
    hash = (hash ^ (hash >> 32) ^ words[2]) * 0x94D049BB133111EBull;
    return hash ^ (hash >> 31);
  }
};

Value ValueOf(const World& world, int code) {
  if (code <= 0) return {};
  if (!world.is_lists) return Value(std::int64_t{code});
  List words;
  if (code & 1) words.emplace_back("a");
  if (code & 2) words.emplace_back("b");
  return Value(std::move(words));
}

int CodeOf(const Value& value) {
  if (value.IsBlank()) return 0;
  if (const auto* number = value.As<std::int64_t>()) return static_cast<int>(*number);
  int code = 0;
  for (const Value& word : *value.As<List>()) code |= word.TextOrEmpty() == "a" ? 1 : 2;
  return code;
}

enum class Event { kEdit, kPass, kPassUnanswered, kPassUnsent, kChoose, kPhase, kResume };
struct Step {
  Event event = Event::kPass;
  int side = 0;
  int value = 0;
};

std::string WordsOf(const Step& step) {
  const std::string side = step.side == 0 ? "left" : "right";
  switch (step.event) {
    case Event::kEdit: return side + " types " + std::to_string(step.value);
    case Event::kPass: return "pass";
    case Event::kPassUnanswered: return "pass whose answer is lost";
    case Event::kPassUnsent: return "pass whose writes do not arrive";
    case Event::kChoose: return "a person chooses " + side;
    case Event::kPhase: return "the phase changes";
    case Event::kResume: return "the engine goes on after a pause";
  }
  return "";
}

class Explorer {
 public:
  Explorer(const World& world, int length, Count& count) : world_(world), length_(length), count_(count) {}

  std::string Run() {
    ++count_.worlds;
    for (const State& start : Starts()) reached_[start] += 1;
    std::unordered_map<State, double, HashOfState> level = reached_;
    for (const auto& [state, ways] : level) {
      origin_.emplace(state, std::pair{state, Step{}});
      Judge(state);
      count_.histories += ways;
    }
    for (int depth = 1; depth <= length_ && failure_.empty(); ++depth) {
      std::unordered_map<State, double, HashOfState> next;
      next.reserve(level.size() * 3);
      for (const auto& [state, ways] : level) {
        for (const Step& step : StepsFrom(state)) {
          State after = state;
          Take(step, after);
          if (!failure_.empty()) {
            Tell(state, step);
            return failure_;
          }
          next[after] += ways;
          if (origin_.emplace(after, std::pair{state, step}).second) Judge(after);
          if (!failure_.empty()) return failure_;
        }
      }
      for (const auto& [state, ways] : next) count_.histories += ways;
      level = std::move(next);
    }
    count_.states += static_cast<std::int64_t>(origin_.size());
    return failure_;
  }

 private:
  // ---------------------------------------------------------------------------------------------- the world

  int On(int side, int value) const { return world_.holds[static_cast<Side>(side)][static_cast<std::size_t>(value)]; }
  bool CanHold(int side, int value) const { return On(side, value) == value; }
  const FieldPolicy& PolicyOf(const State& state) const { return world_.policies[static_cast<std::size_t>(state.phase)]; }
  static bool Flows(const FieldPolicy& policy, int target) { return policy.flow == Flow::kBoth || policy.flow == (target == 0 ? Flow::kToLeft : Flow::kToRight); }

  // Agreed once, or met for the first time with anything on either side.
  std::vector<State> Starts() const {
    std::vector<State> starts;
    for (int left = 0; left < kValues; ++left) {
      for (int right = 0; right < kValues; ++right) {
        if (!CanHold(0, left) || !CanHold(1, right)) continue;
        State met;
        met.now = {static_cast<std::int8_t>(left), static_cast<std::int8_t>(right)};
        for (std::size_t side : {0u, 1u}) met.typed[side] = met.now[side] > 0 ? met.now[side] : std::int8_t{-1};
        starts.push_back(met);
      }
    }
    State agreed;
    agreed.now = agreed.base = {1, 1};
    starts.push_back(agreed);
    return starts;
  }

  std::vector<Step> StepsFrom(const State& state) const {
    std::vector<Step> steps = {{Event::kPass}, {Event::kPassUnanswered}, {Event::kPassUnsent}};
    for (int side : {0, 1}) {
      for (int value = 0; value < kValues; ++value) {
        if (value != state.now[static_cast<std::size_t>(side)] && CanHold(side, value)) steps.push_back({Event::kEdit, side, value});
      }
    }
    const bool may_ask = PolicyOf(state).conflict == ConflictRule::kAsk || PolicyOf(state).first_meeting == OnFirstMeeting::kAsk;
    if (PolicyOf(state).flow == Flow::kBoth && may_ask && state.choice < 0) {
      steps.push_back({Event::kChoose, 0});
      steps.push_back({Event::kChoose, 1});
    }
    steps.push_back({Event::kPhase});
    if (world_.resume_wins && !state.is_resumed) steps.push_back({Event::kResume});
    return steps;
  }

  void Take(const Step& step, State& state) {
    const auto side = static_cast<std::size_t>(step.side);
    switch (step.event) {
      case Event::kEdit:
        state.now[side] = state.typed[side] = static_cast<std::int8_t>(step.value);
        state.later = static_cast<std::int8_t>(step.side);
        state.is_accepted = 0;
        // Taken back before anybody saw it; and what was empty when two records met is no edit.
        if (state.base[0] >= 0 ? state.base[side] == step.value : step.value == 0) state.typed[side] = -1;
        if (state.told[side] == step.value) state.typed[side] = -1;
        break;
      case Event::kPass: Pass(state, Outcome::kDone); break;
      case Event::kPassUnanswered:
        // What became of it is looked at before anything else.
        Pass(state, Outcome::kUnanswered);
        Pass(state, Outcome::kDone);
        break;
      case Event::kPassUnsent: Pass(state, Outcome::kUnsent); break;
      case Event::kChoose: {
        // Only what is asked can be answered.
        State asked = state;
        Pass(asked, Outcome::kUnsent);
        if (is_asked_) state.choice = static_cast<std::int8_t>(step.side);
        break;
      }
      case Event::kPhase: state.phase = state.phase == 0 ? 1 : 0; break;
      case Event::kResume: state.is_resumed = 1; break;
    }
  }

  // ---------------------------------------------------------------------------------------------- the engine

  enum class Outcome { kDone, kUnanswered, kUnsent };

  FieldSituation SituationOf(const State& state) const {
    FieldSituation s;
    const FieldPolicy& policy = PolicyOf(state);
    for (Side side : kSides) {
      const int here = static_cast<int>(Index(side));
      const int there_value = state.now[Index(Other(side))];
      s.now[side] = ValueOf(world_, state.now[Index(side)]);
      s.writable[side] = true;
      s.image[side] = ValueOf(world_, there_value);
      if (Flows(policy, here)) {
        const int held = On(here, there_value);
        if (held == kRefuses) {
          s.refused[side] = "value_does_not_fit";
          s.image[side] = s.now[side];
        } else {
          s.image[side] = ValueOf(world_, held);
        }
      }
      const bool is_later = state.later == static_cast<int>(Index(side));
      s.changed[side] = world_.is_coarse ? ChangeInterval{1, 5} : is_later ? ChangeInterval{7, 8} : ChangeInterval{1, 2};
    }
    if (state.base[0] >= 0) s.base = Both<Value>{{ValueOf(world_, state.base[0]), ValueOf(world_, state.base[1])}};
    if (state.drift >= 0) s.drift = ValueOf(world_, state.drift);
    if (state.choice >= 0) s.choice = static_cast<Side>(state.choice);
    if (state.is_resumed) s.after_pause = world_.resume_wins;
    return s;
  }

  // One pass of the engine: what it decides is remembered, sent, answered, or not.
  void Pass(State& state, Outcome outcome) {
    ++count_.passes;
    wrote_ = is_asked_ = is_refused_ = false;
    const FieldPolicy& policy = PolicyOf(state);
    if (policy.flow == Flow::kNone) return;
    const FieldSituation s = SituationOf(state);
    const FieldVerdict verdict = MergeField(policy, Equality::kExact, s);
    FieldProgress progress;
    for (Side side : kSides) {
      const std::size_t i = Index(side);
      progress.is_owed[side] = state.owed[i] >= 0 && state.owed[i] == state.now[Index(Other(side))] && state.owed_over[i] == state.now[i];
      if (state.times[i] > 0) progress.unheld[side] = {ValueOf(world_, state.sent[i]), ValueOf(world_, state.found[i]), state.times[i]};
    }
    const FieldStep step = StepOf(verdict, s, progress);
    is_asked_ = verdict.action == FieldVerdict::Action::kAsk;
    is_refused_ = !step.refused.empty();
    const std::size_t target = Index(verdict.target);
    if (step.forgets_unheld) ForgetUnheld(state);
    if (step.unheld) {
      state.sent[target] = static_cast<std::int8_t>(CodeOf(step.unheld->sent));
      state.found[target] = static_cast<std::int8_t>(CodeOf(step.unheld->found));
      state.times[target] = static_cast<std::int8_t>(step.unheld->times);
    }
    if (verdict.conflict && verdict.conflict->winner) {
      const Side loser = Other(*verdict.conflict->winner);
      TellValue(state, static_cast<int>(Index(loser)), CodeOf(loser == Side::kLeft ? verdict.conflict->left : verdict.conflict->right));
    }
    if (step.reverts || step.is_not_held) TellValue(state, static_cast<int>(target), state.now[target]);
    if (step.settles) {
      state.base = state.now;
      state.told = {-1, -1};
      state.drift = state.choice = -1;
      state.is_resumed = 0;
      state.is_accepted = step.is_not_held;
      ForgetUnheld(state);
    }
    if (step.drift) {
      state.drift = static_cast<std::int8_t>(CodeOf(*step.drift));
      TellValue(state, static_cast<int>(target), state.drift);
    }
    // Told when it was flagged, and typed once more.
    if (step.ends_foreign_edit && state.drift >= 0) TellValue(state, static_cast<int>(target), state.drift);
    if (step.ends_foreign_edit) state.drift = -1;
    const bool is_union = verdict.action == FieldVerdict::Action::kWriteBoth;
    state.owed = state.owed_over = {-1, -1};
    const State before = state;
    for (Side side : kSides) {
      if (step.writes[side]) Send(before, state, side, CodeOf(*step.writes[side]), outcome, is_union);
    }
    if (is_union && outcome == Outcome::kDone) state.base = state.now;
    AccountForWhatBothHold(state);
  }

  void Send(const State& before, State& state, Side side, int value, Outcome outcome, bool is_union) {
    const int to = static_cast<int>(Index(side));
    const std::size_t i = Index(side), other = Index(Other(side));
    if (!Flows(PolicyOf(state), to)) return Fail("a side is written where no rule lets values flow");
    if (!is_union && value != before.now[other]) return Fail("a value is written that the other side does not hold");
    const int held = On(to, value);
    if (held == kRefuses) return Fail("a value is written that the side cannot hold");
    // The words of a list may change their order.
    if (held == state.now[i] && !world_.is_lists) return Fail("what stands there is written again");
    wrote_ = true;
    if (outcome == Outcome::kUnsent) {
      state.owed[i] = static_cast<std::int8_t>(value);
      state.owed_over[i] = before.now[i];
      return;
    }
    const bool is_added = world_.is_lists && (held & state.now[i]) == state.now[i];
    if (state.typed[i] >= 0 && state.typed[i] == state.now[i] && !is_added) return Fail("what a user typed is overwritten, and nobody is told");
    state.now[i] = static_cast<std::int8_t>(held);
    state.told[i] = -1;
    state.is_accepted = 0;
    if (outcome == Outcome::kUnanswered) return;
    const Both<Value> base = BaseAfterWrite(side, ValueOf(world_, held), ValueOf(world_, before.now[other]));
    state.base = {static_cast<std::int8_t>(CodeOf(base[Side::kLeft])), static_cast<std::int8_t>(CodeOf(base[Side::kRight]))};
    state.choice = -1;
    state.is_resumed = 0;
  }

  static void ForgetUnheld(State& state) {
    state.sent = state.found = {-1, -1};
    state.times = {};
  }

  // ---------------------------------------------------------------------------------------------- the judge

  // Somebody was told of the value: it is kept beside the record.
  static void TellValue(State& state, int side, int value) {
    std::int8_t& typed = state.typed[static_cast<std::size_t>(side)];
    if (typed == value) typed = -1;
    state.told[static_cast<std::size_t>(side)] = static_cast<std::int8_t>(value);
  }

  bool Agree(const State& state) const { return state.now[0] == state.now[1] || On(0, state.now[1]) == state.now[0] || On(1, state.now[0]) == state.now[1]; }

  void AccountForWhatBothHold(State& state) const {
    if (Agree(state)) state.typed = {-1, -1};
  }

  // Nobody does anything any more: the engine comes to rest, and what stands there then is right.
  void Judge(const State& from) {
    State state = from;
    std::array<std::vector<int>, 2> former;
    int writing = 0;
    bool is_at_rest = false;
    for (int pass = 0; pass < kPassesMax && !is_at_rest && failure_.empty(); ++pass) {
      const State before = state;
      Pass(state, Outcome::kDone);
      writing += wrote_;
      if (writing > kWritingPassesMax) Fail("the engine writes in more than three passes");
      for (std::size_t side : {0u, 1u}) {
        if (state.now[side] == before.now[side]) continue;
        for (int earlier : former[side]) {
          if (earlier == state.now[side]) Fail("a value goes back and forth");
        }
        former[side].push_back(before.now[side]);
      }
      is_at_rest = state == before && !wrote_;
    }
    if (!is_at_rest) Fail("the engine does not come to rest");
    if (failure_.empty()) JudgeRest(state);
    if (!failure_.empty()) Tell(from, Step{Event::kPass});
  }

  void JudgeRest(const State& state) {
    const FieldPolicy& policy = PolicyOf(state);
    for (std::size_t side : {0u, 1u}) {
      if (state.typed[side] >= 0 && state.now[side] != state.typed[side]) return Fail("what a user typed is nowhere, and nobody was told");
    }
    if (policy.flow == Flow::kNone) return;
    if (policy.create_only) return;
    if (policy.flow == Flow::kBoth) {
      const bool is_open = is_asked_ || is_refused_;
      if (!Agree(state) && !is_open && !state.is_accepted) return Fail("at rest the sides differ, and nobody is told");
      return;
    }
    const std::size_t target = policy.flow == Flow::kToLeft ? 0 : 1;
    const int wanted = On(static_cast<int>(target), state.now[1 - target]);
    // Agreed in another phase: what a side could not hold whole does not come back and shorten the other's.
    const bool was_agreed = state.base == state.now && Agree(state);
    const bool is_kept = was_agreed || state.drift == state.now[target] || state.is_accepted || is_refused_ || wanted == kRefuses;
    if (state.now[target] != wanted && !is_kept) return Fail("at rest the target is not what its source says, and nobody is told");
  }

  void Fail(std::string what) {
    if (failure_.empty()) failure_ = std::move(what);
  }

  // The way from a start.
  void Tell(const State& state, const Step& last) {
    std::string way = WordsOf(last);
    State at = state;
    for (int guard = 0; guard < length_ + 1; ++guard) {
      const auto found = origin_.find(at);
      if (found == origin_.end() || found->second.first == at) break;
      way = WordsOf(found->second.second) + "; " + way;
      at = found->second.first;
    }
    failure_ += ": from left " + std::to_string(at.now[0]) + ", right " + std::to_string(at.now[1]) + (at.base[0] < 0 ? ", met first" : ", agreed") + ": " + way;
  }

  const World& world_;
  const int length_;
  Count& count_;
  std::unordered_map<State, double, HashOfState> reached_;
  std::unordered_map<State, std::pair<State, Step>, HashOfState> origin_;
  bool wrote_ = false, is_asked_ = false, is_refused_ = false;
  std::string failure_;
};

}  // namespace

std::string Explore(const World& world, int length, Count& count) { return Explorer(world, length, count).Run(); }

}  // namespace entente::exhaustive
