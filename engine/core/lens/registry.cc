#include "engine/core/lens/factories.h"

namespace entente {
namespace {

struct Entry {
  std::string_view name;
  std::vector<std::string_view> arguments;  // the first one may be given without its name
  LensPtr (*make)(Arguments&);
  bool takes_others = false;
  std::string_view bound = {};  // see LensBound()
};

const std::vector<Entry>& Entries() {
  static const std::vector<Entry> entries = {
      {"blank", {"sentinels", "zero"}, MakeBlank},
      {"case", {"to"}, MakeCase},
      {"civility", {"zero"}, MakeCivility},
      {"classes", {"classes", "unset", "other", "else"}, MakeClasses, true},
      {"comment_block", {"part", "begin", "end", "length"}, MakeCommentBlock},
      {"constant", {"value"}, MakeConstant},
      {"country", {"table", "default", "local", "length"}, MakeCountry},
      {"date_text", {"form", "zone", "invert"}, MakeDateText},
      {"day", {"zone"}, MakeDay},
      {"decimal_text", {"decimals", "comma", "over", "invert"}, MakeDecimalText, false, "decimals"},
      {"default_mark", {"mark"}, MakeDefaultMark},
      {"first_line", {"length", "charset"}, MakeFirstLine},
      {"fit", {"length", "over", "charset"}, MakeFit, false, "length"},
      {"flag", {"inverted"}, MakeFlag},
      {"int_text", {"invert"}, MakeIntText},
      {"labelled_line", {"label", "length", "charset"}, MakeLabelledLine},
      {"modulo", {"equality"}, MakeModulo},
      {"one_line", {}, MakeOneLine},
      {"phone", {"length", "charset"}, MakePhone},
      {"table", {"table", "native", "canonical", "fallback", "fallback_native", "unknown"}, MakeTable},
      {"trim", {}, MakeTrim},
  };
  return entries;
}

const Entry* FindEntry(std::string_view name) {
  for (const Entry& entry : Entries()) {
    if (entry.name == name) return &entry;
  }
  return nullptr;
}

}  // namespace

absl::StatusOr<LensPtr> MakeLens(std::string_view name, const Fields& fields) {
  const Entry* entry = FindEntry(name);
  if (!entry) {
    std::string known;
    for (const std::string& lens : LensNames()) known += (known.empty() ? "" : ", ") + lens;
    return absl::InvalidArgumentError("LENS_UNKNOWN: there is no lens '" + std::string(name) + "'; write one of " + known);
  }
  Arguments arguments(entry->name, fields, entry->arguments, entry->takes_others);
  LensPtr lens = entry->make(arguments);
  if (!arguments.status().ok()) return arguments.status();
  return lens;
}

std::string_view LensBound(std::string_view name) {
  const Entry* entry = FindEntry(name);
  return entry ? entry->bound : std::string_view();
}

std::vector<std::string> LensNames() {
  std::vector<std::string> names;
  for (const Entry& entry : Entries()) names.emplace_back(entry.name);
  return names;
}

std::vector<std::string> LensArguments(std::string_view name) {
  const Entry* entry = FindEntry(name);
  if (!entry) return {};
  return {entry->arguments.begin(), entry->arguments.end()};
}

}  // namespace entente
