#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "engine/core/rules.h"
#include "engine/pipeline/event.h"

namespace entente::connector::v1 {
class Catalogue;
class Change;
class FieldValue;
class OpenSessionRequest;
class Operation;
class OperationResult;
class ReportChangesRequest;
}  // namespace entente::connector::v1

namespace entente {

// Translates between the numbers a connector's session uses and the names the pipeline uses.
//
// Only fields some rule of the pack reads or writes are decoded; the others cost nothing. Immutable after Make(); any thread.
class SessionCatalogue {
 public:
  // INVALID_ARGUMENT, reason CATALOGUE_INVALID: a number or name given twice, or none.
  static absl::StatusOr<SessionCatalogue> Make(const connector::v1::Catalogue& catalogue, const Pack& pack, Side side);

  // INVALID_ARGUMENT: RESOURCE_UNKNOWN or VALUE_MALFORMED. `fallback` is the resource of a change that names none.
  absl::StatusOr<FeedChange> ReadChange(const connector::v1::Change& wire, std::uint32_t fallback) const;
  absl::StatusOr<FeedBatch> ReadBatch(const connector::v1::ReportChangesRequest& wire) const;
  absl::StatusOr<OperationResult> ReadResult(const connector::v1::OperationResult& wire, std::uint32_t resource) const;

  // NOT_FOUND, reason RESOURCE_UNKNOWN or FIELD_UNKNOWN: the connector does not have what is to be written.
  absl::Status WriteOperation(const OperationOut& operation, connector::v1::Operation* wire) const;

 private:
  struct Resource {
    std::string name;
    std::uint32_t number = 0;
    std::map<std::uint32_t, std::string> names;
    std::map<std::string, std::uint32_t, std::less<>> numbers;
    std::set<std::uint32_t> mapped;
  };

  const Resource* Find(std::uint32_t number) const;
  const Resource* Find(std::string_view name) const;

  std::map<std::uint32_t, Resource> resources_;
  std::map<std::string, std::uint32_t, std::less<>> by_name_;
};

// Who the connector is and what it has, for the gates and the machine.
SessionInfo ReadSession(const connector::v1::OpenSessionRequest& wire, Side side);

}  // namespace entente
