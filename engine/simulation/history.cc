#include "engine/simulation/history.h"

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"

namespace entente::simulation {
namespace {

constexpr std::int64_t kSecond = 1'000, kMinute = 60 * kSecond;   // milliseconds
constexpr std::int64_t kLoaded = 2 * kMinute;                     // the first load is done
// A Monday in September 2026 in the afternoon, and the night in which summer time ends.
constexpr std::int64_t kMonday = 1'790'000'000'000'000, kAutumnNight = 1'792'884'600'000'000;

constexpr std::array<std::string_view, static_cast<std::size_t>(Deed::kRest) + 1> kDeeds = {
    "create", "edit", "blank", "undo", "pick", "refer", "delete", "rekey", "merge", "edit_lines", "send",
    "reconcile", "pause", "resume", "resolve", "retry", "poll_now", "backup", "restore_backup", "lose_state",
    "erase", "change_pack", "remember_system", "restore_system", "fault", "rest",
};

struct Made {
  int id = -1;
  const Ground* ground = nullptr;
  Side side = Side::kLeft;
  std::int64_t at = 0;
  std::int64_t gone_at = INT64_MAX;

  // What is born arrives on the other side with the first load, or some polls later.
  bool IsOn(Side where, std::int64_t when) const { return where == side ? when > at : when > std::max<std::int64_t>(at + 3 * kMinute, kLoaded) && !ground->paper; }
  bool IsGone(std::int64_t when) const { return when > gone_at; }
};

bool CanBeBorn(const Ground& ground, Side side) {
  if (ground.entity->sides[side].resource.empty() || (ground.paper && ground.paper->owner != side)) return false;
  for (const auto& [phase, life] : ground.entity->life) {
    const CreateRule rule = life[side].create;
    if (rule == CreateRule::kAllowed || rule == CreateRule::kApprove || rule == CreateRule::kOnDemand) return true;
  }
  return ground.entity->life.empty();
}

// What has to be there before: the first column that names a parent.
const Column* ParentOf(const Ground& ground, Side side) {
  for (const Column& column : ground.columns[side]) {
    if (column.is_parent && column.shape == Shape::kReference) return &column;
  }
  return nullptr;
}

class Writer {
 public:
  Writer(const Terrain& terrain, std::uint64_t seed, SeedKind kind) : terrain_(terrain), random_(Random(seed).Fork(1)) {
    history_.seed = seed;
    history_.kind = kind;
    Random quirks = Random(seed).Fork(2);
    for (Side side : kSides) history_.quirks[side] = kind == SeedKind::kCore ? PlainQuirks() : DrawQuirks(quirks.Fork(Index(side)));
    history_.begins_micros = quirks.Chance(25) ? kAutumnNight : kMonday;
    for (const Ground& ground : terrain.grounds()) {
      for (Side side : kSides) {
        if (CanBeBorn(ground, side)) cradles_.emplace_back(&ground, side);
      }
    }
  }

  History Write() {
    const bool is_core = history_.kind == SeedKind::kCore;
    if (cradles_.empty()) return std::move(history_);
    // Parents are born first.
    std::stable_sort(cradles_.begin(), cradles_.end(), [](const auto& a, const auto& b) { return a.first->entity->rank < b.first->entity->rank; });
    const int first = is_core ? static_cast<int>(cradles_.size() + 3 + random_.Below(4)) : static_cast<int>(36 + random_.Below(10));
    for (int i = 0; i < first; ++i) Birth(static_cast<std::int64_t>(random_.Below(20 * kSecond)), i);
    const int events = is_core ? 34 : static_cast<int>(200 + random_.Below(40));
    const std::int64_t from = kLoaded, length = is_core ? 5 * kMinute : static_cast<std::int64_t>(20 + random_.Below(40)) * kMinute;
    std::vector<std::int64_t> moments;
    for (int i = 0; i < events; ++i) moments.push_back(from + random_.Between(0, length));
    std::sort(moments.begin(), moments.end());
    for (const std::int64_t at : moments) UserDoes(at);
    if (!is_core) {
      const int faults = static_cast<int>(12 + random_.Below(10));
      for (int i = 0; i < faults; ++i) GoesWrong(from + random_.Between(0, length));
      const int deeds = static_cast<int>(3 + random_.Below(6));
      for (int i = 0; i < deeds; ++i) OperatorDoes(from + random_.Between(0, length));
      if (random_.Chance(40)) Add(from + length / 2, Deed::kRest);
    }
    Erasures(from, length);
    std::stable_sort(history_.events.begin(), history_.events.end(), [](const Happening& a, const Happening& b) { return a.at_millis < b.at_millis; });
    return std::move(history_);
  }

