#include "tools/sandbox/ssm/where.h"

#include <algorithm>
#include <limits>

#include "tools/sandbox/exact_json.h"
#include "tools/sandbox/ssm/where_lexer.h"
#include "tools/sandbox/status.h"

namespace entente::sandbox::ssm {
namespace {

enum class Operator { kEqual, kDiffers, kGreater, kAtLeast, kLess, kAtMost, kLike, kNotLike };
enum class Operand { kId, kDeleted, kDate, kAuditUser, kField, kFieldLabel };
enum class Value { kText, kInteger, kDecimal, kBool, kInstant };

struct Comparison {
  Operand operand = Operand::kField;
  int field = -1;                           // kField, kFieldLabel
  std::string table;                        // kFieldLabel
  AuditDate date = AuditDate::kCreated;     // kDate, kAuditUser
  Value value = Value::kText;
  Operator op = Operator::kEqual;
  std::string text;  // folded
  std::int64_t number = 0;
  Decimal decimal;
};

bool Holds(Operator op, std::strong_ordering order) {
  switch (op) {
    case Operator::kEqual: return order == 0;
    case Operator::kDiffers: return order != 0;
    case Operator::kGreater: return order > 0;
    case Operator::kAtLeast: return order >= 0;
    case Operator::kLess: return order < 0;
    case Operator::kAtMost: return order <= 0;
    default: return false;
  }
}

// % stands for any text, _ for one byte of it.
bool Like(std::string_view text, std::string_view pattern) {
  std::size_t t = 0, p = 0, star = std::string_view::npos, mark = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '%') {
      star = p++;
      mark = t;
    } else if (p < pattern.size() && (pattern[p] == '_' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++mark;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '%') ++p;
  return p == pattern.size();
}

}  // namespace

struct Where::Node {
  enum class Kind { kComparison, kAnd, kOr };
  Kind kind = Kind::kComparison;
  Comparison comparison;
  std::vector<Node> children;
};

namespace {

using Node = Where::Node;

class Parser {
 public:
  Parser(std::vector<Token> tokens, const Resource& resource) : tokens_(std::move(tokens)), resource_(resource) {}

  absl::StatusOr<Node> Parse() {
    auto node = ParseJoined(Node::Kind::kOr);
    if (node.ok() && Peek().kind != Token::Kind::kEnd) return Invalid("'" + Peek().text + "' is not expected there");
    return node;
  }

 private:
  const Token& Peek() const { return tokens_[at_]; }
  bool PeekWord(std::string_view word) const { return Peek().kind == Token::Kind::kName && EqualsIgnoreCase(Peek().text, word); }

  // OR joins what AND has joined.
  absl::StatusOr<Node> ParseJoined(Node::Kind kind) {
    const std::string_view word = kind == Node::Kind::kOr ? "OR" : "AND";
    Node joined;
    joined.kind = kind;
    for (;;) {
      auto part = kind == Node::Kind::kOr ? ParseJoined(Node::Kind::kAnd) : ParsePart();
      if (!part.ok()) return part.status();
      joined.children.push_back(std::move(*part));
      if (!PeekWord(word)) break;
      ++at_;
    }
    if (joined.children.size() == 1) {
      Node only = std::move(joined.children.front());
      return only;
    }
    return joined;
  }

  absl::StatusOr<Node> ParsePart() {
    if (Peek().kind != Token::Kind::kOpen) return ParseComparison();
    if (++depth_ > 64) return Invalid("too many parentheses");
    ++at_;
    auto inside = ParseJoined(Node::Kind::kOr);
    if (!inside.ok()) return inside.status();
    if (Peek().kind != Token::Kind::kClose) return Invalid("a parenthesis is not closed");
    ++at_;
    --depth_;
    return inside;
  }

  absl::StatusOr<Node> ParseComparison() {
    if (Peek().kind != Token::Kind::kName) return Invalid("a field is expected, not '" + Peek().text + "'");
    Node node;
    Comparison& c = node.comparison;
    if (absl::Status s = ReadOperand(tokens_[at_++].text, c); !s.ok()) return s;
    if (absl::Status s = ReadOperator(c); !s.ok()) return s;
    if (absl::Status s = ReadLiteral(tokens_[at_], c); !s.ok()) return s;
    ++at_;
    return node;
  }

