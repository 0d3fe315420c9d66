#include "engine/plan/what_if.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "tests/support/ssm_world.h"

namespace entente::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;

// City in capitals, Sage's alone.
constexpr char kCapitals[] = R"yaml(entities:
  party:
    fields:
      city:
        direction: sage -> ssm
        sage: {field: ~, lens: ~, formula: "upper(coalesce(sage.CT_Ville, ''))"}
)yaml";
constexpr char kCrmMayCreateCustomers[] = "entities:\n  party:\n    phases:\n      customer:\n        life: {ssm: {create: allowed}}\n";

// A company in agreement, some of it not: a customer the CRM made waits.
class AgreedWorld : public SsmWorld {
 public:
  AgreedWorld() {
    SageParty("ACME", "Acme", false, {{"CT_Ville", "Vannes"}});
    SageParty("BREST", "Brest et fils", false, {{"CT_Ville", "BREST"}});
    SageParty("PROS", "Prospère", true, {{"CT_Ville", "Lorient"}});
    SageContact("PROS", "Durand", "Anne");
    SageArticle("A1", "Chaise", "10.00");
    SageArticle("A2", "Table", "20.00");
    FirstLoad();
    CrmAccount("Né ailleurs", "Client", {{"city", "Auray"}});
    Settle();
    ResetCounts();
  }
};

const RuleEffect& EffectOf(const WhatIf& what_if, const std::string& rule) {
  const auto found = std::find_if(what_if.rules.begin(), what_if.rules.end(), [&](const RuleEffect& effect) { return effect.change.name == rule; });
  EXPECT_NE(found, what_if.rules.end()) << rule;
  return *found;
}

TEST(WhatIf, OfTheSameRulesIsNothing) {
  AgreedWorld world;
  const auto what_if = world.MakeWhatIf(OverlaidRules(""));
  ASSERT_TRUE(what_if.ok()) << what_if.status();
  EXPECT_EQ(what_if->reached, 0);
  EXPECT_EQ(what_if->looked, 0);
  EXPECT_THAT(what_if->plan.writes, IsEmpty());
}

TEST(WhatIf, NamesWhatWouldBeWrittenBecauseOfWhichRule) {
  AgreedWorld world;
  const auto what_if = world.MakeWhatIf(OverlaidRules(kCapitals));
  ASSERT_TRUE(what_if.ok()) << what_if.status();
  EXPECT_EQ(world.writes(), 0);

  // Brest is in capitals already; of the CRM's own customer nothing is written either way.
  const RuleEffect& city = EffectOf(*what_if, "party.city");
  EXPECT_THAT(city.writes[Side::kRight], ElementsAre(Pair(Verb::kUpdate, 2)));
  EXPECT_THAT(city.writes[Side::kLeft], IsEmpty());
  ASSERT_THAT(city.samples, SizeIs(2));
  EXPECT_EQ(FieldOf(city.samples.front().write.before, "city"), Value("Vannes"));
  EXPECT_EQ(FieldOf(city.samples.front().write.writes, "city"), Value("VANNES"));
  EXPECT_TRUE(what_if->others.is_silent());
}

TEST(WhatIf, LooksAtEntitiesThatAreTouchedAndDecidesWhatIsReached) {
  AgreedWorld world;
  const auto what_if = world.MakeWhatIf(OverlaidRules(kCapitals));
  ASSERT_TRUE(what_if.ok()) << what_if.status();
  EXPECT_EQ(what_if->looked, static_cast<std::int64_t>(world.Links("party").size()));
  EXPECT_LT(what_if->looked, what_if->links);
  // Two that would be written otherwise, and the one that waits.
  EXPECT_THAT(what_if->reached_in, ElementsAre(Pair("party", 3)));
  EXPECT_EQ(what_if->plan.links, 3);
}

TEST(WhatIf, ShowsWhoNoLongerWaits) {
  AgreedWorld world;
  const auto what_if = world.MakeWhatIf(OverlaidRules(kCrmMayCreateCustomers));
  ASSERT_TRUE(what_if.ok()) << what_if.status();
  const RuleEffect& life = EffectOf(*what_if, "party.phase.customer.life.ssm");
  EXPECT_THAT(life.freed, ElementsAre(Pair("create_not_allowed_here", 1)));
  EXPECT_THAT(life.writes[Side::kLeft], ::testing::Contains(Pair(Verb::kCreate, 1)));
}

