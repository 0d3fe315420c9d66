#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/language/pack_loading.h"

// Every mistake in a pack is answered with its file, its line and what to do.
namespace entente {
namespace {

using ::testing::HasSubstr;

struct Mistake {
  const char* name;
  // Laid over ssm; the first line is line 4 of try/pack.yaml.
  const char* content;
  int line;
  const char* sentence;
  const char* remedy;
};

void PrintTo(const Mistake& mistake, std::ostream* out) { *out << mistake.name; }

class BrokenPackTest : public ::testing::TestWithParam<Mistake> {};

TEST_P(BrokenPackTest, IsAnsweredWithPlaceAndRemedy) {
  const Mistake& mistake = GetParam();
  PackLoading loading;
  const absl::StatusOr<PackPtr> pack = loading.Overlay(mistake.content).LoadOverlay();

  ASSERT_FALSE(pack.ok());
  std::string all;
  bool found = false;
  for (const Problem& problem : loading.problems) {
    all += problem.ToString() + "\n";
    EXPECT_FALSE(problem.at.file.empty()) << problem.ToString();
    EXPECT_FALSE(problem.remedy.empty()) << problem.ToString();
    found = found || (problem.at.file == "try/pack.yaml" && problem.at.line == mistake.line &&
                      problem.sentence.find(mistake.sentence) != std::string::npos &&
                      problem.remedy.find(mistake.remedy) != std::string::npos);
  }
  EXPECT_TRUE(found) << "expected line " << mistake.line << ": " << mistake.sentence << " / " << mistake.remedy << "\nfound:\n" << all;
  EXPECT_THAT(std::string(pack.status().message()), HasSubstr("try/pack.yaml:" + std::to_string(mistake.line)));
}

const Mistake kMistakes[] = {
    {"UnknownKey", "entites: {}\n", 4, "`entites` is not known in a pack", "Did you mean entities?"},
    {"UnknownKeyOfField", "entities:\n  contact:\n    fields:\n      fax: {blanc: keeps}\n", 7, "`blanc` is not known", "Did you mean blank?"},
    {"UnknownKeyOfPolicyInPhase", "entities:\n  party:\n    phases:\n      customer: {conflit: sage}\n", 7, "`conflit` is not known",
     "Did you mean conflict?"},
    {"TextWhereANumberBelongs", "entities:\n  contact:\n    rank: high\n", 6, "is not a whole number: \"high\"", "Write digits only."},
    {"TextWhereATruthBelongs", "flags:\n  images: maybe\n", 5, "neither true nor false: \"maybe\"", "Write true or false."},
    {"MappingWhereATextBelongs", "entities:\n  contact:\n    sage:\n      resource: {name: contact}\n", 7, "is a mapping, but a text is expected",
     "Write a text here."},
    {"TextWhereAMappingBelongs", "entities:\n  contact:\n    fields: none\n", 6, "is a text, but a mapping of names is expected",
     "Write a mapping of names here."},
    {"UnknownChoice", "entities:\n  contact:\n    life:\n      sage: {create: alowed}\n", 7, "has no such choice: \"alowed\"", "Did you mean allowed?"},
    {"UnknownDirection", "entities:\n  contact:\n    direction: sage -> smm\n", 6, "is not a direction: \"sage -> smm\"", "Did you mean sage -> ssm?"},
    {"UnknownSide", "entities:\n  contact:\n    life:\n      crm: {create: allowed}\n", 7, "`crm` in `entities.contact.life` is not a side", "sage, ssm"},
    {"BornWithWhatIsNotKnownAtLoad", "entities:\n  party:\n    sage: {born_with: {CT_Prospect: sage.CT_Num}}\n", 6, "sage", ""},
    {"DurationWithoutUnit", "entities:\n  contact:\n    sage: {interval: \"15\"}\n", 6, "not a length of time: \"15\"", "15m"},
    {"PercentThatIsNoNumber", "guards: {deletes_percent: few}\n", 4, "is not a number: \"few\"", "Write digits"},
    {"MissingKeys", "entities:\n  note:\n    rank: 5\n", 6, "`entities.note` lacks `label`", "Add `label: …` here."},
    {"MissingSide", "entities:\n  note:\n    label: {fr: Notes, en: Notes}\n    rank: 5\n    sage: {resource: note}\n    fields: {}\n", 6,
     "says nothing of the side ssm", "Add `ssm: {resource: …}`."},
    {"MissingLanguage", "entities:\n  contact:\n    matrix:\n      people: {label: {fr: Gens}}\n", 7, "lacks `en`", "Add `en: …` here."},
    {"EmptyLanguage", "entities:\n  contact:\n    checks:\n      name_missing: {message: {fr: Vide, en: \"\"}}\n", 7, "is empty in one language", "Write it"},
    {"NotYaml", "entities:\n  contact: [\n", 6, "This is not YAML", "Check indentation"},
    {"KeyTwice", "entities:\n  contact: {rank: 3}\n  contact: {rank: 4}\n", 6, "stands here a second time; the first is on line 5", "Keep one of the two."},
    {"UnknownParameter", "entities:\n  contact:\n    sage: {interval: \"${contact_interval}\"}\n", 6, "There is no parameter `contact_interval`",
     "Did you mean contacts_interval?"},
    {"ParameterOutOfBounds", "parameters:\n  prospect_code_width: {default: \"40\"}\n", 5, "The default of the parameter `prospect_code_width` is not right",
     "not above 8"},
    {"ParameterWithoutValue", "parameters:\n  licence_count:\n    type: integer\n    label: {fr: Licences, en: Licences}\n", 6,
     "`licence_count` has no value", "Set it in the configuration"},
    {"ParameterOfWrongType", "parameters:\n  send_cost: {default: perhaps}\n", 5, "is not right: \"perhaps\"", "It must be true or false."},
    {"ParameterChoice", "parameters:\n  stock_measure: {default: phisical}\n", 5, "is not right: \"phisical\"", "physical, available, forecast"},
    {"FormulaWithUnknownParameter", "entities:\n  contact:\n    sage: {in_scope: \"param.no_such_thing\"}\n", 6, "no_such_thing", "Correct the expression."},
    {"FormulaThatIsCutOff", "entities:\n  contact:\n    sage: {in_scope: \"sage.CT_No ==\"}\n", 6, "is not right", "Correct the expression."},
    {"FormulaWithUnknownFunction", "entities:\n  contact:\n    match:\n      email: {sage: \"lowr(sage.CT_EMail)\"}\n", 7, "lowr", "Correct the expression."},
    {"FormulaWithDouble", "entities:\n  contact:\n    fields:\n      gender: {sage: {formula: \"double(1)\", field: ~, lens: ~}}\n", 7, "double",
     "Correct the expression."},
    {"ConditionThatIsNoTruth", "entities:\n  contact:\n    sage: {in_scope: \"'yes'\"}\n", 6, "is not right", "Correct the expression."},
    {"UnknownLens", "entities:\n  contact:\n    fields:\n      fax: {ssm: {lens: [trimm]}}\n", 7, "The lens `trimm` cannot be made", "Did you mean trim?"},
    {"UnknownLensArgument", "entities:\n  contact:\n    fields:\n      fax: {sage: {lens: [{fit: {lenght: 21}}]}}\n", 7, "The lens `fit` cannot be made",
     "Correct its arguments."},
    {"TwoLensesInOne", "entities:\n  contact:\n    fields:\n      fax: {ssm: {lens: [{trim: ~, one_line: ~}]}}\n", 7, "names 2 things at once",
     "Write one name"},
    {"UnknownTable", "entities:\n  party:\n    fields:\n      country: {sage: {lens: [{country: {table: contries}}]}}\n", 7, "There is no table `contries`",
     "Did you mean countries?"},
    {"UnknownTarget", "entities:\n  contact:\n    fields:\n      party: {target: account}\n", 7, "refers to the entity `account`", "party"},
    {"UnknownEquality", "entities:\n  contact:\n    fields:\n      fax: {equality: similar}\n", 7, "is no way to compare", "exact"},
    {"BothWaysOverAFormula", "entities:\n  contact:\n    fields:\n      ext_id: {direction: both}\n", 7,
     "is to be written to sage, but is computed there", "invertible lens on sage"},
    {"OneWayFromNowhere", "entities:\n  contact:\n    fields:\n      note: {ssm: phone3, direction: sage -> ssm}\n", 7,
     "is to be read from sage, but has nothing there", "Give it a `field` or a `formula` on sage"},
    {"FieldAndFormula", "entities:\n  contact:\n    fields:\n      fax: {sage: {formula: \"'1'\"}}\n", 7, "has both `field` and `formula`", "Keep one"},
    {"BlankRule", "entities:\n  contact:\n    fields:\n      fax: {blank: {ssm: keep}}\n", 7, "neither clears nor keeps: \"keep\"", "Did you mean keeps?"},
    {"ConflictRule", "entities:\n  contact:\n    fields:\n      fax: {conflict: erp}\n", 7, "`conflict` has no such choice: \"erp\"", "sage, ssm, newest, ask, union"},
    {"PhaseOfFieldUnknown", "entities:\n  party:\n    fields:\n      fax: {phases: {client: {direction: none}}}\n", 7, "speaks of the phase `client`",
     "customer"},
    {"DeleteByDefault", "entities:\n  contact:\n    life:\n      sage: {delete: ~}\n", 7, "Nothing says what a deletion on sage means", "Add `delete:`"},
    {"MarkWithoutField", "entities:\n  contact:\n    life:\n      sage: {delete: mark}\n", 7, "nothing says how", "Add `mark:"},
    {"MarkOfUnknownField", "entities:\n  contact:\n    life:\n      sage: {delete: mark, mark: {field: gone, value: \"true\"}}\n", 7, "names the field `gone`",
     "Write one of"},
    {"MatchWithinNothing", "entities:\n  contact:\n    match:\n      email: {within: account}\n", 7, "looks within `account`", "Write one of"},
    {"MatchOfOneSide", "entities:\n  contact:\n    match:\n      phone: {sage: \"digits(sage.CT_Telephone)\"}\n", 7, "has a key for one side only",
     "Write the key of both sides."},
    {"ParentBelowItsChild", "entities:\n  contact:\n    fields:\n      party: {target: quote}\n", 7, "whose rank 4 is not below 3", "lower rank"},
    {"TwoWriters", "entities:\n  contact:\n    fields:\n      number: {sage: CT_Skype, ssm: gender}\n      other: {sage: CT_Skype, ssm: gender}\n", 8,
     "both write `gender` on ssm", "Let one of them write it"},
    {"TwoEntitiesOfOneResource", "entities:\n  rate: {sage: {resource: family}}\n", 5, "is fed by `family` on sage", "a resource of its own"},
    {"FallbackToNothing", "entities:\n  contact:\n    fields:\n      sales_rep: {ssm: {fallback: ~}}\n", 7, "falls back to a value that nothing gives",
     "Add `fallback:`"},
    {"StateUnknown", "entities:\n  quote:\n    document: {sent: sinced}\n", 6, "names the state `sinced`", "Did you mean synced?"},
    {"StateFieldUnknown", "entities:\n  quote:\n    document: {state_field: state}\n", 6, "names the field `state`", "status"},
    {"UserFieldUnknown", "entities:\n  quote:\n    document: {user_fields: [lines.amount]}\n", 6, "names the field `lines.amount`", "Write one of"},
    {"StateDoesNothingKnown", "entities:\n  quote:\n    document:\n      states:\n        draft_pending: {on_enter: print}\n", 8, "which nothing can do", "price"},
    {"TwoStatesOfOneLabel", "entities:\n  quote:\n    document:\n      states:\n        lost: {label: Archivé}\n", 8, "has the label \"Archivé\" of another state",
     "a label of its own"},
    {"MatrixOfUnknownPhase", "entities:\n  party:\n    matrix:\n      customers: {phase: client}\n", 7, "shows the phase `client`", "customer"},
    {"RankBelowOne", "entities:\n  family: {rank: 0}\n", 5, "The rank of `family` is 0", "Ranks begin at 1."},
    {"ThreeSides", "sides:\n  third: {system: other}\n", 5, "A pack has two sides, but this one has 3", "left side first"},
    {"WindowOfNoHour", "sides:\n  sage:\n    window: {from: \"20h\", to: \"06:00\", zone: UTC}\n", 6, "\"20h\" is not an hour of the day", "\"20:00\""},
    {"WindowWithoutZone", "sides:\n  sage:\n    window: {from: \"20:00\", to: \"06:00\"}\n", 6, "lacks `zone`", "Add `zone: …` here."},
    {"WindowOfUnknownZone", "sides:\n  sage:\n    window: {from: \"20:00\", to: \"06:00\", zone: Europe/Pari}\n", 6, "The time zone \"Europe/Pari\" is not known",
     "Did you mean Europe/Paris?"},
    {"WindowOfUnknownDay", "entities:\n  invoice:\n    ssm:\n      window: {from: \"20:00\", to: \"06:00\", zone: UTC, days: [mondy]}\n", 7, "no such day: \"mondy\"",
     "Did you mean monday?"},
    {"LockThatNeverRests", "sides:\n  sage:\n    lock: {retry_every: 0s}\n", 6, "tried again all the time", "one second or more"},
    {"LockGivenUpUntold", "sides:\n  sage:\n    lock: {retry_every: 2m, notify_after: 2h, give_up_after: 1h}\n", 6, "given up before anybody is told",
     "shorter than `give_up_after`"},
    {"SealOfUnknownField", "entities:\n  invoice:\n    seal: {fields: [nett]}\n", 6, "names the field `nett`", "Did you mean net?"},
    {"SealOfAFieldThatGoesBothWays", "entities:\n  party:\n    seal: {when: sage.CT_Sommeil == 1, side: sage, fields: [fax]}\n", 6,
     "does not go from there in one direction", "sage -> ssm"},
    {"SealThatSaysBoth", "entities:\n  invoice:\n    seal: {allow: [report]}\n", 6, "both what is sealed and what is not", "Keep `fields`, or `allow`."},
    {"SealThatAllowsWhatASealedFieldReads", "entities:\n  invoice:\n    seal: {fields: ~, allow: [turnover_date]}\n", 6, "`turnover_date` may go on changing",
     "Seal both, or neither."},
    {"SealOfADocument", "entities:\n  quote:\n    seal: {when: sage.DO_Statut == 2, side: sage, fields: [number]}\n", 6, "`quote` is a document", "Leave `seal` out"},
    {"SealByTheClock", "entities:\n  invoice:\n    seal: {when: link.now == null}\n", 6, "cannot depend on the time", "Read a field of the record"},
    {"SealByTheOtherSide", "entities:\n  invoice:\n    seal: {when: ssm.readOnly == true}\n", 6, "reads the records of ssm", "Read fields of sage only."},
    {"SealThatRaisesNoWords", "entities:\n  family:\n    seal: {when: \"true\", raises: family_changed}\n", 6, "which nothing puts into words", "Add `correction:"},
    {"TriggerUnknown", "entities:\n  product:\n    triggers: [hourly]\n", 6, "has no such choice: \"hourly\"", "calendar"},
    {"TriggerTwice", "entities:\n  product:\n    triggers: [continuous, continuous]\n", 6, "set going twice by `continuous`", "Keep one of the two."},
    {"CalendarWithoutHours", "entities:\n  product:\n    triggers: [calendar]\n", 6, "says neither its hours nor whose clock", "at: [\"06:00\"]"},
    {"CalendarOfNoHour", "entities:\n  product:\n    triggers: [{kind: calendar, at: [\"25:00\"], zone: UTC}]\n", 6, "\"25:00\" is not an hour of the day", "\"20:00\""},
    {"HoursAtAnotherTrigger", "entities:\n  product:\n    triggers: [{kind: continuous, at: [\"06:00\"]}]\n", 6, "`at` stands at the trigger `continuous`", "Write it at `calendar`"},
    {"StateThatNothingNames", "entities:\n  product:\n    triggers: [on_state]\n", 6, "waits for a state that nothing names", "{kind: on_state, when: …}"},
    {"StateByTheClock", "entities:\n  product:\n    triggers: [{kind: on_state, when: link.now != null}]\n", 6, "cannot depend on the time", "poll by a calendar"},
    {"StateOfADocument", "entities:\n  quote:\n    triggers: [{kind: on_state, when: \"true\"}]\n", 6, "The states of the document `quote`", "Leave `when` out."},
    {"DependencyOnNothing", "entities:\n  family:\n    triggers: [on_dependency]\n", 6, "refers to nothing", "leave `on_dependency` out"},
    {"KeyRequiredOfNoSide", "entities:\n  contact:\n    match:\n      email: {not_empty: [crm]}\n", 7, "\"crm\"", "sage, ssm"},
    {"ResumeForNoSide", "on_resume: {shared_fields: crm}\n", 4, "\"crm\"", "sage, ssm"},
    {"TypeOfNoField", "entities:\n  contact:\n    fields:\n      fax: {sage: {type: string}}\n", 7, "`string` is no type of a field", "text"},
    {"TypeOfAFormula", "entities:\n  contact:\n    fields:\n      ext_id: {sage: {type: text}}\n", 7, "is computed has a type of its own", "Leave `type` out"},
    {"FitWithoutOverflow", "entities:\n  contact:\n    fields:\n      fax: {sage: {lens: [{fit: {length: 21}}]}}\n", 7,
     "The lens `fit` loses what does not fit, and nothing says what becomes of it", "over: refuse"},
    {"FitWithoutOverflowInShort", "entities:\n  contact:\n    fields:\n      fax: {sage: {lens: [{fit: 21}]}}\n", 7, "The lens `fit` loses what does not fit", "over: cut"},
    {"DecimalsWithoutOverflow", "entities:\n  contact:\n    fields:\n      fax: {sage: {lens: [{decimal_text: {decimals: 2}}]}, ssm: {lens: [decimal_text]}}\n", 7,
     "The lens `decimal_text` loses what does not fit", "over: refuse"},
    {"TableWithoutFallback", "entities:\n  contact:\n    fields:\n      fax: {sage: {lens: [{table: sleep}]}}\n", 7,
     "The lens `table` does not say what a word is that the table does not have", "unknown: refuse"},
    {"TwoWayWithoutAWayBack", "entities:\n  contact:\n    fields:\n      fax: {sage: {lens: [{constant: \"0\"}]}}\n", 7,
     "goes both ways, but the lens on sage gives back another value than it was given", "Give it one direction"},
    {"LensesOfDifferentTypes", "entities:\n  contact:\n    fields:\n      fax: {sage: {lens: [flag, trim]}}\n", 7, "The lens `trim` reads text, but the lens before it gives bool",
     "change their order"},
    {"KeyThatMayBeBlank", "entities:\n  family:\n    ssm: {find_value: sage.FA_Intitule}\n", 6, "`find_value` of `family` on ssm may be blank", "named by `key:` on sage"},
    {"CreateKeyThatMayBeBlank", "entities:\n  party:\n    sage: {create_key: \"left(ssm.name, 8)\"}\n", 6, "`create_key` of `party` on sage may be blank", "a check of severity error"},
    {"PhaseBelowAll", "entities:\n  contact:\n    phases:\n      all: {when: \"true\", direction: both}\n      later: {when: sage.CT_No == 1, direction: both}\n", 8,
     "The phase `later` of `contact` is never reached: the phase `all` above it takes every record", "Put it above `all`"},
    {"PhaseThatNeverHolds", "entities:\n  contact:\n    phases:\n      never: {when: \"!true\", direction: both}\n      all: {when: \"true\", direction: both}\n", 7,
     "The phase `never` of `contact` is never reached: its condition never holds", "Correct the condition"},
    {"StateThatNeverHolds", "entities:\n  quote:\n    document:\n      states:\n        lost: {when: \"false\"}\n", 8, "The state `lost` of `quote` is never reached", "Correct the conditions"},
    {"CheckThatNeverFails", "entities:\n  contact:\n    checks:\n      name_missing: {holds: \"true || sage.CT_No == 1\"}\n", 7,
     "The check `name_missing` of `contact` never fails: its condition always holds", "Correct the condition, or take the check out"},
    {"ScopeOfNothing", "entities:\n  contact:\n    sage: {in_scope: \"false && sage.CT_No == 1\"}\n", 6,
     "No record of `contact` on sage is ever taken in: the condition of its scope never holds", "take the entity out"},
    {"MarkNobodyCanWrite", "entities:\n  contact:\n    life:\n      ssm: {delete: mark, mark: {field: ext_id, value: \"'gone'\"}}\n", 7,
     "is to be marked in `ext_id`, which cannot be written on sage", "a native field on sage"},
    {"OnDemandWithoutDocument", "entities:\n  contact:\n    life:\n      sage: {create: on_demand}\n", 7, "created on demand only, and nothing can ask for it", "a `document`"},
    {"NeverDeleteItemAlone", "entities:\n  contact:\n    life:\n      sage: {never_delete_item: vanished}\n", 7, "`never_delete_item` is raised by nothing", "never_delete_when"},
    {"ReasonWithoutWords", "entities:\n  contact:\n    fields:\n      party: {on_revert_item: stays_where_it_is}\n", 7, "The reason `stays_where_it_is` has no words", "Add `reasons:"},
    {"ReasonInOneLanguage", "reasons:\n  convert_in_sage: {en: \"\"}\n", 5, "The text of the reason `convert_in_sage` is empty in one language", "in French and in English"},
    {"ErrorInOneLanguage", "errors:\n  REFUSED: {message: {fr: \"\"}}\n", 5, "The text of the error `REFUSED` is empty in one language", "in French and in English"},
    {"MissingFile", "files: [more.yaml]\n", 4, "The file `more.yaml` of the pack cannot be read", "Add the file"},
};

INSTANTIATE_TEST_SUITE_P(Packs, BrokenPackTest, ::testing::ValuesIn(kMistakes), [](const auto& mistake) { return std::string(mistake.param.name); });

TEST(BrokenPackSetTest, AllProblemsComeAtOnce) {
  PackLoading loading;
  loading.Overlay("entities:\n  contact:\n    rank: high\n    fields:\n      fax: {equality: similar}\n      phone: {blanc: keeps}\n");
  EXPECT_FALSE(loading.LoadOverlay().ok());
  EXPECT_EQ(loading.problems.size(), 3u);
}

TEST(BrokenPackSetTest, UnknownBaseIsNamed) {
  PackLoading loading;
  loading.File("try/pack.yaml", "name: try\nversion: \"1\"\nextends: smm\n");
  EXPECT_THAT(std::string(loading.LoadOverlay().status().message()), HasSubstr("try/pack.yaml:3: The pack extends `smm`, which is not found."));
}

TEST(BrokenPackSetTest, CircleOfBasesEnds) {
  PackLoading loading;
  loading.File("try/pack.yaml", "name: try\nversion: \"1\"\nextends: other\n");
  loading.File("try/../other/pack.yaml", "name: other\nversion: \"1\"\nextends: try\n");
  loading.File("try/../other/../try/pack.yaml", "name: try\nversion: \"1\"\nextends: try\n");
  EXPECT_FALSE(loading.LoadOverlay().ok());
}

TEST(BrokenPackSetTest, ValueForAnUnknownParameterIsNamed) {
  PackLoading loading;
  EXPECT_FALSE(loading.Set("sage_intervall", "3m").LoadSsm().ok());
  ASSERT_EQ(loading.problems.size(), 1u);
  EXPECT_THAT(loading.problems[0].ToString(), HasSubstr("no parameter `sage_intervall`"));
  EXPECT_THAT(loading.problems[0].remedy, HasSubstr("sage_interval"));
}

TEST(BrokenPackSetTest, SecretValueNeverStandsInAMessage) {
  PackLoading loading;
  loading.Overlay("parameters:\n  token:\n    type: integer\n    secret: true\n    default: \"1\"\n    label: {fr: Jeton, en: Token}\n");
  EXPECT_FALSE(loading.Set("token", "hunter2").LoadOverlay().ok());
  ASSERT_EQ(loading.problems.size(), 1u);
  EXPECT_EQ(loading.problems[0].ToString().find("hunter2"), std::string::npos);
}

TEST(BrokenPackSetTest, KeySaidInTwoFilesOfOnePackIsAProblem) {
  PackLoading loading;
  loading.Overlay("files: [more.yaml]\nlimits: {companies_max: 1}\n").File("try/more.yaml", "limits: {companies_max: 8}\n");
  EXPECT_FALSE(loading.LoadOverlay().ok());
  ASSERT_EQ(loading.problems.size(), 1u);
  EXPECT_THAT(loading.problems[0].ToString(), HasSubstr("try/more.yaml:1: `companies_max` is said twice"));
}

TEST(BrokenPackSetTest, MissingPackIsNotFound) {
  PackLoading loading;
  EXPECT_EQ(loading.Load("/packs/nowhere").status().code(), absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace entente
