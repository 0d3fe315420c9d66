// Lenses, reading and writing: the kinds an ordinary pack uses, over the texts of the records.
#include <cstdio>

#include "engine/core/lens/lens.h"
#include "tools/benchmark/micro_records.h"

namespace entente::micro {
namespace {

struct Kind {
  const char* name;
  // Lenses of the chain, nearest to the native field first, each with its arguments.
  std::vector<std::pair<const char*, Fields>> lenses;
  const char* field;
  // Makes a native value of what the record holds, as dirty as systems keep theirs.
  Value (*native)(const Value& value, std::size_t index);
};

Value AsIs(const Value& value, std::size_t) { return value; }
Value Padded(const Value& value, std::size_t index) { return std::string(index % 3, ' ') + std::string(value.TextOrEmpty()) + std::string(index % 5, ' '); }
Value Country(const Value&, std::size_t index) {
  static constexpr const char* kWords[] = {"France", "FRANCE", "Belgique", "Suisse", "", "Luxembourg", "FR", "Allemagne"};
  return kWords[index % std::size(kWords)];
}
Value Amount(const Value& value, std::size_t) { return value.As<Decimal>()->ToString(); }

const std::vector<Kind>& Kinds() {
  static const std::vector<Kind> kinds = {
      {"trim", {{"trim", {}}}, "last_name", Padded},
      {"fit_cp1252_35", {{"fit", {{"length", 35}, {"over", "cut"}}}}, "street", AsIs},
      {"fit_one_line_trim", {{"fit", {{"length", 60}, {"over", "cut"}}}, {"one_line", {}}, {"trim", {}}}, "street", Padded},
      {"phone", {{"phone", {{"length", 21}}}}, "phone", Padded},
      {"case_upper", {{"case", {{"to", "upper"}}}}, "city", AsIs},
      {"country",
       {{"country", {{"table", Map{{"FR", List{"France"}}, {"BE", List{"Belgique"}}, {"CH", List{"Suisse"}}, {"LU", List{"Luxembourg"}}, {"DE", List{"Allemagne"}}}}, {"default", "FR"}}}},
       "city", Country},
      {"decimal_text", {{"decimal_text", {{"decimals", 2}}}}, "discount", Amount},
      {"comment_block", {{"comment_block", {{"part", "free"}, {"length", 250}}}}, "comment", AsIs},
  };
  return kinds;
}

LensPtr LensOf(const Kind& kind) {
  std::vector<LensPtr> chain;
  for (const auto& [name, arguments] : kind.lenses) {
    absl::StatusOr<LensPtr> lens = MakeLens(name, arguments);
    if (!lens.ok()) {
      std::fprintf(stderr, "entente-bench-micro: lens %s: %s\n", name, std::string(lens.status().message()).c_str());
      return nullptr;
    }
    chain.push_back(*std::move(lens));
  }
  return Chain(std::move(chain));
}

std::vector<Value> NativesOf(const Kind& kind) {
  std::vector<Value> out;
  for (const Record& record : Records()) out.push_back(kind.native(FieldOf(record.fields, kind.field), out.size()));
  return out;
}

void Read(::benchmark::State& state, const Kind& kind) {
  const LensPtr lens = LensOf(kind);
  if (lens == nullptr) return state.SkipWithError("no such lens");
  const std::vector<Value> natives = NativesOf(kind);
  std::size_t next = 0;
  for (auto _ : state) ::benchmark::DoNotOptimize(lens->Get(natives[next++ % kRecords]));
  state.counters["values/s"] = ::benchmark::Counter(static_cast<double>(state.iterations()), ::benchmark::Counter::kIsRate);
}

// What the record before it holds is written over what this one holds: a write that changes something.
void Write(::benchmark::State& state, const Kind& kind) {
  const LensPtr lens = LensOf(kind);
  if (lens == nullptr) return state.SkipWithError("no such lens");
  const std::vector<Value> natives = NativesOf(kind);
  std::vector<Value> canonical;
  for (const Value& native : natives) canonical.push_back(lens->Get(native));
  std::size_t next = 0;
  for (auto _ : state) {
    ++next;
    ::benchmark::DoNotOptimize(lens->Put(canonical[(next - 1) % kRecords], natives[next % kRecords]));
  }
  state.counters["values/s"] = ::benchmark::Counter(static_cast<double>(state.iterations()), ::benchmark::Counter::kIsRate);
}

const bool kRegistered = [] {
  for (const Kind& kind : Kinds()) {
    ::benchmark::RegisterBenchmark((std::string("lens/get/") + kind.name).c_str(), [&kind](::benchmark::State& state) { Read(state, kind); });
    ::benchmark::RegisterBenchmark((std::string("lens/put/") + kind.name).c_str(), [&kind](::benchmark::State& state) { Write(state, kind); });
  }
  return true;
}();

}  // namespace
}  // namespace entente::micro
