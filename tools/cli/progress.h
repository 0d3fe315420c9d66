#pragma once

#include <cstddef>
#include <string>

#include "tools/cli/client.h"
#include "tools/cli/output.h"

namespace entente::cli {

// How far a run is: a bar that redraws itself on a terminal, a line at most every ten per cent elsewhere, objects with --json.
class Progress {
 public:
  explicit Progress(Output& out) : out_(out) {}
  void Show(const v1::Run& run);
  // The counters at the end.
  void End(const v1::Run& run);

 private:
  Output& out_;
  // Listings the run began with: the most ever seen pending.
  int listings_ = 0;
  int shown_tenth_ = -1;
  bool is_drawn_ = false;
};

}  // namespace entente::cli
