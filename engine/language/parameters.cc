#include "engine/language/parameters.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "entente/rules/v1/rules.pb.h"

namespace entente {
namespace {

using rules::v1::Parameter;

std::string Trimmed(const std::string& text) {
  const auto begin = text.find_first_not_of(" \t");
  if (begin == std::string::npos) return "";
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

std::vector<std::string> SplitByComma(const std::string& text) {
  std::vector<std::string> words;
  std::size_t begin = 0;
  while (begin <= text.size()) {
    const std::size_t comma = std::min(text.find(',', begin), text.size());
    if (const std::string word = Trimmed(text.substr(begin, comma - begin)); !word.empty()) words.push_back(word);
    begin = comma + 1;
  }
  return words;
}

bool IsListType(const Parameter& parameter) { return parameter.type() == Parameter::LABELS || parameter.type() == Parameter::LIST; }

bool IsUpperLetter(char c) { return c >= 'A' && c <= 'Z'; }

// Code points, counted without decoding: bytes that do not continue a character.
int LengthOf(const std::string& text) {
  return static_cast<int>(std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

// "A-Z0-9" holds 'Q' and '7'.
bool InRanges(char c, const std::string& ranges) {
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    if (i + 2 < ranges.size() && ranges[i + 1] == '-') {
      if (c >= ranges[i] && c <= ranges[i + 2]) return true;
      i += 2;
    } else if (c == ranges[i]) {
      return true;
    }
  }
  return false;
}

// What one word of the parameter must be, empty when it is that.
class WordCheck {
 public:
  explicit WordCheck(const Parameter& parameter) : parameter_(parameter) {}

  // The value, or what the word should have been.
  std::optional<Value> Read(const std::string& word, std::string& expected) const {
    switch (parameter_.type()) {
      case Parameter::INTEGER: return ReadNumber(word, true, expected);
      case Parameter::DECIMAL: return ReadNumber(word, false, expected);
      case Parameter::BOOLEAN:
        if (word == "true" || word == "false") return Value(word == "true");
        expected = "true or false";
        return std::nullopt;
      case Parameter::DATE: return ReadDate(word, expected);
      default: return ReadText(word, expected);
    }
  }

 private:
  std::optional<Value> ReadNumber(const std::string& word, bool whole, std::string& expected) const {
    expected = whole ? "a whole number" : "a number";
    const std::optional<Decimal> number = Decimal::Parse(word);
    if (!number || (whole && !number->ToInt())) return std::nullopt;
    if (const auto min = Decimal::Parse(parameter_.min()); min && *number < *min) {
      expected += " not below " + parameter_.min();
      return std::nullopt;
    }
    if (const auto max = Decimal::Parse(parameter_.max()); max && *number > *max) {
      expected += " not above " + parameter_.max();
      return std::nullopt;
    }
    return whole ? Value(*number->ToInt()) : Value(*number);
  }

  std::optional<Value> ReadDate(const std::string& word, std::string& expected) const {
    expected = "a date like 2026-01-31";
    absl::CivilDay day;
    if (word.size() != 10 || !absl::ParseCivilTime(word, &day)) return std::nullopt;
    return Value(Date{static_cast<std::int32_t>(day - absl::CivilDay(1970, 1, 1))});
  }

  std::optional<Value> ReadText(const std::string& word, std::string& expected) const {
    if (!IsForm(word, expected)) return std::nullopt;
    if (parameter_.length_max() > 0 && LengthOf(word) > parameter_.length_max()) {
      expected = "a text of at most " + std::to_string(parameter_.length_max()) + " characters";
      return std::nullopt;
    }
    const std::string& ranges = parameter_.characters();
    if (!ranges.empty() && !std::all_of(word.begin(), word.end(), [&](char c) { return InRanges(c, ranges); })) {
      expected = "made of the characters " + ranges;
      return std::nullopt;
    }
    return Value(word);
  }

  bool IsForm(const std::string& word, std::string& expected) const {
    absl::Duration duration;
    absl::TimeZone zone;
    switch (parameter_.type()) {
      case Parameter::CHOICE:
        expected = "one of the choices";
        for (const std::string& choice : parameter_.choices()) {
          if (choice == word) return true;
          expected += (expected.back() == 's' ? ": " : ", ") + choice;
        }
        return false;
      case Parameter::DURATION:
        expected = "a length of time with its unit, like 15m";
        return absl::ParseDuration(word, &duration) && duration > absl::ZeroDuration();
      case Parameter::COUNTRY:
        expected = "a country code of two capital letters, like FR";
        return word.size() == 2 && IsUpperLetter(word[0]) && IsUpperLetter(word[1]);
      case Parameter::ZONE:
        expected = "a time zone like Europe/Paris";
        return absl::LoadTimeZone(word, &zone);
      case Parameter::USER:
        expected = "the e-mail address of a user";
        return word.find('@') != std::string::npos;
      default:
        return true;
    }
  }

  const Parameter& parameter_;
};

Position PositionOf(const Parameter& parameter) { return {parameter.source().file(), parameter.source().line()}; }

class Resolver {
 public:
  Resolver(ParameterValues& result, Problems& problems) : result_(result), problems_(problems) {}

  void Resolve(const Parameter& parameter, const std::string* override) {
    std::vector<std::string> words(parameter.default_().begin(), parameter.default_().end());
    if (override != nullptr) words = IsListType(parameter) ? SplitByComma(*override) : std::vector<std::string>{*override};
    if (words.size() == 1 && words.front().empty()) words.clear();
    if (words.empty() && !parameter.optional()) {
      problems_.Add(PositionOf(parameter), "The parameter `" + parameter.name() + "` has no value and needs one.",
                    "Set it in the configuration, or give it a default.");
    }
    if (words.size() > 1 && !IsListType(parameter)) {
      problems_.Add(PositionOf(parameter), "The parameter `" + parameter.name() + "` has several values but its type holds one.",
                    "Write one value, or give it the type labels or list.");
      words.resize(1);
    }
    Store(parameter, words, override != nullptr);
  }

 private:
  void Store(const Parameter& parameter, const std::vector<std::string>& words, bool is_override) {
    List values;
    for (const std::string& word : words) {
      std::string expected;
      const std::optional<Value> value = WordCheck(parameter).Read(word, expected);
      if (value) {
        values.push_back(*value);
        continue;
      }
      const std::string shown = parameter.secret() ? "" : ": \"" + word + "\"";
      problems_.Add(PositionOf(parameter),
                    "The " + std::string(is_override ? "value set for" : "default of") + " the parameter `" + parameter.name() +
                        "` is not right" + shown + ".",
                    "It must be " + expected + ".");
    }
    result_.words[parameter.name()] = words;
    result_.is_list[parameter.name()] = IsListType(parameter);
    if (IsListType(parameter)) {
      result_.values[parameter.name()] = Value(std::move(values));
    } else {
      result_.values[parameter.name()] = values.empty() ? Value() : values.front();
    }
  }

  ParameterValues& result_;
  Problems& problems_;
};

class Substitution {
 public:
  Substitution(const ParameterValues& values, Problems& problems) : values_(values), problems_(problems) {}

  void Apply(Tree& tree) {
    switch (tree.kind) {
      case Tree::Kind::kScalar: return ApplyToScalar(tree);
      case Tree::Kind::kList: return ApplyToList(tree);
      case Tree::Kind::kMapping:
        for (Tree::Entry& entry : tree.entries) Apply(entry.value);
        return;
      case Tree::Kind::kNull: return;
    }
  }

 private:
  // The words of a list among the items of a list stand each for itself.
  void ApplyToList(Tree& tree) {
    std::vector<Tree> items;
    for (Tree& item : tree.items) {
      const bool was_scalar = item.IsScalar() && item.scalar.find("${") != std::string::npos;
      Apply(item);
      if (was_scalar && item.IsList()) {
        items.insert(items.end(), item.items.begin(), item.items.end());
      } else if (!was_scalar || !item.scalar.empty()) {
        items.push_back(std::move(item));
      }
    }
    tree.items = std::move(items);
  }

  void ApplyToScalar(Tree& tree) {
    const std::string text = tree.scalar;
    if (text.find("${") == std::string::npos) return;
    if (text.rfind("${", 0) == 0 && text.find('}') == text.size() - 1) {
      const std::string name = text.substr(2, text.size() - 3);
      if (const auto list = values_.is_list.find(name); list != values_.is_list.end() && list->second) return BecomeList(tree, name);
    }
    tree.scalar = Replaced(tree.at, text);
    // An optional parameter without a value says nothing.
    if (tree.scalar.empty()) tree.quoted = true;
  }

  void BecomeList(Tree& tree, const std::string& name) {
    tree.kind = Tree::Kind::kList;
    tree.scalar.clear();
    for (const std::string& word : values_.words.at(name)) {
      Tree item;
      item.kind = Tree::Kind::kScalar;
      item.at = tree.at;
      item.scalar = word;
      tree.items.push_back(std::move(item));
    }
  }

  std::string Replaced(const Position& at, const std::string& text) {
    std::string result;
    std::size_t begin = 0;
    while (begin < text.size()) {
      const std::size_t open = text.find("${", begin);
      const std::size_t close = open == std::string::npos ? open : text.find('}', open);
      if (close == std::string::npos) break;
      result += text.substr(begin, open - begin) + WordOf(at, text.substr(open + 2, close - open - 2));
      begin = close + 1;
    }
    return result + text.substr(begin);
  }

  std::string WordOf(const Position& at, const std::string& name) {
    const auto words = values_.words.find(name);
    if (words == values_.words.end()) {
      std::vector<std::string> known;
      for (const auto& [parameter, unused] : values_.words) known.push_back(parameter);
      const std::string nearest = NearestWord(name, known);
      problems_.Add(at, "There is no parameter `" + name + "`.",
                    nearest.empty() ? "Declare it under `parameters`." : "Did you mean " + nearest + "? Else declare it under `parameters`.");
      return "";
    }
    std::string text;
    for (const std::string& word : words->second) text += (text.empty() ? "" : ", ") + word;
    return text;
  }

  const ParameterValues& values_;
  Problems& problems_;
};

}  // namespace

ParameterValues ResolveParameters(const std::vector<const Parameter*>& parameters, const std::map<std::string, std::string>& overrides,
                                  Problems& problems) {
  ParameterValues result;
  std::vector<std::string> known;
  for (const Parameter* parameter : parameters) {
    known.push_back(parameter->name());
    const auto given = overrides.find(parameter->name());
    Resolver(result, problems).Resolve(*parameter, given == overrides.end() ? nullptr : &given->second);
  }
  for (const auto& [name, unused] : overrides) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    problems.Add({"configuration", 0}, "The pack has no parameter `" + name + "`, but a value is set for it.", OneOf(name, known));
  }
  return result;
}

void Substitute(Tree& tree, const ParameterValues& values, Problems& problems) {
  for (Tree::Entry& entry : tree.entries) {
    if (entry.key != "parameters") Substitution(values, problems).Apply(entry.value);
  }
}

}  // namespace entente
