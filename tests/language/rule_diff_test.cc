#include "engine/language/rule_diff.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/language/pack_loading.h"

namespace entente {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

LoadedPack Load(const std::string& content, const std::map<std::string, std::string>& parameters = {}) {
  LoadOptions options;
  options.search_path = {PackLoading::Rules()};
  options.parameters = parameters;
  absl::StatusOr<LoadedPack> pack = LoadWholePack(PackFiles{"try/pack.yaml", {{"try/pack.yaml", "name: try\nversion: \"1\"\nextends: ssm\n" + content}}}, options);
  EXPECT_TRUE(pack.ok()) << pack.status();
  return *std::move(pack);
}

const RuleChange* Named(const std::vector<RuleChange>& changes, const std::string& name) {
  const auto found = std::find_if(changes.begin(), changes.end(), [&](const RuleChange& change) { return change.name == name; });
  return found == changes.end() ? nullptr : &*found;
}

TEST(RuleDiff, OfAPackWithItselfIsEmpty) { EXPECT_THAT(DiffPacks(Load(""), Load("")), IsEmpty()); }

TEST(RuleDiff, NamesTheFieldWithItsPlacesAndWhatItSaid) {
  const auto changes = DiffPacks(Load(""), Load("entities:\n  party:\n    fields:\n      city:\n        conflict: newest\n"));

  ASSERT_THAT(changes, SizeIs(1));
  const RuleChange& change = changes.front();
  EXPECT_EQ(change.name, "party.city");
  EXPECT_EQ(change.rule, RuleKind::kField);
  EXPECT_EQ(change.kind, RuleChange::Kind::kChanged);
  EXPECT_EQ(change.before.file, "ssm/party.yaml");
  EXPECT_THAT(change.details, ElementsAre(RuleChange::Detail{"conflict", "", "newest"}));
  EXPECT_THAT(change.touches, ElementsAre(RuleTouch{"party", RuleKind::kField, "city"}));
}

TEST(RuleDiff, TellsAddedAndRemovedRulesApart) {
  const std::string field = "entities:\n  party:\n    fields:\n      nickname: {sage: CT_Statistique10, ssm: phone3}\n";
  const auto added = DiffPacks(Load(""), Load(field));
  const auto removed = DiffPacks(Load(field), Load(""));

  ASSERT_THAT(added, SizeIs(1));
  EXPECT_EQ(added.front().kind, RuleChange::Kind::kAdded);
  EXPECT_EQ(added.front().after.file, "try/pack.yaml");
  EXPECT_EQ(added.front().after.line, 7);
  EXPECT_EQ(added.front().before.line, 0);
  ASSERT_THAT(removed, SizeIs(1));
  EXPECT_EQ(removed.front().kind, RuleChange::Kind::kRemoved);
}

TEST(RuleDiff, APolicyAboveFieldsTouchesAllOfThem) {
  const auto changes = DiffPacks(Load(""), Load("entities:\n  contact:\n    tie: ssm\n"));

  ASSERT_THAT(changes, SizeIs(1));
  EXPECT_EQ(changes.front().rule, RuleKind::kPolicy);
  const LoadedPack pack = Load("");
  EXPECT_EQ(changes.front().touches.size(), pack.pack->Entity("contact")->fields.size());
}

TEST(RuleDiff, ATableTouchesTheFieldsWhoseLensesNameIt) {
  const auto changes = DiffPacks(Load(""), Load("tables:\n  sleep:\n    rows:\n      asleep: [\"1\", \"2\"]\n"));

  ASSERT_THAT(changes, SizeIs(1));
  EXPECT_EQ(changes.front().name, "table.sleep");
  EXPECT_FALSE(changes.front().touches.empty());
  for (const RuleTouch& touch : changes.front().touches) EXPECT_EQ(touch.kind, RuleKind::kField);
}

TEST(RuleDiff, AParameterTouchesTheRulesThatReadIt) {
  const auto changes = DiffPacks(Load("", {{"default_branch", "A"}}), Load("", {{"default_branch", "B"}}));

  const RuleChange* parameter = Named(changes, "parameter.default_branch");
  ASSERT_NE(parameter, nullptr);
  EXPECT_THAT(parameter->details, ElementsAre(RuleChange::Detail{"value", "A", "B"}));
  EXPECT_THAT(parameter->touches, Contains(RuleTouch{"party", RuleKind::kField, "branch"}));
}

TEST(RuleDiff, MatchesLivesChecksAndPhasesAreRulesOfTheirOwn) {
  const auto changes = DiffPacks(Load(""), Load(R"yaml(entities:
  party:
    phases:
      customer:
        life: {ssm: {create: allowed}}
    match:
      phone: {sage: "digits(sage.CT_Telephone)", ssm: "digits(ssm.phone)"}
    checks:
      has_city: {severity: warning, holds: "!blank(sage.CT_Ville)", message: {fr: "Ville vide.", en: "No city."}}
)yaml"));

  std::vector<std::string> names;
  for (const RuleChange& change : changes) names.push_back(change.name);
  EXPECT_THAT(names, testing::UnorderedElementsAre("party.phase.customer.life.ssm", "party.match.phone", "party.check.has_city"));
}

TEST(RuleDiff, WhatIsOnlyCalledOtherwiseTouchesNothing) {
  const auto changes = DiffPacks(Load(""), Load("entities:\n  party:\n    label: {fr: Comptes, en: Customers}\n"));

  ASSERT_THAT(changes, SizeIs(1));
  EXPECT_THAT(changes.front().touches, IsEmpty());
}

TEST(PackFiles, OfAPackComeWithThoseOfWhatItExtends) {
  const LoadedPack pack = Load("");
  EXPECT_EQ(pack.files.first, "try/pack.yaml");
  EXPECT_TRUE(pack.files.texts.contains("ssm/party.yaml"));
  EXPECT_TRUE(pack.files.texts.contains("base/pack.yaml"));

  // From its files alone it is the same pack.
  const absl::StatusOr<LoadedPack> again = LoadWholePack(pack.files);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->pack->hash, pack.pack->hash);
  EXPECT_EQ(again->files.Digest(), pack.files.Digest());
}

TEST(PackFiles, LeadNowhereOutOfTheirFolders) {
  LoadOptions options;
  options.search_path = {PackLoading::Rules() + "/ssm"};
  const PackFiles files{"try/pack.yaml", {{"try/pack.yaml", "name: try\nversion: \"1\"\nextends: ../../../etc\nfiles: [../../etc/passwd]\n"}}};

  const absl::Status refused = LoadWholePack(files, options).status();

  EXPECT_THAT(std::string(refused.message()), HasSubstr("passwd"));
  EXPECT_THAT(std::string(refused.message()), HasSubstr("not found"));
}

TEST(PackFiles, TooLargeAreRefused) {
  EXPECT_EQ(GatherPackFiles(PackLoading::Rules() + "/ssm", {}, 1000).status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_TRUE(GatherPackFiles(PackLoading::Rules() + "/ssm", {}, 1 << 20).ok());
}

}  // namespace
}  // namespace entente
