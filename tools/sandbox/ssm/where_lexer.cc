#include "tools/sandbox/ssm/where_lexer.h"

#include <cctype>

#include "tools/sandbox/status.h"

namespace entente::sandbox::ssm {
namespace {

bool IsNameStart(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_'; }
bool IsNamePart(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.'; }
bool IsNumberPart(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0 || c == '.'; }

}  // namespace

absl::StatusOr<std::vector<Token>> Tokenize(std::string_view text) {
  std::vector<Token> out;
  std::size_t at = 0;
  const auto take_while = [&](Token::Kind kind, auto&& belongs) {
    const std::size_t start = at++;
    while (at < text.size() && belongs(text[at])) ++at;
    out.push_back({kind, std::string(text.substr(start, at - start))});
  };
  while (at < text.size()) {
    const char c = text[at];
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      ++at;
    } else if (c == '(' || c == ')') {
      out.push_back({c == '(' ? Token::Kind::kOpen : Token::Kind::kClose, std::string(1, c)});
      ++at;
    } else if (c == '\'') {
      const std::size_t end = text.find('\'', at + 1);
      if (end == std::string_view::npos) return Invalid("a quote is not closed");
      if (end + 1 < text.size() && text[end + 1] == '\'') return Invalid("a quote inside a text is not understood");
      out.push_back({Token::Kind::kText, std::string(text.substr(at + 1, end - at - 1))});
      at = end + 1;
    } else if (c == '=' || c == '<' || c == '>') {
      take_while(Token::Kind::kOperator, [&](char next) { return next == '=' || (c == '<' && next == '>'); });
    } else if (IsNameStart(c)) {
      take_while(Token::Kind::kName, IsNamePart);
    } else if (std::isdigit(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '.') {
      take_while(Token::Kind::kNumber, IsNumberPart);
    } else {
      return Invalid("the character '" + std::string(1, c) + "' is not understood");
    }
  }
  out.push_back({});
  return out;
}

}  // namespace entente::sandbox::ssm
