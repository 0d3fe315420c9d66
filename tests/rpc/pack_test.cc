#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/rpc/pack_wire.h"
#include "engine/rpc/plan_wire.h"
#include "engine/runtime/error.h"
#include "entente/sync/v1/pack.pb.h"
#include "entente/sync/v1/plan.pb.h"
#include "tests/rpc/fake_instance.h"

namespace entente {
namespace {

namespace v1 = ::entente::sync::v1;

TEST(PackContent, IsBounded) {
  v1::PackContent content;
  content.set_first("acme/pack.yaml");
  (*content.mutable_files())["acme/pack.yaml"] = std::string(kPackBytesMax, 'x');
  EXPECT_EQ(ReasonOf(ReadContent(content).status()), "PACK_TOO_LARGE");
  (*content.mutable_files())["acme/pack.yaml"] = "name: acme\n";
  EXPECT_TRUE(ReadContent(content).ok());
  content.set_first("acme/other.yaml");
  EXPECT_EQ(ReasonOf(ReadContent(content).status()), "PACK_INVALID");
}

TEST(PackReport, SaysByRuleWhatWouldBeWritten) {
  const FakeInstance instance;
  PackComparison comparison{instance.pack(), {}, absl::Milliseconds(12)};
  RuleEffect& effect = comparison.what_if.rules.emplace_back();
  effect.change = {.name = "party.name", .rule = RuleKind::kField, .entity = "party", .before = {"ssm/party.yaml", 7}, .after = {"acme/pack.yaml", 4}, .details = {{"ssm.field", "name", "name2"}}};
  effect.reached = 3;
  effect.writes[Side::kRight][Verb::kUpdate] = 2;
  effect.leave[Side::kLeft] = 1;
  PlannedWrite write{.number = 1, .link = 9, .entity = "party", .side = Side::kRight, .verb = Verb::kUpdate, .resource = "accounts", .key = "12"};
  write.writes = {{"name", "NEW"}};
  write.before = {{"name", "old"}};
  effect.samples.push_back({write, {}});

  v1::WhatIfReport report;
  Show(*instance.pack(), comparison, &report);

  ASSERT_EQ(report.rules_size(), 1);
  const v1::RuleEffect& shown = report.rules(0);
  EXPECT_EQ(shown.kind(), "field");
  EXPECT_EQ(shown.before().line(), 7);
  EXPECT_EQ(shown.after().file(), "acme/pack.yaml");
  ASSERT_EQ(shown.writes_size(), 2);
  EXPECT_EQ(shown.writes(0).side(), "sage");
  EXPECT_EQ(shown.writes(0).verb(), "leaves_scope");
  EXPECT_EQ(shown.writes(1).verb(), "update");
  EXPECT_EQ(shown.samples(0).after().at("name").text(), "NEW");
  EXPECT_EQ(report.millis(), 12);
}

TEST(PlanOfAPack, CarriesItsFilesAndNoChangedByte) {
  const FakeInstance instance;
  Plan plan;
  plan.kind = "pack";
  plan.pack_hash = "new";
  plan.rules = std::make_shared<const PlannedRules>(PlannedRules{"acme/pack.yaml", {{"acme/pack.yaml", "name: acme\n"}}, "old"});
  std::vector<v1::PlanPart> parts;
  WritePlan(*instance.pack(), plan, [&](const v1::PlanPart& part) {
    parts.push_back(part);
    return true;
  });

  PlanReader reader(*instance.pack());
  for (const v1::PlanPart& part : parts) ASSERT_TRUE(reader.Take(part).ok());
  const absl::StatusOr<Plan> read = reader.Finish();
  ASSERT_TRUE(read.ok()) << read.status();
  ASSERT_NE(read->rules, nullptr);
  EXPECT_EQ(read->rules->files, plan.rules->files);
  EXPECT_EQ(read->rules->replaces, "old");

  (*parts[1].mutable_rules()->mutable_files())["acme/pack.yaml"] += " ";
  PlanReader damaged(*instance.pack());
  absl::Status taken;
  for (const v1::PlanPart& part : parts) taken.Update(damaged.Take(part));
  EXPECT_EQ(ReasonOf(taken), "PLAN_DAMAGED");
}

}  // namespace
}  // namespace entente
