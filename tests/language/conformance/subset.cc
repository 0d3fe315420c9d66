#include "tests/language/conformance/subset.h"

#include <algorithm>
#include <cctype>
#include <set>
#include <string_view>

namespace entente {
namespace {

constexpr char kMessages[] = "protocol buffer messages and enums";
constexpr char kDouble[] = "double";
constexpr char kUnsigned[] = "uint";
constexpr char kOptional[] = "extension: optional values";

struct Extension {
  std::string_view file;
  const char* reason;
};
constexpr Extension kExtensions[] = {{"bindings_ext", "extension: bindings"},
                                     {"block_ext", "extension: blocks"},
                                     {"encoders_ext", "extension: encoders"},
                                     {"macros2", "extension: macros with two variables"},
                                     {"math_ext", "extension: math"},
                                     {"optionals", kOptional},
                                     {"proto2_ext", "extension: protocol buffer extensions"},
                                     {"string_ext", "extension: strings"}};

bool IsWordPart(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }
bool IsDigit(char c) { return std::isdigit(static_cast<unsigned char>(c)); }

// The code of an expression: its words and numbers, without comments and what stands in quotes.
class Code {
 public:
  explicit Code(std::string_view text) : rest_(text) {
    while (!rest_.empty()) TakeOne();
  }

  std::set<std::string, std::less<>> words;
  bool has_double = false;
  bool has_unsigned = false;
  // A name before a brace: a message is made.
  bool makes_message = false;

 private:
  void TakeOne() {
    if (rest_.starts_with("//")) {
      rest_.remove_prefix(std::min(rest_.find('\n'), rest_.size()));
    } else if (rest_[0] == '"' || rest_[0] == '\'') {
      TakeQuoted(false);
    } else if (IsDigit(rest_[0]) || (rest_[0] == '.' && rest_.size() > 1 && IsDigit(rest_[1]))) {
      TakeNumber();
    } else if (IsWordPart(rest_[0])) {
      TakeWord();
    } else {
      rest_.remove_prefix(1);
    }
  }

  void TakeQuoted(bool is_raw) {
    const std::string triple(3, rest_[0]);
    const std::string closing = rest_.starts_with(triple) ? triple : std::string(1, rest_[0]);
    rest_.remove_prefix(closing.size());
    while (!rest_.empty() && !rest_.starts_with(closing)) rest_.remove_prefix(!is_raw && rest_[0] == '\\' && rest_.size() > 1 ? 2 : 1);
    rest_.remove_prefix(std::min(closing.size(), rest_.size()));
  }

  void TakeNumber() {
    const bool is_hex = rest_.starts_with("0x") || rest_.starts_with("0X");
    std::size_t end = is_hex ? 2 : 0;
    const auto take = [&](auto accepts) {
      while (end < rest_.size() && accepts(rest_[end])) ++end;
    };
    take([&](char c) { return IsDigit(c) || (is_hex && std::isxdigit(static_cast<unsigned char>(c))); });
    if (!is_hex && end + 1 < rest_.size() && rest_[end] == '.' && IsDigit(rest_[end + 1])) {
      has_double = true;
      ++end;
      take(IsDigit);
    }
    if (!is_hex && end < rest_.size() && (rest_[end] == 'e' || rest_[end] == 'E')) {
      has_double = true;
      ++end;
      take([](char c) { return IsDigit(c) || c == '+' || c == '-'; });
    }
    if (end < rest_.size() && (rest_[end] == 'u' || rest_[end] == 'U')) {
      has_unsigned = true;
      ++end;
    }
    rest_.remove_prefix(end);
  }

  void TakeWord() {
    std::size_t end = 0;
    while (end < rest_.size() && IsWordPart(rest_[end])) ++end;
    const std::string_view word = rest_.substr(0, end);
    rest_.remove_prefix(end);
    if (end <= 2 && !rest_.empty() && (rest_[0] == '"' || rest_[0] == '\'') && word.find_first_not_of("rRbB") == std::string_view::npos) {
      return TakeQuoted(word.find_first_of("rR") != std::string_view::npos);
    }
    words.emplace(word);
    const std::size_t next = rest_.find_first_not_of(" \t\n\r\f\v");
    if (word != "in" && next != std::string_view::npos && rest_[next] == '{') makes_message = true;
  }

  std::string_view rest_;
};

bool Holds(const std::string& text, std::initializer_list<std::string_view> parts) {
  return std::any_of(parts.begin(), parts.end(), [&](std::string_view part) { return text.find(part) != std::string::npos; });
}

// "…30.1234567": more digits of a second than microseconds have.
bool HasNanoseconds(const std::string& text) {
  for (std::size_t at = text.find('.'); at != std::string::npos; at = text.find('.', at + 1)) {
    std::size_t digits = 0;
    while (at + 1 + digits < text.size() && IsDigit(text[at + 1 + digits])) ++digits;
    if (digits > 6) return true;
  }
  const std::size_t unit = text.find("ns'");
  return unit != std::string::npos && unit > 0 && IsDigit(text[unit - 1]);
}

// What is bound and expected, with its types.
std::string DataOf(const ConformanceCase& published) {
  nlohmann::json data = published.fields;
  for (const char* name : {"expr", "name", "description", "goType", "evalError"}) data.erase(name);
  return data.dump();
}

// Whether a message is named as a type or given as a value; google.protobuf.Timestamp and Duration are types of the language.
bool NamesMessages(const std::string& data) {
  for (const std::string_view before : {"\"messageType\":\"", "\"@type\":\"type.googleapis.com/"}) {
    for (std::size_t at = data.find(before); at != std::string::npos; at = data.find(before, at + 1)) {
      const std::string_view name = std::string_view(data).substr(at + before.size());
      if (!name.starts_with("google.protobuf.Timestamp\"") && !name.starts_with("google.protobuf.Duration\"")) return true;
    }
  }
  return false;
}

bool UsesMessages(const ConformanceCase& published, const Code& code, const std::string& data) {
  if (code.makes_message || published.fields.value("container", "").starts_with("cel.expr.conformance")) return true;
  if (NamesMessages(data) || Holds(data, {"enumValue", "\"wrapper\"", "\"wellKnown\""})) return true;
  if (code.words.contains("TestAllTypes") || published.file == "enums") return true;
  return code.words.contains("protobuf") && !code.words.contains("Timestamp") && !code.words.contains("Duration");
}

}  // namespace

std::string ReasonToSkip(const ConformanceCase& published) {
  for (const Extension& extension : kExtensions) {
    if (extension.file == published.file) return extension.reason;
  }
  const Code code(published.expression);
  const std::string data = DataOf(published);
  if (UsesMessages(published, code, data)) return kMessages;
  if (code.words.contains("optional")) return kOptional;
  if (Holds(data, {"\"function\""})) return "functions declared by the host";
  if (code.has_double || code.words.contains("double") || Holds(data, {"doubleValue", "DOUBLE"})) return kDouble;
  if (code.has_unsigned || code.words.contains("uint") || Holds(data, {"uint64Value", "UINT64"})) return kUnsigned;
  if (!published.fields.value("container", "").empty()) return "names resolved in a container";
  if (HasNanoseconds(published.expression) || HasNanoseconds(data)) return "nanoseconds";
  return "";
}

}  // namespace entente
