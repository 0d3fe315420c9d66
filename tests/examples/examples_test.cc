// How a pack's own examples run, and what they say when they do not hold.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "engine/runtime/error.h"
#include "tests/examples/test_pack.h"

namespace entente {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Cards of an office and of a shop: the name both ways, the price from the office, notes the shop's own. The shop may not create.
constexpr char kCards[] = R"(name: cards
version: "1"
sides:
  office:
    system: office
    catalogue:
      resources:
        card:
          can: [create, update, delete, report_deleted, return_record]
          fields: {no: int, title: {length: 10, writable: true}, price: decimal, day: date, maker: {type: reference, to: card}}
  shop:
    system: shop
    catalogue:
      resources:
        item:
          can: [create, update, delete, report_deleted, return_record]
          fields: {id: int, label: {writable: true}, cost: {type: decimal, writable: true}, code: {writable: true}}
parameters:
  shout: {type: boolean, default: "false", label: {fr: Fort, en: Loud}}
defaults: {conflict: ask, first_meeting: office, blank: clears, tie: office}
entities:
  card:
    label: {fr: Cartes, en: Cards}
    rank: 1
    office: {resource: card, key: "no"}
    shop: {resource: item, key: id, find_field: code, find_value: string(office.no)}
    direction: both
    foreign_edit: revert
    life:
      office: {create: allowed, delete: propagate}
      shop: {create: park, reason: not_here, delete: restore}
    match:
      code: {office: string(office.no), shop: shop.code}
    fields:
      code: {office: {formula: string(office.no)}, shop: code, direction: office -> shop}
      title: {office: {field: title, lens: [{fit: {length: 10, over: refuse}}]}, shop: label}
      price: {office: price, shop: cost, direction: office -> shop}
reasons:
  not_here: {fr: "Pas ici : en magasin.", en: "Not here: in the shop."}
)";

// "try/pack.yaml:N", N lines below the rules.
std::string Place(int below, const std::string& folder = "try") {
  const std::string_view rules = kCards;
  return folder + "/pack.yaml:" + std::to_string(std::count(rules.begin(), rules.end(), '\n') + below) + ": ";
}

// The pack with one example; it begins on the line behind the rules.
std::string WrongOf(const std::string& example) {
  TestPack files;
  files.File("try/pack.yaml", std::string(kCards) + "examples:\n  one:\n" + example);
  return files.Wrong();
}

constexpr char kGiven[] = "    given: {ball: {entity: card, office: {no: 1, title: Ball, price: 2.50}}}\n";

TEST(ExamplesTest, WhatIsExpectedHolds) {
  EXPECT_EQ(WrongOf(std::string(kGiven) + "    when: [{edit: ball, shop: {label: Disc}}]\n    then: [{updated: ball, office: {title: Disc}}, {not_written: shop}, {value: title, of: ball, from: shop}]\n"), "");
  EXPECT_EQ(WrongOf(std::string(kGiven) + "    when: [{edit: ball, shop: {cost: 3}}]\n    then: [{updated: ball, shop: {cost: 2.5}}, {holds: ball, shop: {cost: 2.500, label: {has: al}}}]\n"), "");
  EXPECT_EQ(WrongOf(std::string(kGiven) + "    when: [{edit: ball, office: {title: A}, shop: {label: B}}]\n    then: [{conflict: title, of: ball, winner: ask}, {item: conflict, of: ball}]\n"), "");
  EXPECT_EQ(WrongOf("    when: [{create: hat, entity: card, shop: {label: Hat}}]\n    then: [{waits: hat, reason: not_here}, {not_written: [office, shop]}, {not_linked: hat}]\n"), "");
  EXPECT_EQ(WrongOf(std::string(kGiven) + "    when: [{delete: ball, in: office}]\n    then: [{deleted: ball, in: shop}, {gone: ball, in: shop}]\n"), "");
  EXPECT_EQ(WrongOf(std::string(kGiven) + "    when: [{delete: ball, in: shop}]\n    then: [{created: ball, shop: {label: Ball}}, {linked: ball}]\n"), "");
}

struct Broken {
  std::string then, found;
};

class OutcomesTest : public ::testing::TestWithParam<Broken> {};

TEST_P(OutcomesTest, WhatDoesNotHoldIsToldWithItsPlace) {
  const std::string wrong = WrongOf(std::string(kGiven) + "    when: [{edit: ball, shop: {label: Disc}}]\n    then:\n      - " + GetParam().then + "\n");
  EXPECT_THAT(wrong, HasSubstr(Place(6) + GetParam().found)) << GetParam().then;
}

