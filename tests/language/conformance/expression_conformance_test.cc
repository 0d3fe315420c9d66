#include <gtest/gtest.h>

#include <fstream>
#include <iostream>
#include <map>
#include <sstream>

#include "absl/strings/match.h"
#include "engine/language/expression/expression.h"
#include "tests/core/any_value.h"
#include "tests/language/conformance/cases.h"
#include "tests/language/conformance/subset.h"

// The published cases of the Common Expression Language, run by our evaluator. What is skipped is skipped for a reason, which is printed
// with its count; what lies in the claimed subset must pass.
namespace entente {
namespace {

struct Verdict {
  enum class Kind { kPassed, kSkipped, kFailed };
  Kind kind = Kind::kPassed;
  // Why it was skipped or failed.
  std::string reason;
};
Verdict Failed(std::string reason) { return {Verdict::Kind::kFailed, std::move(reason)}; }

// Whether both may be the type of the same expression: dyn fits everything.
bool AreCompatible(const Type& a, const Type& b) {
  if (a.Is(Type::Kind::kDyn) || b.Is(Type::Kind::kDyn)) return true;
  return a.Is(b.kind()) && AreCompatible(a.element(), b.element()) && AreCompatible(a.key(), b.key());
}

Verdict JudgeType(const ConformanceCase& published, const Type& found) {
  const nlohmann::json typed = published.fields.value("typedResult", nlohmann::json::object());
  if (typed.contains("deducedType")) {
    const Type wanted = TypeOf(typed.at("deducedType"));
    if (found.ToString() != wanted.ToString()) return Failed("its type is " + found.ToString() + ", not " + wanted.ToString());
  }
  if (!published.go_type.empty() && !AreCompatible(found, TypeInGo(published.go_type))) {
    return Failed("its type is " + found.ToString() + ", not " + published.go_type);
  }
  return {};
}

// The value wanted; null without a value means true, as the specification has it.
nlohmann::json WantedValue(const nlohmann::json& fields) {
  if (fields.contains("value")) return fields.at("value");
  if (fields.contains("typedResult")) return fields.at("typedResult").at("result");
  return {{"boolValue", true}};
}

Verdict JudgeResult(const ConformanceCase& published, const Expression& expression, const absl::StatusOr<Value>& result) {
  if (published.fields.contains("evalError")) {
    if (result.ok()) return Failed("it gives " + result->ToDisplay() + " where an error is wanted");
    if (!absl::StartsWith(result.status().message(), "EXPRESSION_FAILED")) return Failed(std::string(result.status().message()));
    return {};
  }
  if (!result.ok()) return Failed(std::string(result.status().message()));
  const nlohmann::json wanted = WantedValue(published.fields);
  if (*result != ValueOf(wanted)) return Failed("it gives " + testing::PrintToString(*result) + ", not " + wanted.dump());
  if (wanted.contains("typeValue") && !expression.ResultType().Is(Type::Kind::kType)) return Failed("it gives a text, not a type");
  return {};
}

Verdict JudgementOf(const ConformanceCase& published) {
  if (std::string reason = ReasonToSkip(published); !reason.empty()) return {Verdict::Kind::kSkipped, std::move(reason)};
  Environment environment;
  const nlohmann::json declarations = published.fields.value("typeEnv", nlohmann::json::array());
  for (const auto& declared : declarations) {
    environment.Declare(declared.at("name"), TypeOf(declared.at("ident").at("type")));
  }
  Bindings bindings;
  const nlohmann::json bound_values = published.fields.value("bindings", nlohmann::json::object());
  for (const auto& [name, bound] : bound_values.items()) {
    if (!environment.Find(name)) environment.Declare(name, Type());
    bindings.Bind(name, ValueOf(bound.at("value")));
  }
  const auto expression = Expression::Compile(published.expression, environment);
  if (!expression.ok()) {
    if (!published.fields.value("disableCheck", false)) return Failed(std::string(expression.status().message()));
    // Told when the expression is loaded, instead of every time it is evaluated.
    if (published.fields.contains("evalError")) return {};
    return {Verdict::Kind::kSkipped, kUncheckedReason};
  }
  if (Verdict verdict = JudgeType(published, expression->ResultType()); verdict.kind != Verdict::Kind::kPassed) return verdict;
  if (published.fields.value("checkOnly", false)) return {};
  return JudgeResult(published, *expression, expression->Evaluate(bindings));
}

// What became of some cases.
struct Counts {
  int cases = 0;
  int passed = 0;
  int failed = 0;
  std::map<std::string, int> skipped;

