#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "connectors/sage100/catalogue.h"
#include "connectors/sage100/gateway.h"
#include "connectors/sage100/rows.h"

namespace entente::sage100 {

// Why the gateway refused.
struct GatewayRefusal {
  std::string code;  // "RECORD_LOCKED"; "HTTP_500" when the answer is not the contract's
  std::string text;
  std::string field;
  std::vector<v1::Problem> problems;
};

GatewayRefusal ReadRefusal(const GatewayAnswer& answer);

// The record under `member` of an answer, or of the error in it, as one row whose columns are the members. Empty when there is
// none. INTERNAL when a number came as floating point or the answer is no JSON.
absl::StatusOr<std::optional<Rows>> ReadRecord(const GatewayAnswer& answer, const std::string& member);
// The same for a list of records.
absl::StatusOr<std::vector<Rows>> ReadRecords(const GatewayAnswer& answer, const std::string& member);

// A PRICED document.
struct PricedDocument {
  Rows head;   // one row
  Rows lines;  // in order; column `available` beside Sage's own
  Rows taxes;  // code, rate, base, amount
  std::optional<std::int64_t> priced_at_micros;
  std::vector<v1::Problem> problems;
};
absl::StatusOr<std::optional<PricedDocument>> ReadDocument(const GatewayAnswer& answer);

}  // namespace entente::sage100
