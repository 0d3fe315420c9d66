#include "engine/language/expression/expression.h"

#include <utility>

#include "absl/container/inlined_vector.h"
#include "absl/status/status.h"
#include "engine/core/text.h"
#include "engine/language/expression/checker.h"
#include "engine/language/expression/evaluator.h"
#include "engine/language/expression/folding.h"
#include "engine/language/expression/members.h"
#include "engine/language/expression/parser.h"

namespace entente {

struct Expression::Compiled {
  std::string text;
  NodePtr root;
  CheckedNames names;
};

namespace {

// Less than what can be stored, with room for the record around it.
constexpr int kValueLevelsMax = 32;

// "column 5 of \"a + b\"", with the line where there are several.
std::string PlaceIn(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  const std::size_t line_begin = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  std::size_t line = 1;
  for (const char c : before) line += c == '\n' ? 1 : 0;
  std::string place = "column " + std::to_string(CharacterCount(before.substr(line_begin)) + 1);
  if (line > 1) place = "line " + std::to_string(line) + ", " + place;
  const std::string shown = CollapseSpaces(text);
  const std::string_view cut = CutAtWord(shown, 120);
  return place + " of \"" + std::string(cut) + (cut.size() < shown.size() ? " …" : "") + "\"";
}

absl::Status Invalid(std::string_view text, const SyntaxProblem& problem) {
  return absl::InvalidArgumentError("EXPRESSION_INVALID: " + PlaceIn(text, problem.offset) + ": " + problem.sentence);
}

}  // namespace

absl::StatusOr<Expression> Expression::Compile(std::string_view text, const Environment& environment, const Type& wanted) {
  auto parsed = Parse(text);
  if (const auto* problem = std::get_if<SyntaxProblem>(&parsed)) return Invalid(text, *problem);
  auto compiled = std::make_shared<Compiled>();
  compiled->text = std::string(text);
  compiled->root = std::get<NodePtr>(std::move(parsed));
  if (const auto problem = Check(compiled->text, environment, compiled->root.get(), &compiled->names)) return Invalid(text, *problem);
  const Type& type = compiled->root->type;
  if (!wanted.Is(Type::Kind::kDyn) && !wanted.AgreesWith(type)) {
    return Invalid(text, {0, "it gives " + type.ToString() + " where " + wanted.ToString() + " is needed; convert it or compare it"});
  }
  FoldConstants(compiled->text, compiled->names.locals, compiled->root.get());
  return Expression(std::move(compiled));
}

absl::StatusOr<Value> Expression::Evaluate(const Bindings& bindings, std::int64_t steps_max) const {
  absl::InlinedVector<Binding, 4> variables;
  for (const std::string& name : compiled_->names.variables) variables.push_back(bindings.Find(name));
  return Evaluate(variables, steps_max);
}

absl::StatusOr<Value> Expression::Evaluate(std::span<const Binding> bindings, std::int64_t steps_max) const {
  Evaluator evaluator(compiled_->text, bindings, compiled_->names.locals, steps_max);
  Operand result = evaluator.Evaluate(*compiled_->root);
  const Operand::Failure* failure = result.failure();
  if (evaluator.ran_out_of_steps()) {
    return absl::ResourceExhaustedError("EXPRESSION_TOO_COSTLY: " + PlaceIn(text(), failure ? failure->offset : 0) + ": it takes more than " +
                                        std::to_string(steps_max) + " steps; go through fewer items or split it into several fields");
  }
  if (failure) return absl::FailedPreconditionError("EXPRESSION_FAILED: " + PlaceIn(text(), failure->offset) + ": " + failure->sentence);
  if (IsDeeperThan(result.value(), kValueLevelsMax)) {
    return absl::FailedPreconditionError("EXPRESSION_FAILED: " + PlaceIn(text(), 0) + ": its value nests more than " + std::to_string(kValueLevelsMax) +
                                         " lists and maps; make a flatter one");
  }
  return result.Release();
}

const std::string& Expression::text() const { return compiled_->text; }
const Type& Expression::ResultType() const { return compiled_->root->type; }
const std::set<std::string>& Expression::paths() const { return compiled_->names.paths; }
const Node& Expression::root() const { return *compiled_->root; }
const std::vector<std::string>& Expression::variables() const { return compiled_->names.variables; }

}  // namespace entente
