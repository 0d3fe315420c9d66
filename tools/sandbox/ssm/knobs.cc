#include "tools/sandbox/ssm/knobs.h"

#include <algorithm>
#include <string>
#include <variant>
#include <vector>

#include "engine/core/decimal.h"
#include "nlohmann/json.hpp"
#include "tools/sandbox/status.h"

namespace entente::sandbox::ssm {
namespace {

struct Knob {
  const char* name;
  std::variant<int Knobs::*, bool Knobs::*> member;
  bool is_rate = false;
};

const std::vector<Knob>& All() {
  static const std::vector<Knob> all = {
      {"rate_per_minute", &Knobs::rate_per_minute},
      {"rate_per_second", &Knobs::rate_per_second},
      {"retry_after", &Knobs::retry_after},
      {"page_default", &Knobs::page_default},
      {"page_max", &Knobs::page_max},
      {"token_lifetime_seconds", &Knobs::token_lifetime_seconds},
      {"user_licences", &Knobs::user_licences},
      {"clear_by_null", &Knobs::clear_by_null},
      {"clear_by_empty", &Knobs::clear_by_empty},
      {"refuse_or", &Knobs::refuse_or},
      {"api_respects_locks", &Knobs::api_respects_locks},
      {"refuse_french", &Knobs::refuse_french},
      {"omit_product_rate_ids", &Knobs::omit_product_rate_ids},
      {"search_lag_ms", &Knobs::search_lag_ms},
      {"clock_offset_seconds", &Knobs::clock_offset_seconds},
      {"down", &Knobs::down},
      {"error_408", &Knobs::error_408, true},
      {"error_500", &Knobs::error_500, true},
      {"lost_answer", &Knobs::lost_answer, true},
      {"latency_ms", &Knobs::latency_ms},
  };
  return all;
}

std::string Spelled(std::string_view name) {
  std::string out(name);
  std::replace(out.begin(), out.end(), '-', '_');
  return out;
}

// A whole number; for a rate of failures also a fraction of one ("0.01" is 10,000 per million).
absl::Status SetNumber(const Knob& knob, const nlohmann::json& value, int& target) {
  const auto parsed = Decimal::Parse(value.is_string() ? value.get<std::string>() : value.dump());
  if (!parsed) return Invalid(std::string(knob.name) + " needs a number, not " + value.dump());
  Decimal number = *parsed;
  if (knob.is_rate && number.scale() > 0) number = Decimal::Multiply(number, Decimal::FromInt(1000000))->Rounded(0);
  const auto whole = number.ToInt();
  if (!whole || *whole > 1000000000 || *whole < -1000000000) return Invalid(std::string(knob.name) + " cannot be " + value.dump());
  target = static_cast<int>(*whole);
  return absl::OkStatus();
}

absl::Status SetFlag(const Knob& knob, const nlohmann::json& value, bool& target) {
  const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
  if (text != "true" && text != "false" && text != "1" && text != "0") {
    return Invalid(std::string(knob.name) + " is true or false, not " + value.dump());
  }
  target = text == "true" || text == "1";
  return absl::OkStatus();
}

}  // namespace

absl::Status Knobs::Set(std::string_view name, const nlohmann::json& value) {
  for (const Knob& knob : All()) {
    if (Spelled(name) != knob.name) continue;
    if (const auto* number = std::get_if<int Knobs::*>(&knob.member)) return SetNumber(knob, value, this->**number);
    return SetFlag(knob, value, this->*std::get<bool Knobs::*>(knob.member));
  }
  std::string known;
  for (const Knob& knob : All()) known += std::string(known.empty() ? "" : ", ") + knob.name;
  return Invalid("there is no switch '" + std::string(name) + "'; known are " + known);
}

nlohmann::json Knobs::ToJson() const {
  nlohmann::json out = nlohmann::json::object();
  for (const Knob& knob : All()) {
    if (const auto* number = std::get_if<int Knobs::*>(&knob.member)) out[knob.name] = this->**number;
    else out[knob.name] = this->*std::get<bool Knobs::*>(knob.member);
  }
  return out;
}

}  // namespace entente::sandbox::ssm
