#include "engine/core/rule_change.h"

namespace entente {

std::string_view NameOf(RuleKind kind) {
  switch (kind) {
    case RuleKind::kPack: return "pack";
    case RuleKind::kSide: return "side";
    case RuleKind::kParameter: return "parameter";
    case RuleKind::kTable: return "table";
    case RuleKind::kDefaults: return "defaults";
    case RuleKind::kGuards: return "guards";
    case RuleKind::kError: return "error";
    case RuleKind::kEntity: return "entity";
    case RuleKind::kRecords: return "records";
    case RuleKind::kPhase: return "phase";
    case RuleKind::kPolicy: return "policy";
    case RuleKind::kLife: return "life";
    case RuleKind::kField: return "field";
    case RuleKind::kMatch: return "match";
    case RuleKind::kCheck: return "check";
    case RuleKind::kDocument: return "document";
    case RuleKind::kCapacity: return "capacity";
    case RuleKind::kEnsured: return "ensured";
    case RuleKind::kSeal: return "seal";
    case RuleKind::kTrigger: return "trigger";
  }
  return "";
}

std::string_view NameOf(RuleChange::Kind kind) {
  switch (kind) {
    case RuleChange::Kind::kAdded: return "added";
    case RuleChange::Kind::kRemoved: return "removed";
    case RuleChange::Kind::kChanged: return "changed";
  }
  return "";
}

}  // namespace entente
