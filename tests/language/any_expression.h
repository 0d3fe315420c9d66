#pragma once

#include <rapidcheck.h>

#include <string>
#include <vector>

namespace entente {

// A generated expression of a type that is known, in three forms that mean the same.
struct AnyExpression {
  std::string text;       // with no bracket that the order of operators makes superfluous
  std::string bracketed;  // with all of them
  std::string constant;   // bracketed, with `x` (7) and `t` ('été') written out: it reads nothing
  int level = 9;          // how tightly it binds: 1 ||, 2 &&, 3 relations, 4 sums, 5 products, 6 unary, 7 members; 0 the choice of ?
};

enum class AnyType { kInt, kBool, kText, kList };

namespace any_expression {

// Each part at the level it needs: in brackets where it binds less tightly.
inline std::string At(int level, const AnyExpression& part) { return part.level < level ? "(" + part.text + ")" : part.text; }

inline AnyExpression Same(const std::string& text) { return {text, text, text}; }

inline AnyExpression Joined(int level, const AnyExpression& left, const std::string& sign, const AnyExpression& right) {
  const auto full = [&](const std::string& a, const std::string& b) { return "(" + a + " " + sign + " " + b + ")"; };
  return {At(level, left) + " " + sign + " " + At(level + 1, right), full(left.bracketed, right.bracketed), full(left.constant, right.constant), level};
}

inline AnyExpression Unary(const std::string& sign, const AnyExpression& operand) {
  return {sign + At(7, operand), "(" + sign + operand.bracketed + ")", "(" + sign + operand.constant + ")", 6};
}

inline AnyExpression Choice(const AnyExpression& question, const AnyExpression& yes, const AnyExpression& no) {
  const auto full = [](const std::string& a, const std::string& b, const std::string& c) { return "(" + a + " ? " + b + " : " + c + ")"; };
  return {At(1, question) + " ? " + At(1, yes) + " : " + no.text, full(question.bracketed, yes.bracketed, no.bracketed), full(question.constant, yes.constant, no.constant), 0};
}

// before + a + between + b + after, both parts free of brackets of their own.
inline AnyExpression Around(const std::string& before, const AnyExpression& a, const std::string& between, const AnyExpression& b, const std::string& after) {
  return {before + a.text + between + b.text + after, before + a.bracketed + between + b.bracketed + after, before + a.constant + between + b.constant + after};
}

// whole.name(a) or whole[a]
inline AnyExpression Member(const AnyExpression& whole, const std::string& before, const AnyExpression& a, const std::string& after) {
  return {At(7, whole) + before + a.text + after, whole.bracketed + before + a.bracketed + after, whole.constant + before + a.constant + after};
}

inline std::string Pick(const std::vector<std::string>& words) { return *rc::gen::elementOf(words); }

}  // namespace any_expression

// `locals` names the variables of comprehensions around it, all int.
inline AnyExpression AnyOf(AnyType type, int depth, const std::vector<std::string>& locals = {}) {
  using namespace any_expression;
  const auto any = [&](AnyType of) { return AnyOf(of, depth - 1, locals); };
  const auto loop = [&](const std::string& macro, AnyType of) {
    std::vector<std::string> inner = locals;
    inner.push_back(Pick({"i", "j"}));
    return Member(any(AnyType::kList), "." + macro + "(" + inner.back() + ", ", AnyOf(of, depth - 1, inner), ")");
  };
  // Two for leaves, then what is worth more often.
  const int kind = *(depth > 0 ? rc::gen::element(0, 1, 2, 2, 3, 3, 4, 5, 6) : rc::gen::element(0, 1));
  if (kind == 6) return Choice(any(AnyType::kBool), any(type), any(type));
  switch (type) {
    case AnyType::kInt: {
      if (kind == 0) return locals.empty() ? AnyExpression{"x", "x", "7"} : Same(Pick(locals));
      if (kind == 1) return Same(Pick({"0", "1", "2", "3", "0x1F", "9223372036854775807"}));
      if (kind == 2) return Joined(4, any(AnyType::kInt), Pick({"+", "-"}), any(AnyType::kInt));
      if (kind == 3) return Joined(5, any(AnyType::kInt), Pick({"*", "/", "%"}), any(AnyType::kInt));
      if (kind == 4) return Unary("-", any(AnyType::kInt));
      return Member(any(AnyType::kList), "[", any(AnyType::kInt), "]");
    }
    case AnyType::kBool: {
      if (kind == 0) return Same(Pick({"true", "false"}));
      if (kind == 1) return Joined(3, AnyOf(AnyType::kInt, 0, locals), Pick({"<", "<=", "==", "!=", ">", ">="}), AnyOf(AnyType::kInt, 0, locals));
      if (kind == 2) return Joined(1, any(AnyType::kBool), "||", any(AnyType::kBool));
      if (kind == 3) return Joined(2, any(AnyType::kBool), "&&", any(AnyType::kBool));
      if (kind == 4) return Joined(3, any(AnyType::kInt), "in", any(AnyType::kList));
      return *rc::gen::arbitrary<bool>() ? Unary("!", any(AnyType::kBool)) : loop(Pick({"all", "exists", "exists_one"}), AnyType::kBool);
    }
    case AnyType::kText: {
      if (kind == 0) return {"t", "t", "'été'"};
      if (kind == 1) return Same(Pick({"''", "'a'", "'\\'\\n\\u00e9'", "r'\\d'", "\"it's\"", "'''a\nb'''"}));
      if (kind <= 3) return Joined(4, any(AnyType::kText), "+", any(AnyType::kText));
      return Around("{'k': ", any(AnyType::kText), ", 'l': ", any(AnyType::kText), "}." + Pick({"k", "l", "m"}));
    }
    case AnyType::kList: {
      if (kind == 0) return Same("[1, 2, 3]");
      if (kind == 1) return {"[x]", "[x]", "[7]"};
      if (kind == 2) return Joined(4, any(AnyType::kList), "+", any(AnyType::kList));
      if (kind == 3) return Around("[", any(AnyType::kInt), ", ", any(AnyType::kInt), "]");
      return *rc::gen::arbitrary<bool>() ? loop("map", AnyType::kInt) : loop("filter", AnyType::kBool);
    }
  }
  return Same("0");
}

}  // namespace entente
