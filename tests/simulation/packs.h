#pragma once

#include <cstdlib>
#include <iostream>
#include <map>
#include <string>

#include "engine/language/pack.h"

namespace entente::simulation {

// `small` of this folder, or a pack of the house, loaded once a program.
inline const LoadedPack& PackNamed(const std::string& name) {
  static std::map<std::string, LoadedPack> known;
  LoadedPack& pack = known[name];
  if (pack.pack) return pack;
  LoadOptions options;
  options.search_path = {std::string(ENTENTE_SOURCE_DIR) + "/rules"};
  options.parameters_needed = {{"default_branch", "Siège"}, {"default_sales_rep", "admin"}, {"user_default_phone", "0100000000"}};
  const std::string folder = name == "small" ? "/tests/simulation/packs/small" : "/rules/" + name;
  absl::StatusOr<LoadedPack> loaded = LoadWholePack(std::string(ENTENTE_SOURCE_DIR) + folder, options);
  if (!loaded.ok()) {
    std::cerr << loaded.status() << "\n";
    std::abort();
  }
  return pack = *std::move(loaded);
}

}  // namespace entente::simulation