INSTANTIATE_TEST_SUITE_P(
    All, OutcomesTest,
    ::testing::Values(
        Broken{"{updated: ball, office: {title: Ball}}", "`title` of `ball` in office was expected as \"Ball\", and is written as \"Disc\"."},
        Broken{"{updated: ball, shop: {label: Ball}}", "`ball` was to be updated in shop, and was not written there."},
        Broken{"{created: ball, office: {title: Disc}}", "`ball` was to be created in office, and was only updated."},
        Broken{"{deleted: ball, in: office}", "`ball` was to be deleted in office, and was only updated."},
        Broken{"{not_written: [shop, office]}", "Nothing was to be written to office, and card 1 was updated: title = \"Disc\"."},
        Broken{"{holds: ball, office: {price: 2}}", "`price` of `ball` in office was expected as 2, and holds 2.5"},
        Broken{"{holds: ball, shop: {label: {has: Ball}}}", "`label` of `ball` in shop was expected as"},
        Broken{"{gone: ball, in: shop}", "`ball` was not to be in shop, and is there as 101."},
        Broken{"{not_linked: ball}", "`ball` is one thing on both sides."},
        Broken{"{waits: ball, reason: not_here}", "`ball` was to wait with the reason not_here, and does not wait."},
        Broken{"{item: drift, of: ball}", "A work item drift was to be open; none is."},
        Broken{"{conflict: title, of: ball, winner: ask}", "No conflict of `title` of `ball` was recorded."},
        Broken{"{phase: old, of: ball}", "`ball` was to be in the phase old, and is in none."},
        Broken{"{value: title, of: ball, from: office}", "The value of `title` of `ball` was to come from office, and came from shop by the rule card.title."},
        Broken{"{refused: shop, reason: too_old}", "The session of shop was to be refused, and was opened."}));

class MistakesTest : public ::testing::TestWithParam<Broken> {};

TEST_P(MistakesTest, WhatIsWrittenWronglyIsToldWhenThePackLoads) {
  EXPECT_THAT(WrongOf(GetParam().then), HasSubstr(GetParam().found)) << GetParam().then;
}

INSTANTIATE_TEST_SUITE_P(
    All, MistakesTest,
    ::testing::Values(
        Broken{"    when: [{edit: bal, shop: {label: A}}]\n    then: [{not_written: shop}]\n", "there is no record `bal`."},
        Broken{"    given: {ball: {entity: card, office: {no: 1}}}\n    when: [{edit: bal, shop: {label: A}}]\n    then: [{not_written: shop}]\n", "Did you mean ball?"},
        Broken{"    when: [{create: a, entity: cart, shop: {label: A}}]\n    then: [{not_written: shop}]\n", "there is no entity `cart`. Did you mean card?"},
        Broken{"    when: [{create: a, shop: {label: A}}]\n    then: [{not_written: shop}]\n", "`a` is created, and nothing says what it is. Add `entity: …`."},
        Broken{"    when: [{create: a, entity: card, shop: {lable: A}}]\n    then: [{not_written: shop}]\n", "`item` on shop has no field `lable`. Did you mean label?"},
        Broken{"    when: [{create: a, entity: card, office: {no: one}}]\n    then: [{not_written: shop}]\n", "`no` is int, and \"one\" is not. Write a whole number."},
        Broken{"    when: [{create: a, entity: card, office: {day: 1/2/26}}]\n    then: [{not_written: shop}]\n", "`day` is date, and \"1/2/26\" is not. Write it as 2026-01-31."},
        Broken{"    when: [{create: a, edit: a, entity: card, shop: {label: A}}]\n    then: [{not_written: shop}]\n", "an event says `create` and `edit` at once."},
        Broken{"    when: [{entity: card}]\n    then: [{not_written: shop}]\n", "an event says nothing. Write one of: create, edit"},
        Broken{"    when: [{wait: 1m}, {first_load: true}]\n    then: [{not_written: shop}]\n", "`first_load` is not the first event."},
        Broken{"    when: [{wait: 1m}]\n    then: [{conflict: title, winner: shop}]\n", "`conflict` does not say all of it. Add `of: RECORD`."},
        Broken{"    when: [{wait: 1m}]\n    then: [{item: drift, reasons: x}]\n", "Did you mean reason?"},
        Broken{"    when: [{wait: soon}]\n    then: [{not_written: shop}]\n", "is not a length of time: \"soon\"."},
        Broken{"    when: [{wait: 1m}]\n    then: [{not_written: shopp}]\n", "is not a side: \"shopp\"."}));

TEST(ExamplesTest, AnEventThatCannotHappenIsTold) {
  EXPECT_THAT(WrongOf("    when: [{create: hat, entity: card, shop: {label: Hat}}, {edit: hat, office: {title: A}}]\n    then: [{not_written: shop}]\n"),
              HasSubstr("`hat` has no record in office yet."));
  EXPECT_THAT(WrongOf("    when: [{resolve: drift, choice: revert}]\n    then: [{not_written: shop}]\n"), HasSubstr("No work item drift is open; none is."));
}

