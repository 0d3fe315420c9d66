#include "engine/language/expression/parser.h"

#include <algorithm>
#include <limits>

#include "engine/language/expression/lexer.h"

namespace entente {
namespace {

constexpr std::string_view kReserved[] = {"as",     "break", "const",     "continue", "else", "for",  "function", "if",
                                          "import", "let",   "loop",      "package",  "namespace", "return", "var",  "void", "while"};
constexpr std::string_view kKeywords[] = {"in", "true", "false", "null"};

bool IsKeyword(std::string_view name) { return std::find(std::begin(kKeywords), std::end(kKeywords), name) != std::end(kKeywords); }
bool IsReserved(std::string_view name) { return std::find(std::begin(kReserved), std::end(kReserved), name) != std::end(kReserved); }

struct BinaryOperator {
  std::string_view spelling;
  Operator op;
  int level;  // binds tighter the higher
};
constexpr BinaryOperator kBinaryOperators[] = {
    {"||", Operator::kOr, 1},        {"&&", Operator::kAnd, 2},     {"<", Operator::kLess, 3},          {"<=", Operator::kLessOrEqual, 3},
    {">", Operator::kGreater, 3},    {">=", Operator::kGreaterOrEqual, 3}, {"==", Operator::kEqual, 3}, {"!=", Operator::kNotEqual, 3},
    {"in", Operator::kIn, 3},        {"+", Operator::kAdd, 4},      {"-", Operator::kSubtract, 4},      {"*", Operator::kMultiply, 5},
    {"/", Operator::kDivide, 5},     {"%", Operator::kRemainder, 5}};
constexpr int kUnaryLevel = 6;

struct MacroName {
  std::string_view name;
  Macro macro;
};
constexpr MacroName kMacros[] = {{"all", Macro::kAll},          {"exists", Macro::kExists}, {"exists_one", Macro::kExistsOne},
                                 {"existsOne", Macro::kExistsOne}, {"map", Macro::kMap},    {"filter", Macro::kFilter}};

// Recursive descent. After a problem every step returns null and nothing more is read.
class Parser {
 public:
  explicit Parser(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

  std::variant<NodePtr, SyntaxProblem> Run() {
    NodePtr root = ParseExpression();
    if (!problem_ && Now().kind != Token::Kind::kEnd) Fail("'" + Shown(Now()) + "' follows a complete expression; put an operator before it or remove it");
    if (problem_) return *std::move(problem_);
    return root;
  }

 private:
  const Token& Now() const { return tokens_[at_]; }
  bool IsSign(std::string_view sign) const { return Now().kind == Token::Kind::kSign && Now().text == sign; }
  bool Take(std::string_view sign) {
    if (!IsSign(sign)) return false;
    ++at_;
    return true;
  }
  static std::string Shown(const Token& token) { return token.kind == Token::Kind::kEnd ? "the end" : token.text; }
  NodePtr Fail(std::string sentence) { return FailAt(Now().span.begin, std::move(sentence)); }
  NodePtr FailAt(std::size_t offset, std::string sentence) {
    if (!problem_) problem_ = SyntaxProblem{offset, std::move(sentence)};
    return nullptr;
  }
  bool Expect(std::string_view sign, std::string_view after) {
    if (problem_) return false;
    if (Take(sign)) return true;
    Fail("'" + std::string(sign) + "' is missing after " + std::string(after) + "; found " + Shown(Now()));
    return false;
  }

  NodePtr Make(Node::Kind kind, std::size_t begin) {
    auto node = std::make_unique<Node>();
    node->kind = kind;
    node->span = {begin, at_ > 0 ? tokens_[at_ - 1].span.end : begin};
    return node;
  }
  template <typename... Children>
  NodePtr MakeWith(Node::Kind kind, std::size_t begin, Children... children) {
    if (problem_) return nullptr;
    NodePtr node = Make(kind, begin);
    (node->children.push_back(std::move(children)), ...);
    return Sealed(std::move(node));
  }
  // Checks a node whose children are complete.
  NodePtr Sealed(NodePtr node) {
    for (const NodePtr& child : node->children) {
      if (!child) return nullptr;
      node->depth = std::max(node->depth, child->depth + 1);
    }
    if (node->depth > kExpressionDepthMax) return Fail("the expression is nested too deeply; split it into several fields");
    return node;
  }

  // Counts how deep the reading stands; fails beyond the bound.
  class Depth {
   public:
    explicit Depth(Parser& parser) : parser_(parser) {
      if (++parser_.depth_ > kExpressionDepthMax) parser_.Fail("the expression is nested too deeply; split it into several fields");
    }
    ~Depth() { --parser_.depth_; }

   private:
    Parser& parser_;
  };

  NodePtr ParseExpression() {
    const Depth depth(*this);
    if (problem_) return nullptr;
    const std::size_t begin = Now().span.begin;
    NodePtr condition = ParseBinary(1);
    if (problem_ || !Take("?")) return condition;
    NodePtr yes = ParseBinary(1);
    if (!Expect(":", "the first choice of '?'")) return nullptr;
    NodePtr no = ParseExpression();
    return MakeWith(Node::Kind::kConditional, begin, std::move(condition), std::move(yes), std::move(no));
  }

  const BinaryOperator* OperatorHere() const {
    const bool may_be = Now().kind == Token::Kind::kSign || (Now().kind == Token::Kind::kIdentifier && Now().text == "in");
    if (!may_be) return nullptr;
    for (const BinaryOperator& known : kBinaryOperators) {
      if (known.spelling == Now().text) return &known;
    }
    return nullptr;
  }

  NodePtr ParseBinary(int level) {
    if (level == kUnaryLevel) return ParseUnary();
    const std::size_t begin = Now().span.begin;
    NodePtr left = ParseBinary(level + 1);
    while (!problem_) {
      const BinaryOperator* found = OperatorHere();
      if (!found || found->level != level) break;
      ++at_;
      NodePtr right = ParseBinary(level + 1);
      left = MakeWith(Node::Kind::kBinary, begin, std::move(left), std::move(right));
      if (left) left->op = found->op;
    }
    return problem_ ? nullptr : std::move(left);
  }

  NodePtr ParseUnary() {
    const Depth depth(*this);
    if (problem_) return nullptr;
    const std::size_t begin = Now().span.begin;
    if (IsSign("-") && IsNumber(tokens_[at_ + 1])) {
      ++at_;
      return ParseMember(begin, true);
    }
    for (const auto& [sign, op] : {std::pair("!", Operator::kNot), std::pair("-", Operator::kNegate)}) {
      if (!Take(sign)) continue;
      NodePtr node = MakeWith(Node::Kind::kUnary, begin, ParseUnary());
      if (node) node->op = op;
      return node;
    }
    return ParseMember(begin, false);
  }

  static bool IsNumber(const Token& token) { return token.kind == Token::Kind::kInt || token.kind == Token::Kind::kDecimal; }

  NodePtr ParseMember(std::size_t begin, bool is_negative) {
    NodePtr node = ParsePrimary(is_negative);
    while (!problem_) {
      if (Take(".")) {
        node = ParseSelector(begin, std::move(node));
      } else if (Take("[")) {
        NodePtr index = ParseExpression();
        if (!Expect("]", "the index")) return nullptr;
        node = MakeWith(Node::Kind::kIndex, begin, std::move(node), std::move(index));
      } else {
        break;
      }
    }
    return problem_ ? nullptr : std::move(node);
  }

  NodePtr ParseSelector(std::size_t begin, NodePtr operand) {
    const Token token = Now();
    if (token.kind != Token::Kind::kIdentifier && token.kind != Token::Kind::kQuotedIdentifier) return Fail("a field or function name is missing after '.'");
    if (token.kind == Token::Kind::kIdentifier && IsKeyword(token.text)) return Fail("'" + token.text + "' is a word of the language; write it in backquotes: `" + token.text + "`");
    ++at_;
    if (token.kind == Token::Kind::kIdentifier && Take("(")) return ParseCall(begin, token, std::move(operand));
    NodePtr node = MakeWith(Node::Kind::kSelect, begin, std::move(operand));
    if (node) node->name = token.text;
    return node;
  }

  NodePtr ParsePrimary(bool is_negative) {
    const Token token = Now();
    switch (token.kind) {
      case Token::Kind::kInt:
      case Token::Kind::kDecimal: return ParseNumber(token, is_negative);
      case Token::Kind::kText: return Literal(Value(token.text));
      case Token::Kind::kBytes: return Literal(Value(Bytes{token.text}));
      case Token::Kind::kIdentifier: return ParseName(false);
      case Token::Kind::kQuotedIdentifier: return Fail("a name in backquotes can only follow a '.'");
      case Token::Kind::kEnd: return Fail("the expression ends where a value is expected");
      case Token::Kind::kSign: break;
    }
    if (Take(".")) return ParseName(true);
    if (Take("(")) {
      NodePtr inner = ParseExpression();
      Expect(")", "the expression in brackets");
      return problem_ ? nullptr : std::move(inner);
    }
    if (Take("[")) return ParseList(token.span.begin);
    if (Take("{")) return ParseMap(token.span.begin);
    return Fail("'" + token.text + "' stands where a value is expected");
  }

  NodePtr Literal(Value value) {
    const std::size_t begin = Now().span.begin;
    ++at_;
    NodePtr node = Make(Node::Kind::kLiteral, begin);
    node->literal = std::move(value);
    return node;
  }

  NodePtr ParseNumber(const Token& token, bool is_negative) {
    const std::string sign = is_negative ? "-" : "";
    if (token.kind == Token::Kind::kDecimal) {
      const auto number = Decimal::Parse(sign + token.text);
      if (!number) return Fail("the number " + token.text + " has more digits than a decimal holds (36, 18 of them after the point)");
      return Literal(Value(*number));
    }
    const bool is_hex = token.text.size() > 1 && (token.text[1] == 'x' || token.text[1] == 'X');
    const int base = is_hex ? 16 : 10;
    Int128 number = 0;
    for (const char c : std::string_view(token.text).substr(is_hex ? 2 : 0)) {
      number = number * base + (c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
      if (number > Int128{std::numeric_limits<std::int64_t>::max()} + 1) break;
    }
    if (is_negative) number = -number;
    if (number > std::numeric_limits<std::int64_t>::max()) return Fail("the number " + token.text + " is larger than an int; write it as a decimal: " + token.text + ".0");
    return Literal(Value(static_cast<std::int64_t>(number)));
  }

  NodePtr ParseName(bool is_absolute) {
    const Token token = Now();
    if (token.kind != Token::Kind::kIdentifier) return Fail("a name is missing after '.'");
    if (token.text == "true" || token.text == "false") return Literal(Value(token.text == "true"));
    if (token.text == "null") return Literal(Value());
    if (token.text == "in") return Fail("'in' stands where a value is expected; write x in list");
    if (IsReserved(token.text)) return Fail("'" + token.text + "' is a reserved word; choose another name");
    ++at_;
    if (Take("(")) return ParseCall(token.span.begin, token, nullptr);
    if (IsSign("{")) return Fail("records cannot be made in an expression; write a map: {'" + token.text + "': …}");
    NodePtr node = Make(Node::Kind::kName, token.span.begin);
    node->name = token.text;
    node->is_absolute = is_absolute;
    return node;
  }

  // The opening bracket is taken. `receiver` may be null.
  NodePtr ParseCall(std::size_t begin, const Token& name, NodePtr receiver) {
    std::vector<NodePtr> arguments;
    while (!problem_ && !IsSign(")")) {
      arguments.push_back(ParseExpression());
      if (!Take(",")) break;
    }
    if (!Expect(")", "the arguments of " + name.text)) return nullptr;
    if (name.text == "has" && !receiver) return MakeHas(begin, name, std::move(arguments));
    if (receiver) {
      for (const MacroName& known : kMacros) {
        if (known.name == name.text) return MakeComprehension(begin, name, known.macro, std::move(receiver), std::move(arguments));
      }
    }
    NodePtr node = Make(Node::Kind::kCall, begin);
    node->name = name.text;
    node->has_receiver = receiver != nullptr;
    if (receiver) node->children.push_back(std::move(receiver));
    for (NodePtr& argument : arguments) node->children.push_back(std::move(argument));
    return Sealed(std::move(node));
  }

  NodePtr MakeHas(std::size_t begin, const Token& name, std::vector<NodePtr> arguments) {
    if (arguments.size() != 1 || arguments[0]->kind != Node::Kind::kSelect) return FailAt(name.span.begin, "has() asks whether a field is there; write has(record.field)");
    NodePtr node = std::move(arguments[0]);
    node->kind = Node::Kind::kHas;
    node->span = Make(Node::Kind::kHas, begin)->span;
    return node;
  }

  NodePtr MakeComprehension(std::size_t begin, const Token& name, Macro macro, NodePtr range, std::vector<NodePtr> arguments) {
    const bool has_filter = macro == Macro::kMap && arguments.size() == 3;
    if (arguments.size() != 2 && !has_filter) return FailAt(name.span.begin, name.text + "() needs a variable and an expression; write list." + name.text + "(x, …)");
    if (arguments[0]->kind != Node::Kind::kName || arguments[0]->is_absolute) return FailAt(arguments[0]->span.begin, "the first argument of " + name.text + "() names its variable; write list." + name.text + "(x, …)");
    NodePtr node = Make(Node::Kind::kComprehension, begin);
    node->macro = macro;
    node->name = arguments[0]->name;
    node->children.push_back(std::move(range));
    node->children.push_back(std::move(arguments.back()));
    if (has_filter) node->children.push_back(std::move(arguments[1]));
    return Sealed(std::move(node));
  }

  NodePtr ParseList(std::size_t begin) {
    std::vector<NodePtr> items;
    while (!problem_ && !IsSign("]")) {
      items.push_back(ParseExpression());
      if (!Take(",")) break;
    }
    if (!Expect("]", "the list")) return nullptr;
    NodePtr node = Make(Node::Kind::kList, begin);
    node->children = std::move(items);
    return Sealed(std::move(node));
  }

  NodePtr ParseMap(std::size_t begin) {
    std::vector<NodePtr> parts;
    while (!problem_ && !IsSign("}")) {
      parts.push_back(ParseExpression());
      if (!Expect(":", "a key of the map")) return nullptr;
      parts.push_back(ParseExpression());
      if (!Take(",")) break;
    }
    if (!Expect("}", "the map")) return nullptr;
    NodePtr node = Make(Node::Kind::kMap, begin);
    node->children = std::move(parts);
    return Sealed(std::move(node));
  }

  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  int depth_ = 0;
  std::optional<SyntaxProblem> problem_;
};

}  // namespace

std::string_view SpellingOf(Operator op) {
  if (op == Operator::kNot) return "!";
  if (op == Operator::kNegate) return "-";
  for (const BinaryOperator& known : kBinaryOperators) {
    if (known.op == op) return known.spelling;
  }
  return "";
}

std::variant<NodePtr, SyntaxProblem> Parse(std::string_view text) {
  if (text.size() > kExpressionBytesMax) return SyntaxProblem{0, "the expression is longer than 16 KiB; split it into several fields"};
  auto tokens = Tokenise(text);
  if (auto* problem = std::get_if<SyntaxProblem>(&tokens)) return std::move(*problem);
  return Parser(std::get<std::vector<Token>>(std::move(tokens))).Run();
}

}  // namespace entente
