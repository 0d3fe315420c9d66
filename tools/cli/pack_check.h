#pragma once

#include <string>
#include <vector>

#include "engine/language/pack.h"
#include "tools/cli/session.h"

namespace entente::cli {

// What every command over a pack takes beside its folder.
struct PackGiven {
  std::vector<std::string> parameters;
  std::vector<std::string> search_path;
};

// INVALID_ARGUMENT PARAMETER_INVALID for what is not NAME=VALUE.
absl::StatusOr<LoadOptions> OptionsFrom(const PackGiven& given);

// What LoadPack() refused, as the commands say it.
absl::Status RefusedPack(const absl::Status& status);

struct PackCheck {
  std::string directory;
  PackGiven given;
  // SIDE=FILE: the catalogue of a side as its connector prints it.
  std::vector<std::string> catalogues;
  // A line for every field of the certificate.
  bool is_long = false;
};

// Says everything that is wrong with a pack, then what is proved of it. Ends with kRefused when anything is wrong or not proved.
int CheckPack(Session& session, const PackCheck& check);

}  // namespace entente::cli
