#pragma once

#include <string>
#include <utility>

#include "engine/core/rules.h"

namespace entente::certificate::testing {

// A formula that is known by what it reads.
class ReadsFormula : public Formula {
 public:
  explicit ReadsFormula(Dependence reads = {}) : reads_(std::move(reads)) {}

  absl::StatusOr<Value> Evaluate(const Scope&) const override { return Value(true); }
  const std::string& text() const override { return text_; }
  const Both<std::set<std::string>>& reads() const override { return reads_.natives; }
  const TargetReads& target_reads() const override { return target_reads_; }
  bool reads_clock() const override { return false; }
  Dependence DependsOn(const Known&) const override { return reads_; }
  std::optional<bool> TruthWhen(const Known&) const override { return std::nullopt; }
  bool MayBeBlank(const Known&) const override { return true; }

 private:
  Dependence reads_;
  std::string text_ = "true";
  TargetReads target_reads_;
};

}  // namespace entente::certificate::testing
