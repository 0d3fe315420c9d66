#include "tools/sandbox/sage/clock.h"

namespace entente::sandbox::sage {
namespace {

absl::TimeZone Paris() {
  absl::TimeZone zone;
  // Without time zone data on the machine: winter time all year.
  if (!absl::LoadTimeZone("Europe/Paris", &zone)) zone = absl::FixedTimeZone(3600);
  return zone;
}

constexpr char kSecondForm[] = "%Y-%m-%d %H:%M:%S";

}  // namespace

ServerClock::ServerClock() : zone_(Paris()) {}

absl::Time ServerClock::Now() const {
  const std::lock_guard lock(mutex_);
  return stopped_at_.has_value() ? *stopped_at_ : absl::Now() + offset_;
}

std::string ServerClock::Local(absl::Time time) const { return absl::FormatTime(kSecondForm, time, zone_); }

std::string ServerClock::LocalNow() const { return Local(Now()); }

std::string ServerClock::LocalNowToMinute() const {
  const absl::Time shifted = Now() + absl::Seconds(30);
  return absl::FormatTime("%Y-%m-%d %H:%M:00", shifted, zone_);
}

std::string ServerClock::UtcNow() const { return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", Now(), absl::UTCTimeZone()); }

void ServerClock::SetOffset(absl::Duration offset) {
  const std::lock_guard lock(mutex_);
  stopped_at_.reset();
  offset_ = offset;
}

void ServerClock::StopAt(absl::Time time) {
  const std::lock_guard lock(mutex_);
  stopped_at_ = time;
}

void ServerClock::Advance(absl::Duration step) {
  const std::lock_guard lock(mutex_);
  if (stopped_at_.has_value()) {
    *stopped_at_ += step;
  } else {
    offset_ += step;
  }
}

void ServerClock::RunFree() { SetOffset(absl::ZeroDuration()); }

}  // namespace entente::sandbox::sage