TEST(ExamplesTest, ASystemAnswersAsTheExampleSays) {
  // Busy twice, then it takes the write; and it gives the card a price of its own.
  EXPECT_EQ(WrongOf(std::string(kGiven) + "    answers: [{to: update, entity: card, in: office, fails: again, code: BUSY, times: 2}, {to: update, entity: card, office: {price: 9}}]\n"
                                          "    when: [{edit: ball, shop: {label: Disc}}]\n    then: [{holds: ball, office: {title: Disc, price: 9}, shop: {cost: 9}}]\n"),
            "");
  EXPECT_EQ(WrongOf(std::string(kGiven) + "    answers: [{to: update, entity: card, in: office, fails: never, code: REFUSED, text: No.}]\n"
                                          "    when: [{edit: ball, shop: {label: Disc}}]\n    then: [{item: dead_letter, of: ball}, {holds: ball, office: {title: Ball}}]\n"),
            "");
}

TEST(ExamplesTest, RulesThatNeverRestAreTold) {
  // The title grows with every write.
  std::string pack = kCards;
  const std::string rule = "      title: {office: {field: title, lens: [{fit: {length: 10, over: refuse}}]}, shop: label}\n";
  pack.replace(pack.find(rule), rule.size(), "      title: {office: {formula: \"coalesce(shop.label, '') + 'x'\"}, shop: label, direction: office -> shop}\n");
  TestPack files;
  files.File("try/pack.yaml", pack + "examples:\n  one:\n    given: {ball: {entity: card, office: {no: 1}}}\n    when: [{wait: 1m}]\n    then: [{linked: ball}]\n");
  EXPECT_THAT(files.Wrong(), HasSubstr("The rules do not come to rest"));
}

TEST(ExamplesTest, AnOverlayRunsItsOwnAndThoseItExtends) {
  TestPack files;
  const std::string example = "    when: [{create: hat, entity: card, office: {no: 5, title: Hat}}]\n    then: [{created: hat, shop: {label: Hat}}]\n";
  files.File("cards/pack.yaml", std::string(kCards) + "examples:\n  first:\n" + example + "  second:\n" + example);
  files.File("try/pack.yaml", "name: try\nversion: \"1\"\nextends: cards\nexamples:\n  second: ~\n  third:\n" + example);
  EXPECT_THAT(files.Names(), ElementsAre("first", "third"));
  EXPECT_EQ(files.Wrong(), "");

  // The overlay changes what the base promises: the base's own example says so, where it stands.
  files.File("try/pack.yaml", "name: try\nversion: \"1\"\nextends: cards\nentities:\n  card:\n    life:\n      office: {create: park, reason: not_here}\n");
  EXPECT_THAT(files.Wrong(), HasSubstr(Place(4, "cards") + "`hat` was to be created in shop"));
}

TEST(ExamplesTest, ParametersAreTheExamplesOwnAndNotTheCustomers) {
  TestPack files;
  std::string pack = kCards;
  const std::string rule = "shop: label}\n";
  pack.replace(pack.find(rule), rule.size(), "shop: {field: label, lens: [trim]}}\n      loud: {enabled: param.shout, office: {formula: \"'!'\"}, shop: loud, direction: office -> shop}\n");
  pack.replace(pack.find("code: {writable: true}}"), 23, "code: {writable: true}, loud: {writable: true}}");
  files.File("try/pack.yaml", pack + "examples:\n  quiet:\n    when: [{create: hat, entity: card, office: {no: 5, title: Hat}}]\n    then: [{holds: hat, shop: {loud: ~}}]\n"
                                     "  loud:\n    parameters: {shout: \"true\"}\n    when: [{create: hat, entity: card, office: {no: 5, title: Hat}}]\n    then: [{holds: hat, shop: {loud: \"!\"}}]\n");
  files.Set("shout", "true");
  EXPECT_EQ(files.Wrong(), "");
}

TEST(ExamplesTest, APackWhoseExamplesFailIsRefusedWithAllOfThem) {
  TestPack files;
  files.File("try/pack.yaml", std::string(kCards) + "examples:\n  one:\n    when: [{wait: 1m}]\n    then: [{item: drift}, {item: noise}]\n  two:\n    when: [{wait: 1m}]\n    then: [{not_written: shop}]\n");
  const absl::Status status = CheckExamples("/packs/try", files.Options());
  EXPECT_EQ(ReasonOf(status), "PACK_EXAMPLES_FAIL");
  EXPECT_THAT(std::string(status.message()), HasSubstr("1 of the 2 examples"));
  EXPECT_THAT(std::string(status.message()), HasSubstr("one  " + Place(4) + "A work item drift was to be open; none is."));
  EXPECT_THAT(std::string(status.message()), HasSubstr("A work item noise"));
}

}  // namespace
}  // namespace entente
