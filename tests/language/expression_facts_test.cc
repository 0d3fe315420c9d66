#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/language/expression/facts.h"

// What is said of an expression without evaluating it.
namespace entente {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Expression E(std::string_view text) {
  Environment environment;
  for (const char* name : {"sage", "ssm", "param"}) environment.Declare(name, Type::Record({}, true));
  return Expression::Compile(text, environment).value();
}

Facts Filled(std::set<std::string> paths) { return {std::move(paths), {}}; }

TEST(FactsTest, ABranchThatCannotBeTakenIsNotRead) {
  const Expression phase = E("!blank(sage.CT_Num) ? sage.CT_Prospect == 1 : fold(ssm.statusId) == 'prospect'");

  EXPECT_THAT(PathsReadWhen(phase, {}), ElementsAre("sage.CT_Num", "sage.CT_Prospect", "ssm.statusId"));
  EXPECT_THAT(PathsReadWhen(phase, Filled({"sage.CT_Num"})), ElementsAre("sage.CT_Prospect"));
}

TEST(FactsTest, WhatIsDecidedReadsNothing) {
  const Expression placeholder = E("blank(sage.AR_Ref) && trim(ssm.extId) == param.placeholder");

  EXPECT_EQ(TruthOf(placeholder, Filled({"sage.AR_Ref"})), false);
  EXPECT_THAT(PathsReadWhen(placeholder, Filled({"sage.AR_Ref"})), IsEmpty());
  EXPECT_EQ(TruthOf(placeholder, {}), std::nullopt);
}

TEST(FactsTest, ARecordAsAWholeIsItsNameAlone) { EXPECT_THAT(PathsReadWhen(E("size(sage) > 3"), {}), ElementsAre("sage")); }

TEST(FactsTest, AKeyIsBlankOnlyWhereItsPartsMayBe) {
  EXPECT_TRUE(MayBeBlank(E("upper(trim(sage.CT_Num))"), {}));
  EXPECT_FALSE(MayBeBlank(E("upper(trim(sage.CT_Num))"), Filled({"sage.CT_Num"})));
  EXPECT_FALSE(MayBeBlank(E("ssm.id == null ? '' : param.prefix + lpad(string(ssm.id), 8, '0')"), Filled({"ssm.id"})));
  EXPECT_TRUE(MayBeBlank(E("ssm.id == null ? '' : 'SSM'"), {}));
  EXPECT_FALSE(MayBeBlank(E("blank(sage.DO_Piece) ? '' : 'I:' + sage.DO_Piece"), Filled({"sage.DO_Piece"})));
  EXPECT_FALSE(MayBeBlank(E("coalesce(trim(sage.FA_Intitule), sage.FA_CodeFamille)"), Filled({"sage.FA_CodeFamille"})));
  EXPECT_TRUE(MayBeBlank(E("digits(sage.CT_Siret)"), Filled({"sage.CT_Siret"})));
  EXPECT_TRUE(MayBeBlank(E("'  '"), {}));
}

TEST(FactsTest, AConditionThatHoldsSaysSomethingOfItsParts) {
  const Expression has_mail = E("!blank(lower( sage.CO_EMail )) || blank(sage.CO_No)");
  const Expression mail = E("(lower(sage.CO_EMail))");
  Facts facts = Filled({"sage.CO_No"});
  EXPECT_TRUE(MayBeBlank(mail, facts));

  facts.holds = {&has_mail};

  EXPECT_FALSE(MayBeBlank(mail, facts));
}

TEST(FactsTest, WhatIsNotKnownIsNotClaimed) {
  const Expression either = E("sage.a == 1 || sage.b == 2");
  Facts facts;
  facts.holds = {&either};

  EXPECT_EQ(TruthOf(either, facts), true);
  EXPECT_EQ(TruthOf(E("sage.a == 1"), facts), std::nullopt);
  EXPECT_EQ(TruthOf(E("sage.a == 1 && sage.b == 2"), facts), std::nullopt);
}

}  // namespace
}  // namespace entente
