// rules/README.md teaches the language by blocks that are run: each is an overlay of `ssm`, loaded, checked, and its examples hold; a block
// that shows an error gives exactly that error.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "engine/certificate/certificate.h"
#include "tests/examples/test_pack.h"

namespace entente {
namespace {

// The lines that the page leaves out.
constexpr char kHead[] = "name: acme\nversion: \"1\"\nextends: ssm\n";

struct Block {
  int line = 0;
  std::string marks, text;
};

// Every fenced block of the page.
std::vector<Block> Blocks() {
  std::vector<Block> blocks;
  std::istringstream page(ReadText(HouseRules() + "/README.md"));
  bool is_inside = false;
  int number = 0;
  for (std::string line; std::getline(page, line);) {
    ++number;
    const bool is_fence = line.rfind("```", 0) == 0;
    if (is_fence && !is_inside) blocks.push_back({number, line.substr(3), ""});
    if (is_fence) is_inside = !is_inside;
    if (!is_fence && is_inside) blocks.back().text += line + "\n";
  }
  return blocks;
}

TestPack Overlay(const Block& block) {
  TestPack files;
  files.File("acme/pack.yaml", block.marks == "yaml whole" ? block.text : kHead + block.text);
  return files;
}

TEST(RulesPageTest, EveryBlockDoesWhatThePageSays) {
  int run = 0;
  for (const Block& block : Blocks()) {
    if (block.marks != "yaml" && block.marks != "yaml whole") continue;
    TestPack pack = Overlay(block);
    EXPECT_EQ(pack.Wrong("acme"), "") << "rules/README.md:" << block.line;
    const auto loaded = LoadPack("/packs/acme", pack.Options());
    if (!loaded.ok()) continue;
    const certificate::Certificate proved = certificate::Certify(**loaded);
    for (const certificate::Refusal& refusal : proved.refusals) ADD_FAILURE() << "rules/README.md:" << block.line << "  " << certificate::ToText(refusal);
    ++run;
  }
  EXPECT_GE(run, 20);
}

TEST(RulesPageTest, EveryErrorItShowsIsTheErrorThatComes) {
  const std::vector<Block> blocks = Blocks();
  int shown = 0;
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    if (blocks[i].marks != "yaml wrong") continue;
    ASSERT_LT(i + 1, blocks.size());
    ASSERT_EQ(blocks[i + 1].marks, "text") << "rules/README.md:" << blocks[i].line << " has no error below it";
    EXPECT_EQ(Overlay(blocks[i]).Wrong("acme") + "\n", blocks[i + 1].text) << "rules/README.md:" << blocks[i].line;
    ++shown;
  }
  EXPECT_GE(shown, 4);
}

TEST(RulesPageTest, TheWholeOverlayHasTenLinesAndAddsToThoseOfSsm) {
  for (const Block& block : Blocks()) {
    if (block.marks != "yaml whole") continue;
    EXPECT_LE(std::count(block.text.begin(), block.text.end(), '\n'), 10);
    TestPack files = Overlay(block);
    EXPECT_EQ(files.Names("acme"), TestPack().File("acme/pack.yaml", kHead).Names("acme")) << "it runs the examples of ssm";
  }
}

TEST(RulesPageTest, NoBlockIsPassedOver) {
  for (const Block& block : Blocks()) {
    EXPECT_THAT(block.marks, ::testing::AnyOf("yaml", "yaml whole", "yaml wrong", "text")) << "rules/README.md:" << block.line;
  }
}

}  // namespace
}  // namespace entente
