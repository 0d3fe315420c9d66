#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace entente::benchmark {

// What the connectors are measured with.
struct ConnectorPlan {
  // The programs, beside the bench.
  std::string programs;
  std::string folder;
  int runs = 5;
  int page = 500;
  // Contacts of the listing that keeps to the limit; 0: none is made.
  std::uint64_t throttled = 60'000;
  int calls_per_minute = 50;
};

// One work of one connector at one size over all runs: medians, memory the highest.
struct ConnectorRow {
  std::string system;        // "sage100", "ssm"
  std::string work;          // list, keys, poll, invoices, list_throttled
  std::uint64_t records_there = 0;
  std::uint64_t records = 0; // reported
  double seconds = 0;
  double spread = 0;         // of the seconds
  double records_per_second = 0;
  double cpu_seconds = 0;
  std::uint64_t rss_bytes = 0;           // of the connector, while it worked
  double sandbox_cpu_seconds = 0;
  std::uint64_t sandbox_rss_bytes = 0;   // since it began
  std::uint64_t calls = 0;
  int calls_a_minute_max = 0;            // most in any minute, as the system counted; 0: not asked
  std::uint64_t message_bytes = 0;
  int runs = 0;
};

// Each starts the system with that many contacts (SSM: and a tenth as many invoices) in a process of its own, and the connector anew for every run.
absl::StatusOr<std::vector<ConnectorRow>> MeasureSage(const ConnectorPlan& plan, std::uint64_t contacts);
absl::StatusOr<std::vector<ConnectorRow>> MeasureSsm(const ConnectorPlan& plan, std::uint64_t contacts);
// SSM under `plan.calls_per_minute`: one run, by the clock.
absl::StatusOr<std::vector<ConnectorRow>> MeasureSsmThrottled(const ConnectorPlan& plan);

}  // namespace entente::benchmark
