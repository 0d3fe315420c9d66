// Any text as an expression: it compiles or is refused, and what compiles has a value or a reason, within its bound of steps; the same twice.
#include <cstdint>
#include <string>

#include "engine/language/expression/expression.h"
#include "tests/fuzz/check.h"

using namespace entente;

namespace {

const Fields& Record() {
  static const Fields record = {{"text", Value("Élan 12")},
                                {"number", Value(std::int64_t{42})},
                                {"amount", Value(*Decimal::Parse("12.340"))},
                                {"flag", Value(true)},
                                {"day", Value(Date{20000})},
                                {"at", Value(Timestamp{1'700'000'000'000'000})},
                                {"list", Value(List{Value("a"), Value(Map{{"x", Value(std::int64_t{1})}})})}};
  return record;
}

Environment MakeEnvironment() {
  Environment environment;
  std::map<std::string, Type> fields;
  for (const auto& [name, value] : Record()) fields[name] = Type::Named(value.TypeName()).value_or(Type());
  environment.Declare("r", Type::Record(std::move(fields), true));
  environment.Declare("value", Type());
  return environment;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Environment environment = MakeEnvironment();
  const std::string text(reinterpret_cast<const char*>(data), size);
  const absl::StatusOr<Expression> expression = Expression::Compile(text, environment);
  if (!expression.ok()) return 0;
  const Value seven(std::int64_t{7});
  Bindings bindings;
  bindings.Bind("r", &Record()).Bind("value", &seven);
  const absl::StatusOr<Value> once = expression->Evaluate(bindings, 20'000);
  const absl::StatusOr<Value> again = expression->Evaluate(bindings, 20'000);
  FUZZ_CHECK(once.ok() == again.ok());
  if (once.ok()) FUZZ_CHECK(*once == *again);
  return 0;
}
