#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "connectors/ssm/documents.h"
#include "connectors/ssm/pages.h"

namespace entente::ssm {

// The turnover rows of a listing of invoices, read beside its heads instead of before them.
//
// Both lists are read by descending id and were written together, so the row of a head is on a page near its own: few calls, and never more than
// some pages held. A row that is not near is looked up by its key.
// One thread, one listing. What it borrows outlives it.
class TurnoverWindow {
 public:
  // Pages held at most, whatever the table holds.
  static constexpr std::size_t kPagesHeld = 4;

  TurnoverWindow(const Access& access, const Documents& documents, const CallOptions& options);

  // The rows of these keys, by key; a living one is preferred. Keys without a row are left out.
  absl::StatusOr<std::map<std::string, Json>> Take(const std::set<std::string>& keys);

  std::size_t rows_held() const { return held_.size(); }

 private:
  struct Held {
    std::uint64_t arrival = 0;
    Json row;
  };

  void Hold(Json row);
  absl::Status ReadPage();
  // How many of the keys are not held; notes the latest of those that are.
  std::size_t CountMissing(const std::set<std::string>& keys);
  // Another page may bring what is missing, and is cheaper than looking it up.
  bool IsWorthReading(std::size_t missing, std::size_t wanted) const;
  // The whole table is held.
  bool KnowsAll() const { return is_ended_ && !has_dropped_; }

  const Documents& documents_;
  const CallOptions options_;
  const std::size_t page_rows_;
  Pages pages_;
  std::map<std::string, Held> held_;
  std::map<std::uint64_t, std::string> by_arrival_;
  std::uint64_t arrivals_ = 0;
  std::uint64_t last_wanted_ = 0;   // arrival of the latest row that was asked for
  bool is_ended_ = false;
  bool has_dropped_ = false;
};

}  // namespace entente::ssm
