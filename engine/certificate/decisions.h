#pragma once

#include "engine/core/life.h"
#include "engine/core/merge.h"

namespace entente::certificate {

// The decisions the proof is about: the engine's own. Other ones are given only to show that a defect in them is found.
struct Decisions {
  FieldVerdict (*merge)(const FieldPolicy&, Equality, const FieldSituation&) = &MergeField;
  LifeVerdict (*life)(const LifeSituation&) = &DecideLife;
};

}  // namespace entente::certificate
