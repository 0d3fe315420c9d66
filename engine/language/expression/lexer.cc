#include "engine/language/expression/lexer.h"

#include <optional>

#include "engine/core/code_points.h"
#include "engine/core/text.h"

namespace entente {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsHexDigit(char c) { return IsDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool IsNameStart(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool IsNamePart(char c) { return IsNameStart(c) || IsDigit(c); }

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  std::variant<std::vector<Token>, SyntaxProblem> Run() {
    while (!problem_) {
      SkipBlanks();
      begin_ = at_;
      if (at_ >= text_.size()) {
        Push(Token::Kind::kEnd, "");
        return std::move(tokens_);
      }
      LexOne();
    }
    return *std::move(problem_);
  }

 private:
  char Peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
  bool StartsWith(std::string_view what) const { return text_.substr(at_, what.size()) == what; }
  void Fail(std::size_t offset, std::string sentence) {
    if (!problem_) problem_ = SyntaxProblem{offset, std::move(sentence)};
  }
  void Push(Token::Kind kind, std::string text) { tokens_.push_back({kind, {begin_, at_}, std::move(text)}); }

  void SkipBlanks() {
    while (at_ < text_.size()) {
      if (Peek() == ' ' || (Peek() >= '\t' && Peek() <= '\r')) {
        ++at_;
      } else if (StartsWith("//")) {
        while (at_ < text_.size() && Peek() != '\n') ++at_;
      } else {
        return;
      }
    }
  }

  void LexOne() {
    if (LexString()) return;
    if (IsNameStart(Peek())) return LexName();
    if (IsDigit(Peek()) || (Peek() == '.' && IsDigit(Peek(1)))) return LexNumber();
    if (Peek() == '`') return LexQuotedName();
    LexSign();
  }

  void LexName() {
    while (IsNamePart(Peek())) ++at_;
    Push(Token::Kind::kIdentifier, std::string(text_.substr(begin_, at_ - begin_)));
  }

  void LexQuotedName() {
    const std::size_t end = text_.find('`', at_ + 1);
    if (end == std::string_view::npos || end == at_ + 1) return Fail(begin_, "a name in backquotes is empty or not closed; write `name`");
    at_ = end + 1;
    Push(Token::Kind::kQuotedIdentifier, std::string(text_.substr(begin_ + 1, end - begin_ - 1)));
  }

  void LexNumber() {
    if (Peek() == '0' && (Peek(1) == 'x' || Peek(1) == 'X')) {
      at_ += 2;
      while (IsHexDigit(Peek())) ++at_;
      if (at_ == begin_ + 2) return Fail(begin_, "0x is followed by no hexadecimal digit; write a number such as 0x1F");
      return FinishNumber(Token::Kind::kInt);
    }
    while (IsDigit(Peek())) ++at_;
    if (Peek() != '.' || !IsDigit(Peek(1))) return FinishNumber(Token::Kind::kInt);
    ++at_;
    while (IsDigit(Peek())) ++at_;
    FinishNumber(Token::Kind::kDecimal);
  }

  void FinishNumber(Token::Kind kind) {
    const std::string digits(text_.substr(begin_, at_ - begin_));
    const bool has_exponent = (Peek() == 'e' || Peek() == 'E') && (IsDigit(Peek(1)) || ((Peek(1) == '+' || Peek(1) == '-') && IsDigit(Peek(2))));
    if (has_exponent) return Fail(begin_, "a number with an exponent is a double, which is not exact; write all its digits, such as 1500 or 0.0015");
    if (Peek() == 'u' || Peek() == 'U') return Fail(begin_, "unsigned numbers are not part of this language; write " + digits);
    if (IsNameStart(Peek())) return Fail(at_, "a letter follows the number " + digits + "; put a space or an operator between them");
    Push(kind, digits);
  }

  // r'…', b'…', rb'…', ''' … '''
  bool LexString() {
    bool is_raw = false;
    bool is_bytes = false;
    std::size_t quote_at = at_;
    while (quote_at < text_.size() && quote_at - at_ < 2) {
      const char c = text_[quote_at];
      if ((c == 'r' || c == 'R') && !is_raw) {
        is_raw = true;
      } else if ((c == 'b' || c == 'B') && !is_bytes) {
        is_bytes = true;
      } else {
        break;
      }
      ++quote_at;
    }
    const char quote = quote_at < text_.size() ? text_[quote_at] : '\0';
    if (quote != '"' && quote != '\'') return false;
    at_ = quote_at;
    const std::string triple(3, quote);
    const std::string closing = StartsWith(triple) ? triple : std::string(1, quote);
    at_ += closing.size();
    LexStringBody(closing, is_raw, is_bytes);
    return true;
  }

  void LexStringBody(const std::string& closing, bool is_raw, bool is_bytes) {
    std::string content;
    while (!StartsWith(closing)) {
      if (at_ >= text_.size() || (closing.size() == 1 && (Peek() == '\n' || Peek() == '\r'))) {
        return Fail(begin_, "the text is not closed; write " + closing + " at its end");
      }
      if (Peek() == '\\' && !is_raw) {
        if (!LexEscape(is_bytes, &content)) return Fail(at_, "this escape is not known; write \\\\ for a backslash, \\n for a line break");
      } else {
        content.push_back(Peek());
        ++at_;
      }
    }
    at_ += closing.size();
    if (!is_bytes && !IsValidUtf8(content)) return Fail(begin_, "the text is not valid UTF-8; write it as bytes, b'…', or correct it");
    Push(is_bytes ? Token::Kind::kBytes : Token::Kind::kText, std::move(content));
  }

  // The number of exactly `count` digits.
  std::optional<std::int32_t> TakeNumber(std::size_t count, int base) {
    std::int64_t number = 0;
    for (std::size_t i = 0; i < count; ++i, ++at_) {
      const char c = Peek();
      if (base == 16 ? !IsHexDigit(c) : !(c >= '0' && c <= '7')) return std::nullopt;
      number = number * base + (IsDigit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
    }
    if (number > 0x10FFFF) return std::nullopt;
    return static_cast<std::int32_t>(number);
  }

  bool LexEscape(bool is_bytes, std::string* content) {
    const char c = Peek(1);
    static constexpr std::string_view kNames = "abfnrtv\\?\"'`";
    static constexpr std::string_view kMeanings = "\a\b\f\n\r\t\v\\?\"'`";
    const std::size_t simple = c == '\0' ? std::string_view::npos : kNames.find(c);
    if (simple != std::string_view::npos) {
      content->push_back(kMeanings[simple]);
      at_ += 2;
      return true;
    }
    std::optional<std::int32_t> point;
    if (c >= '0' && c <= '3') {
      at_ += 1;
      point = TakeNumber(3, 8);
    } else if (c == 'x' || c == 'X' || (!is_bytes && (c == 'u' || c == 'U'))) {
      at_ += 2;
      point = TakeNumber(c == 'u' ? 4 : c == 'U' ? 8 : 2, 16);
    }
    if (!point || (*point >= 0xD800 && *point <= 0xDFFF)) return false;
    if (is_bytes) {
      content->push_back(static_cast<char>(*point));
    } else {
      AppendUtf8(*point, content);
    }
    return true;
  }

  void LexSign() {
    static constexpr std::string_view kSigns[] = {"&&", "||", "==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "/", "%", "!",
                                                  "?",  ":",  "(",  ")",  "[",  "]",  "{", "}", ".", ","};
    for (const std::string_view sign : kSigns) {
      if (!StartsWith(sign)) continue;
      at_ += sign.size();
      return Push(Token::Kind::kSign, std::string(sign));
    }
    if (Peek() == '=') return Fail(at_, "'=' compares nothing; write '=='");
    if (Peek() == '&' || Peek() == '|') return Fail(at_, std::string("a single '") + Peek() + "' means nothing here; write it twice");
    CodePoints points(text_.substr(at_));
    points.Next();
    Fail(at_, "'" + std::string(text_.substr(at_, points.at())) + "' has no meaning here; remove it or put it in quotes");
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t begin_ = 0;
  std::vector<Token> tokens_;
  std::optional<SyntaxProblem> problem_;
};

}  // namespace

std::variant<std::vector<Token>, SyntaxProblem> Tokenise(std::string_view text) { return Lexer(text).Run(); }

}  // namespace entente
