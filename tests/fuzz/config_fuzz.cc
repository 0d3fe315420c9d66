// Any text as a configuration file: read, or refused; and asked for keys of every type.
#include <cstdint>
#include <string_view>

#include "absl/time/time.h"
#include "engine/runtime/config_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  absl::StatusOr<entente::ConfigFile> file = entente::ConfigFile::Parse({reinterpret_cast<const char*>(data), size}, "fuzzed.toml");
  if (!file.ok()) return 0;
  entente::ConfigTable root = file->Root();
  root.Text("name", "");
  root.RequiredText("state");
  root.Integer("port", 1, 0, 65535);
  root.Truth("on", false);
  root.Length("interval", absl::Minutes(1));
  root.NumberText("share", "0.05");
  root.Entries("parameters");
  entente::ConfigTable table = root.Table("instance");
  table.Text("pack", "");
  table.Length("interval", absl::ZeroDuration());
  for (entente::ConfigTable& one : root.Tables("instances")) {
    one.RequiredText("name");
    one.Integer("number", 0, -5, 5);
    one.AddProblem("name", "is looked at.");
  }
  file->Check().IgnoreError();
  return 0;
}
