#include "tools/cli/pack_check.h"

#include <fstream>
#include <iterator>
#include <optional>
#include <set>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "engine/certificate/certificate.h"
#include "engine/runtime/error.h"
#include "tools/cli/json_text.h"
#include "tools/cli/pack_examples.h"

namespace entente::cli {
namespace {

using Catalogues = Both<std::optional<std::vector<CatalogueResource>>>;

absl::Status Invalid(std::string_view reason, std::string_view sentence) { return MakeError(absl::StatusCode::kInvalidArgument, reason, sentence); }

absl::StatusOr<Catalogues> ReadCatalogues(const Pack& pack, const std::vector<std::string>& given) {
  Catalogues catalogues;
  for (const std::string& one : given) {
    const std::size_t equals = one.find('=');
    const std::string side_name = one.substr(0, equals);
    std::optional<Side> side;
    for (Side each : kSides) {
      if (pack.sides[each].name == side_name) side = each;
    }
    if (equals == std::string::npos || !side) return Invalid("CATALOGUE_INVALID", absl::StrCat("\"", one, "\" names no catalogue. Write SIDE=FILE, with a side of the pack."));
    std::ifstream in(one.substr(equals + 1));
    const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    if (!in.is_open()) return MakeError(absl::StatusCode::kNotFound, "CATALOGUE_MISSING", absl::StrCat("The file ", one.substr(equals + 1), " cannot be read."));
    absl::StatusOr<std::vector<CatalogueResource>> resources = ReadCatalogue(text);
    if (!resources.ok()) return Invalid("CATALOGUE_INVALID", SentenceOf(resources.status()));
    catalogues[*side] = *std::move(resources);
  }
  return catalogues;
}

std::vector<Problem> CheckCatalogues(const Pack& pack, const Catalogues& catalogues) {
  std::vector<Problem> problems;
  std::set<std::string> told;
  for (Side side : kSides) {
    if (!catalogues[side]) continue;
    const auto& other = catalogues[Other(side)];
    for (Problem& problem : CheckAgainstCatalogue(pack, side, *catalogues[side], other ? &*other : nullptr)) {
      // What lies between both sides is seen from either.
      if (told.insert(problem.ToString()).second) problems.push_back(std::move(problem));
    }
  }
  return problems;
}

// What was found, and what is proved: nothing while the pack cannot be read.
struct Findings {
  std::vector<Problem> problems, warnings;
  PackPtr pack;
  std::optional<certificate::Certificate> certificate;
  std::vector<ExampleReport> examples;
  bool is_good() const { return problems.empty() && certificate && certificate->holds() && AllHold(examples); }
};

void Show(Output& out, const Findings& found, bool is_long) {
  for (const Problem& problem : found.problems) out.Line(absl::StrCat(out.Paint(Colour::kBad, "error"), "    ", problem.ToString()));
  for (const Problem& warning : found.warnings) out.Line(absl::StrCat(out.Paint(Colour::kWarn, "warning"), "  ", warning.ToString()));
  if (!found.problems.empty()) {
    const std::string what = found.pack ? "the pack and the systems do not fit." : "the pack cannot be used.";
    out.Line(absl::StrCat(found.problems.size(), " problem", found.problems.size() == 1 ? "" : "s", ": ", what));
  }
  if (!found.certificate) return;
  const Pack& pack = *found.pack;
  if (found.problems.empty()) out.Line(absl::StrCat(out.Paint(Colour::kGood, "in order"), "  ", pack.name, " ", pack.version, "  ", pack.entities.size(), " entities  hash ", pack.hash));
  out.Line("");
  std::istringstream lines(certificate::ToText(*found.certificate, is_long));
  for (std::string line; std::getline(lines, line);) {
    out.Line(line.starts_with("not certified") ? out.Paint(Colour::kBad, line) : line.starts_with("certificate ") ? out.Paint(Colour::kGood, line) : line);
  }
  if (!found.examples.empty()) out.Line("");
  ShowExamples(out, found.examples);
}

void ShowJson(Output& out, const Findings& found) {
  std::string json = absl::StrCat("{\"ok\":", found.is_good() ? "true" : "false", ",\"problems\":", JsonTexts(found.problems), ",\"warnings\":", JsonTexts(found.warnings));
  if (found.certificate) absl::StrAppend(&json, ",\"certificate\":", certificate::ToJson(*found.certificate), ",\"examples\":", ExamplesJson(found.examples));
  out.JsonText(json + "}");
}

}  // namespace

absl::Status RefusedPack(const absl::Status& status) {
  const bool is_missing = status.code() == absl::StatusCode::kNotFound;
  return MakeError(status.code(), is_missing ? "PACK_MISSING" : "PACK_INVALID", SentenceOf(status));
}

absl::StatusOr<LoadOptions> OptionsFrom(const PackGiven& given) {
  LoadOptions options;
  options.search_path = given.search_path;
  for (const std::string& parameter : given.parameters) {
    const std::size_t equals = parameter.find('=');
    if (equals == std::string::npos || equals == 0) return Invalid("PARAMETER_INVALID", absl::StrCat("\"", parameter, "\" is no parameter. Write NAME=VALUE."));
    options.parameters[parameter.substr(0, equals)] = parameter.substr(equals + 1);
  }
  return options;
}

int CheckPack(Session& session, const PackCheck& check) {
  Output& out = *session.out;
  absl::StatusOr<LoadOptions> options = OptionsFrom(check.given);
  if (!options.ok()) return out.Refuse(options.status());
  Findings found;
  options->warnings = &found.warnings;
  options->problems = &found.problems;
  const absl::StatusOr<PackPtr> pack = LoadPack(check.directory, *options);
  if (!pack.ok() && found.problems.empty()) return out.Refuse(RefusedPack(pack.status()));
  if (pack.ok()) {
    found.pack = *pack;
    const absl::StatusOr<Catalogues> catalogues = ReadCatalogues(**pack, check.catalogues);
    if (!catalogues.ok()) return out.Refuse(catalogues.status());
    found.problems = CheckCatalogues(**pack, *catalogues);
    found.certificate = certificate::Certify(**pack);
    absl::StatusOr<std::vector<ExampleReport>> examples = RunExamples(check.directory, *options);
    if (!examples.ok()) return out.Refuse(RefusedPack(examples.status()));
    found.examples = *std::move(examples);
  }
  if (out.is_json()) {
    ShowJson(out, found);
  } else {
    Show(out, found, check.is_long);
  }
  return found.is_good() ? kDone : kRefused;
}

}  // namespace entente::cli
