#include "engine/core/lens/lens.h"

#include <utility>

namespace entente {
namespace {

std::string_view RefusalOf(const std::vector<LensNote>& notes) {
  for (const LensNote& note : notes) {
    if (note.kind == LensNote::Kind::kRefused) return note.reason;
  }
  return {};
}

class IdentityLens : public Lens {
 public:
  std::string_view name() const override { return "identity"; }
  LensTraits traits() const override { return {}; }
  GetResult Read(const Value& native) const override { return {native, {}}; }

 protected:
  PutResult Write(const Value& canonical, const Value&, const PutContext&) const override { return {canonical, {}}; }
};

class ChainLens : public Lens {
 public:
  explicit ChainLens(std::vector<LensPtr> lenses) : lenses_(std::move(lenses)) {}

  std::string_view name() const override { return "chain"; }

  LensTraits traits() const override {
    LensTraits all;
    for (const LensPtr& lens : lenses_) {
      const LensTraits one = lens->traits();
      all.may_alter |= one.may_alter;
      all.may_refuse |= one.may_refuse;
      all.keeps_on_blank |= one.keeps_on_blank;
      all.fills_blank |= one.fills_blank;
      all.may_not_read |= one.may_not_read;
      all.is_invertible &= one.is_invertible;
      if (all.part.empty()) all.part = one.part;
      if (all.native_type.empty()) all.native_type = one.native_type;
      if (!one.canonical_type.empty()) all.canonical_type = one.canonical_type;
    }
    return all;
  }

  GetResult Read(const Value& native) const override {
    GetResult result{native, {}};
    for (const LensPtr& lens : lenses_) {
      GetResult step = lens->Read(result.value);
      const bool is_refused = step.refused();
      result.value = std::move(step.value);
      result.notes.insert(result.notes.end(), step.notes.begin(), step.notes.end());
      if (is_refused) return {Value(), std::move(result.notes)};
    }
    return result;
  }

 protected:
  PutResult Write(const Value& canonical, const Value& old_native, const PutContext& context) const override {
    std::vector<Value> olds = {old_native};
    for (std::size_t i = 0; i + 1 < lenses_.size(); ++i) olds.push_back(lenses_[i]->Get(olds.back()));
    PutResult result{canonical, {}};
    for (std::size_t i = lenses_.size(); i-- > 0;) {
      PutResult step = lenses_[i]->Put(result.native, olds[i], context);
      const bool is_refused = step.refused();
      result.native = std::move(step.native);
      result.notes.insert(result.notes.end(), step.notes.begin(), step.notes.end());
      if (is_refused) return {old_native, std::move(result.notes)};
    }
    return result;
  }

 public:
  LensPtr For(const Column& column) const override {
    std::vector<LensPtr> lenses = lenses_;
    bool differs = false;
    for (LensPtr& lens : lenses) {
      LensPtr fitted = lens->For(column);
      if (!fitted) continue;
      lens = std::move(fitted);
      differs = true;
    }
    return differs ? std::make_shared<ChainLens>(std::move(lenses)) : nullptr;
  }

 private:
  std::vector<LensPtr> lenses_;
};

}  // namespace

bool GetResult::refused() const { return !refusal().empty(); }
std::string_view GetResult::refusal() const { return RefusalOf(notes); }
bool PutResult::refused() const { return !refusal().empty(); }
std::string_view PutResult::refusal() const { return RefusalOf(notes); }

PutResult Lens::Put(const Value& canonical, const Value& old_native, const PutContext& context) const {
  if (!context.is_create && KeepsEqualNative()) {
    const GetResult held = Read(old_native);
    if (!held.refused() && held.value == canonical) return {old_native, {}};
  }
  PutResult result = Write(canonical, old_native, context);
  if (result.refused()) result.native = old_native;
  return result;
}

bool Lens::Holds(const Value& canonical, const Value& native) const {
  const PutResult put = Put(canonical, native);
  return !put.refused() && put.native == native;
}

LensPtr Identity() {
  static const LensPtr identity = std::make_shared<IdentityLens>();
  return identity;
}

LensPtr Chain(std::vector<LensPtr> lenses) {
  if (lenses.empty()) return Identity();
  if (lenses.size() == 1) return std::move(lenses.front());
  return std::make_shared<ChainLens>(std::move(lenses));
}

}  // namespace entente
