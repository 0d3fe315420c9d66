#include "tools/cli/pack_examples.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "tools/cli/json_text.h"

namespace entente::cli {

bool AllHold(const std::vector<ExampleReport>& reports) { return std::all_of(reports.begin(), reports.end(), [](const ExampleReport& report) { return report.holds(); }); }

void ShowExamples(Output& out, const std::vector<ExampleReport>& reports) {
  if (reports.empty()) return;
  for (const ExampleReport& report : reports) {
    out.Line(absl::StrCat(report.holds() ? out.Paint(Colour::kGood, "holds") : out.Paint(Colour::kBad, "FAILS"), "     ", report.name, "  ", report.source.file, ":", report.source.line));
    for (const entente::Problem& problem : report.problems) out.Line(absl::StrCat("          ", problem.ToString()));
  }
  const auto held = std::count_if(reports.begin(), reports.end(), [](const ExampleReport& report) { return report.holds(); });
  out.Line(absl::StrCat(held, " of ", reports.size(), " examples hold."));
}

std::string ExamplesJson(const std::vector<ExampleReport>& reports) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const ExampleReport& report : reports) {
    nlohmann::ordered_json& one = list.emplace_back();
    one["name"] = report.name;
    one["shows"] = report.shows;
    one["holds"] = report.holds();
    one["source"] = absl::StrCat(report.source.file, ":", report.source.line);
    one["problems"] = nlohmann::ordered_json::parse(JsonTexts(report.problems));
  }
  return list.dump();
}

}  // namespace entente::cli
