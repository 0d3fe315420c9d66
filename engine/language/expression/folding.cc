#include "engine/language/expression/folding.h"

#include <algorithm>
#include <limits>

#include "engine/language/expression/evaluator.h"
#include "engine/language/expression/members.h"

namespace entente {
namespace {

// For one expression in all, so that no expression is slow to load.
constexpr std::int64_t kFoldingStepsMax = 50'000;
constexpr std::int64_t kFoldedWeightMax = 2'000;

constexpr int kNone = std::numeric_limits<int>::max();
constexpr int kEnvironment = -1;

class Folder {
 public:
  Folder(std::string_view text, int locals) : text_(text), locals_(locals) {}

  // Folds below the node and returns what it reads: kNone, kEnvironment, or the outermost variable of a comprehension around it.
  int Fold(Node* node) {
    if (node->kind == Node::Kind::kName) return node->local >= 0 ? node->local : kEnvironment;
    int reads = kNone;
    for (const NodePtr& child : node->children) reads = std::min(reads, Fold(child.get()));
    // What only the comprehension's own variable keeps from being constant is constant as a whole.
    if (node->kind == Node::Kind::kComprehension && reads >= node->local) reads = kNone;
    if (reads == kNone) Replace(node);
    return reads;
  }

 private:
  void Replace(Node* node) {
    if (node->kind == Node::Kind::kLiteral || steps_left_ <= 0) return;
    Evaluator evaluator(text_, {}, locals_, steps_left_);
    Operand result = evaluator.Evaluate(*node);
    steps_left_ = evaluator.steps_left();
    if (result.failure() || WeightOf(result.value(), kFoldedWeightMax) >= kFoldedWeightMax) return;
    node->literal = result.Release();
    node->kind = Node::Kind::kLiteral;
    node->children.clear();
    node->pattern = nullptr;
    node->depth = 1;
  }

  std::string_view text_;
  int locals_;
  std::int64_t steps_left_ = kFoldingStepsMax;
};

}  // namespace

void FoldConstants(std::string_view text, int locals, Node* root) { Folder(text, locals).Fold(root); }

}  // namespace entente
