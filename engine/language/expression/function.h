#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/core/value.h"
#include "engine/language/expression/type.h"

namespace entente {

// Why an expression has no value: a sentence without subject ("is null") or a whole one, for people.
struct Fault {
  std::string sentence;
};
using Outcome = std::variant<Value, Fault>;

using TypeSet = std::uint32_t;
constexpr TypeSet SetOf(Type::Kind kind) { return TypeSet{1} << static_cast<unsigned>(kind); }
template <typename... Kinds>
constexpr TypeSet SetOf(Type::Kind first, Kinds... rest) {
  return (SetOf(first) | ... | SetOf(rest));
}
inline constexpr TypeSet kAnyType = ~TypeSet{0};

// A function of the language. It is called with its receiver as first argument: text.upper() is upper(text).
//
// Null in the first argument is answered by `on_null` before the function is called; null in any other is a fault, unless kSees.
struct Function {
  enum class OnNull {
    kNull,   // the result is null
    kFalse,  // a question about nothing is answered no
    kZero,
    kSees,   // the function sees every null
  };
  std::string_view name;
  int arguments_min = 1;
  int arguments_max = 1;  // -1: any number
  // Types allowed for each argument; the last one holds for the rest.
  std::vector<TypeSet> allowed;
  // The type of the result from the types of the arguments.
  Type (*result)(std::span<const Type> arguments) = nullptr;
  Outcome (*call)(std::span<const Value* const> arguments) = nullptr;
  OnNull on_null = OnNull::kNull;
  // Steps a call takes beyond the weight of its arguments, where that is not what it takes. May be null.
  std::int64_t (*cost)(std::span<const Value* const> arguments) = nullptr;
};

// The type of a value, without what it holds.
Type::Kind KindOf(const Value& value);

// Null when there is no such function.
const Function* FindFunction(std::string_view name);
std::vector<std::string> FunctionNames();

// The parts of the table, one a file.
void AddTextFunctions(std::vector<Function>* functions);
void AddNumberFunctions(std::vector<Function>* functions);
void AddTimeFunctions(std::vector<Function>* functions);
void AddListFunctions(std::vector<Function>* functions);
void AddConversions(std::vector<Function>* functions);

// Result rules.
template <Type::Kind kind>
Type Gives(std::span<const Type>) { return Type(kind); }
inline Type GivesFirst(std::span<const Type> arguments) { return arguments.empty() ? Type() : arguments[0]; }

}  // namespace entente
