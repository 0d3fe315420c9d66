// Every pack under packs/ has one mistake and says by what it is caught. tools/bad-packs judges all of them by the commands a customer has.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "engine/certificate/certificate.h"
#include "engine/examples/examples.h"

namespace entente {
namespace {

namespace fs = std::filesystem;

std::string TextOf(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

struct BadPack {
  std::string name, text;
  // "load", "certificate", "examples", "prove" or "nothing".
  std::string caught_by;
  // Part of what is said; empty: anything.
  std::string says;
};

std::string Said(const std::string& text, const std::string& mark) {
  const std::size_t at = text.find("\n# " + mark + ": ");
  if (at == std::string::npos) return "";
  const std::size_t begin = at + mark.size() + 5;
  return text.substr(begin, text.find('\n', begin) - begin);
}

std::vector<BadPack> BadPacks() {
  std::vector<BadPack> packs;
  for (const auto& entry : fs::directory_iterator(ENTENTE_SOURCE_DIR "/tests/bad_packs/packs")) {
    const std::string text = TextOf(entry.path());
    packs.push_back({entry.path().stem().string(), text, Said(text, "caught by"), Said(text, "says")});
  }
  std::sort(packs.begin(), packs.end(), [](const BadPack& a, const BadPack& b) { return a.name < b.name; });
  return packs;
}

LoadOptions Options(const std::string& text) {
  LoadOptions options;
  options.search_path = {ENTENTE_SOURCE_DIR "/rules", ENTENTE_SOURCE_DIR "/tests/bad_packs"};
  options.read_file = [text](const std::string& given) -> absl::StatusOr<std::string> {
    const fs::path path = fs::path(given).lexically_normal();
    if (path == "/packs/bad/pack.yaml") return text;
    if (!fs::is_regular_file(path)) return absl::NotFoundError(given);
    return TextOf(path);
  };
  return options;
}

struct Judgement {
  std::string caught_by;
  std::string says;
};

Judgement Judge(const std::string& text, bool runs_examples) {
  const LoadOptions options = Options(text);
  const absl::StatusOr<PackPtr> pack = LoadPack("/packs/bad", options);
  if (!pack.ok()) return {"load", std::string(pack.status().message())};
  const certificate::Certificate proved = certificate::Certify(**pack);
  if (!proved.holds()) return {"certificate", certificate::ToText(proved.refusals.front())};
  if (!runs_examples) return {"", ""};
  const absl::Status examples = CheckExamples("/packs/bad", options);
  if (!examples.ok()) return {"examples", std::string(examples.message())};
  return {"nothing", ""};
}

TEST(BadPacksTest, ThePackTheyLieOverIsSound) {
  EXPECT_EQ(Judge("name: bad\nversion: \"1\"\nextends: small\n", true).caught_by, "nothing");
}

TEST(BadPacksTest, EachHasOneMistakeInWordsAndSaysWhatCatchesIt) {
  std::map<std::string, int> counts;
  for (const BadPack& pack : BadPacks()) {
    EXPECT_TRUE(pack.text.starts_with("# ")) << pack.name;
    EXPECT_THAT(pack.caught_by, ::testing::AnyOf("load", "certificate", "examples", "prove", "nothing")) << pack.name;
    ++counts[pack.caught_by];
  }
  int all = 0;
  for (const auto& [by, count] : counts) all += count;
  EXPECT_GE(all, 60);
  EXPECT_GE((all - counts["nothing"]) * 100, all * 95);
  for (const auto& [by, count] : counts) RecordProperty(by, count);
}

// Those of the examples take two seconds each; some of them are judged here, all of them by tools/bad-packs.
TEST(BadPacksTest, StaticChecksAndTheCertificateCatchWhatTheyAreSaidToCatch) {
  for (const BadPack& pack : BadPacks()) {
    const bool is_static = pack.caught_by == "load" || pack.caught_by == "certificate";
    if (!is_static) continue;
    const Judgement found = Judge(pack.text, false);
    EXPECT_EQ(found.caught_by, pack.caught_by) << pack.name << "\n" << found.says;
    EXPECT_THAT(found.says, ::testing::HasSubstr(pack.says)) << pack.name;
  }
}

TEST(BadPacksTest, ExamplesCatchWhatIsWellFormedAndBreaksAPromise) {
  int judged = 0;
  for (const BadPack& pack : BadPacks()) {
    if (pack.caught_by != "examples" || ++judged > 3) continue;
    EXPECT_EQ(Judge(pack.text, true).caught_by, "examples") << pack.name;
  }
  EXPECT_GT(judged, 3);
}

TEST(BadPacksTest, WhatIsLeftToProveOrToNobodyIsNotRefusedBefore) {
  for (const BadPack& pack : BadPacks()) {
    if (pack.caught_by != "prove" && pack.caught_by != "nothing") continue;
    EXPECT_EQ(Judge(pack.text, false).caught_by, "") << pack.name << ": say what catches it";
  }
}

}  // namespace
}  // namespace entente
