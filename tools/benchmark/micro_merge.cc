// Merge: which value wins, a record's twelve fields. And what comes before it: lenses read every field, and the digest is taken.
#include <array>

#include "absl/strings/str_cat.h"
#include "engine/core/merge.h"
#include "engine/pipeline/ingest.h"
#include "tools/benchmark/micro_records.h"

namespace entente::micro {
namespace {

enum class Edits { kNone, kOneSide, kConflict };

// The fields of a record as deciding sees them; in `edits` the comment was changed on one side or on both.
std::vector<FieldSituation> SituationsOf(const Record& record, Edits edits) {
  std::vector<FieldSituation> out;
  for (const FieldRule& field : People().fields) {
    FieldSituation& situation = out.emplace_back();
    situation.base = record.link.base.at(field.name).held;
    situation.now = *situation.base;
    situation.writable[Side::kLeft] = situation.writable[Side::kRight] = true;
    if (field.name == "comment" && edits != Edits::kNone) {
      situation.now[Side::kLeft] = Value(absl::StrCat("Called back: ", record.wire.key()));
      if (edits == Edits::kConflict) situation.now[Side::kRight] = Value(absl::StrCat("Moved: ", record.wire.key()));
      situation.changed[Side::kLeft] = {1'790'000'000'000'000, 1'790'000'001'000'000};
      situation.changed[Side::kRight] = {1'790'000'002'000'000, 1'790'000'003'000'000};
    }
    for (Side side : kSides) situation.image[side] = situation.now[Other(side)];
  }
  return out;
}

void MergeRecord(::benchmark::State& state, Edits edits) {
  std::vector<std::vector<FieldSituation>> records;
  for (const Record& record : Records()) records.push_back(SituationsOf(record, edits));
  const EntityRule& entity = People();
  std::vector<const FieldPolicy*> policies;
  for (const FieldRule& field : entity.fields) policies.push_back(&field.PolicyIn(""));
  std::size_t next = 0;
  std::size_t writes = 0;
  for (auto _ : state) {
    const std::vector<FieldSituation>& record = records[next++ % kRecords];
    for (std::size_t i = 0; i < record.size(); ++i) {
      const FieldVerdict verdict = MergeField(*policies[i], entity.fields[i].equality, record[i]);
      writes += verdict.action == FieldVerdict::Action::kWrite ? 1 : 0;
      ::benchmark::DoNotOptimize(verdict);
    }
  }
  const std::size_t expected = edits == Edits::kNone ? 0 : static_cast<std::size_t>(state.iterations());
  if (writes != expected) state.SkipWithError("the merge did not end as it should");
  Report(state, 1);
}

void MergeUnchanged(::benchmark::State& state) { MergeRecord(state, Edits::kNone); }
void MergeOneEdit(::benchmark::State& state) { MergeRecord(state, Edits::kOneSide); }
void MergeConflict(::benchmark::State& state) { MergeRecord(state, Edits::kConflict); }
BENCHMARK(MergeUnchanged)->Name("merge/unchanged");
BENCHMARK(MergeOneEdit)->Name("merge/one_edit");
BENCHMARK(MergeConflict)->Name("merge/conflict");

// How an unchanged record is recognised: the mapped fields and their digest, as ingest takes them.
void DigestRecord(::benchmark::State& state) {
  Rounds rounds;
  for (auto _ : state) ::benchmark::DoNotOptimize(DigestOfFields(MappedFields(People(), Side::kLeft, rounds.Next().fields)));
  Report(state, 1);
}
BENCHMARK(DigestRecord)->Name("digest/mapped_fields");

// Every field through its lens, and the digest of the canonical record.
void NormaliseAndDigest(::benchmark::State& state) {
  Rounds rounds;
  for (auto _ : state) {
    const Fields& native = rounds.Next().fields;
    Fields canonical;
    canonical.reserve(People().fields.size());
    for (const FieldRule& field : People().fields) {
      const FieldSide& side = field.sides[Side::kLeft];
      const Value& value = FieldOf(native, side.native);
      canonical[field.name] = side.lens ? side.lens->Get(value) : value;
    }
    ::benchmark::DoNotOptimize(DigestOfFields(canonical));
  }
  Report(state, 1);
}
BENCHMARK(NormaliseAndDigest)->Name("digest/normalise");

}  // namespace
}  // namespace entente::micro
