#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/certificate/certificate.h"
#include "tests/certificate/mutants.h"
#include "tests/language/pack_loading.h"

// The packs that are shipped are certified, and what is wrong with a pack is found with its place.
namespace entente::certificate {
namespace {

using ::testing::HasSubstr;

std::string Refusals(const Certificate& certificate) {
  std::string text;
  for (const Refusal& refusal : certificate.refusals) text += std::string(refusal.law) + "  " + ToText(refusal) + "\n";
  return text;
}

PackPtr Loaded(PackLoading& loading, bool is_overlay = false) {
  absl::StatusOr<PackPtr> pack = is_overlay ? loading.LoadOverlay() : loading.LoadSsm();
  EXPECT_TRUE(pack.ok()) << pack.status();
  return *pack;
}

Certificate CertifiedOverlay(const std::string& content) {
  PackLoading loading;
  loading.Overlay(content);
  return Certify(*Loaded(loading, true));
}

// The refusals of one law.
std::vector<Refusal> Of(const Certificate& certificate, std::string_view law) {
  std::vector<Refusal> found;
  for (const Refusal& refusal : certificate.refusals) {
    if (refusal.law == law) found.push_back(refusal);
  }
  return found;
}

TEST(PacksTest, SsmIsCertified) {
  PackLoading loading;
  const Certificate certificate = Certify(*Loaded(loading));

  EXPECT_EQ(Refusals(certificate), "");
  EXPECT_GT(certificate.fields.size(), 130u);
  EXPECT_GT(certificate.states, 10'000);
  EXPECT_LE(certificate.rounds, kRoundsMax);
  EXPECT_EQ(certificate.parents, 1) << "an invoice waits for its party, a price for its product";
}

struct Options {
  const char* name;
  std::map<std::string, std::string> parameters;
};

void PrintTo(const Options& options, std::ostream* out) { *out << options.name; }

class OptionsTest : public ::testing::TestWithParam<Options> {};

TEST_P(OptionsTest, AreCertifiedToo) {
  PackLoading loading;
  for (const auto& [name, value] : GetParam().parameters) loading.Set(name, value);

  EXPECT_EQ(Refusals(Certify(*Loaded(loading))), "");
}

INSTANTIATE_TEST_SUITE_P(
    Ssm, OptionsTest,
    ::testing::Values(Options{"KeepAndFlag", {{"customers_foreign_edits", "keep_and_flag"}, {"products_foreign_edits", "keep_and_flag"}, {"users_foreign_edits", "revert"}}},
                      Options{"ReadOnly", {{"customers_foreign_edits", "mark_read_only"}, {"products_foreign_edits", "mark_read_only"}}},
                      Options{"Dormant", {{"status_dormant_prospect", "Prospect dormant"}, {"status_dormant_customer", "Client dormant"}}},
                      Options{"DeletionByOrigin", {{"contact_delete_in_crm", "unlink"}, {"contact_delete_if_born_in_crm", "propagate"}}},
                      Options{"MoreFields",
                              {{"send_cost", "true"}, {"segment_source", "CT_Statistique01"}, {"account_type_source", "CT_Qualite"}, {"contact_type_source", "contact_type"}, {"quote_series", "1"}}},
                      Options{"FewerFields", {{"party_block", "false"}, {"contact_job_line", "false"}, {"contact_type_source", "none"}, {"user_scope", "all"}}}),
    [](const auto& options) { return std::string(options.param.name); });

TEST(PacksTest, ThePacksOfTheBenchmarkAreCertified) {
  for (const char* name : {"people", "quotes"}) {
    PackLoading loading;
    const absl::StatusOr<PackPtr> pack = loading.Load(std::string(ENTENTE_SOURCE_DIR) + "/tools/benchmark/packs/" + name);
    ASSERT_TRUE(pack.ok()) << pack.status();
    EXPECT_EQ(Refusals(Certify(**pack)), "") << name;
  }
}

TEST(PacksTest, TheBaseIsProvedInThePacksThatExtendIt) {
  PackLoading loading;

  EXPECT_FALSE(loading.Load(PackLoading::Rules() + "/base").ok()) << "it names no systems, so nothing can run it";
}

TEST(PacksTest, ASideThatWinsAfterAPauseIsCertifiedToo) {
  EXPECT_EQ(Refusals(CertifiedOverlay("on_resume: {shared_fields: sage}\n")), "");
  EXPECT_EQ(Refusals(CertifiedOverlay("on_resume: {shared_fields: ssm}\n")), "");
}

TEST(PacksTest, ASealReadsWhatItsSideAloneOwns) {
  const Certificate certificate = CertifiedOverlay(
      "entities:\n"
      "  party:\n"
      "    seal: {when: sage.CT_Ville == 'LYON', side: sage, fields: [code], correction: {by_approval: true, message: {fr: Non, en: No}}}\n");
  const std::vector<Refusal> found = Of(certificate, law::kOneOwner);

  ASSERT_EQ(found.size(), 1u) << Refusals(certificate);
  EXPECT_THAT(found[0].problem.sentence, HasSubstr("The condition of what is sealed of `party` reads `sage.CT_Ville of party`"));
  EXPECT_EQ(found[0].problem.at.line, 6);
}

TEST(PacksTest, TheSamePackHasTheSameHashAndAnotherPackAnother) {
  PackLoading first, second, other;
  other.Set("party_block", "false");
  const std::string hash = Certify(*Loaded(first)).hash;

  EXPECT_EQ(hash.size(), 32u);
  EXPECT_EQ(Certify(*Loaded(second)).hash, hash);
  EXPECT_NE(Certify(*Loaded(other)).hash, hash);
}

TEST(PacksTest, TheCertificateIsPrintedForPeopleAndPrograms) {
  PackLoading loading;
  const Certificate certificate = Certify(*Loaded(loading));

  EXPECT_THAT(ToText(certificate), HasSubstr("certificate " + certificate.hash));
  EXPECT_THAT(ToText(certificate), HasSubstr("party, prospect"));
  EXPECT_THAT(ToText(certificate, true), HasSubstr("party.name, prospect"));
  EXPECT_THAT(ToJson(certificate), HasSubstr("\"certified\": true"));
}

// ------------------------------------------------------------------------------------------------ what is wrong

TEST(PacksTest, AConditionMayNotReadAFieldBothSidesFill) {
  const Certificate certificate = CertifiedOverlay(
      "entities:\n"
      "  party:\n"
      "    phases:\n"
      "      prospect:\n"
      "        when: sage.CT_Ville == 'LYON'\n");
  const std::vector<Refusal> found = Of(certificate, law::kOneOwner);

  ASSERT_FALSE(found.empty()) << Refusals(certificate);
  EXPECT_THAT(found[0].problem.sentence, HasSubstr("The condition of the phase `prospect` of `party` reads `sage.CT_Ville of party`, which `city` fills from both sides."));
  EXPECT_EQ(found[0].problem.at.file, "try/pack.yaml");
  EXPECT_EQ(found[0].problem.at.line, 8);
  EXPECT_THAT(found[0].problem.remedy, HasSubstr("one side alone owns"));
}

TEST(PacksTest, AConditionMayNotReadTheCopyThatTheEngineWrites) {
  const Certificate certificate = CertifiedOverlay(
      "entities:\n"
      "  party:\n"
      "    phases:\n"
      "      prospect:\n"
      "        when: blank(ssm.extId)\n");
  const std::vector<Refusal> found = Of(certificate, law::kOneOwner);

  ASSERT_EQ(found.size(), 1u) << Refusals(certificate);
  EXPECT_THAT(found[0].problem.sentence, HasSubstr("reads `ssm.extId of party`, which `code` writes: the engine's own write would change what it says."));
  EXPECT_THAT(found[0].problem.remedy, HasSubstr("on that side."));
}

TEST(PacksTest, FieldsMayNotFeedEachOther) {
  const Certificate certificate = CertifiedOverlay(
      "entities:\n"
      "  party:\n"
      "    fields:\n"
      "      there: {direction: sage -> ssm, sage: {formula: \"upper(sage.CT_Statistique05)\"}, ssm: phone2}\n"
      "      back: {direction: ssm -> sage, sage: CT_Statistique05, ssm: {formula: \"ssm.phone2 + '!'\"}}\n");
  const std::vector<Refusal> found = Of(certificate, law::kAcyclic);

  ASSERT_EQ(found.size(), 1u) << Refusals(certificate);
  EXPECT_THAT(found[0].problem.sentence, HasSubstr("`party.there` writes ssm.phone2 of party, `party.back` writes sage.CT_Statistique05 of party"));
  EXPECT_EQ(found[0].problem.at.line, 7);
}

TEST(PacksTest, AFieldMayNotReadWhatItWrites) {
  const Certificate certificate = CertifiedOverlay(
      "entities:\n"
      "  contact:\n"
      "    fields:\n"
      "      count: {direction: sage -> ssm, sage: {formula: \"sage.CT_Nom + ssm.email2\"}, ssm: email2}\n");

  ASSERT_EQ(Of(certificate, law::kAcyclic).size(), 1u) << Refusals(certificate);
}

TEST(PacksTest, ATextSharedInPartsIsNoCircle) {
  PackLoading loading;
  EXPECT_TRUE(Of(Certify(*Loaded(loading)), law::kAcyclic).empty()) << "the comment and the block in it are apart";
}

TEST(PacksTest, AnEntryThatDecidesNothingIsNamedWithItsPlace) {
  const Certificate certificate = CertifiedOverlay(
      "entities:\n"
      "  user:\n"
      "    fields:\n"
      "      email:\n"
      "        conflict: newest\n");
  const std::vector<Refusal> found = Of(certificate, law::kReachable);

  ASSERT_EQ(found.size(), 1u) << Refusals(certificate);
  EXPECT_THAT(found[0].problem.sentence, HasSubstr("`conflict` of user.email decides nothing"));
  EXPECT_EQ(found[0].problem.at.line, 8);
  EXPECT_FALSE(found[0].problem.remedy.empty());
}

TEST(PacksTest, ALifeThatDecidesNothingIsNamed) {
  const Certificate certificate = CertifiedOverlay(
      "entities:\n"
      "  contact:\n"
      "    life:\n"
      "      ssm: {approve_delete: true}\n");

  ASSERT_EQ(Of(certificate, law::kReachable).size(), 1u) << Refusals(certificate);
  EXPECT_THAT(Refusals(certificate), HasSubstr("`approve_delete` of the life of ssm in contact decides nothing"));
}

// ------------------------------------------------------------------------------------------------ the engine's own decisions

class MutantTest : public ::testing::TestWithParam<testing::Mutant> {};

TEST_P(MutantTest, OfTheEnginesDecisionsChangesTheVerdict) {
  PackLoading loading;
  loading.Overlay("on_resume: {shared_fields: sage}\n").Set("contact_delete_if_born_in_crm", "propagate");
  const PackPtr pack = Loaded(loading, true);
  ASSERT_TRUE(Certify(*pack).holds());

  const Certificate certificate = Certify(*pack, GetParam().decisions);

  ASSERT_FALSE(certificate.holds()) << "the defect is not seen";
  const auto proved = std::find_if(certificate.refusals.begin(), certificate.refusals.end(), [](const Refusal& refusal) { return refusal.law != law::kReachable; });
  ASSERT_NE(proved, certificate.refusals.end()) << Refusals(certificate);
  EXPECT_FALSE(proved->trace.empty());
  EXPECT_FALSE(proved->problem.at.file.empty());
}

std::vector<testing::Mutant> AllMutants() {
  std::vector<testing::Mutant> all = testing::MergeMutants();
  for (const testing::Mutant& mutant : testing::LifeMutants()) all.push_back(mutant);
  return all;
}

INSTANTIATE_TEST_SUITE_P(Every, MutantTest, ::testing::ValuesIn(AllMutants()), [](const auto& mutant) { return mutant.param.name; });

}  // namespace
}  // namespace entente::certificate
