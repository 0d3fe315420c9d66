#include <algorithm>

#include "engine/core/calendar.h"
#include "engine/core/lens/factories.h"
#include "engine/core/lens/fitting.h"
#include "engine/core/text.h"
#include "engine/core/timezone.h"

namespace entente {
namespace {

// The same lens looked through from the other end.
class InvertedLens : public Lens {
 public:
  explicit InvertedLens(LensPtr lens) : lens_(std::move(lens)) {}
  std::string_view name() const override { return lens_->name(); }
  LensTraits traits() const override {
    LensTraits traits = lens_->traits();
    traits.may_alter = traits.may_refuse = traits.may_not_read = true;
    std::swap(traits.native_type, traits.canonical_type);
    return traits;
  }
  GetResult Read(const Value& native) const override {
    PutResult put = lens_->Put(native, Value(), {.is_first_meeting = false, .is_create = true});
    if (put.refused()) return {Value(), std::move(put.notes)};
    return {std::move(put.native), std::move(put.notes)};
  }

 protected:
  PutResult Write(const Value& canonical, const Value&, const PutContext&) const override {
    GetResult get = lens_->Read(canonical);
    return {std::move(get.value), std::move(get.notes)};
  }

 private:
  LensPtr lens_;
};

LensPtr PerhapsInverted(LensPtr lens, Arguments& arguments) {
  if (!arguments.Flag("invert", false)) return lens;
  return std::make_shared<InvertedLens>(std::move(lens));
}

// A number written as text, exactly.
class DecimalTextLens : public Lens {
 public:
  DecimalTextLens(int decimals, bool has_comma, bool may_cut) : decimals_(decimals), has_comma_(has_comma), may_cut_(may_cut) {}
  std::string_view name() const override { return "decimal_text"; }
  LensTraits traits() const override { return {.may_alter = decimals_ >= 0 && may_cut_, .may_refuse = true, .may_not_read = true, .native_type = "text", .canonical_type = "decimal"}; }

  GetResult Read(const Value& native) const override {
    if (native.IsNull()) return {native, {}};
    const auto* text = native.As<std::string>();
    if (!text) return RefusedGet("value_malformed");
    std::string digits(Trim(*text));
    if (digits.empty()) return {Value(), {}};
    if (has_comma_) std::replace(digits.begin(), digits.end(), ',', '.');
    const auto number = Decimal::Parse(digits);
    if (!number) return RefusedGet("value_malformed");
    return {Value(*number), {}};
  }

 protected:
  PutResult Write(const Value& canonical, const Value&, const PutContext&) const override {
    if (canonical.IsNull()) return {Value(), {}};
    Decimal number;
    if (const auto* whole = canonical.As<std::int64_t>()) {
      number = Decimal::FromInt(*whole);
    } else if (const auto* decimal = canonical.As<Decimal>()) {
      number = *decimal;
    } else {
      return RefusedPut("value_malformed");
    }
    PutResult result;
    std::string text = decimals_ < 0 ? number.ToString() : number.ToFixed(decimals_);
    if (decimals_ >= 0 && number.scale() > decimals_) {
      if (!may_cut_) return RefusedPut("value_does_not_fit");
      result.notes.push_back({LensNote::Kind::kCut, "value_cut"});
    }
    if (has_comma_) std::replace(text.begin(), text.end(), '.', ',');
    result.native = Value(std::move(text));
    return result;
  }

 private:
  int decimals_;  // -1: as many as there are
  bool has_comma_;
  bool may_cut_;
};

class IntTextLens : public Lens {
 public:
  std::string_view name() const override { return "int_text"; }
  LensTraits traits() const override { return {.may_refuse = true, .may_not_read = true, .native_type = "text", .canonical_type = "int"}; }

  GetResult Read(const Value& native) const override {
    if (native.IsNull()) return {native, {}};
    const auto* text = native.As<std::string>();
    if (!text) return RefusedGet("value_malformed");
    const std::string_view digits = Trim(*text);
    if (digits.empty()) return {Value(), {}};
    const auto number = Decimal::Parse(digits);
    const auto whole = number && digits.find('.') == std::string_view::npos ? number->ToInt() : std::nullopt;
    if (!whole) return RefusedGet("value_malformed");
    return {Value(*whole), {}};
  }

 protected:
  PutResult Write(const Value& canonical, const Value&, const PutContext&) const override {
    if (canonical.IsNull()) return {Value(), {}};
    const auto* number = canonical.As<std::int64_t>();
    if (!number) return RefusedPut("value_malformed");
    return {Value(std::to_string(*number)), {}};
  }
};

enum class DateForm { kIso, kFrench, kMidnight };

// A day written as text. Text with a time and a zone is read as the day it was in the company.
class DateTextLens : public Lens {
 public:
  DateTextLens(DateForm form, TimeZone zone) : form_(form), zone_(zone) {}
  std::string_view name() const override { return "date_text"; }
  LensTraits traits() const override { return {.may_refuse = true, .may_not_read = true, .native_type = "text", .canonical_type = "date"}; }

