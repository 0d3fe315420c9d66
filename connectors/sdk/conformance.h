#pragma once

#include <functional>
#include <string>
#include <vector>

#include "connectors/sdk/connector.h"

namespace entente::sdk {

// What a connector and its system must be told for the suite to touch nothing it should not.
struct ConformanceOptions {
  SessionPlan plan;
  // Resources to list and poll. Empty: all of the catalogue.
  std::vector<std::string> resources;
  // Operations to perform, numbered by the suite. Built from the catalogue the connector described.
  std::function<std::vector<v1::Operation>(const v1::Catalogue&)> operations;
  // Changes one record of `resource` from outside, as a user of the system would; its key. Optional.
  std::function<std::string(const std::string& resource)> touch;
  // Resource `touch` is called for.
  std::string touched_resource;
};

// A promise of connector.h or connector.proto that was not kept.
struct Finding {
  // Stable name of the promise: "catalogue_numbers_are_unique".
  std::string promise;
  std::string sentence;
};

// Runs a connector through everything it promises and returns what it broke; empty means it conforms:
// the catalogue is well-formed; a listing gives canonical keys, known fields in ascending order with the declared types and
// a cursor; read_seq rises with time; a poll after a listing reports nothing older and misses nothing that was touched;
// operations are answered exactly once, receipts carry keys, a lease that ended starts nothing.
std::vector<Finding> CheckConformance(Connector& connector, const ConformanceOptions& options);

// The catalogue as stable text, one line a resource and field, for snapshot tests.
std::string DescribeCatalogue(const v1::Catalogue& catalogue);

}  // namespace entente::sdk
