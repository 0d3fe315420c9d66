#include <re2/re2.h>

#include "engine/core/lens/equality.h"
#include "engine/core/text.h"
#include "engine/language/expression/function.h"

namespace entente {
namespace {

using Kind = Type::Kind;
using Arguments = std::span<const Value* const>;

constexpr TypeSet kText = SetOf(Kind::kText);
constexpr TypeSet kInt = SetOf(Kind::kInt);
// So that a formula cannot make memory out of nothing.
constexpr std::size_t kCharactersMax = 100'000;

const std::string& TextAt(Arguments arguments, std::size_t i) { return *arguments[i]->As<std::string>(); }

Outcome CountAt(Arguments arguments, std::size_t i, std::size_t* count) {
  const std::int64_t number = *arguments[i]->As<std::int64_t>();
  if (number < 0) return Fault{"a number of characters is negative"};
  *count = static_cast<std::size_t>(std::min<std::int64_t>(number, kCharactersMax));
  return Value();
}

template <std::string (*change)(std::string_view)>
Outcome Changed(Arguments arguments) { return Value(change(TextAt(arguments, 0))); }

std::string Trimmed(std::string_view text) { return std::string(Trim(text)); }
std::string FirstLine(std::string_view text) { return std::string(TrimRight(text.substr(0, text.find('\n')))); }
std::string VatForm(std::string_view text) { return std::string(NormalForm(Equality::kVat, Value(text)).TextOrEmpty()); }
std::string PhoneForm(std::string_view text) { return std::string(NormalForm(Equality::kPhone, Value(text)).TextOrEmpty()); }
std::string FoldedText(std::string_view text) { return FoldAccents(CollapseSpaces(text)); }

Outcome Left(Arguments arguments) {
  std::size_t count = 0;
  const Outcome checked = CountAt(arguments, 1, &count);
  if (std::holds_alternative<Fault>(checked)) return checked;
  return Value(Substring(TextAt(arguments, 0), 0, count));
}

Outcome Right(Arguments arguments) {
  std::size_t count = 0;
  const Outcome checked = CountAt(arguments, 1, &count);
  if (std::holds_alternative<Fault>(checked)) return checked;
  const std::string& text = TextAt(arguments, 0);
  const std::size_t size = CharacterCount(text);
  return Value(Substring(text, size > count ? size - count : 0, count));
}

Outcome Cut(Arguments arguments) {
  std::size_t count = 0;
  const Outcome checked = CountAt(arguments, 1, &count);
  if (std::holds_alternative<Fault>(checked)) return checked;
  return Value(CutAtWord(TextAt(arguments, 0), count));
}

// substring(text, begin[, end]): past the end there is nothing.
Outcome SubstringOf(Arguments arguments) {
  std::size_t begin = 0;
  std::size_t end = std::string::npos;
  Outcome checked = CountAt(arguments, 1, &begin);
  if (std::holds_alternative<Fault>(checked)) return checked;
  if (arguments.size() > 2) {
    checked = CountAt(arguments, 2, &end);
    if (std::holds_alternative<Fault>(checked)) return checked;
    if (end < begin) return Fault{"the end of substring() lies before its beginning"};
    end -= begin;
  }
  return Value(Substring(TextAt(arguments, 0), begin, end));
}

Outcome Replace(Arguments arguments) {
  const std::string& text = TextAt(arguments, 0);
  const std::string& from = TextAt(arguments, 1);
  const std::string& to = TextAt(arguments, 2);
  if (from.empty()) return Fault{"replace() was asked to replace an empty text"};
  std::string result;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t next = text.find(from, at);
    result.append(text, at, next == std::string::npos ? std::string::npos : next - at);
    if (next == std::string::npos) break;
    result += to;
    at = next + from.size();
    if (result.size() > kCharactersMax) return Fault{"replace() makes a text of more than 100000 characters"};
  }
  return Value(std::move(result));
}

Outcome Split(Arguments arguments) {
  const std::string& text = TextAt(arguments, 0);
  const std::string& separator = TextAt(arguments, 1);
  if (separator.empty()) return Fault{"split() was given an empty separator"};
  List parts;
  for (std::size_t at = 0;;) {
    const std::size_t next = text.find(separator, at);
    parts.emplace_back(std::string_view(text).substr(at, next == std::string::npos ? next : next - at));
    if (next == std::string::npos) return Value(std::move(parts));
    at = next + separator.size();
  }
}

// join(list[, separator]): what is blank is left out.
Outcome Join(Arguments arguments) {
  const std::string separator = arguments.size() > 1 ? TextAt(arguments, 1) : std::string();
  std::string result;
  bool is_first = true;
  for (const Value& item : *arguments[0]->As<List>()) {
    if (item.IsBlank()) continue;
    const auto* text = item.As<std::string>();
    if (!text) return Fault{"join() found " + std::string(item.TypeName()) + " in the list; convert it with string()"};
    if (!is_first) result += separator;
    result += *text;
    is_first = false;
    if (result.size() > kCharactersMax) return Fault{"join() makes a text of more than 100000 characters"};
  }
  return Value(std::move(result));
}

Outcome Padded(Arguments arguments, bool is_left) {
  std::size_t width = 0;
  const Outcome checked = CountAt(arguments, 1, &width);
  if (std::holds_alternative<Fault>(checked)) return checked;
  const std::string filler = arguments.size() > 2 ? TextAt(arguments, 2) : " ";
  if (CharacterCount(filler) != 1) return Fault{"the filler of a padded text is one character"};
  if (width > 10'000) return Fault{"a padded text has at most 10000 characters"};
  std::string text = TextAt(arguments, 0);
  std::string padding;
  for (std::size_t size = CharacterCount(text); size < width; ++size) padding += filler;
  return Value(is_left ? padding + text : text + padding);
}
Outcome PadLeft(Arguments arguments) { return Padded(arguments, true); }
Outcome PadRight(Arguments arguments) { return Padded(arguments, false); }

Outcome Contains(Arguments arguments) { return Value(TextAt(arguments, 0).find(TextAt(arguments, 1)) != std::string::npos); }
Outcome StartsWith(Arguments arguments) { return Value(TextAt(arguments, 0).starts_with(TextAt(arguments, 1))); }
Outcome EndsWith(Arguments arguments) { return Value(TextAt(arguments, 0).ends_with(TextAt(arguments, 1))); }

Outcome Matches(Arguments arguments) {
  RE2::Options options(RE2::Quiet);
  const RE2 pattern(TextAt(arguments, 1), options);
  if (!pattern.ok()) return Fault{"the pattern of matches() is not a regular expression: " + pattern.error()};
  return Value(RE2::PartialMatch(TextAt(arguments, 0), pattern));
}

// Of a pattern that is known only now: reading it costs more than using it.
std::int64_t CostOfMatches(Arguments arguments) { return 500 + static_cast<std::int64_t>(TextAt(arguments, 1).size()); }

// The number as dialled inside its country: "+33 (0)1 23" is "0123". Numbers of other countries stay as they are.
Outcome NationalPhone(Arguments arguments) {
  const std::string& typed = TextAt(arguments, 0);
  const std::string code = arguments.size() > 1 ? TextAt(arguments, 1) : "33";
  const std::string compact = PhoneForm(typed);
  for (const std::string& prefix : {"+" + code, "00" + code}) {
    if (!compact.starts_with(prefix)) continue;
    const std::string rest = compact.substr(prefix.size());
    return Value(rest.starts_with("0") ? rest : "0" + rest);
  }
  return Value(Trim(typed));
}

}  // namespace

void AddTextFunctions(std::vector<Function>* functions) {
  const auto add = [functions](std::string_view name, Outcome (*call)(Arguments), std::vector<TypeSet> allowed, int min, int max,
                               Type (*result)(std::span<const Type>) = Gives<Kind::kText>, Function::OnNull on_null = Function::OnNull::kNull) {
    functions->push_back({name, min, max, std::move(allowed), result, call, on_null});
    return &functions->back();
  };
  add("upper", Changed<ToUpper>, {kText}, 1, 1);
  add("lower", Changed<ToLower>, {kText}, 1, 1);
  add("trim", Changed<Trimmed>, {kText}, 1, 1);
  add("fold", Changed<FoldedText>, {kText}, 1, 1);
  add("digits", Changed<Digits>, {kText}, 1, 1);
  add("one_line", Changed<OnOneLine>, {kText}, 1, 1);
  add("first_line", Changed<FirstLine>, {kText}, 1, 1);
  add("vat", Changed<VatForm>, {kText}, 1, 1);
  add("phone", Changed<PhoneForm>, {kText}, 1, 1);
  add("national_phone", NationalPhone, {kText}, 1, 2);
  add("left", Left, {kText, kInt}, 2, 2);
  add("right", Right, {kText, kInt}, 2, 2);
  add("cut", Cut, {kText, kInt}, 2, 2);
  add("substring", SubstringOf, {kText, kInt}, 2, 3);
  add("replace", Replace, {kText}, 3, 3);
  add("split", Split, {kText}, 2, 2, [](std::span<const Type>) { return Type::ListOf(Kind::kText); });
  add("join", Join, {SetOf(Kind::kList), kText}, 1, 2);
  add("lpad", PadLeft, {kText, kInt, kText}, 2, 3);
  add("rpad", PadRight, {kText, kInt, kText}, 2, 3);
  add("contains", Contains, {kText}, 2, 2, Gives<Kind::kBool>, Function::OnNull::kFalse);
  add("startsWith", StartsWith, {kText}, 2, 2, Gives<Kind::kBool>, Function::OnNull::kFalse);
  add("endsWith", EndsWith, {kText}, 2, 2, Gives<Kind::kBool>, Function::OnNull::kFalse);
  add("matches", Matches, {kText}, 2, 2, Gives<Kind::kBool>, Function::OnNull::kFalse)->cost = CostOfMatches;
}

}  // namespace entente