  GetResult Read(const Value& native) const override {
    if (native.IsNull() || native.As<Date>()) return {native, {}};
    if (const auto* moment = native.As<Timestamp>()) return {Value(zone_.DayAt(*moment)), {}};
    const auto* text = native.As<std::string>();
    if (!text) return RefusedGet("value_malformed");
    const std::string_view written = Trim(*text);
    if (written.empty()) return {Value(), {}};
    const auto day = DayIn(written);
    if (!day) return RefusedGet("value_malformed");
    return {Value(*day), {}};
  }

 protected:
  PutResult Write(const Value& canonical, const Value&, const PutContext&) const override {
    if (canonical.IsNull()) return {Value(), {}};
    const auto* day = canonical.As<Date>();
    if (!day) return RefusedPut("value_malformed");
    const std::string iso = FormatDate(*day);
    switch (form_) {
      case DateForm::kIso: return {Value(iso), {}};
      case DateForm::kMidnight: return {Value(iso + " 00:00:00"), {}};
      case DateForm::kFrench: break;
    }
    return {Value(iso.substr(8, 2) + "/" + iso.substr(5, 2) + "/" + iso.substr(0, 4)), {}};
  }

 private:
  std::optional<Date> DayIn(std::string_view text) const {
    if (const auto moment = ParseTimestamp(text)) return zone_.DayAt(*moment);
    if (text.size() == 10 && text[2] == '/' && text[5] == '/') {
      return ParseDate(std::string(text.substr(6, 4)) + "-" + std::string(text.substr(3, 2)) + "-" + std::string(text.substr(0, 2)));
    }
    // A time without a zone is the company's own.
    if (text.size() > 10 && (text[10] == ' ' || text[10] == 'T') && ParseTimestamp(std::string(text) + "Z")) return ParseDate(text.substr(0, 10));
    return ParseDate(text);
  }

  DateForm form_;
  TimeZone zone_;
};

// A moment that stands for a day: midnight in the company.
class DayLens : public Lens {
 public:
  explicit DayLens(TimeZone zone) : zone_(zone) {}
  std::string_view name() const override { return "day"; }
  LensTraits traits() const override { return {.may_refuse = true, .may_not_read = true, .native_type = "timestamp", .canonical_type = "date"}; }

  GetResult Read(const Value& native) const override {
    if (native.IsNull() || native.As<Date>()) return {native, {}};
    const auto* moment = native.As<Timestamp>();
    if (!moment) return RefusedGet("value_malformed");
    return {Value(zone_.DayAt(*moment)), {}};
  }

 protected:
  PutResult Write(const Value& canonical, const Value&, const PutContext&) const override {
    if (canonical.IsNull()) return {Value(), {}};
    const auto* day = canonical.As<Date>();
    if (!day) return RefusedPut("value_malformed");
    return {Value(zone_.StartOf(*day)), {}};
  }

 private:
  TimeZone zone_;
};

TimeZone ZoneOf(Arguments& arguments) {
  const std::string name = arguments.Text("zone", "UTC");
  const auto zone = TimeZone::Named(name);
  if (!zone) arguments.Fail("does not know the time zone '" + name + "'; write a name such as Europe/Paris or an offset such as +02:00");
  return zone.value_or(TimeZone());
}

}  // namespace

LensPtr MakeDecimalText(Arguments& arguments) {
  const std::string text = arguments.Text("decimals", "");
  const auto number = Decimal::Parse(text);
  const auto decimals = number ? number->ToInt() : std::nullopt;
  if (!text.empty() && (!decimals || *decimals < 0 || *decimals > Decimal::kScaleMax)) arguments.Fail("wants 0 to 18 for 'decimals', not '" + text + "'");
  const bool may_cut = arguments.Choice("over", "cut", {"cut", "refuse"}) == "cut";
  return PerhapsInverted(std::make_shared<DecimalTextLens>(decimals ? static_cast<int>(*decimals) : -1, arguments.Flag("comma", false), may_cut), arguments);
}

LensPtr MakeIntText(Arguments& arguments) { return PerhapsInverted(std::make_shared<IntTextLens>(), arguments); }

LensPtr MakeDateText(Arguments& arguments) {
  const std::string form = arguments.Choice("form", "iso", {"iso", "fr", "midnight"});
  const DateForm chosen = form == "fr" ? DateForm::kFrench : form == "midnight" ? DateForm::kMidnight : DateForm::kIso;
  return PerhapsInverted(std::make_shared<DateTextLens>(chosen, ZoneOf(arguments)), arguments);
}

LensPtr MakeDay(Arguments& arguments) { return std::make_shared<DayLens>(ZoneOf(arguments)); }

}  // namespace entente
