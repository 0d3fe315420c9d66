// Drives a fuzz target without libFuzzer: every file of its corpus, then mutations of them drawn from a fixed seed.
//
//   fuzz_pack CORPUS [RUNS] [SEED]
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

constexpr int kRuns = 2'000;
// A slow machine does fewer of them.
constexpr std::chrono::seconds kLongest{2};

void RunOne(const std::string& input) { LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size()); }

std::string Mutated(const std::vector<std::string>& corpus, std::mt19937_64& random) {
  const auto below = [&](std::size_t bound) { return bound == 0 ? std::size_t{0} : static_cast<std::size_t>(random() % bound); };
  std::string input = corpus[below(corpus.size())];
  for (std::size_t change = below(4) + 1; change > 0; --change) {
    const std::size_t at = below(input.size() + 1);
    switch (below(5)) {
      case 0: input.insert(at, 1, static_cast<char>(random() & 0xff)); break;
      case 1: input.erase(at, below(16) + 1); break;
      case 2:
        if (at < input.size()) input[at] = static_cast<char>(static_cast<unsigned char>(input[at]) ^ (1u << below(8)));
        break;
      case 3: {
        const std::string& other = corpus[below(corpus.size())];
        const std::size_t from = below(other.size());
        input.insert(at, other.substr(from, below(64)));
        break;
      }
      default: input.insert(at, input.substr(below(input.size()), below(64))); break;
    }
  }
  return input;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(argv[1])) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  std::vector<std::string> corpus;
  for (const auto& path : files) {
    std::ifstream in(path, std::ios::binary);
    corpus.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
    RunOne(corpus.back());
  }
  if (corpus.empty()) {
    std::fprintf(stderr, "%s has no inputs\n", argv[1]);
    return 1;
  }
  const int runs = argc > 2 ? std::atoi(argv[2]) : kRuns;
  std::mt19937_64 random(argc > 3 ? std::strtoull(argv[3], nullptr, 10) : 1);
  const auto begin = std::chrono::steady_clock::now();
  int done = 0;
  for (; done < runs && (argc > 2 || std::chrono::steady_clock::now() - begin < kLongest); ++done) RunOne(Mutated(corpus, random));
  std::printf("%zu inputs and %d mutations of them\n", corpus.size(), done);
}
