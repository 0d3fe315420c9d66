#include "engine/core/stand_in.h"

#include <algorithm>

namespace entente {
namespace {

bool Same(Equality equality, const Value& a, const Value& b) { return (a.IsBlank() && b.IsBlank()) || EqualModulo(equality, a, b); }

}  // namespace

bool StandInIsNobody(const FieldRule& field, Side side) {
  if (!field.sides[side].fallback) return false;
  const Flow from_here = side == Side::kLeft ? Flow::kToRight : Flow::kToLeft;
  return std::any_of(field.policies.begin(), field.policies.end(),
                     [from_here](const auto& policy) { return policy.second.flow == Flow::kBoth || policy.second.flow == from_here; });
}

void UnsettleStandIns(const FieldPolicy& policy, Equality equality, const Both<std::int32_t>& agreed, FieldSituation& s) {
  if (!s.base || s.stand_ins == agreed) return;
  const Both<Value> base = *s.base;
  for (Side side : kSides) {
    if (!Same(equality, s.now[side], base[side])) return;
  }
  for (Side side : kSides) {
    const bool is_owed = s.stand_ins[side] != agreed[side] && !s.image[side].IsBlank() && !Same(equality, s.image[side], base[side]);
    if (!FlowsTo(policy, side) || !is_owed) continue;
    (*s.base)[Other(side)] = Value();
    // Nobody edited it during a pause either.
    s.after_pause.reset();
  }
}

}  // namespace entente
