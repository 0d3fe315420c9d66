#pragma once

#include <string_view>

#include "engine/language/expression/syntax.h"

namespace entente {

// Replaces every part of a checked tree that reads nothing by its value: ['a', 'b'] is built once, not at every evaluation.
//
// A part without a value, 1 / 0, stays: it may never be reached. So does what takes too many steps or makes a large value.
// `text` and `locals` as for an evaluation.
void FoldConstants(std::string_view text, int locals, Node* root);

}  // namespace entente