 private:
  Happening& Add(std::int64_t at, Deed deed) {
    Happening& event = history_.events.emplace_back();
    event.id = static_cast<int>(history_.events.size());
    event.at_millis = at;
    event.deed = deed;
    event.side = random_.Chance(50) ? Side::kLeft : Side::kRight;
    event.salt = random_.Next();
    return event;
  }

  void Birth(std::int64_t at, int nth) {
    // Each kind of record is there at least once, the rest as it comes.
    const auto& [ground, side] = static_cast<std::size_t>(nth) < cradles_.size() ? cradles_[static_cast<std::size_t>(nth)] : random_.Pick(cradles_);
    const Column* parent = ParentOf(*ground, side);
    int of = -1;
    // What a document's lines refer to arrives with the first load.
    if (ground->paper) at = std::max(at, kLoaded + at / 10);
    if (parent != nullptr) {
      const Ground* target = terrain_.FindOf(side, parent->target);
      // At first there is what was born on this side; later what has arrived there, too.
      std::vector<const Made*> parents;
      for (const Made& made : made_) {
        if (made.ground == target && !made.IsGone(at) && (made.side == side || made.IsOn(side, at))) parents.push_back(&made);
      }
      if (parents.empty()) return;
      const Made* chosen = random_.Pick(parents);
      of = chosen->id;
      at = std::max(at, chosen->at + 1);
    }
    Happening& event = Add(at, Deed::kCreate);
    event.entity = ground->entity->name;
    event.side = side;
    event.other = of;
    made_.push_back({event.id, ground, side, at});
  }

  // Most of what users do, they do to what is there.
  Made* Living(std::int64_t at, Side* side) {
    for (int tries = 0; tries < 12 && !made_.empty(); ++tries) {
      Made& made = made_[static_cast<std::size_t>(random_.Below(made_.size()))];
      *side = random_.Chance(50) ? Side::kLeft : Side::kRight;
      if (made.ground->paper) *side = made.side;
      const bool is_too_late = made.IsGone(at) && !random_.Chance(15);
      if (made.IsOn(*side, at) && !is_too_late) return &made;
    }
    return nullptr;
  }

  static bool HasShape(const Ground& ground, Side side, Shape shape) {
    return std::any_of(ground.columns[side].begin(), ground.columns[side].end(), [&](const Column& column) {
      return column.shape == shape && !column.is_key && !column.is_parent && (shape != Shape::kPool || !column.pool.empty());
    });
  }

  static std::vector<std::string> Typable(const Ground& ground, Side side, bool is_blank) {
    std::vector<std::string> natives;
    for (const Column& column : ground.columns[side]) {
      if (BearsToken(column.shape) && !column.is_key && !column.is_set_once && !(is_blank && column.is_required)) natives.push_back(column.name);
    }
    return natives;
  }

  Deed DeedFor(const Ground& ground, Side side) {
    const std::uint64_t what = random_.Below(100);
    if (ground.paper) return what < 35 ? Deed::kSend : what < 70 ? Deed::kEditLines : what < 94 ? Deed::kEdit : Deed::kDelete;
    if (what < 62) return Deed::kEdit;
    if (what < 67) return Deed::kBlank;
    if (what < 71) return Deed::kUndo;
    if (what < 79 && HasShape(ground, side, Shape::kPool)) return Deed::kPick;
    if (what < 84 && HasShape(ground, side, Shape::kReference)) return Deed::kRefer;
    if (what < 92) return Deed::kDelete;
    if (what < 96 && !ground.key_field[side].empty() && !ground.key_is_number[side]) return Deed::kRekey;
    return what < 98 ? Deed::kMerge : Deed::kEdit;
  }

