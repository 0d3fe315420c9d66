#include "tests/certificate/mutants.h"

namespace entente::certificate::testing {
namespace {

using Action = FieldVerdict::Action;

bool Same(const Value& a, const Value& b) { return (a.IsBlank() && b.IsBlank()) || a == b; }

FieldVerdict ForgetsConflicts(const FieldPolicy& policy, Equality equality, const FieldSituation& s) {
  FieldVerdict verdict = MergeField(policy, equality, s);
  if (verdict.action == Action::kWrite) verdict.conflict.reset();
  return verdict;
}

FieldVerdict RevertsInSilence(const FieldPolicy& policy, Equality equality, const FieldSituation& s) {
  FieldVerdict verdict = MergeField(policy, equality, s);
  verdict.reverted = false;
  return verdict;
}

FieldVerdict LetsBlanksTravel(const FieldPolicy& policy, Equality equality, const FieldSituation& s) {
  FieldPolicy other = policy;
  other.blank = {};
  return MergeField(other, equality, s);
}

FieldVerdict AgreesInsteadOfAsking(const FieldPolicy& policy, Equality equality, const FieldSituation& s) {
  FieldVerdict verdict = MergeField(policy, equality, s);
  if (verdict.action == Action::kAsk) return {.action = Action::kSettle};
  return verdict;
}

FieldVerdict WritesTheOwner(const FieldPolicy& policy, Equality equality, const FieldSituation& s) {
  FieldVerdict verdict = MergeField(policy, equality, s);
  const bool one_way = policy.flow == Flow::kToLeft || policy.flow == Flow::kToRight;
  if (one_way && verdict.reverted) {
    verdict.target = Other(verdict.target);
    verdict.value = s.now[Other(verdict.target)];
  }
  return verdict;
}

// Compares what a side holds with the other's value, and not with what that would become there.
FieldVerdict KnowsNoImages(const FieldPolicy& policy, Equality equality, const FieldSituation& s) {
  FieldSituation naive = s;
  for (Side side : kSides) {
    naive.image[side] = s.now[Other(side)];
    if (naive.base) (*naive.base)[side] = s.now[side] == (*s.base)[side] ? (*s.base)[Side::kLeft] : (*s.base)[side];
  }
  return MergeField(policy, equality, naive);
}

FieldVerdict TheOlderWins(const FieldPolicy& policy, Equality equality, const FieldSituation& s) {
  FieldSituation swapped = s;
  swapped.changed = {{s.changed[Side::kRight], s.changed[Side::kLeft]}};
  return MergeField(policy, equality, swapped);
}

FieldVerdict ForgetsSetOnce(const FieldPolicy& policy, Equality equality, const FieldSituation& s) {
  FieldPolicy other = policy;
  other.set_once_from.reset();
  return MergeField(other, equality, s);
}

FieldVerdict FlagsTheSameAgain(const FieldPolicy& policy, Equality equality, const FieldSituation& s) {
  FieldVerdict verdict = MergeField(policy, equality, s);
  // Takes an edit it flagged for the side's own, and gives it to the other side.
  if (verdict.action == Action::kFlag) return {.action = Action::kSettle};
  return verdict;
}

FieldVerdict SendsWhatWasAgreed(const FieldPolicy& policy, Equality equality, const FieldSituation& s) {
  FieldVerdict verdict = MergeField(policy, equality, s);
  if (verdict.action == Action::kWrite && s.base) verdict.value = (*s.base)[Other(verdict.target)];
  return verdict;
}

FieldVerdict TheLoserWins(const FieldPolicy& policy, Equality equality, const FieldSituation& s) {
  FieldVerdict verdict = MergeField(policy, equality, s);
  if (verdict.action == Action::kWrite && verdict.conflict && s.base && policy.flow == Flow::kBoth) {
    verdict.target = Other(verdict.target);
    verdict.value = s.now[Other(verdict.target)];
    verdict.conflict->winner = Other(verdict.target);
  }
  return verdict;
}

FieldVerdict NeverRests(const FieldPolicy& policy, Equality equality, const FieldSituation& s) {
  FieldVerdict verdict = MergeField(policy, equality, s);
  const bool is_same = Same(s.now[Side::kLeft], s.now[Side::kRight]);
  if (verdict.action == Action::kNothing && policy.flow == Flow::kBoth && s.base && !is_same && s.refused[Side::kRight].empty()) {
    return {.action = Action::kWrite, .target = Side::kRight, .value = s.now[Side::kLeft]};
  }
  return verdict;
}

FieldVerdict ForgetsThePause(const FieldPolicy& policy, Equality equality, const FieldSituation& s) {
  FieldSituation other = s;
  other.after_pause.reset();
  return MergeField(policy, equality, other);
}

LifeVerdict TakesAbsenceForDeletion(const LifeSituation& s) {
  LifeSituation other = s;
  for (Side side : kSides) {
    if (s.presence[side] == Presence::kNone && s.rules[side]->on_delete == DeleteRule::kPropagate) other.presence[side] = Presence::kDeleted;
  }
  return DecideLife(other);
}

LifeVerdict DeletesByDefault(const LifeSituation& s) {
  const LifeVerdict verdict = DecideLife(s);
  if (verdict.action == LifeVerdict::Action::kItem && verdict.reason == "deleted_on_other_side") return {LifeVerdict::Action::kDelete, verdict.side, ""};
  return verdict;
}

LifeVerdict AsksNobody(const LifeSituation& s) {
  LifeSituation other = s;
  other.approved = true;
  return DecideLife(other);
}

LifeVerdict ForgetsNever(const LifeSituation& s) {
  LifeSituation other = s;
  other.never_delete = false;
  return DecideLife(other);
}

LifeVerdict MakesAgainWhatWasDeleted(const LifeSituation& s) {
  LifeSituation other = s;
  for (Side side : kSides) {
    if (s.presence[side] == Presence::kDeleted && s.rules[Other(side)]->create == CreateRule::kAllowed) other.presence[side] = Presence::kNone;
  }
  return DecideLife(other);
}

LifeVerdict RestoresOnTheWrongSide(const LifeSituation& s) {
  LifeVerdict verdict = DecideLife(s);
  if (verdict.action == LifeVerdict::Action::kRestore) verdict = {LifeVerdict::Action::kDelete, Other(verdict.side), ""};
  return verdict;
}

LifeVerdict IgnoresWhatIsParked(const LifeSituation& s) {
  const LifeVerdict verdict = DecideLife(s);
  return verdict.action == LifeVerdict::Action::kPark ? LifeVerdict{} : verdict;
}

LifeVerdict ForgetsOrigin(const LifeSituation& s) {
  LifeSituation other = s;
  other.origin = Side::kLeft;
  return DecideLife(other);
}

Decisions Merging(FieldVerdict (*merge)(const FieldPolicy&, Equality, const FieldSituation&)) { return {merge, &DecideLife}; }
Decisions Living(LifeVerdict (*life)(const LifeSituation&)) { return {&MergeField, life}; }

}  // namespace

const std::vector<Mutant>& MergeMutants() {
  static const std::vector<Mutant> mutants = {
      {"ForgetsConflicts", Merging(&ForgetsConflicts)},
      {"RevertsInSilence", Merging(&RevertsInSilence)},
      {"LetsBlanksTravel", Merging(&LetsBlanksTravel)},
      {"AgreesInsteadOfAsking", Merging(&AgreesInsteadOfAsking)},
      {"WritesTheOwner", Merging(&WritesTheOwner)},
      {"KnowsNoImages", Merging(&KnowsNoImages)},
      {"TheOlderWins", Merging(&TheOlderWins)},
      {"ForgetsSetOnce", Merging(&ForgetsSetOnce)},
      {"FlagsTheSameAgain", Merging(&FlagsTheSameAgain)},
      {"SendsWhatWasAgreed", Merging(&SendsWhatWasAgreed)},
      {"TheLoserWins", Merging(&TheLoserWins)},
      {"NeverRests", Merging(&NeverRests)},
      {"ForgetsThePause", Merging(&ForgetsThePause)},
  };
  return mutants;
}

const std::vector<Mutant>& LifeMutants() {
  static const std::vector<Mutant> mutants = {
      {"TakesAbsenceForDeletion", Living(&TakesAbsenceForDeletion)},
      {"DeletesByDefault", Living(&DeletesByDefault)},
      {"AsksNobody", Living(&AsksNobody)},
      {"ForgetsNever", Living(&ForgetsNever)},
      {"MakesAgainWhatWasDeleted", Living(&MakesAgainWhatWasDeleted)},
      {"RestoresOnTheWrongSide", Living(&RestoresOnTheWrongSide)},
      {"IgnoresWhatIsParked", Living(&IgnoresWhatIsParked)},
      {"ForgetsOrigin", Living(&ForgetsOrigin)},
  };
  return mutants;
}

}  // namespace entente::certificate::testing