  absl::Status ReadOperand(const std::string& name, Comparison& c) const {
    const std::size_t dot = name.find('.');
    const std::string head = name.substr(0, dot);
    const std::string tail = dot == std::string::npos ? "" : name.substr(dot + 1);
    static const char* const kDates[] = {"dateCreated", "dateUpdated", "dateDeleted"};
    static const char* const kUsers[] = {"salesRepIdCreated", "salesRepIdUpdated", "salesRepIdDeleted"};
    for (int i = 0; i < 3; ++i) {
      c.date = static_cast<AuditDate>(i);
      if (tail.empty() && EqualsIgnoreCase(head, kDates[i])) return c.operand = Operand::kDate, c.value = Value::kInstant, absl::OkStatus();
      if (EqualsIgnoreCase(tail, "id") && EqualsIgnoreCase(head, kUsers[i])) {
        return c.operand = Operand::kAuditUser, c.value = Value::kInteger, absl::OkStatus();
      }
    }
    if (tail.empty() && EqualsIgnoreCase(head, "id")) return c.operand = Operand::kId, c.value = Value::kInteger, absl::OkStatus();
    if (tail.empty() && EqualsIgnoreCase(head, "deleted")) {
      c.operand = Operand::kDeleted;
      c.value = resource_.name == "sales" ? Value::kInteger : Value::kBool;
      return absl::OkStatus();
    }
    c.field = resource_.Index(head);
    if (c.field < 0) return Invalid("there is no field '" + head + "'");
    return ReadFieldOperand(resource_.fields[static_cast<std::size_t>(c.field)], tail, c);
  }

  static absl::Status ReadFieldOperand(const Field& field, const std::string& tail, Comparison& c) {
    if (field.type == FieldType::kReference) {
      if (EqualsIgnoreCase(tail, "id")) return c.value = Value::kInteger, absl::OkStatus();
      if (EqualsIgnoreCase(tail, field.table == "users" ? "description" : "value")) {
        c.operand = Operand::kFieldLabel;
        c.table = field.table;
        return absl::OkStatus();
      }
      return Invalid("'" + field.name + "' is a reference: filter on " + field.name + ".id");
    }
    if (!tail.empty()) return Invalid("'" + field.name + "' is no reference and has no '" + tail + "'");
    switch (field.type) {
      case FieldType::kText: c.value = Value::kText; break;
      case FieldType::kDecimal: c.value = Value::kDecimal; break;
      case FieldType::kBool: c.value = Value::kBool; break;
      case FieldType::kInstant: c.value = Value::kInstant; break;
      case FieldType::kReferences:
      case FieldType::kChoices: return Invalid("'" + field.name + "' holds several values and cannot be filtered on");
      default: c.value = Value::kInteger; break;
    }
    return absl::OkStatus();
  }

  absl::Status ReadOperator(Comparison& c) {
    const Token token = tokens_[at_];
    if (token.kind == Token::Kind::kOperator) {
      static const std::pair<const char*, Operator> kOperators[] = {{"=", Operator::kEqual},    {"<>", Operator::kDiffers},
                                                                    {">", Operator::kGreater},  {">=", Operator::kAtLeast},
                                                                    {"<", Operator::kLess},     {"<=", Operator::kAtMost}};
      for (const auto& [text, op] : kOperators) {
        if (token.text == text) return c.op = op, ++at_, absl::OkStatus();
      }
      return Invalid("the operator '" + token.text + "' is not understood");
    }
    c.op = Operator::kLike;
    if (PeekWord("NOT")) {
      c.op = Operator::kNotLike;
      ++at_;
    }
    if (!PeekWord("LIKE")) return Invalid("an operator is expected, not '" + token.text + "'");
    if (c.value != Value::kText) return Invalid("LIKE needs a text field");
    ++at_;
    return absl::OkStatus();
  }

  static absl::Status ReadLiteral(const Token& token, Comparison& c) {
    switch (c.value) {
      case Value::kText:
        if (token.kind != Token::Kind::kText) return Invalid("a text in single quotes is expected, not '" + token.text + "'");
        c.text = FoldCase(token.text);
        return absl::OkStatus();
      case Value::kInstant: {
        const auto instant = token.kind == Token::Kind::kText ? ParseInstant(token.text) : std::nullopt;
        if (!instant) return Invalid("a date in single quotes is expected, not '" + token.text + "'");
        c.number = *instant;
        return absl::OkStatus();
      }
      case Value::kBool:
        if (token.kind != Token::Kind::kName || (!EqualsIgnoreCase(token.text, "true") && !EqualsIgnoreCase(token.text, "false"))) {
          return Invalid("true or false is expected, not '" + token.text + "'");
        }
        c.number = EqualsIgnoreCase(token.text, "true") ? 1 : 0;
        return absl::OkStatus();
      default: {
        const auto number = token.kind == Token::Kind::kNumber ? Decimal::Parse(token.text) : std::nullopt;
        if (!number) return Invalid("a number is expected, not '" + token.text + "'");
        c.decimal = *number;
        if (c.value == Value::kDecimal) return absl::OkStatus();
        const auto whole = number->ToInt();
        if (!whole) return Invalid("a whole number is expected, not '" + token.text + "'");
        c.number = *whole;
        return absl::OkStatus();
      }
    }
  }

