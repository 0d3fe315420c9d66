#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/language/pack_loading.h"

// What the pack `ssm` says, read from its compiled form.
namespace entente {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

PackPtr Ssm() {
  static const PackPtr* const pack = [] {
    PackLoading loading;
    absl::StatusOr<PackPtr> loaded = loading.LoadSsm();
    EXPECT_TRUE(loaded.ok()) << loaded.status();
    EXPECT_THAT(loading.warnings, IsEmpty());
    return new PackPtr(loaded.value_or(nullptr));
  }();
  return *pack;
}

const FieldPolicy& Policy(const PackPtr& pack, const std::string& entity, const std::string& field, const std::string& phase = "") {
  return pack->Entity(entity)->Field(field)->PolicyIn(phase);
}

class ProspectFacts : public LazyFields {
 public:
  const Fields& Get() const override { return facts_; }

 private:
  Fields facts_ = {{"phase", "prospect"}};
};

Value Evaluate(const PackPtr& pack, const FormulaPtr& formula, const Fields& sage, const Fields& ssm, const Map& item = {}) {
  const ProspectFacts link;
  Scope scope;
  scope.record[Side::kLeft] = &sage;
  scope.record[Side::kRight] = &ssm;
  scope.parameters = &pack->parameter_values;
  scope.link = &link;
  scope.item = &item;
  absl::StatusOr<Value> value = formula->Evaluate(scope);
  EXPECT_TRUE(value.ok()) << formula->text() << "\n" << value.status();
  return value.value_or(Value());
}

Value LeftFormula(const std::string& entity, const std::string& field, const Fields& sage) {
  return Evaluate(Ssm(), Ssm()->Entity(entity)->Field(field)->sides[Side::kLeft].formula, sage, {});
}

std::string PhaseOf(const std::string& entity, const Fields& sage, const Fields& ssm) {
  for (const PhaseRule& phase : Ssm()->Entity(entity)->phases) {
    if (Evaluate(Ssm(), phase.when, sage, ssm) == Value(true)) return phase.name;
  }
  return "";
}

Decimal Number(const char* text) { return *Decimal::Parse(text); }

// ------------------------------------------------------------------------------------------------ matrix

TEST(SsmPackTest, MatrixHasSevenRows) {
  std::string matrix;
  for (const auto& row : DescribePack(*Ssm()).matrix) {
    matrix += row.name + " | " + row.direction + " | " + row.owner + " | " + row.trigger + " | " + row.delete_policy + "\n";
  }
  EXPECT_EQ(matrix,
            "users | sage -> ssm | sage | continuous | sage: mark after approval; ssm: block\n"
            "customers | sage -> ssm | sage | continuous | sage: propagate; ssm: restore\n"
            "prospects | both | sage, ssm | continuous | sage: propagate; ssm: restore\n"
            "products | sage -> ssm | sage | continuous + on_demand | sage: mark_if_referenced; ssm: restore\n"
            "contacts | both | sage, ssm | continuous | sage: propagate; ssm: restore\n"
            "quotes | ssm -> sage | ssm | on_demand + on_state | sage: propagate; ssm: restore\n"
            "invoices | sage -> ssm | sage | continuous | sage: propagate; ssm: restore\n");
}

TEST(SsmPackTest, DescriptionShowsAuxiliariesLimitsAndFlags) {
  const PackDescription description = DescribePack(*Ssm());
  std::vector<std::string> auxiliaries;
  for (const auto& auxiliary : description.auxiliaries) auxiliaries.push_back(auxiliary.entity);
  EXPECT_THAT(auxiliaries, ::testing::ElementsAre("family", "rate", "price"));
  EXPECT_THAT(description.value_lists, ::testing::Contains("accounts.statusId"));
  EXPECT_FALSE(description.flags.at("custom_fields"));
  EXPECT_FALSE(description.flags.at("images"));
  EXPECT_EQ(description.limits.at("companies_max"), 1);
  EXPECT_EQ(description.limits.at("ssm_calls_per_minute"), 50);
  EXPECT_THAT(ToJson(description), HasSubstr("\"custom_fields\": false"));
}

TEST(SsmPackTest, ParentsRankBelowTheirChildren) {
  const std::vector<std::pair<std::string, int>> ranks = {{"user", 1}, {"family", 1}, {"rate", 1},  {"party", 2},  {"product", 2},
                                                          {"contact", 3}, {"price", 3}, {"quote", 4}, {"invoice", 4}};
  for (const auto& [entity, rank] : ranks) EXPECT_EQ(Ssm()->Entity(entity)->rank, rank) << entity;
  EXPECT_EQ(Ssm()->entities.size(), ranks.size());
}

TEST(SsmPackTest, HashFollowsFilesAndParameters) {
  const std::string hash = Ssm()->hash;
  EXPECT_EQ(PackLoading().LoadSsm().value()->hash, hash);
  EXPECT_NE(PackLoading().Set("send_cost", "true").LoadSsm().value()->hash, hash);
  EXPECT_NE(PackLoading().Overlay("limits: {companies_max: 1}\n").LoadOverlay().value()->hash, hash);
}

// ------------------------------------------------------------------------------------------------ directions and policies

TEST(SsmPackTest, CustomersAreOneWayAndProspectsBothWays) {
  EXPECT_EQ(Policy(Ssm(), "party", "city", "customer").flow, Flow::kToRight);
  EXPECT_EQ(Policy(Ssm(), "party", "city", "prospect").flow, Flow::kBoth);
  EXPECT_EQ(Policy(Ssm(), "party", "price_list", "prospect").flow, Flow::kToRight);
  EXPECT_EQ(Policy(Ssm(), "party", "comment", "customer").flow, Flow::kNone);
}

TEST(SsmPackTest, ConflictDefaultsAreThoseOfTheFieldMap) {
  EXPECT_EQ(Policy(Ssm(), "party", "name", "prospect").conflict, ConflictRule::kLeft);
  EXPECT_EQ(Policy(Ssm(), "party", "phone", "prospect").conflict, ConflictRule::kNewest);
  EXPECT_EQ(Policy(Ssm(), "party", "vat_number", "prospect").conflict, ConflictRule::kAsk);
  EXPECT_EQ(Policy(Ssm(), "contact", "email").conflict, ConflictRule::kNewest);
  EXPECT_EQ(Policy(Ssm(), "contact", "email").blank[Side::kRight], BlankRule::kKeeps);
  EXPECT_EQ(Policy(Ssm(), "contact", "email").blank[Side::kLeft], BlankRule::kClears);
  EXPECT_EQ(Policy(Ssm(), "contact", "phone").blank[Side::kRight], BlankRule::kClears);
}

TEST(SsmPackTest, FirstMeetingFillsBlanksOrTakesTheSource) {
  EXPECT_EQ(Policy(Ssm(), "party", "city", "prospect").first_meeting, OnFirstMeeting::kFillBlanks);
  EXPECT_EQ(Policy(Ssm(), "party", "city", "customer").first_meeting, OnFirstMeeting::kLeft);
}

TEST(SsmPackTest, AccountOfAContactIsSetOnceFromTheCrm) {
  EXPECT_EQ(Policy(Ssm(), "contact", "party").set_once_from, Side::kRight);
  EXPECT_EQ(Ssm()->Entity("contact")->Field("party")->on_missing, OnMissingTarget::kParent);
  EXPECT_EQ(Ssm()->Entity("contact")->Field("party")->PolicyIn("").on_revert_item, "account_is_set_once");
}

TEST(SsmPackTest, EveryEntitySaysWhatADeletionMeans) {
  const EntityRule& party = *Ssm()->Entity("party");
  EXPECT_EQ(party.LifeIn("customer", Side::kRight).create, CreateRule::kPark);
  EXPECT_EQ(party.LifeIn("customer", Side::kRight).create_reason, "create_not_allowed_here");
  EXPECT_EQ(party.LifeIn("prospect", Side::kRight).create, CreateRule::kAllowed);
  EXPECT_EQ(party.LifeIn("prospect", Side::kRight).on_delete, DeleteRule::kRestore);
  EXPECT_EQ(Ssm()->Entity("user")->LifeIn("", Side::kLeft).create, CreateRule::kApprove);
  EXPECT_EQ(Ssm()->Entity("user")->LifeIn("", Side::kLeft).create_reason, "awaiting_invite");
  EXPECT_EQ(Ssm()->Entity("product")->LifeIn("article", Side::kLeft).on_delete, DeleteRule::kMarkIfReferenced);
  EXPECT_EQ(Ssm()->Entity("product")->LifeIn("article", Side::kLeft).mark_value, Value(true));
  EXPECT_EQ(Ssm()->Entity("product")->LifeIn("placeholder", Side::kRight).create, CreateRule::kIgnore);
  EXPECT_EQ(Ssm()->Entity("quote")->LifeIn("sent", Side::kLeft).create, CreateRule::kIgnore);
}

TEST(SsmPackTest, ContactsOfTheCrmMayBeDeletedByOrigin) {
  const PackPtr pack = PackLoading().Set("contact_delete_if_born_in_crm", "propagate").LoadSsm().value();
  EXPECT_EQ(pack->Entity("contact")->LifeIn("", Side::kRight).on_delete, DeleteRule::kRestore);
  EXPECT_EQ(pack->Entity("contact")->LifeIn("", Side::kRight).on_delete_if_born_here, DeleteRule::kPropagate);
}

TEST(SsmPackTest, FlippingADirectionInACopyFlipsThePolicy) {
  EXPECT_EQ(Policy(Ssm(), "contact", "fax").flow, Flow::kBoth);
  PackLoading field;
  const PackPtr one_field = field.Overlay("entities: {contact: {fields: {fax: {direction: sage -> ssm}}}}\n").LoadOverlay().value();
  EXPECT_EQ(Policy(one_field, "contact", "fax").flow, Flow::kToRight);
  EXPECT_EQ(Policy(one_field, "contact", "phone").flow, Flow::kBoth);
  PackLoading entity;
  const PackPtr whole = entity.Overlay("entities: {contact: {direction: sage -> ssm}}\n").LoadOverlay().value();
  EXPECT_EQ(Policy(whole, "contact", "phone").flow, Flow::kToRight);
  for (const auto& row : DescribePack(*whole).matrix) {
    if (row.name == "contacts") {
      EXPECT_EQ(row.direction, "sage -> ssm");
    }
  }
}

TEST(SsmPackTest, ForeignEditsOfCustomersFollowTheParameter) {
  EXPECT_EQ(Policy(Ssm(), "party", "city", "customer").on_foreign_edit, OnForeignEdit::kRevert);
  ASSERT_NE(Ssm()->Entity("party")->Field("locked"), nullptr);
  const PackPtr flagged = PackLoading().Set("customers_foreign_edits", "keep_and_flag").LoadSsm().value();
  EXPECT_EQ(Policy(flagged, "party", "city", "customer").on_foreign_edit, OnForeignEdit::kKeepAndFlag);
  EXPECT_EQ(Policy(flagged, "party", "phase_status", "customer").on_foreign_edit, OnForeignEdit::kRevert);
  const PackPtr locked = PackLoading().Set("customers_foreign_edits", "mark_read_only").LoadSsm().value();
  EXPECT_EQ(locked->Entity("party")->foreign_edits, "mark_read_only");
  EXPECT_EQ(Policy(locked, "party", "city", "customer").on_foreign_edit, OnForeignEdit::kRevert);
}

TEST(SsmPackTest, IntervalsAreParameters) {
  EXPECT_EQ(Ssm()->Entity("contact")->sides[Side::kRight].interval, absl::Minutes(15));
  EXPECT_EQ(Ssm()->Entity("party")->sides[Side::kLeft].interval, absl::Minutes(2));
  const PackPtr quick = PackLoading().Set("contacts_interval", "2m").LoadSsm().value();
  EXPECT_EQ(quick->Entity("contact")->sides[Side::kRight].interval, absl::Minutes(2));
}

TEST(SsmPackTest, CostTravelsOnlyWhenAsked) {
  EXPECT_EQ(Ssm()->Entity("product")->Field("cost"), nullptr);
  EXPECT_NE(PackLoading().Set("send_cost", "true").LoadSsm().value()->Entity("product")->Field("cost"), nullptr);
}

TEST(SsmPackTest, DormantLabelsBringTheSleepOfProspectsBothWays) {
  EXPECT_EQ(Ssm()->Entity("party")->Field("asleep_prospect"), nullptr);
  const PackPtr pack = PackLoading().Set("status_dormant_prospect", "Prospect dormant").Set("status_dormant_customer", "Client dormant").LoadSsm().value();
  const EntityRule& party = *pack->Entity("party");
  EXPECT_EQ(party.Field("asleep_prospect")->PolicyIn("prospect").flow, Flow::kBoth);
  EXPECT_EQ(party.Field("asleep_prospect")->PolicyIn("customer").flow, Flow::kNone);
  EXPECT_EQ(party.Field("asleep_customer")->PolicyIn("customer").flow, Flow::kToRight);
  const LensPtr& lens = party.Field("asleep_prospect")->sides[Side::kRight].lens;
  EXPECT_EQ(lens->Get(Value("Prospect dormant")), Value("asleep"));
  EXPECT_EQ(lens->Put(Value("asleep"), Value("Prospect")).native, Value("Prospect dormant"));
  EXPECT_EQ(party.Field("phase_status")->sides[Side::kRight].lens->Get(Value("Prospect dormant")), Value("prospect"));
}

// ------------------------------------------------------------------------------------------------ gates

TEST(SsmPackTest, GatesWantVersionElevenOnPremise) {
  const auto passes = [](const char* version, const char* edition) {
    const Fields facts = {{"version", version}, {"edition", edition}};
    std::string refused;
    for (const SideRule::Gate& gate : Ssm()->sides[Side::kLeft].gates) {
      Scope scope;
      scope.facts = &facts;
      if (gate.holds->Evaluate(scope).value() != Value(true)) refused += gate.reason + " ";
    }
    return refused;
  };
  EXPECT_EQ(passes("11.02", "on_premise"), "");
  EXPECT_EQ(passes("10", "on_premise"), "version_not_supported ");
  EXPECT_EQ(passes("11.02", "spc"), "edition_not_supported ");
}

TEST(SsmPackTest, AnotherPackMayAcceptMore) {
  const PackPtr pack = PackLoading()
                           .Overlay("sides:\n  sage:\n    companies_max: 8\n    gates:\n      edition_not_supported: ~\n      version_not_supported: "
                                    "{holds: \"int(session.version.split('.')[0]) >= 7\"}\n")
                           .LoadOverlay()
                           .value();
  EXPECT_EQ(pack->sides[Side::kLeft].companies_max, 8);
  EXPECT_EQ(pack->sides[Side::kLeft].gates.size(), 1u);
}

// ------------------------------------------------------------------------------------------------ phases and keys

TEST(SsmPackTest, SageDecidesThePhaseWhereItKnowsTheParty) {
  EXPECT_EQ(PhaseOf("party", {{"CT_Num", "ACME"}, {"CT_Prospect", 1}}, {{"statusId", "Client"}}), "prospect");
  EXPECT_EQ(PhaseOf("party", {{"CT_Num", "ACME"}, {"CT_Prospect", 0}}, {{"statusId", "Prospect"}}), "customer");
  EXPECT_EQ(PhaseOf("party", {}, {{"statusId", "prospect chaud"}}), "prospect");
  EXPECT_EQ(PhaseOf("party", {}, {{"statusId", "Client"}}), "customer");
  EXPECT_EQ(PhaseOf("party", {}, {}), "prospect");
}

TEST(SsmPackTest, AccountWithAnotherLabelIsOutOfScope) {
  const FormulaPtr& scope = Ssm()->Entity("party")->sides[Side::kRight].in_scope;
  EXPECT_EQ(Evaluate(Ssm(), scope, {}, {{"statusId", "Autre"}}), Value(false));
  EXPECT_EQ(Evaluate(Ssm(), scope, {{"CT_Num", "ACME"}}, {{"statusId", "Autre"}}), Value(true));
  EXPECT_EQ(Evaluate(Ssm(), scope, {}, {}), Value(true));
}

TEST(SsmPackTest, CodeOfACrmBornProspectComesFromItsId) {
  EXPECT_EQ(Evaluate(Ssm(), Ssm()->Entity("party")->sides[Side::kLeft].create_key, {}, {{"id", 123}}), Value("SSM00000123"));
}

TEST(SsmPackTest, PlaceholderIsNobodysProduct) {
  EXPECT_EQ(PhaseOf("product", {}, {{"extId", "SAGE-TEXTE"}}), "placeholder");
  EXPECT_EQ(PhaseOf("product", {{"AR_Ref", "VIS"}}, {{"extId", "SAGE-TEXTE"}}), "article");
  EXPECT_EQ(Evaluate(Ssm(), Ssm()->Entity("product")->matches[0].key[Side::kLeft], {{"AR_Ref", "VIS"}, {"AG_No1", 4}}, {}), Value("VIS#4"));
}

TEST(SsmPackTest, MatchKeysOfBothSidesMeet) {
  const EntityRule& party = *Ssm()->Entity("party");
  const Fields sage = {{"CT_Num", "acme "}, {"CT_Intitule", "Société Générale"}, {"CT_CodePostal", "44000"}, {"CT_Identifiant", "FR 12.345678901"},
                       {"CT_Siret", "123 456 789 00012"}};
  const Fields ssm = {{"extId", "ACME"}, {"name", "SOCIETE GENERALE"}, {"postcode", "44000"}, {"vatNumber", "fr12345678901"}};
  for (const char* name : {"code", "vat_number", "name_postcode"}) {
    const auto rule = std::find_if(party.matches.begin(), party.matches.end(), [&](const MatchRule& m) { return m.name == name; });
    ASSERT_NE(rule, party.matches.end());
    EXPECT_EQ(Evaluate(Ssm(), rule->key[Side::kLeft], sage, {}), Evaluate(Ssm(), rule->key[Side::kRight], {}, ssm)) << name;
  }
  // Nothing to go by is no key at all.
  for (const EntityRule& entity : Ssm()->entities) {
    for (const MatchRule& rule : entity.matches) {
      if (!rule.within.empty()) continue;
      for (Side side : kSides) EXPECT_TRUE(Evaluate(Ssm(), rule.key[side], {}, {}).IsBlank()) << entity.name << " " << rule.name;
    }
  }
}

TEST(SsmPackTest, PriceIsIdentifiedByProductAndList) {
  const MatchRule& rule = Ssm()->Entity("price")->matches.at(0);
  EXPECT_EQ(rule.within, "product");
  EXPECT_THAT(rule.also_within, ::testing::ElementsAre("rate"));
}

// ------------------------------------------------------------------------------------------------ computed fields

TEST(SsmPackTest, CreditNotesAreNegativeWhicheverSignSageStores) {
  const auto net = [](int provenance, const char* stored) {
    return LeftFormula("invoice", "net", {{"DO_Provenance", provenance}, {"DO_TotalHTNet", Number(stored)}});
  };
  EXPECT_EQ(net(0, "120.50"), Value(Number("120.5")));
  EXPECT_EQ(net(1, "120.50"), Value(Number("-120.5")));
  EXPECT_EQ(net(1, "-120.50"), Value(Number("-120.5")));
}

TEST(SsmPackTest, ReportOfAnInvoiceShowsWhatTheCrmHasNoPlaceFor) {
  const List taxes = {Map{{"code", "C20"}, {"rate", Number("20")}, {"base", Number("100")}, {"amount", Number("20")}}};
  const List instalments = {Map{{"DR_Date", Date{20000}}, {"DR_Montant", Number("0")}, {"DR_Pourcent", Number("50")}}};
  const Value report = LeftFormula("invoice", "report",
                                   {{"DO_Provenance", 0},
                                    {"DO_Date", Date{19990}},
                                    {"DO_TotalHTNet", Number("100")},
                                    {"DO_TotalTTC", Number("120")},
                                    {"DO_NetAPayer", Number("120")},
                                    {"DO_MontantRegle", Number("20")},
                                    {"DO_Tiers", Reference{"party", "ACME"}},
                                    {"CT_NumPayeur", "GROUPE"},
                                    {"taxes", taxes},
                                    {"instalments", instalments},
                                    {"origins", List{"DE00001", "DE00002"}}});
  EXPECT_EQ(report.TextOrEmpty(),
            "Date : 24/09/2024\n"
            "Total HT : 100,00\u00a0EUR\n"
            "TVA C20 20 % : 20,00\u00a0EUR\n"
            "Total TTC : 120,00\u00a0EUR\n"
            "Reste à payer : 100,00\u00a0EUR\n"
            "Échéance : 04/10/2024 60,00\u00a0EUR\n"
            "Payeur : GROUPE\n"
            "Pièces d’origine : DE00001, DE00002");
}

TEST(SsmPackTest, ReportOfAPricedQuoteShowsAvailabilityWithItsTime) {
  const List lines = {Map{{"article", "VIS"}, {"DL_Qte", Number("5")}, {"available", Number("3")}}};
  const Value report = LeftFormula("quote", "report",
                                   {{"DO_TotalHTNet", Number("10")},
                                    {"DO_TotalTTC", Number("12")},
                                    {"DO_NetAPayer", Number("12")},
                                    {"priced_at", Timestamp{1'700'000'000'000'000}},
                                    {"lines", lines}});
  EXPECT_EQ(report.TextOrEmpty(),
            "Total HT : 10,00\u00a0EUR\n"
            "Total TTC : 12,00\u00a0EUR\n"
            "Net à payer : 12,00\u00a0EUR\n"
            "Disponible le 14/11/2023 23:13 :\n"
            "- VIS : 3 (demandé : 5)");
}

TEST(SsmPackTest, LineWithAnAmountDiscountCarriesItsNetPrice) {
  const auto item = [](const std::string& name, const Map& line) {
    const EntityRule& invoice = *Ssm()->Entity("invoice");
    for (const FieldRule& rule : invoice.Field("lines")->items) {
      if (rule.name == name) return Evaluate(Ssm(), rule.sides[Side::kLeft].formula, {}, {}, line);
    }
    return Value();
  };
  const Map percent = {{"DL_Qte", Number("4")},      {"DL_PrixUnitaire", Number("10")},    {"DL_Remise01REM_Valeur", Number("10")},
                       {"DL_Remise01REM_Type", 1},   {"DL_MontantHT", Number("36")}};
  EXPECT_EQ(item("price", percent), Value(Number("10")));
  EXPECT_EQ(item("discount1", percent), Value(Number("10")));
  Map amount = percent;
  amount["DL_Remise01REM_Type"] = Value(2);
  EXPECT_EQ(item("price", amount), Value(Number("9")));
  EXPECT_EQ(item("discount1", amount), Value(0));
}

TEST(SsmPackTest, FirstOfSeveralEmailsIsTheUsersKey) {
  EXPECT_EQ(LeftFormula("user", "email", {{"CO_EMail", " Ada@Example.com; ada@home.example"}}), Value("ada@example.com"));
  EXPECT_TRUE(LeftFormula("user", "email", {{"CO_EMail", "none"}}).IsNull());
  EXPECT_EQ(LeftFormula("user", "phone", {{"CO_Telephone", "+33 2 40 11 22 33"}}), Value("0240112233"));
  EXPECT_EQ(LeftFormula("user", "phone", {}), Value("0000000000"));
}

TEST(SsmPackTest, PriceWithTaxIsSentWithoutIt) {
  EXPECT_EQ(LeftFormula("product", "price", {{"AR_PrixTTC", 1}, {"AR_PrixVen", Number("120")}, {"vat_rate", Number("20")}}), Value(Number("100")));
  EXPECT_EQ(LeftFormula("product", "price", {{"AR_PrixTTC", 0}, {"AR_PrixVen", Number("120")}}), Value(Number("120")));
  EXPECT_TRUE(LeftFormula("product", "price", {{"AR_PrixTTC", 1}, {"AR_PrixVen", Number("120")}}).IsNull());
  EXPECT_EQ(LeftFormula("product", "stock", {{"stock_physical", Number("12.7")}}), Value(12));
}

TEST(SsmPackTest, EveryFormulaAnswersForAnEmptyRecord) {
  for (const EntityRule& entity : Ssm()->entities) {
    for (const FieldRule& field : entity.fields) {
      for (Side side : kSides) {
        if (field.sides[side].formula) Evaluate(Ssm(), field.sides[side].formula, {}, {});
        for (const FieldRule& item : field.items) {
          if (item.sides[side].formula) Evaluate(Ssm(), item.sides[side].formula, {}, {});
        }
      }
    }
    for (const Check& check : entity.checks) Evaluate(Ssm(), check.holds, {}, {});
    for (Side side : kSides) {
      for (const FormulaPtr& f : {entity.sides[side].in_scope, entity.sides[side].relevant, entity.sides[side].find_value, entity.sides[side].create_key}) {
        if (f) Evaluate(Ssm(), f, {}, {});
      }
    }
    if (entity.document) {
      for (const DocumentState& state : entity.document->states) {
        if (state.when) Evaluate(Ssm(), state.when, {}, {});
      }
    }
  }
}

}  // namespace
}  // namespace entente
