#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace entente::sdk {

// One TOML file, asked key by key.
//
// Asking names the key ("engine.address") and its default; what a key may hold is checked as it is asked for. Mistakes are
// collected: Finish() returns them all as one INVALID_ARGUMENT CONFIG_INVALID, each with file and line, and refuses keys nobody asked for,
// with the nearest key that exists. Relative paths are taken from the folder of the file. One thread.
class Config {
 public:
  static absl::StatusOr<Config> Load(const std::string& path);
  // For tests: the same from text.
  static absl::StatusOr<Config> Parse(std::string_view toml, const std::string& path = "config.toml");

  Config(Config&&) noexcept;
  Config& operator=(Config&&) noexcept;
  ~Config();

  std::string Text(std::string_view key, std::string_view fallback);
  // A key that must be there and not blank.
  std::string RequiredText(std::string_view key);
  std::int64_t Int(std::string_view key, std::int64_t fallback, std::int64_t min, std::int64_t max);
  bool Bool(std::string_view key, bool fallback);
  std::vector<std::string> Texts(std::string_view key, std::vector<std::string> fallback);
  // Empty stays empty.
  std::string Path(std::string_view key, std::string_view fallback);

  // The secret `key`: from the file named by `key`_file (readable by its owner only), else from the environment variable.
  // A secret written into the configuration itself is refused. Empty, without a mistake, when neither is there and
  // `is_required` is false.
  std::string Secret(std::string_view key, const std::string& variable, bool is_required = true);

  // Adds a mistake about `key`, for checks the caller makes.
  void Refuse(std::string_view key, std::string_view sentence);

  absl::Status Finish() const;

  const std::string& path() const;

 private:
  struct State;
  explicit Config(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace entente::sdk
