#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/language/pack.h"

// R13: custom fields are mapped by a pattern, with their types.
namespace entente {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr const char* kSage = R"(catalogue sage-1
resource party
  1 CT_Num TEXT required
  2 cust_colour TEXT writable
  3 cust_grade INT writable
  4 cust_opened DATE writable
  5 cust_alone TEXT writable
)";
constexpr const char* kSsm = R"(catalogue ssm-1
resource accounts
  1 extId TEXT writable
  2 Z_colour TEXT writable
  3 Z_grade TEXT writable
  4 Z_opened DATE writable
)";

class Wildcards : public ::testing::Test {
 protected:
  absl::StatusOr<LoadedPack> Load(const std::string& fields, const std::string& catalogues = "sides:\n  sage: {catalogue_file: sage.catalogue}\n  ssm: {catalogue_file: ssm.catalogue}\n") {
    LoadOptions options;
    options.search_path = {std::string(ENTENTE_SOURCE_DIR) + "/rules"};
    options.parameters = {{"default_branch", "Siège"}, {"default_sales_rep", "admin"}, {"user_default_phone", "0100000000"}};
    options.warnings = &warnings_;
    options.problems = &problems_;
    const std::string pack = "name: try\nversion: \"1\"\nextends: ssm\n" + catalogues + "entities:\n  party:\n    fields:\n" + fields;
    return LoadWholePack(PackFiles{"try/pack.yaml", {{"try/pack.yaml", pack}, {"try/sage.catalogue", kSage}, {"try/ssm.catalogue", kSsm}}}, options);
  }
  std::vector<std::string> CustomFields(const Pack& pack) {
    std::vector<std::string> names;
    for (const FieldRule& field : pack.Entity("party")->fields) {
      if (field.name.starts_with("custom_")) names.push_back(field.name + " " + field.sides[Side::kLeft].native + " " + field.sides[Side::kRight].native);
    }
    return names;
  }
  std::vector<Problem> warnings_, problems_;
};

constexpr const char* kCustom = "      custom_*: {sage: \"cust_*\", ssm: \"Z_*\", direction: sage -> ssm}\n";

TEST_F(Wildcards, StandForEveryFieldThatBothSidesHaveWithTheSameType) {
  const auto pack = Load(kCustom);
  ASSERT_TRUE(pack.ok()) << pack.status();
  EXPECT_THAT(CustomFields(*pack->pack), ElementsAre("custom_colour cust_colour Z_colour", "custom_opened cust_opened Z_opened"));
  EXPECT_EQ(pack->pack->Entity("party")->Field("custom_colour")->PolicyIn("customer").flow, Flow::kToRight);
  ASSERT_THAT(warnings_, SizeIs(1));
  EXPECT_THAT(warnings_[0].sentence, HasSubstr("`cust_grade` out: it is int on sage and text on ssm"));
  EXPECT_EQ(warnings_[0].at.line, 10);
}

TEST_F(Wildcards, LeaveToTheirOwnRuleWhatIsMappedByName) {
  const auto pack = Load(std::string(kCustom) + "      colour: {sage: cust_colour, ssm: Z_colour, direction: both}\n");
  ASSERT_TRUE(pack.ok()) << pack.status();
  EXPECT_THAT(CustomFields(*pack->pack), ElementsAre("custom_opened cust_opened Z_opened"));
}

TEST_F(Wildcards, AreOfThePackThatIsSentAndHashed) {
  const auto pack = Load(kCustom);
  ASSERT_TRUE(pack.ok()) << pack.status();
  EXPECT_EQ(pack->files.texts.at("try/sage.catalogue"), kSage);
}

TEST_F(Wildcards, WithoutACatalogueAreRefusedWithTheRemedy) {
  const auto pack = Load(kCustom, "");
  ASSERT_FALSE(pack.ok());
  ASSERT_THAT(problems_, SizeIs(1));
  EXPECT_THAT(problems_[0].sentence, HasSubstr("names no catalogue of sage"));
  EXPECT_THAT(problems_[0].remedy, HasSubstr("--catalogue"));
  EXPECT_EQ(problems_[0].at.line, 7);
}

TEST_F(Wildcards, WithAPatternOnOneSideOnlyAreRefused) {
  const auto pack = Load("      custom_*: {sage: \"cust_*\", ssm: extId, direction: sage -> ssm}\n");
  ASSERT_FALSE(pack.ok());
  EXPECT_THAT(problems_.at(0).sentence, HasSubstr("do not hold one `*` each"));
}

TEST_F(Wildcards, OfACatalogueThatIsNotThereAreRefused) {
  const auto pack = Load(kCustom, "sides:\n  sage: {catalogue_file: nowhere.catalogue}\n  ssm: {catalogue_file: ssm.catalogue}\n");
  ASSERT_FALSE(pack.ok());
  EXPECT_THAT(problems_.at(0).sentence, HasSubstr("`nowhere.catalogue` of sage cannot be read"));
}

}  // namespace
}  // namespace entente