  void UserDoes(std::int64_t at) {
    Side side = Side::kLeft;
    Made* found = random_.Chance(9) ? nullptr : Living(at, &side);
    if (found == nullptr) return Birth(at, 1'000'000);
    const Made made = *found;
    const Deed deed = DeedFor(*made.ground, side);
    if (deed == Deed::kDelete) found->gone_at = at;
    Happening& event = Add(at, deed);
    event.side = side;
    event.entity = made.ground->entity->name;
    event.subject = made.id;
    if (deed == Deed::kMerge) {
      for (Made& second : made_) {
        if (second.ground != made.ground || second.id == made.id || !second.IsOn(side, at) || second.IsGone(at)) continue;
        event.other = second.id;
        second.gone_at = at;
        return;
      }
    }
    if (deed != Deed::kEdit && deed != Deed::kBlank && deed != Deed::kUndo) return;
    const std::vector<std::string> natives = Typable(*made.ground, side, deed == Deed::kBlank);
    if (!natives.empty()) event.native = random_.Pick(natives);
    // Both sides edit the same field at about the same time, now and then.
    if (deed == Deed::kEdit && random_.Chance(25)) Twin(event, made);
  }

  void Twin(Happening twin, const Made& made) {
    for (const Carrier& carrier : made.ground->carriers) {
      if (carrier.native[twin.side] != twin.native) continue;
      twin.side = Other(twin.side);
      twin.native = carrier.native[twin.side];
      twin.at_millis += random_.Between(0, 90 * kSecond);
      const Column* column = made.ground->Find(twin.side, twin.native);
      if (column == nullptr || !BearsToken(column->shape) || column->is_key) return;
      twin.id = static_cast<int>(history_.events.size()) + 1;
      twin.salt = random_.Next();
      history_.events.push_back(std::move(twin));
      return;
    }
  }

  void OperatorDoes(std::int64_t at) {
    const std::uint64_t what = random_.Below(100);
    if (what < 20) {
      Add(at, Deed::kPause);
      Add(at + random_.Between(10 * kSecond, 6 * kMinute), Deed::kResume);
    } else if (what < 35) {
      Add(at, Deed::kReconcile);
    } else if (what < 60) {
      Add(at, Deed::kResolve);
    } else if (what < 70) {
      Add(at, Deed::kRetry);
    } else if (what < 78) {
      Add(at, Deed::kPollNow);
    } else if (what < 86) {
      Add(at, Deed::kBackup);
      Add(at + random_.Between(kMinute, 15 * kMinute), Deed::kRestoreBackup);
    } else if (what < 90) {
      Add(at, Deed::kLoseState);
    } else if (what < 94) {
      const Side side = Add(at, Deed::kRememberSystem).side;
      Add(at + random_.Between(kMinute, 15 * kMinute), Deed::kRestoreSystem).side = side;
    } else {
      Add(at, Deed::kChangePack);
    }
  }

  // Drawn apart from everything else, so that a history without them is the same as ever.
  void Erasures(std::int64_t from, std::int64_t length) {
    Random drawn = Random(history_.seed).Fork(4);
    if (made_.empty() || !drawn.Chance(30)) return;
    const int count = static_cast<int>(1 + drawn.Below(3));
    for (int i = 0; i < count; ++i) {
      const Made& made = made_[static_cast<std::size_t>(drawn.Below(made_.size()))];
      Happening& event = history_.events.emplace_back();
      event.id = static_cast<int>(history_.events.size());
      event.at_millis = from + drawn.Between(0, length);
      event.deed = Deed::kErase;
      event.side = made.side;
      event.entity = made.ground->entity->name;
      event.subject = made.id;
      event.salt = drawn.Next();
    }
  }

