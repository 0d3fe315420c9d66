#include "engine/language/compiler.h"

// Hours, days and waits of a pack.
namespace entente {

namespace v1 = rules::v1;

std::optional<int> Compiler::ReadClock(const std::string& text, const v1::Source& source) {
  if (text.empty()) return std::nullopt;   // told by the reader
  const std::optional<int> minutes = ParseClock(text);
  if (!minutes) Add(source, "\"" + text + "\" is not an hour of the day.", "Write hours and minutes with a colon, in quotes: \"20:00\".");
  return minutes;
}

Weekdays Compiler::ReadDays(const google::protobuf::RepeatedPtrField<std::string>& days, const v1::Source& source) {
  Weekdays read;
  for (const std::string& day : days) {
    const std::optional<int> known = WeekdayNamed(day);
    if (known) read.insert(*known);
    else Add(source, "`days` has no such day: \"" + day + "\".", OneOf(day, WeekdayNames()));
  }
  return read;
}

TimeZone Compiler::ReadZone(const std::string& name, const v1::Source& source) {
  const std::optional<TimeZone> zone = TimeZone::Named(name);
  if (zone || name.empty()) return zone.value_or(TimeZone());
  std::vector<std::string> known;
  for (const std::string_view zone_name : TimeZone::Names()) known.emplace_back(zone_name);
  const std::string nearest = NearestWord(name, known);
  Add(source, "The time zone \"" + name + "\" is not known.", nearest.empty() ? "Write a name as \"Europe/Paris\", or an offset as \"+02:00\"." : "Did you mean " + nearest + "?");
  return {};
}

std::optional<WriteWindow> Compiler::CompileWindow(const v1::WriteWindow& source) {
  WriteWindow window;
  const std::optional<int> from = ReadClock(source.from(), source.source());
  const std::optional<int> to = ReadClock(source.to(), source.source());
  window.hours.days = ReadDays(source.days(), source.source());
  window.hours.zone = source.zone();
  window.hours.clock = ReadZone(source.zone(), source.source());
  window.on_demand_passes = source.on_demand() == v1::WriteWindow::PASSES;
  if (!from || !to) return std::nullopt;
  window.hours.from_minutes = *from;
  window.hours.to_minutes = *to;
  return window;
}

void Compiler::CompileWindows(const v1::EntitySide& source, Side which, EntitySide& side) {
  if (source.has_window()) {
    side.window = CompileWindow(source.window());
    return;
  }
  for (const v1::Side& whole : source_.sides()) {
    // What is wrong with it is told once, of the side.
    if (SideNamed(whole.name()) != which || !whole.has_window()) continue;
    const auto found = side_windows_.find(which);
    side.window = found != side_windows_.end() ? found->second : (side_windows_[which] = CompileWindow(whole.window()));
  }
}

LockRule Compiler::CompileLock(const v1::Lock& source) {
  LockRule rule;
  const auto read = [](const std::string& text, absl::Duration& into) {
    absl::Duration duration;
    if (!text.empty() && absl::ParseDuration(text, &duration)) into = duration;   // else told by the reader
  };
  read(source.retry_every(), rule.retry_every);
  read(source.notify_after(), rule.notify_after);
  read(source.give_up_after(), rule.give_up_after);
  if (rule.retry_every < absl::Seconds(1)) Add(source.source(), "A locked record is to be tried again all the time.", "Write a `retry_every` of one second or more.");
  if (rule.give_up_after != absl::InfiniteDuration() && rule.notify_after > rule.give_up_after && rule.notify_after != absl::InfiniteDuration()) {
    Add(source.source(), "A locked record is given up before anybody is told.", "Let `notify_after` be shorter than `give_up_after`, or leave it out: a write that is given up is a dead letter.");
  }
  return rule;
}

}  // namespace entente
