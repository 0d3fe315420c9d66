// entente-bench-micro: the parts a change passes through, each alone, over the records of the benchmark. tools/bench --micro starts it.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "tools/benchmark/micro_records.h"

namespace {

constexpr char kHelp[] =
    "entente-bench-micro: merge, decide, normalise and digest, lenses, expressions and codecs, each alone, over records of 12 fields.\n"
    "  --packs FOLDER   packs of the benchmark (default: tools/benchmark/packs)\n"
    "  --rules FOLDER   packs of the house (default: rules)\n"
    "Further options are Google Benchmark's: --benchmark_filter=REGEX, --benchmark_repetitions=N, --benchmark_out=FILE …\n\n";

// Takes "NAME VALUE" out of the words.
void Take(std::vector<char*>* words, std::string_view name, std::string* value) {
  for (std::size_t i = 1; i + 1 < words->size(); ++i) {
    if (name != (*words)[i]) continue;
    *value = (*words)[i + 1];
    words->erase(words->begin() + static_cast<std::ptrdiff_t>(i), words->begin() + static_cast<std::ptrdiff_t>(i) + 2);
    return;
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<char*> words(argv, argv + argc);
  Take(&words, "--packs", &entente::micro::GetFolders().packs);
  Take(&words, "--rules", &entente::micro::GetFolders().rules);
  for (const std::string_view word : words) {
    if (word == "--help") std::fputs(kHelp, stdout);
  }
  int count = static_cast<int>(words.size());
  ::benchmark::Initialize(&count, words.data());
  if (::benchmark::ReportUnrecognizedArguments(count, words.data())) return 1;
  ::benchmark::AddCustomContext("records", "12 fields, contact-like; bytes are those on the wire");
  ::benchmark::RunSpecifiedBenchmarks();
  ::benchmark::Shutdown();
  return 0;
}