  std::vector<Token> tokens_;
  const Resource& resource_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

std::optional<std::int64_t> NumberOf(const Comparison& c, const Row& row) {
  switch (c.operand) {
    case Operand::kId: return row.id;
    case Operand::kDeleted: return row.deleted ? 1 : 0;
    case Operand::kDate:
      if (c.date == AuditDate::kCreated) return row.date_created;
      return c.date == AuditDate::kUpdated ? row.date_updated : row.date_deleted;
    case Operand::kAuditUser:
      return c.date == AuditDate::kCreated ? row.created_by : c.date == AuditDate::kUpdated ? row.updated_by : row.deleted_by;
    default: {
      const Cell& cell = row.cells[static_cast<std::size_t>(c.field)];
      if (const auto* number = std::get_if<std::int64_t>(&cell)) return *number;
      if (const auto* flag = std::get_if<bool>(&cell)) return *flag ? 1 : 0;
      return std::nullopt;
    }
  }
}

bool MatchText(const Comparison& c, std::string_view text) {
  const std::string folded = FoldCase(text);
  if (c.op == Operator::kLike) return Like(folded, c.text);
  if (c.op == Operator::kNotLike) return !Like(folded, c.text);
  return Holds(c.op, folded <=> c.text);
}

bool MatchComparison(const Comparison& c, const Row& row, const LabelOf& label) {
  if (c.operand == Operand::kFieldLabel) {
    const auto* id = std::get_if<std::int64_t>(&row.cells[static_cast<std::size_t>(c.field)]);
    return id != nullptr && MatchText(c, label(c.table, *id));
  }
  if (c.value == Value::kText || c.value == Value::kDecimal) {
    const auto* text = std::get_if<std::string>(&row.cells[static_cast<std::size_t>(c.field)]);
    if (text == nullptr) return false;
    if (c.value == Value::kText) return MatchText(c, *text);
    return Holds(c.op, *Decimal::Parse(*text) <=> c.decimal);
  }
  const auto number = NumberOf(c, row);
  return number && Holds(c.op, *number <=> c.number);
}

bool MatchNode(const Node& node, const Row& row, const LabelOf& label) {
  const auto matches = [&](const Node& child) { return MatchNode(child, row, label); };
  switch (node.kind) {
    case Node::Kind::kAnd: return std::all_of(node.children.begin(), node.children.end(), matches);
    case Node::Kind::kOr: return std::any_of(node.children.begin(), node.children.end(), matches);
    default: return MatchComparison(node.comparison, row, label);
  }
}

using Positions = std::optional<std::vector<std::size_t>>;

Positions ComparisonCandidates(const Comparison& c, const Table& table) {
  if (c.operand == Operand::kDate) {
    constexpr Instant kFirst = std::numeric_limits<Instant>::min();
    constexpr Instant kLast = std::numeric_limits<Instant>::max();
    switch (c.op) {
      case Operator::kEqual: return table.ByDate(c.date, c.number, c.number);
      case Operator::kGreater:
      case Operator::kAtLeast: return table.ByDate(c.date, c.number, kLast);
      case Operator::kLess:
      case Operator::kAtMost: return table.ByDate(c.date, kFirst, c.number);
      default: return std::nullopt;
    }
  }
  if (c.op != Operator::kEqual) return std::nullopt;
  if (c.operand == Operand::kId) {
    const auto position = table.Position(c.number);
    return position ? std::vector<std::size_t>{*position} : std::vector<std::size_t>();
  }
  if (c.operand != Operand::kField) return std::nullopt;
  if (c.field == table.ext_id_field()) return c.text.empty() ? Positions() : table.ByExtId(c.text);
  return table.ByReference(c.field, c.number);
}

Positions NodeCandidates(const Node& node, const Table& table) {
  if (node.kind == Node::Kind::kComparison) return ComparisonCandidates(node.comparison, table);
  Positions best;
  std::vector<std::size_t> all;
  for (const Node& child : node.children) {
    Positions found = NodeCandidates(child, table);
    if (node.kind == Node::Kind::kOr) {
      if (!found) return std::nullopt;
      all.insert(all.end(), found->begin(), found->end());
    } else if (found && (!best || found->size() < best->size())) {
      best = std::move(found);
    }
  }
  return node.kind == Node::Kind::kOr ? Positions(std::move(all)) : best;
}

bool NodeHasOr(const Node& node) {
  return node.kind == Node::Kind::kOr || std::any_of(node.children.begin(), node.children.end(), NodeHasOr);
}

}  // namespace

absl::StatusOr<Where> Where::Compile(std::string_view text, const Resource& resource) {
  auto tokens = Tokenize(text);
  if (!tokens.ok()) return tokens.status();
  auto node = Parser(std::move(*tokens), resource).Parse();
  if (!node.ok()) return node.status();
  Where where;
  where.root_ = std::make_shared<const Node>(std::move(*node));
  return where;
}

bool Where::Match(const Row& row, const LabelOf& label) const { return MatchNode(*root_, row, label); }

std::optional<std::vector<std::size_t>> Where::Candidates(const Table& table) const {
  Positions positions = NodeCandidates(*root_, table);
  if (!positions) return positions;
  std::sort(positions->begin(), positions->end());
  positions->erase(std::unique(positions->begin(), positions->end()), positions->end());
  return positions;
}

bool Where::HasOr() const { return NodeHasOr(*root_); }

}  // namespace entente::sandbox::ssm
