// The connector against the stand-in of Sage 100: two programs written from the same reference, so that a misreading shows.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>

#include "absl/strings/str_cat.h"
#include "connectors/sdk/conformance.h"
#include "connectors/sdk/values.h"
#include "tests/connectors/sage100_harness.h"
#include "tools/sandbox/company/company.h"
#include "tools/sandbox/sage/sage_sandbox.h"

namespace entente::sage100::testing {
namespace {

using nlohmann::json;
using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class Sage100Sandbox : public ::testing::Test {
 protected:
  void Start(const std::string& preset = "v11", bool by_minute = false) {
    std::string pattern = (std::filesystem::temp_directory_path() / "sage100-sandbox-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    company_ = sandbox::GenerateCompany(7, sandbox::CompanySize::kSmall);
    sandbox::SageOptions options;
    options.directory = folder_;
    options.preset = preset;
    options.minute_precision = by_minute;
    auto started = sandbox::SageSandbox::Start(options, company_);
    ASSERT_TRUE(started.ok()) << started.status();
    stand_in_ = *std::move(started);
    Sage100Config config = ConfigFor(stand_in_->odbc_connection_string());
    config.gateway_url = stand_in_->gateway_url();
    config.gateway_token = stand_in_->token();
    config.gateway_timeout = absl::Seconds(2);
    sage_ = std::make_unique<Harness>(config);
    sage_->Open();
  }

  void TearDown() override {
    sage_.reset();
    stand_in_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  json Act(const std::string& action, const json& arguments) {
    auto answer = stand_in_->Act(action, arguments);
    EXPECT_TRUE(answer.ok()) << action << ": " << answer.status();
    return answer.ok() ? *answer : json();
  }

  v1::OperationResult Do(v1::Operation::Verb verb, const std::string& resource, const std::string& key,
                         std::vector<std::pair<std::string, v1::Value>> fields) {
    return sage_->Do(sage_->Operation(verb, resource, key, std::move(fields)));
  }

  v1::Change Read(const std::string& resource, const std::string& key) {
    const v1::OperationResult read = Do(v1::Operation::READ, resource, key, {});
    return read.found().changes_size() == 1 ? read.found().changes(0) : v1::Change();
  }

  // Code of the first customer of the sample.
  std::string Customer() const {
    for (const sandbox::Party& party : company_.parties) {
      if (party.CT_Type == 0 && party.CT_Prospect == 0 && party.CT_Sommeil == 0) return party.CT_Num;
    }
    return "";
  }

  std::filesystem::path folder_;
  sandbox::Company company_;
  std::unique_ptr<sandbox::SageSandbox> stand_in_;
  std::unique_ptr<Harness> sage_;
};

TEST_F(Sage100Sandbox, TheConnectorKeepsItsPromises) {
  Start();
  sdk::ConformanceOptions options;
  options.plan.epoch = 1;
  options.touched_resource = "party";
  const std::string code = Customer();
  options.touch = [&](const std::string&) {
    Act("edit", {{"what", "party"}, {"key", code}, {"CT_Ville", "Quimper"}});
    return code;
  };
  const auto findings = sdk::CheckConformance(sage_->connector(), options);
  for (const sdk::Finding& finding : findings) {
    // Sage has no cheap stamp that would mean equal content: a stock movement leaves the article's own row as it is.
    if (finding.promise != "keys_carry_stamps") ADD_FAILURE() << finding.promise << ": " << finding.sentence;
  }
}

TEST_F(Sage100Sandbox, TheWholeCompanyIsListed) {
  Start();
  EXPECT_EQ(sage_->opened().version(), "11.02");
  EXPECT_THAT(sage_->List("collaborator").keys(), SizeIs(company_.collaborators.size()));
  EXPECT_THAT(sage_->List("contact").keys(), ::testing::Not(IsEmpty()));
  EXPECT_THAT(sage_->List("invoice").keys(), SizeIs(company_.invoices.size()));
  EXPECT_THAT(sage_->List("article").keys(), ::testing::Not(IsEmpty()));
  for (const v1::Change& invoice : sage_->List("invoice").changes()) {
    EXPECT_NE(sage_->Text(invoice, "DO_TotalHTNet"), "null") << invoice.key();
    EXPECT_GT(sage_->Value(invoice, "lines").list_value().values_size(), 0) << invoice.key();
  }
}

TEST_F(Sage100Sandbox, EveryResourceIsQuietAfterItsListing) {
  Start();
  for (const char* resource : {"collaborator", "party", "contact", "family", "article", "price_category", "price", "quote", "invoice"}) {
    const KeepingSink first = sage_->Poll(resource, sage_->List(resource).cursor());
    const KeepingSink second = sage_->Poll(resource, first.cursor());
    EXPECT_THAT(second.keys(), IsEmpty()) << resource;
  }
}

TEST_F(Sage100Sandbox, EditsOfPeopleArriveWithinOnePoll) {
  Start();
  const std::string cursor = sage_->Poll("party", sage_->List("party").cursor()).cursor();
  const std::string code = Customer();
  Act("edit", {{"what", "party"}, {"key", code}, {"CT_Ville", "Besançon"}});
  const KeepingSink poll = sage_->Poll("party", cursor);
  ASSERT_THAT(poll.keys(), Contains(code));
  EXPECT_EQ(sage_->Text(Read("party", code), "CT_Ville"), "Besançon");
}

TEST_F(Sage100Sandbox, ALateCommitIsSeen) {
  Start();
  const std::string code = Customer();
  Act("edit", {{"what", "party"}, {"key", code}, {"CT_Ville", "Rennes"}});
  const std::string cursor = sage_->Poll("party", sage_->List("party").cursor()).cursor();
  Act("late-write", {{"action", "edit"}, {"seconds", 100}, {"arguments", {{"what", "party"}, {"key", code}, {"CT_Ville", "Dinan"}}}});
  EXPECT_THAT(sage_->Poll("party", cursor).keys(), Contains(code));
}

TEST_F(Sage100Sandbox, AProspectIsBornChangedAndBornOnce) {
  Start();
  const std::vector<std::pair<std::string, v1::Value>> fields = {{"CT_Num", sdk::Text("SSM00000042")},
                                                                 {"CT_Intitule", sdk::Text("Bœuf & Fils")},
                                                                 {"CT_Telephone", sdk::Text("01 02 03 04 05")}};
  const v1::OperationResult created = Do(v1::Operation::CREATE, "party", "SSM00000042", fields);
  const v1::OperationResult repeated = Do(v1::Operation::CREATE, "party", "SSM00000042", fields);
  const v1::OperationResult updated = Do(v1::Operation::UPDATE, "party", "SSM00000042", {{"CT_Telephone", sdk::NullValue()}});

  ASSERT_TRUE(created.has_receipt()) << created.DebugString();
  EXPECT_EQ(sage_->Text(created.receipt().change(), "CT_Prospect"), "1");
  ASSERT_TRUE(repeated.has_receipt()) << repeated.DebugString();
  EXPECT_TRUE(repeated.receipt().existed());
  ASSERT_TRUE(updated.has_receipt()) << updated.DebugString();
  EXPECT_EQ(sage_->Text(updated.receipt().change(), "CT_Telephone"), "null");
  const v1::Change read = Read("party", "SSM00000042");
  EXPECT_EQ(read.stamp(), updated.receipt().change().stamp()) << "a receipt shows what the feed will show";
}

TEST_F(Sage100Sandbox, ExpectedBlanksHoldWhateverTheirFace) {
  Start();
  ASSERT_TRUE(Do(v1::Operation::CREATE, "party", "SSM00000043", {{"CT_Num", sdk::Text("SSM00000043")}, {"CT_Intitule", sdk::Text("Vide")}}).has_receipt());
  v1::Operation update = sage_->Operation(v1::Operation::UPDATE, "party", "SSM00000043", {{"CT_Ville", sdk::Text("Paris")}});
  *update.add_expected() = sage_->Operation(v1::Operation::UPDATE, "party", "SSM00000043", {{"CT_Ville", sdk::NullValue()}}).fields(0);
  const v1::OperationResult first = sage_->Do(update);
  const v1::OperationResult second = sage_->Do(update);

  EXPECT_TRUE(first.has_receipt()) << first.DebugString();
  EXPECT_EQ(second.failure().class_(), v1::Failure::MOVED_ON) << second.DebugString();
  EXPECT_EQ(sage_->Text(second.failure().current(), "CT_Ville"), "Paris");
}

TEST_F(Sage100Sandbox, AContactIsBornChangedAndDeleted) {
  Start();
  const std::string party = Customer();
  const v1::OperationResult created = Do(v1::Operation::CREATE, "contact", "",
                                         {{"CT_Num", sdk::Ref("party", party)}, {"CT_Nom", sdk::Text("Le Goff")}, {"CT_Prenom", sdk::Text("Zoé")},
                                          {"N_Service", sdk::NullValue()}, {"CT_EMail", sdk::Text("zoe@example.com")}});
  ASSERT_TRUE(created.has_receipt()) << created.DebugString();
  const std::string key = created.receipt().change().key();
  EXPECT_EQ(Read("contact", key).stamp(), created.receipt().change().stamp());
  const v1::OperationResult twin = Do(v1::Operation::CREATE, "contact", "",
                                      {{"CT_Num", sdk::Ref("party", party)}, {"CT_Nom", sdk::Text("Le Goff")}, {"CT_Prenom", sdk::Text("Zoé")}});
  EXPECT_TRUE(twin.receipt().existed()) << twin.DebugString();
  EXPECT_EQ(twin.receipt().change().key(), key);
  EXPECT_TRUE(Do(v1::Operation::DELETE, "contact", key, {}).has_receipt());
  EXPECT_EQ(Read("contact", key).key(), "");
}

TEST_F(Sage100Sandbox, ALostAnswerEndsInOneRecord) {
  Start();
  const std::string party = Customer();
  Act("set-faults", {{"lost_answers", 1}});
  const v1::OperationResult created = Do(v1::Operation::CREATE, "contact", "",
                                         {{"CT_Num", sdk::Ref("party", party)}, {"CT_Nom", sdk::Text("Perdu")}, {"CT_Prenom", sdk::Text("Léo")}});
  ASSERT_TRUE(created.has_receipt()) << created.DebugString();
  EXPECT_TRUE(created.receipt().existed());
  v1::Operation find = sage_->Operation(v1::Operation::FIND, "contact", "", {{"CT_Num", sdk::Ref("party", party)}, {"CT_Nom", sdk::Text("Perdu")}});
  EXPECT_EQ(sage_->Do(find).found().changes_size(), 1);
}

TEST_F(Sage100Sandbox, AQuoteIsPricedMadeAndTurnedIntoAnOrder) {
  Start();
  const std::string party = Customer();
  std::string article;
  for (const v1::Change& change : sage_->List("article").changes()) {
    if (sage_->Text(change, "AR_Sommeil") == "0" && sage_->Text(change, "AG_No1") == "null" && sage_->Text(change, "AR_Nomencl") == "0") {
      article = change.key();
      break;
    }
  }
  const std::vector<std::pair<std::string, v1::Value>> fields = {
      {"DO_Tiers", sdk::Ref("party", party)},
      {"DO_RefExterne", sdk::Text("SSM-1-77")},
      {"DO_Ref", sdk::Text("Chantier")},
      {"DO_Contact", sdk::Text("Anne Durand")},
      {"DO_Date", sdk::DateValue(20500)},
      {"comment", sdk::Text("Livrer avant Noël")},
      {"lines", sdk::ListOf({sdk::MapOf({{"AR_Ref", sdk::Ref("article", article)}, {"DL_Qte", sdk::DecimalValue("3")},
                                         {"DL_Remise01REM_Valeur", sdk::DecimalValue("12.5")}, {"DL_Remise02REM_Valeur", sdk::DecimalValue("0")},
                                         {"DL_Remise03REM_Valeur", sdk::DecimalValue("0")}, {"discounts_more", sdk::ListOf({sdk::DecimalValue("5")})}}),
                             sdk::MapOf({{"DL_Design", sdk::Text("Livraison comprise")}})})}};
  const v1::OperationResult priced = Do(v1::Operation::PRICE, "quote", "", fields);
  const v1::OperationResult made = Do(v1::Operation::CREATE, "quote", "", fields);
  const v1::OperationResult again = Do(v1::Operation::CREATE, "quote", "", fields);

  ASSERT_TRUE(priced.has_receipt()) << priced.DebugString();
  ASSERT_TRUE(made.has_receipt()) << made.DebugString();
  const std::string number = made.receipt().change().key();
  EXPECT_FALSE(number.empty());
  EXPECT_EQ(Show(sage_->Value(priced.receipt().priced(), "quote", "DO_TotalHTNet")), sage_->Text(made.receipt().change(), "DO_TotalHTNet"));
  EXPECT_EQ(Show(sage_->Value(priced.receipt().priced(), "quote", "taxes")), sage_->Text(made.receipt().change(), "taxes"));
  EXPECT_EQ(sage_->Text(made.receipt().change(), "outcome"), "open");
  EXPECT_EQ(sage_->Text(made.receipt().change(), "DO_Ref"), "Chantier");
  EXPECT_EQ(sage_->Text(made.receipt().change(), "DO_Contact"), "Anne Durand");
  EXPECT_EQ(sage_->Text(made.receipt().change(), "DO_Date"), sage_->Text(Read("quote", number), "DO_Date"));
  for (const v1::Value& lines : {sage_->Value(priced.receipt().priced(), "quote", "lines"), sage_->Value(Read("quote", number), "lines")}) {
    ASSERT_EQ(lines.list_value().values_size(), 3) << "article, text, comment";
    EXPECT_EQ(Show(*sdk::FindEntry(lines.list_value().values(0), "DL_Remise01REM_Valeur")), "12.5");
    EXPECT_EQ(Show(*sdk::FindEntry(lines.list_value().values(0), "DL_Remise02REM_Valeur")), "5") << "the slot Sage leaves free";
    EXPECT_EQ(Show(*sdk::FindEntry(lines.list_value().values(2), "DL_Design")), "Livrer avant Noël");
  }
  EXPECT_EQ(made.receipt().change().stamp(), Read("quote", number).stamp()) << "a receipt shows what the feed will show";
  EXPECT_TRUE(again.receipt().existed()) << again.DebugString();
  EXPECT_EQ(again.receipt().change().key(), number);

  const std::string cursor = sage_->Poll("quote", sage_->List("quote").cursor()).cursor();
  Act("transform", {{"key", number}, {"to", "order"}});
  const KeepingSink poll = sage_->Poll("quote", cursor);
  ASSERT_THAT(poll.keys(), Contains(number));
  const v1::Change quote = Read("quote", number);
  EXPECT_EQ(sage_->Text(quote, "outcome"), "transformed");
  EXPECT_EQ(sage_->Value(quote, "successors").list_value().values_size(), 1);
  EXPECT_EQ(sage_->Text(quote, "DO_TotalHTNet"), sage_->Text(made.receipt().change(), "DO_TotalHTNet"));
}

TEST_F(Sage100Sandbox, AConvertedProspectKeepsItsRow) {
  Start();
  ASSERT_TRUE(Do(v1::Operation::CREATE, "party", "SSM00000050", {{"CT_Num", sdk::Text("SSM00000050")}, {"CT_Intitule", sdk::Text("Futur")}}).has_receipt());
  const v1::Change before = Read("party", "SSM00000050");
  const std::string cursor = sage_->Poll("party", sage_->List("party").cursor()).cursor();
  Act("convert", {{"key", "SSM00000050"}, {"new_code", "CFUTUR"}, {"mode", "new_code_same_row"}});
  const KeepingSink poll = sage_->Poll("party", cursor);
  ASSERT_THAT(poll.keys(), Contains("CFUTUR"));
  const v1::Change after = Read("party", "CFUTUR");
  EXPECT_EQ(after.row().number(), before.row().number());
  EXPECT_EQ(sage_->Text(after, "CT_Prospect"), "0");
}

TEST_F(Sage100Sandbox, ARestoredBackupIsNoticed) {
  Start();
  Act("backup", {{"name", "monday"}});
  Act("create", {{"what", "customer"}, {"CT_Num", "CNEUF"}, {"CT_Intitule", "Neuf"}});
  const std::string cursor = sage_->List("party").cursor();
  Act("restore-backup", {{"name", "monday"}});
  EXPECT_EQ(sage_->PollStatus("party", cursor).code(), absl::StatusCode::kOutOfRange);
}

TEST_F(Sage100Sandbox, UserColumnsAreCountedAndIgnored) {
  Start();
  Act("add-user-columns", json::object());
  sage_->Open();
  for (const v1::Change& party : sage_->List("party").changes()) ASSERT_EQ(party.ignored_fields(), 3u);
  EXPECT_THAT(sage_->Poll("party", sage_->List("party").cursor()).keys(), IsEmpty());
}

TEST_F(Sage100Sandbox, OlderReleasesLackColumnsAndKeepMinutes) {
  for (const char* preset : {"v3", "v7", "v10"}) {
    Start(preset, true);
    const sdk::CatalogueView catalogue(sage_->opened().catalogue());
    EXPECT_EQ(catalogue.FindField(catalogue.Find("quote")->number(), "DO_RefExterne") == nullptr, std::string(preset) != "v10") << preset;
    EXPECT_EQ(sage_->opened().capabilities().change_time_precision_millis(), 60000) << preset;
    const KeepingSink first = sage_->Poll("party", sage_->List("party").cursor());
    const std::string code = Customer();
    Act("edit", {{"what", "party"}, {"key", code}, {"CT_Ville", "Autun"}});
    EXPECT_THAT(sage_->Poll("party", first.cursor()).keys(), Contains(code)) << preset;
    EXPECT_THAT(sage_->List("invoice").keys(), SizeIs(company_.invoices.size())) << preset;
    TearDown();
  }
}

}  // namespace
}  // namespace entente::sage100::testing