TEST(WhatIf, ShowsWhoWouldWait) {
  AgreedWorld world;
  const auto what_if = world.MakeWhatIf(OverlaidRules(R"yaml(entities:
  party:
    checks:
      capitals: {severity: error, holds: "blank(sage.CT_Ville) || sage.CT_Ville == upper(sage.CT_Ville)", message: {fr: "Minuscules.", en: "Lower case."}}
)yaml"));
  ASSERT_TRUE(what_if.ok()) << what_if.status();
  EXPECT_THAT(EffectOf(*what_if, "party.check.capitals").parked, ElementsAre(Pair("capitals", 2)));
}

TEST(WhatIf, ShowsRecordsThatFallOutOfScope) {
  AgreedWorld world;
  const auto what_if = world.MakeWhatIf(OverlaidRules("entities:\n  party:\n    sage: {in_scope: \"sage.CT_Ville != 'Lorient'\"}\n"));
  ASSERT_TRUE(what_if.ok()) << what_if.status();
  EXPECT_EQ(EffectOf(*what_if, "party.records.sage").leave[Side::kLeft], 1);
}

TEST(WhatIf, SaysWhatItCannotKnow) {
  AgreedWorld world;
  const auto what_if = world.MakeWhatIf(OverlaidRules("entities:\n  party:\n    fields:\n      nickname: {sage: CT_Statistique10, ssm: phone3}\n"));
  ASSERT_TRUE(what_if.ok()) << what_if.status();
  EXPECT_EQ(what_if->unread, (NativeFields{{{Side::kLeft, "party"}, {"CT_Statistique10"}}, {{Side::kRight, "accounts"}, {"phone3"}}}));
  EXPECT_THAT(what_if->plan.writes, IsEmpty());
}

TEST(WhatIf, OfAPackForOtherSystemsIsRefused) {
  AgreedWorld world;
  LoadedPack other = OverlaidRules("");
  Pack changed = *other.pack;
  changed.sides[Side::kRight].system = "another";
  other.pack = std::make_shared<const Pack>(std::move(changed));
  EXPECT_THAT(std::string(world.MakeWhatIf(other).status().message()), HasSubstr("PACK_OF_OTHER_SYSTEMS"));
}

// ------------------------------------------------------------------------------------------------ what is shown is what is done

// Changes of the party's rules, and one of the products'.
struct Piece {
  const char* field = "";
  const char* rule = "";
  const char* product = "";
};
const std::vector<Piece>& Pieces() {
  static const std::vector<Piece> kPieces = {
      {.field = "      city:\n        direction: sage -> ssm\n        sage: {field: ~, lens: ~, formula: \"upper(coalesce(sage.CT_Ville, ''))\"}\n"},
      {.field = "      postcode:\n        ssm: {field: postcode, lens: [{case: upper}]}\n"},
      {.rule = "    phases:\n      customer:\n        life: {ssm: {create: allowed}}\n"},
      {.field = "      region: {direction: none}\n"},
      {.rule = "    sage: {in_scope: \"sage.CT_Ville != 'Lorient'\"}\n"},
      {.field = "      address1: {direction: ssm -> sage}\n"},
      {.rule = "    checks:\n      known: {severity: error, holds: \"sage.CT_Ville != 'Vannes'\", message: {fr: \"Non.\", en: \"No.\"}}\n"},
      {.field = "      address2: {direction: sage -> ssm, sage: {field: ~, lens: ~, formula: \"coalesce(sage.CT_Adresse, '')\"}}\n"},
      {.rule = "    match:\n      city: {sage: \"coalesce(sage.CT_Ville, '')\", ssm: \"coalesce(ssm.city, '')\"}\n"},
      {.product = "  product:\n    fields:\n      name:\n        sage: {field: ~, lens: ~, formula: \"upper(coalesce(sage.AR_Design, ''))\"}\n        direction: sage -> ssm\n"}};
  return kPieces;
}

// One piece, two beside each other, or all: each made once, because it is proved like any pack.
const LoadedPack& AnyOverlay() {
  const std::size_t first = *rc::gen::inRange<std::size_t>(0, Pieces().size());
  const std::vector<std::size_t> counts = {1, 2, 1, 2, Pieces().size()};
  const std::size_t count = *rc::gen::elementOf(counts);
  std::string party, fields, text;
  for (std::size_t i = 0; i < count; ++i) {
    const Piece& piece = Pieces()[(count == Pieces().size() ? i : first + i) % Pieces().size()];
    fields += piece.field;
    party += piece.rule;
    text += piece.product;
  }
  if (!fields.empty()) party += "    fields:\n" + fields;
  if (!party.empty()) text += "  party:\n" + party;
  static std::map<std::string, LoadedPack> known;
  LoadedPack& held = known[text];
  if (!held.pack) held = OverlaidRules("entities:\n" + text);
  return held;
}

std::string AnyCity() { return *rc::gen::element<std::string>("Vannes", "VANNES", "Lorient", "Auray", ""); }

void Populate(SsmWorld& world) {
  const int parties = *rc::gen::inRange(1, 6);
  for (int i = 0; i < parties; ++i) {
    Fields more;
    if (const std::string city = AnyCity(); !city.empty()) more["CT_Ville"] = city;
    if (*rc::gen::arbitrary<bool>()) more["CT_Adresse"] = "Quai " + std::to_string(i);
    if (*rc::gen::arbitrary<bool>()) more["CT_CodePostal"] = "56b" + std::to_string(i);
    const std::string code = "P" + std::to_string(i);
    world.SageParty(code, "Société " + std::to_string(i), *rc::gen::arbitrary<bool>(), more);
    if (*rc::gen::arbitrary<bool>()) world.SageContact(code, "Nom" + std::to_string(i), "Anne");
  }
  for (int i = *rc::gen::inRange(0, 3); i > 0; --i) world.SageArticle("A" + std::to_string(i), "Chaise " + std::to_string(i), "10.00");
  world.FirstLoad();
  for (int i = *rc::gen::inRange(0, 3); i > 0; --i) {
    Fields more;
    if (const std::string city = AnyCity(); !city.empty()) more["city"] = city;
    world.CrmAccount("Né ailleurs " + std::to_string(i), *rc::gen::arbitrary<bool>() ? "Client" : "Prospect", more);
  }
  world.Settle();
}

using Done = std::multiset<std::tuple<LinkId, Side, Verb, std::string>>;

std::string TextOf(const Fields& fields) {
  std::string text;
  for (const auto& [name, value] : fields) text += name + "=" + value.ToDisplay() + ";";
  return text;
}

RC_GTEST_PROP(WhatIf, OnAWorldThatStandsStillIsWhatActivationWrites, ()) {
  SsmWorld world;
  Populate(world);
  const LoadedPack& after = AnyOverlay();
  const auto what_if = world.MakeWhatIf(after);
  if (!what_if.ok()) RC_FAIL(std::string(what_if.status().message()));
  world.ResetCounts();
  RC_ASSERT(world.Activate(after).ok());
  world.Settle();
  world.RunFor(absl::Minutes(1));

  std::map<std::string, std::string> bindings;
  for (const PlannedWrite& write : what_if->plan.writes) {
    if (write.makes.empty()) continue;
    for (const Link& link : world.Links()) {
      if (link.id == write.link) bindings[write.makes] = link.members[write.side].key;
    }
  }
  Done planned, done;
  for (const PlannedWrite& write : what_if->plan.writes) planned.emplace(write.link, write.side, write.verb, TextOf(Bound(write.writes, bindings)));
  for (const auto& [side, operation] : world.performed()) done.emplace(operation.link, side, operation.verb, TextOf(operation.fields));
  if (planned != done) {
    std::string story = "planned:\n";
    for (const auto& [link, side, verb, text] : planned) story += std::to_string(link) + (side == Side::kLeft ? " sage " : " ssm ") + std::to_string(static_cast<int>(verb)) + " " + text + "\n";
    story += "done:\n";
    for (const auto& [link, side, verb, text] : done) story += std::to_string(link) + (side == Side::kLeft ? " sage " : " ssm ") + std::to_string(static_cast<int>(verb)) + " " + text + "\n";
    RC_FAIL(story + world.Story());
  }
}

}  // namespace
}  // namespace entente::testing
