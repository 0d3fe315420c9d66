#include "tools/sandbox/sage/faults.h"

#include <chrono>
#include <map>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "tools/sandbox/sage/refusal.h"

namespace entente::sandbox::sage {
namespace {

using NumberOf = std::int64_t Faults::Settings::*;
using SwitchOf = bool Faults::Settings::*;

const std::map<std::string, NumberOf>& Numbers() {
  static const std::map<std::string, NumberOf> kNumbers = {
      {"latency_ms", &Faults::Settings::latency_ms},
      {"lost_answers", &Faults::Settings::lost_answers},
      {"session_lost", &Faults::Settings::session_lost},
      {"session_lost_after", &Faults::Settings::session_lost_after},
      {"lost_answer_every", &Faults::Settings::lost_answer_every},
      {"locked_every", &Faults::Settings::locked_every},
  };
  return kNumbers;
}

const std::map<std::string, SwitchOf>& Switches() {
  static const std::map<std::string, SwitchOf> kSwitches = {
      {"licence_exhausted", &Faults::Settings::is_licence_exhausted},
      {"unavailable", &Faults::Settings::is_unavailable},
      {"down", &Faults::Settings::is_down},
  };
  return kSwitches;
}

bool TakeOne(std::int64_t& count) {
  if (count <= 0) return false;
  --count;
  return true;
}

}  // namespace

Faults::Settings Faults::settings() const {
  const std::lock_guard lock(mutex_);
  return settings_;
}

void Faults::Set(const Settings& settings) {
  const std::lock_guard lock(mutex_);
  settings_ = settings;
}

absl::Status Faults::Set(const std::string& name, std::int64_t value) {
  const std::lock_guard lock(mutex_);
  if (const auto number = Numbers().find(name); number != Numbers().end()) {
    settings_.*(number->second) = value;
    return absl::OkStatus();
  }
  if (const auto found = Switches().find(name); found != Switches().end()) {
    settings_.*(found->second) = value != 0;
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(absl::StrCat("Sage has no fault \"", name, "\"; the README of the Sage sandbox lists them"));
}

absl::Status Faults::SetAll(const std::string& text) {
  for (const std::string& part : std::vector<std::string>(absl::StrSplit(text, ',', absl::SkipWhitespace()))) {
    const std::pair<std::string, std::string> fault = absl::StrSplit(part, absl::MaxSplits('=', 1));
    std::int64_t value = 1;
    if (!fault.second.empty() && !absl::SimpleAtoi(fault.second, &value)) {
      return absl::InvalidArgumentError(absl::StrCat("the fault \"", part, "\" takes a whole number"));
    }
    SAGE_RETURN_IF_ERROR(Set(fault.first, value));
  }
  return absl::OkStatus();
}

void Faults::Wait() {
  std::unique_lock lock(mutex_);
  if (settings_.latency_ms <= 0) return;
  interrupted_.wait_for(lock, std::chrono::milliseconds(settings_.latency_ms), [this] { return is_interrupted_; });
}

void Faults::Interrupt() {
  const std::lock_guard lock(mutex_);
  is_interrupted_ = true;
  interrupted_.notify_all();
}

absl::Status Faults::CheckCall() const {
  const std::lock_guard lock(mutex_);
  if (settings_.is_unavailable || settings_.is_down) {
    return Refuse({.code = "SAGE_UNAVAILABLE", .text = "Sage 100 does not answer; try again later"});
  }
  if (settings_.is_licence_exhausted) {
    return Refuse({.code = "LICENCE_EXHAUSTED", .text = "all Sage 100 seats are taken; try again when a user has left"});
  }
  return absl::OkStatus();
}

Faults::Fate Faults::NextWrite(absl::Status& refusal) {
  const std::lock_guard lock(mutex_);
  ++writes_;
  if (TakeOne(settings_.session_lost)) {
    refusal = Refuse({.code = "SESSION_LOST", .text = "the Sage session broke; look whether the write happened"});
    return Fate::kRefused;
  }
  if (settings_.locked_every > 0 && writes_ % settings_.locked_every == 0) {
    refusal = Refuse({.code = "RECORD_LOCKED", .text = "the record is open in Sage by another user; try again later", .sage_code = 80003});
    return Fate::kRefused;
  }
  if (TakeOne(settings_.session_lost_after)) return Fate::kSessionLostAfter;
  const bool is_nth = settings_.lost_answer_every > 0 && writes_ % settings_.lost_answer_every == 0;
  return TakeOne(settings_.lost_answers) || is_nth ? Fate::kAnswerLost : Fate::kNormal;
}

}  // namespace entente::sandbox::sage
