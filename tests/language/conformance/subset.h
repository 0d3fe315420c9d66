#pragma once

#include <string>

#include "tests/language/conformance/cases.h"

namespace entente {

// Why a published case lies outside the part of the language that is claimed; empty when it lies inside. Judged by the text of the case
// alone, never by what the evaluator makes of it: a case inside that fails is a failure.
std::string ReasonToSkip(const ConformanceCase& published);

// One more reason, which only compiling tells: the case has an answer without a type check, and here nothing runs without one.
inline constexpr char kUncheckedReason[] = "evaluation without the type check";

}  // namespace entente
