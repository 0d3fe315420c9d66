#pragma once

#include <string>
#include <string_view>

#include "engine/language/expression/syntax.h"

namespace entente {

// A parsed expression as text again, every part in brackets, so that the text shows the tree and nothing else.
inline std::string Printed(const Node& node);

namespace printer {

inline std::string Hexadecimal(unsigned char byte) {
  static constexpr char kDigits[] = "0123456789abcdef";
  return std::string("\\x") + kDigits[byte >> 4] + kDigits[byte & 15];
}

inline std::string Quoted(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') quoted += '\\';
    if (static_cast<unsigned char>(c) < 0x20) {
      quoted += Hexadecimal(static_cast<unsigned char>(c));
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

inline std::string Literal(const Value& value) {
  if (const auto* text = value.As<std::string>()) return Quoted(*text);
  if (const auto* decimal = value.As<Decimal>()) return "(" + decimal->ToFixed(std::max(1, decimal->scale())) + ")";
  const auto* bytes = value.As<Bytes>();
  if (!bytes) return "(" + value.ToDisplay() + ")";
  std::string quoted = "b'";
  for (const char c : bytes->data) quoted += Hexadecimal(static_cast<unsigned char>(c));
  return quoted + "'";
}

inline std::string NameOf(Macro macro) {
  switch (macro) {
    case Macro::kAll: return "all";
    case Macro::kExists: return "exists";
    case Macro::kExistsOne: return "exists_one";
    case Macro::kMap: return "map";
    case Macro::kFilter: return "filter";
  }
  return "";
}

inline std::string Children(const Node& node, std::size_t first) {
  std::string text;
  for (std::size_t i = first; i < node.children.size(); ++i) text += (i > first ? ", " : "") + Printed(*node.children[i]);
  return text;
}

inline std::string Entries(const Node& node) {
  std::string text;
  for (std::size_t i = 0; i + 1 < node.children.size(); i += 2) text += (i > 0 ? ", " : "") + Printed(*node.children[i]) + ": " + Printed(*node.children[i + 1]);
  return text;
}

inline std::string Comprehension(const Node& node) {
  std::string text = Printed(*node.children[0]) + "." + NameOf(node.macro) + "(" + node.name;
  if (node.children.size() == 3) text += ", " + Printed(*node.children[2]);
  return text + ", " + Printed(*node.children[1]) + ")";
}

}  // namespace printer

inline std::string Printed(const Node& node) {
  const auto child = [&](std::size_t i) { return Printed(*node.children[i]); };
  switch (node.kind) {
    case Node::Kind::kLiteral: return printer::Literal(node.literal);
    case Node::Kind::kName: return (node.is_absolute ? "." : "") + node.name;
    case Node::Kind::kSelect: return child(0) + ".`" + node.name + "`";
    case Node::Kind::kHas: return "has(" + child(0) + ".`" + node.name + "`)";
    case Node::Kind::kIndex: return child(0) + "[" + child(1) + "]";
    case Node::Kind::kUnary: return "(" + std::string(SpellingOf(node.op)) + child(0) + ")";
    case Node::Kind::kBinary: return "(" + child(0) + " " + std::string(SpellingOf(node.op)) + " " + child(1) + ")";
    case Node::Kind::kConditional: return "(" + child(0) + " ? " + child(1) + " : " + child(2) + ")";
    case Node::Kind::kCall: return node.has_receiver ? child(0) + "." + node.name + "(" + printer::Children(node, 1) + ")" : node.name + "(" + printer::Children(node, 0) + ")";
    case Node::Kind::kList: return "[" + printer::Children(node, 0) + "]";
    case Node::Kind::kMap: return "{" + printer::Entries(node) + "}";
    case Node::Kind::kComprehension: return printer::Comprehension(node);
  }
  return "";
}

}  // namespace entente
