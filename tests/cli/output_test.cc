#include "tools/cli/output.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "engine/runtime/error.h"
#include "tools/cli/progress.h"
#include "tools/cli/target.h"

namespace entente::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

struct Written {
  explicit Written(bool is_json = false, bool is_terminal = false) : output(out, err, is_json, is_terminal) {}
  std::ostringstream out, err;
  Output output;
};

TEST(TableTest, ColumnsAreAsWideAsTheirCellsAccentsCountedOnce) {
  Written w;
  Table table({"NAME", "CITY"});
  table.Add({"Éloïse", "Lyon"});
  table.Add({"Ada", "Nîmes"});

  table.Print(w.output);

  EXPECT_EQ(w.out.str(), "NAME    CITY\nÉloïse  Lyon\nAda     Nîmes\n");
}

TEST(OutputTest, ColourIsForTerminalsOnly) {
  EXPECT_EQ(Written(false, false).output.Paint(Colour::kBad, "x"), "x");
  EXPECT_EQ(Written(false, true).output.Paint(Colour::kBad, "x"), "\033[31mx\033[0m");
}

TEST(OutputTest, ExitCodesTellCausesApart) {
  Written w;
  EXPECT_EQ(w.output.Refuse(MakeError(absl::StatusCode::kUnavailable, "ENGINE_UNREACHABLE", "x")), kUnreachable);
  EXPECT_EQ(w.output.Refuse(MakeError(absl::StatusCode::kUnauthenticated, "TOKEN_WRONG", "x")), kNotAdmitted);
  EXPECT_EQ(w.output.Refuse(MakeError(absl::StatusCode::kNotFound, "LINK_UNKNOWN", "x")), kRefused);
  EXPECT_EQ(w.output.Refuse(MakeError(absl::StatusCode::kInvalidArgument, "TARGET_INVALID", "x")), kUsage);
}

TEST(OutputTest, ErrorsAreObjectsWithJson) {
  Written w(true);
  w.output.Refuse(MakeError(absl::StatusCode::kNotFound, "LINK_UNKNOWN", "There is no \"link\"."));

  EXPECT_EQ(w.err.str(), "{\"error\":{\"reason\":\"LINK_UNKNOWN\",\"message\":\"There is no \\\"link\\\".\"}}\n");
}

TEST(TargetTest, RecordsAndLinksAreNamedInThreeWays) {
  Target link, by_key, by_resource, bad;
  EXPECT_TRUE(ReadTarget("link:42", &link).ok());
  EXPECT_TRUE(ReadTarget("sage/C0001", &by_key).ok());
  EXPECT_TRUE(ReadTarget("ssm/accounts/10/42", &by_resource).ok());

  EXPECT_EQ(link.link, 42u);
  EXPECT_EQ(by_key.record.side() + "," + by_key.record.resource() + "," + by_key.record.key(), "sage,,C0001");
  EXPECT_EQ(by_resource.record.resource() + "," + by_resource.record.key(), "accounts,10/42");
  for (const char* text : {"", "link:", "link:x", "C0001", "/x", "sage/"}) EXPECT_FALSE(ReadTarget(text, &bad).ok()) << text;
}

TEST(ProgressTest, ABarIsForTerminalsPlainLinesForTheRest) {
  v1::Run run;
  run.set_kind("reconcile");
  run.set_state("running");
  for (int i = 0; i < 10; ++i) run.add_pending("sage:party");
  Written terminal(false, true), plain;
  Progress bar(terminal.output), lines(plain.output);
  bar.Show(run);
  lines.Show(run);
  run.mutable_pending()->DeleteSubrange(0, 5);
  bar.Show(run);
  lines.Show(run);
  lines.Show(run);

  EXPECT_THAT(terminal.out.str(), HasSubstr("\r"));
  EXPECT_THAT(terminal.out.str(), HasSubstr("█"));
  EXPECT_THAT(plain.out.str(), Not(HasSubstr("\r")));
  const std::string text = plain.out.str();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2);
}

}  // namespace
}  // namespace entente::cli
