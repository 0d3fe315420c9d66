#pragma once

#include <mutex>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace entente::sandbox::sage {

// The clock of the database server, in Europe/Paris: the machine's clock moved by an offset, or stopped at a time. Any thread.
class ServerClock {
 public:
  ServerClock();

  absl::Time Now() const;
  // "2026-11-22 09:30:15", server local time.
  std::string LocalNow() const;
  // Rounded to the nearest minute, as a small date is: up to 30 s in the future.
  std::string LocalNowToMinute() const;
  // "2026-11-22T08:30:15Z".
  std::string UtcNow() const;
  std::string Local(absl::Time time) const;

  void SetOffset(absl::Duration offset);
  // Stops the clock at a time; nothing but Advance moves it then.
  void StopAt(absl::Time time);
  // Moves a stopped clock, or adds to the offset of a running one.
  void Advance(absl::Duration step);
  void RunFree();

 private:
  const absl::TimeZone zone_;
  mutable std::mutex mutex_;
  absl::Duration offset_;
  std::optional<absl::Time> stopped_at_;
};

}  // namespace entente::sandbox::sage