  void GoesWrong(std::int64_t at) {
    static const std::vector<Fault> faults = {
        Fault::kMessageDropped, Fault::kMessageDuplicated, Fault::kMessageDelayed, Fault::kMessagesReordered, Fault::kStreamCut, Fault::kHalfOpen, Fault::kPartition,
        Fault::kReplyLost, Fault::kReplyLost, Fault::kConnectorKilled, Fault::kConnectorRestarted, Fault::kTwoConnectors, Fault::kEngineKilled, Fault::kEngineKilled, Fault::kEngineReplaced, Fault::kUnsyncedLost,
        Fault::kTornTail, Fault::kBitFlip, Fault::kReadError, Fault::kWriteError, Fault::kDiskFull, Fault::kClockJump, Fault::kClockStill, Fault::kClockBack, Fault::kThrottled,
        Fault::kUnreachable, Fault::kSlow, Fault::kRefused, Fault::kRecordLocked, Fault::kSearchLag, Fault::kStalePage, Fault::kColumnLost, Fault::kColumnAdded, Fault::kColumnNarrowed};
    Happening& event = Add(at, Deed::kFault);
    event.fault = random_.Pick(faults);
    event.millis = random_.Chance(70) ? random_.Between(kSecond, 30 * kSecond) : random_.Between(30 * kSecond, 5 * kMinute);
    if (event.fault == Fault::kRecordLocked) return Lock(event.id);
    // The search for a create that was not answered: somebody has to make something.
    if (event.fault == Fault::kSearchLag) BirthOn(Other(event.side), at + kSecond);
  }

  // Somebody opens a record, and somebody else edits it on the other side meanwhile.
  void Lock(int id) {
    Happening& event = history_.events[static_cast<std::size_t>(id - 1)];
    event.millis = random_.Between(2 * kMinute, 5 * kMinute);
    for (int tries = 0; tries < 12; ++tries) {
      Side side = event.side;
      const Made* made = Living(event.at_millis, &side);
      if (made == nullptr) continue;
      for (const Carrier& carrier : made->ground->carriers) {
        const Column* typed = made->ground->Find(Other(event.side), carrier.native[Other(event.side)]);
        const bool flows = FlowsTo(carrier.field->PolicyIn(""), event.side) && BearsToken(typed->shape) && !typed->is_key;
        if (!flows || !made->IsOn(Side::kLeft, event.at_millis) || !made->IsOn(Side::kRight, event.at_millis)) continue;
        event.subject = made->id;
        event.entity = made->ground->entity->name;
        Happening edit = event;
        edit.id = static_cast<int>(history_.events.size()) + 1;
        edit.at_millis += kSecond;
        edit.deed = Deed::kEdit;
        edit.side = Other(event.side);
        edit.native = typed->name;
        edit.millis = 0;
        history_.events.push_back(std::move(edit));
        return;
      }
    }
  }

  void BirthOn(Side side, std::int64_t at) {
    for (std::size_t nth = 0; nth < cradles_.size(); ++nth) {
      const auto& [ground, where] = cradles_[nth];
      if (where == side && !ground->paper && ParentOf(*ground, side) == nullptr) return Birth(at, static_cast<int>(nth));
    }
  }

  const Terrain& terrain_;
  Random random_;
  History history_;
  std::vector<std::pair<const Ground*, Side>> cradles_;
  std::vector<Made> made_;
};

}  // namespace

std::string_view NameOf(Deed deed) { return kDeeds[static_cast<std::size_t>(deed)]; }

std::string Happening::ToText() const {
  std::string text = absl::StrCat(id, " at ", at_millis, " ms: ", std::string(deed == Deed::kFault ? NameOf(fault) : NameOf(deed)), " side ", Index(side));
  if (!entity.empty()) absl::StrAppend(&text, " ", entity);
  if (subject >= 0) absl::StrAppend(&text, " of ", subject);
  if (other >= 0) absl::StrAppend(&text, " with ", other);
  if (!native.empty()) absl::StrAppend(&text, " ", native);
  if (millis > 0) absl::StrAppend(&text, " for ", millis, " ms");
  return text;
}

SeedKind KindOf(std::uint64_t seed) { return seed % 2 == 1 ? SeedKind::kCore : SeedKind::kEngine; }

History Generate(const Terrain& terrain, std::uint64_t seed) { return Generate(terrain, seed, KindOf(seed)); }

void MakePlain(History& history) {
  for (Side side : kSides) history.quirks[side] = PlainQuirks();
  history.begins_micros = kMonday;
}

History Generate(const Terrain& terrain, std::uint64_t seed, SeedKind kind) { return Writer(terrain, seed, kind).Write(); }

}  // namespace entente::simulation