  void Add(const Verdict& verdict) {
    ++cases;
    if (verdict.kind == Verdict::Kind::kPassed) ++passed;
    if (verdict.kind == Verdict::Kind::kFailed) ++failed;
    if (verdict.kind == Verdict::Kind::kSkipped) ++skipped[verdict.reason];
  }
  int run() const { return passed + failed; }

  std::string ToString() const {
    std::string text = std::to_string(cases) + " cases, " + std::to_string(run()) + " run, " + std::to_string(passed) + " passed, " + std::to_string(cases - run()) + " skipped";
    std::string separator = ": ";
    for (const auto& [reason, count] : skipped) {
      text += separator + reason + " " + std::to_string(count);
      separator = ", ";
    }
    return text;
  }
};

struct Section {
  std::string file;
  std::string name;
};
void PrintTo(const Section& section, std::ostream* out) { *out << section.file << '/' << section.name; }

std::vector<Section> PublishedSections() {
  std::vector<Section> sections;
  for (const ConformanceCase& published : PublishedCases().cases) {
    if (sections.empty() || sections.back().name != published.section || sections.back().file != published.file) sections.push_back({published.file, published.section});
  }
  return sections;
}

class Conformance : public testing::TestWithParam<Section> {};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(Conformance);

TEST_P(Conformance, TheSectionHolds) {
  Counts counts;
  for (const ConformanceCase& published : PublishedCases().cases) {
    if (published.file != GetParam().file || published.section != GetParam().name) continue;
    const Verdict verdict = JudgementOf(published);
    counts.Add(verdict);
    EXPECT_NE(verdict.kind, Verdict::Kind::kFailed) << published.name << ": " << published.expression << "\n  " << verdict.reason;
  }
  std::cout << "  " << GetParam().file << '/' << GetParam().name << ": " << counts.ToString() << std::endl;
  if (counts.run() == 0) GTEST_SKIP() << "nothing of this section is claimed";
}

INSTANTIATE_TEST_SUITE_P(Published, Conformance, testing::ValuesIn(PublishedSections()),
                         [](const auto& section) { return section.param.file + "_" + section.param.name; });

TEST(ConformanceCasesTest, TheyAreThere) {
  EXPECT_EQ(PublishedCases().problem, "");
  EXPECT_GT(PublishedCases().cases.size(), 2000U);
}

// The numbers of engine/language/expression/README.md are those of this run.
TEST(ConformanceCasesTest, TheReadmeSaysWhatIsRun) {
  if (!PublishedCases().problem.empty()) GTEST_SKIP() << "there are no cases; the test above says why";
  Counts counts;
  for (const ConformanceCase& published : PublishedCases().cases) counts.Add(JudgementOf(published));
  std::cout << "conformance: @bufbuild/cel-spec " << PublishedCases().version << ": " << counts.ToString() << std::endl;

  std::ifstream file(ENTENTE_SOURCE_DIR "/engine/language/expression/README.md");
  std::ostringstream readme;
  readme << file.rdbuf();
  const auto says = [&](const std::string& sentence) { EXPECT_NE(readme.str().find(sentence), std::string::npos) << "the README does not say: " << sentence; };
  says("`@bufbuild/cel-spec` " + PublishedCases().version);
  says(std::to_string(counts.cases) + " cases, " + std::to_string(counts.run()) + " run, " + std::to_string(counts.passed) + " passed");
  for (const auto& [reason, count] : counts.skipped) says("| " + reason + " | " + std::to_string(count) + " |");
}

}  // namespace
}  // namespace entente
